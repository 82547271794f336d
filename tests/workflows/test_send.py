"""Sending an edition: who is mailed, what is written when, and how a run ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from send_bench import ACCEPTED, Bench, FakeServer, PlainAddresser, at_rcpt, late

from digest.deliver.breaker import DOUBT_AFTER
from digest.errors import AddressRefused, ServerRefusesUs, ServerUnavailable, UsageError
from digest.model.delivery import Books, Delivery, DeliveryState, Envelope, Reply, Stage
from digest.model.subscriber import SubscriberStatus
from digest.ports import Storage
from digest.storage.database import open_storage
from digest.testing.factories import SIGNER, make_edition
from digest.testing.memory import MemoryStorage
from digest.workflows.send import Outcome, nap

REFUSED = ServerRefusesUs("the server refuses us", code=550, text="5.7.26 unauthenticated")
REFUSED_LATE = late(ServerRefusesUs("the server refuses us", code=550, text="5.7.26 unauthenticated"))


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """Return an empty storage of both kinds."""
    if request.param == "memory":
        yield MemoryStorage(address_key=SIGNER.address_key)
        return
    sqlite = open_storage(
        f"sqlite:///{tmp_path / 'digest.db'}", address_key=SIGNER.address_key, signs_folder=tmp_path / "signs"
    )
    yield sqlite
    sqlite.close()


@pytest.fixture
def bench(storage: Storage) -> Bench:
    return Bench(storage)


def test_everybody_is_mailed_once_and_the_books_balance(bench: Bench) -> None:
    readers = bench.publish(25)
    result = bench.send(batch=10)
    assert (result.outcome, result.reason, result.next_due) == (Outcome.DONE, "", None)
    assert result.books == Books(audience=25, accepted=25)
    assert sorted(bench.server.received) == sorted(readers)
    assert bench.server.open_now == 0
    assert {row.attempts for row in bench.rows()} == {1}
    assert bench.rests == []


def test_a_second_run_mails_nobody_and_calls_nobody(bench: Bench) -> None:
    bench.publish(3)
    first = bench.send()
    again = bench.send()
    assert again == first
    assert len(bench.server.received) == 3
    assert bench.server.opened == 3


def test_an_edition_without_readers_is_done(bench: Bench) -> None:
    bench.publish(0)
    assert bench.send().outcome is Outcome.DONE
    assert bench.server.opened == 0


def test_only_a_published_edition_is_sent(bench: Bench) -> None:
    bench.filed = bench.storage.editions.save(make_edition())
    with pytest.raises(UsageError, match="publish it first"):
        bench.send()


@pytest.mark.parametrize(("readers", "lines"), [(1, 1), (2, 2), (50, 4)])
def test_no_more_lines_are_opened_than_there_is_work_for(bench: Bench, readers: int, lines: int) -> None:
    bench.publish(readers)
    bench.send(connections=4)
    assert bench.server.opened == lines


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


class Choosy(PlainAddresser):
    """Fail for some readers."""

    def __init__(self, **errors: Exception) -> None:
        self.errors = errors
        self.asked: list[str] = []

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        name = delivery.address.partition("@")[0]
        self.asked.append(name)
        if name in self.errors:
            raise self.errors[name]
        return super().address(delivery)


def test_an_address_that_cannot_be_mailed_is_rejected_with_the_reason(bench: Bench) -> None:
    readers = bench.publish(5)
    result = bench.send(addresser=Choosy(reader2=AddressRefused("it holds a\r\nnewline")))
    assert result.books == Books(audience=5, accepted=4, rejected=1)
    assert bench.row(readers[2]).detail == "it holds a  newline"
    assert readers[2] not in bench.server.received


def test_a_row_that_makes_our_program_fail_is_set_aside_the_third_time(bench: Bench) -> None:
    readers = bench.publish(5)
    choosy = Choosy(reader1=KeyError("secret@address.example"))
    result = bench.send(addresser=choosy, connections=1)
    assert result.books == Books(audience=5, accepted=4, rejected=1)
    assert bench.row(readers[1]).detail == "internal: KeyError"
    assert choosy.asked == ["reader0", "reader1", "reader2", "reader3", "reader4", "reader1", "reader1"]


@pytest.mark.parametrize("in_debug", [False, True])
def test_no_address_is_logged_in_clear(
    bench: Bench,
    caplog: pytest.LogCaptureFixture,
    in_debug: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    bench.publish(10)
    choosy = Choosy(reader1=KeyError("secret@address.example"))
    with caplog.at_level(logging.DEBUG if in_debug else logging.INFO, logger="digest"):
        bench.server.answer = lambda reader: at_rcpt(550, f"<{reader}> unknown")
        assert bench.send(addresser=choosy, max_failures=3).outcome is Outcome.PAUSED
    assert "delivery.settled" in caplog.text
    assert "edition.paused" in caplog.text
    assert "reader0@" not in caplog.text
    assert ("secret@address.example" in caplog.text) is in_debug


def test_a_failure_of_ours_behind_the_mark_leaves_that_reader_in_doubt(bench: Bench) -> None:
    readers = bench.publish(5)
    broken = late(RuntimeError("a bug"))
    bench.server.answer = lambda reader: broken if reader == readers[1] else ACCEPTED
    result = bench.send()
    assert result.books == Books(audience=5, accepted=4, uncertain=1)
    assert bench.row(readers[1]).detail == "internal: failed behind the mark"


def test_who_unsubscribes_before_the_mark_is_not_mailed(bench: Bench) -> None:
    readers = bench.publish(10)

    def unsubscribe(_reader: str) -> None:
        found = bench.storage.subscribers.find("daily", readers[9])
        assert found is not None
        bench.storage.subscribers.change_status(found.id, SubscriberStatus.UNSUBSCRIBED, now=bench.clock())

    bench.server.before_mark = unsubscribe
    result = bench.send(batch=100)
    assert result.outcome is Outcome.DONE
    assert result.books == Books(audience=10, accepted=9, suppressed=1)
    assert readers[9] not in bench.server.received


def test_an_editor_who_pauses_stops_the_next_message(bench: Bench) -> None:
    readers = bench.publish(50)

    def pause(reader: str) -> None:
        if reader == readers[10]:
            bench.storage.editions.pause(bench.filed.id, "wrong photograph")

    bench.server.before_mark = pause
    result = bench.send(connections=1)
    assert (result.outcome, result.reason) == (Outcome.PAUSED, "wrong photograph")
    assert result.books == Books(audience=50, accepted=10, to_do=40)
    assert bench.count() == {"accepted": 10, "queued": 40}


def test_a_paused_edition_calls_nobody(bench: Bench) -> None:
    bench.publish(5)
    bench.storage.editions.pause(bench.filed.id, "later")
    assert bench.send().outcome is Outcome.PAUSED
    assert bench.server.opened == 0


def test_stopping_lets_open_messages_finish_and_gives_the_rest_back(bench: Bench) -> None:
    bench.publish(50)

    async def run() -> None:
        stop = asyncio.Event()

        def answer(_reader: str) -> Reply:
            if len(bench.server.received) >= 7:
                stop.set()
            return ACCEPTED

        bench.server.answer = answer
        result = await bench.sending(stop=stop)
        assert (result.outcome, result.reason) == (Outcome.STOPPED, "")
        assert result.books.uncertain == 0
        assert 7 <= result.books.accepted <= 12

    asyncio.run(run())
    assert set(bench.count()) == {"accepted", "queued"}
    assert bench.send().books == Books(audience=50, accepted=50)
    bench.fresh_addresses()


def test_who_is_stopped_before_the_start_begins_nothing(bench: Bench) -> None:
    bench.publish(5)

    async def run() -> None:
        stop = asyncio.Event()
        stop.set()
        result = await bench.sending(stop=stop)
        assert (result.outcome, result.books) == (Outcome.STOPPED, Books(audience=5, to_do=5))

    asyncio.run(run())
    assert bench.server.opened == 0


def test_who_is_stopped_at_the_very_end_is_done(bench: Bench) -> None:
    readers = bench.publish(5)

    async def run() -> None:
        stop = asyncio.Event()
        bench.server.before_mark = lambda reader: stop.set() if reader == readers[4] else None
        assert (await bench.sending(stop=stop, connections=1)).outcome is Outcome.DONE

    asyncio.run(run())


def test_a_stop_wakes_a_line_that_rests(bench: Bench) -> None:
    bench.publish(5)
    bench.server.doors = [ServerUnavailable("out")] * 100

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        async with asyncio.timeout(20):
            result = await bench.sending(stop=stop, rest=nap, connections=2)
        assert result.outcome is Outcome.STOPPED

    asyncio.run(run())
    assert bench.count() == {"queued": 5}


def test_a_rest_ends_by_itself() -> None:
    async def run() -> None:
        await nap(asyncio.Event(), 0.01)

    asyncio.run(run())


def test_the_books_are_reported_as_it_goes(bench: Bench) -> None:
    bench.publish(30)
    seen: list[Books] = []
    bench.send(report=seen.append, batch=10)
    assert [books.accepted for books in seen[:3]] == sorted(books.accepted for books in seen[:3])
    assert seen[-1] == Books(audience=30, accepted=30)
    assert len(seen) >= 4
    assert all(books.balance for books in seen)


def test_two_senders_at_once_mail_nobody_twice(bench: Bench) -> None:
    bench.publish(120)

    async def run() -> None:
        await asyncio.gather(*(bench.sending(batch=7) for _ in range(3)))

    asyncio.run(run())
    assert bench.books == Books(audience=120, accepted=120)
    assert len(bench.server.received) == 120
    bench.fresh_addresses()
    assert isinstance(bench.server, FakeServer)
