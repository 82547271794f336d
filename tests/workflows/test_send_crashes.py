"""Sending when the ledger fails or a sender dies: nothing is sent twice, nothing is forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from digest.errors import IllegalMove, StorageError
from digest.model.delivery import Books, DeliveryState, Reply
from digest.ports import Outbox
from digest.testing.factories import MORNING, SIGNER
from digest.testing.memory import MemoryStorage
from digest.workflows.send import Outcome
from tests.workflows.send_bench import ACCEPTED, Bench


def _never(_number: int) -> Exception | None:
    return None


class FailingOutbox:
    """An outbox some of whose calls fail, before they do anything or afterwards."""

    def __init__(self, outbox: Outbox, **faults: Callable[[int], Exception | None]) -> None:
        self._outbox = outbox
        self._faults = faults
        self._calls: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*positional: Any, **named: Any) -> Any:
            number = self._calls[name] = self._calls.get(name, 0) + 1
            for when in ("before", "after"):
                fault = self._faults.get(f"{when}_{name}", _never)
                if when == "after":
                    result = getattr(self._outbox, name)(*positional, **named)
                error = fault(number)
                if error is not None:
                    raise error
            return result

        return call


def on(number: int, error: Exception) -> Callable[[int], Exception | None]:
    return lambda called: error if called == number else None


@pytest.fixture
def bench() -> Bench:
    return Bench(MemoryStorage(address_key=SIGNER.address_key))


FULL = StorageError("the disk is full")


@pytest.mark.parametrize("call", ["claim", "mark", "settle"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_ledger_that_cannot_be_written_stops_the_run_and_the_next_one_finishes(
    bench: Bench, call: str, when: str, number: int
) -> None:
    bench.publish(20)
    outbox = FailingOutbox(bench.storage.outbox, **{f"{when}_{call}": on(number, FULL)})
    with pytest.raises(StorageError, match="disk is full"):
        bench.send(outbox=outbox, batch=5)
    assert bench.server.open_now == 0
    result = bench.send()
    assert result.outcome is Outcome.DONE
    bench.fresh_addresses()
    assert result.books.accepted + result.books.uncertain == 20
    # At most the one whose mark or result could not be written is in doubt.
    assert result.books.uncertain <= 1
    doubted = {address for address, state in bench.states().items() if state is DeliveryState.UNCERTAIN}
    received = set(bench.server.received)
    assert {address for address, state in bench.states().items() if address in received} <= {
        address for address, state in bench.states().items() if state is DeliveryState.ACCEPTED
    } | doubted


def test_a_ledger_that_fails_even_at_the_end_leaves_it_to_the_next_run(bench: Bench) -> None:
    bench.publish(20)
    outbox = FailingOutbox(
        bench.storage.outbox, before_mark=on(3, FULL), before_give_back=lambda _number: FULL
    )
    with pytest.raises(StorageError):
        bench.send(outbox=outbox)
    assert bench.count()["claimed"] > 0
    assert bench.send().books == Books(audience=20, accepted=20)


def test_open_messages_are_finished_and_settled_when_another_line_fails(bench: Bench) -> None:
    bench.publish(9)
    outbox = FailingOutbox(bench.storage.outbox, before_mark=on(2, FULL))
    with pytest.raises(StorageError):
        bench.send(outbox=outbox, connections=3)
    assert bench.count()["accepted"] == len(bench.server.received) >= 1
    assert "attempting" not in bench.count()


def test_a_report_that_fails_ends_the_run_cleanly(bench: Bench) -> None:
    bench.publish(9)
    calls: list[Books] = []

    def report(books: Books) -> None:
        calls.append(books)
        if len(calls) == 2:
            raise RuntimeError("the terminal is gone")

    with pytest.raises(RuntimeError, match="terminal"):
        bench.send(report=report, batch=3)
    assert set(bench.count()) <= {"accepted", "queued"}


def test_a_row_that_is_no_longer_ours_is_left_to_whoever_has_it(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.publish(5)
    outbox = FailingOutbox(bench.storage.outbox, before_settle=on(2, IllegalMove("by another sender")))
    with caplog.at_level(logging.WARNING, logger="digest"):
        result = bench.send(outbox=outbox)
    assert "delivery.not_ours" in caplog.text
    assert result.outcome is Outcome.DEFERRED
    assert result.next_due is None
    assert result.books == Books(audience=5, accepted=4, to_do=1)


def test_what_a_dead_sender_left_is_given_back_or_called_uncertain(bench: Bench) -> None:
    bench.publish(10)
    outbox = bench.storage.outbox
    outbox.fill(bench.filed.id, now=MORNING)
    with contextlib.ExitStack() as life:
        life.enter_context(outbox.enlist("the dead one"))
        rows = outbox.claim(
            bench.filed.id,
            owner="the dead one",
            limit=4,
            now=MORNING,
            lease_until=MORNING + timedelta(days=1),
        )
        assert outbox.mark(
            rows[0].id, owner="the dead one", now=MORNING, lease_until=MORNING + timedelta(days=1)
        )
    result = bench.send()
    assert result.outcome is Outcome.DONE
    assert result.books == Books(audience=10, accepted=9, uncertain=1)
    assert bench.row(rows[0].address).state is DeliveryState.UNCERTAIN


def test_a_lease_that_runs_out_while_a_row_waits_costs_a_round_and_nothing_else(bench: Bench) -> None:
    bench.publish(6)

    def slow(_reader: str) -> Reply:
        bench.clock.advance(minutes=8)
        return ACCEPTED

    bench.server.answer = slow
    result = bench.send(connections=1, lease=timedelta(minutes=20))
    assert result.books == Books(audience=6, accepted=6)
    bench.fresh_addresses()


def test_a_run_that_never_gets_its_marks_ends_all_the_same(bench: Bench) -> None:
    bench.publish(6)

    class Stubborn(FailingOutbox):
        def mark(self, delivery_id: int, *, owner: str, now: datetime, lease_until: datetime) -> bool:
            del delivery_id, owner, now, lease_until
            return False

    result = bench.send(outbox=Stubborn(bench.storage.outbox))
    assert (result.outcome, result.next_due) == (Outcome.DEFERRED, None)
    assert result.books == Books(audience=6, to_do=6)
    assert bench.count() == {"queued": 6}


def test_a_late_250_heals_what_another_sender_called_uncertain(bench: Bench) -> None:
    readers = bench.publish(3)
    asleep: list[int] = []

    def sleep_past_the_lease(number: int) -> Exception | None:
        # This machine slept between the 250 and the ledger; meanwhile another sender buried us.
        if number == 2:
            bench.clock.advance(hours=1)
            asleep.append(bench.storage.outbox.bury_dead(bench.filed.id, now=bench.clock()))
        return None

    outbox = FailingOutbox(bench.storage.outbox, before_settle=sleep_past_the_lease)
    bench.send(outbox=outbox, connections=1)
    assert asleep == [1]
    assert bench.row(readers[1]).state is DeliveryState.ACCEPTED
    assert bench.send().books == Books(audience=3, accepted=3)
    bench.fresh_addresses()


def test_a_run_that_is_cancelled_leaves_open_messages_in_doubt_and_gives_the_rest_back(bench: Bench) -> None:
    bench.publish(9)

    async def run() -> None:
        reached = asyncio.Event()

        async def stuck(wake: asyncio.Event, seconds: float) -> None:
            del wake, seconds
            reached.set()
            await asyncio.Event().wait()

        bench.server.answer = lambda _reader: Reply(code=421, text="busy")
        task = asyncio.create_task(bench.sending(rest=stuck))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    bench.server.answer = lambda _reader: ACCEPTED
    bench.clock.advance(minutes=5)
    result = bench.send()
    assert result.books.accepted + result.books.uncertain == 9
    assert result.books.uncertain <= 3
    bench.fresh_addresses()
