"""Sending an edition: who is mailed, what is written when, and how a run ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.errors import AddressRefused, ServerUnavailable, UsageError
from digest.model.delivery import Books, Delivery, Envelope, Reply
from digest.model.subscriber import SubscriberStatus
from digest.testing.factories import make_edition
from digest.workflows.send import Outcome, nap
from tests.workflows.send_bench import ACCEPTED, Bench, PlainAddresser, at_rcpt, late, open_kind


@pytest.fixture(params=["memory", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Return a bench over an empty storage of both kinds."""
    with open_kind(request.param, tmp_path) as storage:
        yield Bench(storage)


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
