"""Sending to a server that refuses, delays, or goes out: whose fault it is, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.deliver.breaker import DOUBT_AFTER
from digest.errors import ServerRefusesUs, ServerUnavailable
from digest.model.delivery import Books, DeliveryState, Reply, Stage
from digest.workflows.send import Outcome
from tests.workflows.send_bench import ACCEPTED, Bench, at_rcpt, late, open_kind

REFUSED = ServerRefusesUs("the server refuses us", code=550, text="5.7.26 unauthenticated")
REFUSED_LATE = late(ServerRefusesUs("the server refuses us", code=550, text="5.7.26 unauthenticated"))


@pytest.fixture(params=["memory", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Return a bench over an empty storage of both kinds."""
    with open_kind(request.param, tmp_path) as storage:
        yield Bench(storage)


def test_one_reader_in_a_hundred_refused_for_good_is_rejected_alone(bench: Bench) -> None:
    readers = bench.publish(100)
    bench.server.answer = lambda reader: at_rcpt(550, "5.1.1 gone") if reader == readers[40] else ACCEPTED
    result = bench.send()
    assert result.outcome is Outcome.DONE
    assert result.books == Books(audience=100, accepted=99, rejected=1)
    rejected = bench.row(readers[40])
    assert (rejected.code, rejected.detail, rejected.state) == (550, "5.1.1 gone", DeliveryState.REJECTED)


def test_greylisted_readers_are_tried_again_later_and_later(bench: Bench) -> None:
    bench.publish(30)
    calls: list[str] = []

    def greylist(reader: str) -> Reply:
        calls.append(reader)
        return Reply(code=451, text="4.7.1 later", stage=Stage.DATA) if len(calls) <= 90 else ACCEPTED

    bench.server.answer = greylist
    waits = []
    while (result := bench.send()).outcome is Outcome.DEFERRED:
        assert result.next_due is not None
        waits.append((result.next_due - bench.clock()).total_seconds() / 60)
        assert bench.send().books == result.books  # nothing is due yet, so nothing happens
        bench.clock.now = result.next_due
    assert waits == [5, 15, 60]
    assert result.outcome is Outcome.DONE
    assert result.books == Books(audience=30, accepted=30)


def test_who_is_deferred_until_the_end_expires(bench: Bench) -> None:
    bench.publish(1)
    bench.server.answer = lambda _reader: Reply(code=452, text="full", stage=Stage.DATA)
    tries = 0
    while (result := bench.send()).outcome is Outcome.DEFERRED:
        tries += 1
        assert result.next_due is not None
        bench.clock.now = result.next_due
    assert result.books == Books(audience=1, expired=1)
    assert tries == 8  # after 5, 15, 60, 120, 240, 240, 240 min, and at the end


def test_nothing_is_begun_after_the_expiry(bench: Bench) -> None:
    bench.publish(10)

    def slow(_reader: str) -> Reply:
        bench.clock.advance(hours=7)
        return ACCEPTED

    bench.server.answer = slow
    result = bench.send(connections=1, batch=2, lease=timedelta(days=2))
    assert result.outcome is Outcome.DONE
    assert result.books.expired == 10 - result.books.accepted
    assert result.books.accepted <= 3


@pytest.mark.parametrize(
    "error", [REFUSED, late(ServerRefusesUs("no", code=550, text="5.7.26 unauthenticated"))]
)
def test_a_server_that_refuses_us_pauses_the_edition_and_rejects_nobody(
    bench: Bench, error: ServerRefusesUs
) -> None:
    readers = bench.publish(20)
    bench.server.answer = lambda _reader: error
    result = bench.send()
    assert (result.outcome, result.reason) == (Outcome.PAUSED, str(error))
    assert (result.books.rejected, result.books.uncertain, result.books.accepted) == (0, 0, 0)
    assert result.books.deferred <= 3
    met = next(row for row in bench.rows() if row.state is DeliveryState.DEFERRED)
    assert (met.code, met.detail) == (550, "5.7.26 unauthenticated")
    assert "claimed" not in bench.count()

    bench.server.answer = lambda _reader: ACCEPTED
    assert bench.send().outcome is Outcome.PAUSED
    assert bench.server.received == []
    bench.resume()
    assert bench.send().books == Books(audience=20, accepted=20)
    assert sorted(bench.server.received) == sorted(readers)


