"""When to rest and when to stop."""

from hypothesis import given, strategies as st

from digest.deliver.breaker import DOUBT_AFTER, LONGEST_REST, Breaker
from digest.model.delivery import Reply, Stage

ACCEPTED = Reply(code=250, text="ok")
LATER = Reply(code=451, text="greylisted", stage=Stage.RCPT)
NEVER = Reply(code=550, text="no such user", stage=Stage.RCPT)
LOST = Reply(code=0, text="reset by peer", stage=Stage.BODY)
LOST_EARLY = Reply(code=0, text="reset by peer", stage=Stage.RCPT)
CLOSING = Reply(code=421, text="closing", stage=Stage.MAIL)


def after(*replies: Reply, max_failures: int = 20) -> Breaker:
    breaker = Breaker(max_failures=max_failures)
    for reply in replies:
        breaker = breaker.after(reply, seen=breaker.outages)
    return breaker


def test_one_acceptance_makes_everything_good() -> None:
    assert after(*[NEVER] * 19, LOST, ACCEPTED) == Breaker(max_failures=20)


def test_greylisting_of_everybody_is_waited_out() -> None:
    breaker = after(*[LATER] * 500)
    assert not breaker.tripped
    assert breaker.rest == 0


def test_greylisting_heals_no_failures() -> None:
    assert after(*[NEVER, LATER] * 20).tripped


def test_refusals_of_everybody_trip_it() -> None:
    breaker = after(*[NEVER] * 20)
    assert breaker.tripped
    assert breaker.rest == 0
    assert "20 failures in a row" in breaker.reason
    assert "550 at RCPT: no such user" in breaker.reason


def test_refusals_in_a_row_are_doubted_before_it_trips() -> None:
    assert not after(*[NEVER] * DOUBT_AFTER).doubts
    assert after(*[NEVER] * (DOUBT_AFTER + 1)).doubts
    assert after(NEVER, max_failures=1).doubts


def test_lost_lines_and_421_call_for_longer_and_longer_rests() -> None:
    assert [after(*[LOST, CLOSING] * n).rest for n in (1, 2, 3)] == [2.0, 8.0, 32.0]
    assert after(*[CLOSING] * 7, max_failures=99).rest == LONGEST_REST
    assert after(*[CLOSING] * 7, NEVER).rest == 0
    assert "line lost at body: reset by peer" in after(LOST).last


def test_a_server_that_is_out_trips_it_too() -> None:
    breaker = Breaker(max_failures=2)
    assert breaker.after_outage("nobody there", seen=0).rest == 1.0
    assert breaker.after_outage("nobody there", seen=0).after_outage("still nobody", seen=1).tripped


def test_lines_that_break_together_are_one_outage() -> None:
    breaker = Breaker(max_failures=20)
    for lost in (CLOSING, LOST_EARLY, CLOSING):
        breaker = breaker.after(lost, seen=0)
    breaker = breaker.after_outage("nobody there", seen=0)
    assert (breaker.failures, breaker.outages, breaker.rest) == (1, 1, 1.0)


def test_messages_in_doubt_count_one_by_one() -> None:
    breaker = Breaker(max_failures=20)
    for _ in range(4):
        breaker = breaker.after(LOST, seen=0)
    assert (breaker.failures, breaker.outages) == (4, 1)


@given(st.lists(st.sampled_from([ACCEPTED, LATER, NEVER, LOST, CLOSING]), max_size=3000))
def test_it_always_knows_how_long_to_rest(replies: list[Reply]) -> None:
    breaker = after(*replies, max_failures=10_000)
    assert 0 <= breaker.rest <= LONGEST_REST
    assert breaker.outages <= breaker.failures