def test_a_server_that_refuses_us_at_the_door_pauses_too(bench: Bench) -> None:
    bench.publish(5)
    bench.server.doors = [REFUSED] * 3
    result = bench.send()
    assert (result.outcome, result.books) == (Outcome.PAUSED, Books(audience=5, to_do=5))
    assert bench.count() == {"queued": 5}


def test_a_refusal_of_everybody_is_not_believed(bench: Bench) -> None:
    bench.publish(200)
    bench.server.answer = lambda _reader: at_rcpt(550, "relaying denied")
    result = bench.send()
    assert result.outcome is Outcome.PAUSED
    assert "20 failures in a row without one acceptance" in result.reason
    assert "relaying denied" in result.reason
    assert result.books.rejected == DOUBT_AFTER
    assert result.books.deferred <= 20 - DOUBT_AFTER + 2
    doubted = next(row for row in bench.rows() if row.state is DeliveryState.DEFERRED)
    assert doubted.detail == "doubted: 550 relaying denied"


def test_a_server_that_is_out_is_called_again_after_longer_and_longer_rests(bench: Bench) -> None:
    bench.publish(9)
    bench.server.doors = [ServerUnavailable("connection refused")] * 6
    result = bench.send(connections=1)
    assert result.books == Books(audience=9, accepted=9)
    assert bench.rests == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert {row.attempts for row in bench.rows()} == {1}


def test_a_server_that_stays_out_pauses_the_edition(bench: Bench) -> None:
    bench.publish(9)
    bench.server.doors = [ServerUnavailable("connection refused")] * 1000
    result = bench.send(max_failures=7)
    assert (result.outcome, result.books) == (Outcome.PAUSED, Books(audience=9, to_do=9))
    assert "connection refused" in result.reason
    assert bench.count() == {"queued": 9}
    assert 1000 - len(bench.server.doors) <= 7 * 3  # each line knocks once an outage


def test_a_line_that_cannot_be_renewed_gives_its_delivery_back(bench: Bench) -> None:
    bench.publish(9)
    troubles = [ServerUnavailable("gone")]
    bench.server.answer = lambda _reader: troubles.pop() if bench.server.received and troubles else ACCEPTED
    result = bench.send(connections=1)
    assert result.books == Books(audience=9, accepted=9)
    assert bench.rests == [1.0]
    assert {row.attempts for row in bench.rows()} == {1}


def test_lost_replies_are_uncertain_and_soon_too_many(bench: Bench) -> None:
    bench.publish(100)
    bench.server.answer = lambda _reader: Reply(code=0, text="reset by peer", stage=Stage.BODY)
    result = bench.send(max_failures=5, connections=2)
    assert result.outcome is Outcome.PAUSED
    assert 5 <= result.books.uncertain <= 6
    assert result.books.rejected == 0
    bench.server.answer = lambda _reader: ACCEPTED
    bench.resume()
    assert bench.send().outcome is Outcome.DONE
    assert len(bench.server.received) == 100 - result.books.uncertain


def test_a_line_lost_before_the_body_defers(bench: Bench) -> None:
    readers = bench.publish(10)
    lost = Reply(code=0, text="reset by peer", stage=Stage.DATA)
    bench.server.answer = lambda reader: lost if reader == readers[3] else ACCEPTED
    result = bench.send()
    assert (result.outcome, result.books.deferred, result.books.accepted) == (Outcome.DEFERRED, 1, 9)
    assert bench.rests == [1.0]


def test_a_server_that_breaks_every_line_at_once_is_one_outage(bench: Bench) -> None:
    bench.publish(200)
    lost = [Reply(code=0, text="reset by peer", stage=Stage.DATA)] * 30

    def restart(_reader: str) -> Reply:
        return lost.pop() if lost and bench.server.received else ACCEPTED

    bench.server.answer = restart
    bench.server.doors = [ServerUnavailable("connection refused")] * 30
    result = bench.send(connections=30, max_failures=3)
    assert (result.outcome, result.reason) == (Outcome.DEFERRED, "")
    assert result.books.accepted + result.books.deferred == 200
    assert max(bench.rests) <= 2.0


def test_421_lets_the_server_rest_and_the_others_go_on(bench: Bench) -> None:
    readers = bench.publish(10)
    bench.server.answer = lambda reader: at_rcpt(421, "busy") if reader == readers[0] else ACCEPTED
    result = bench.send(connections=1)
    assert (result.books.accepted, result.books.deferred) == (9, 1)
    assert bench.rests == [1.0]
