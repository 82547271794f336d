"""The schedule: a tick that outlives failures, and a clock that is believed only when it is steady."""

from __future__ import annotations

import threading
from datetime import timedelta

from digest.schedule import SteadyClock, start_scheduler
from digest.testing.factories import FakeClock


class Ticking:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_steady_clock_is_believed() -> None:
    clock, ticking = FakeClock(), Ticking()
    steady = SteadyClock(clock, ticking)
    assert steady.believed()
    clock.advance(seconds=30)
    ticking.seconds += 30
    assert steady.believed()


def test_a_clock_that_jumped_is_believed_again_once_two_looks_agree() -> None:
    for hours in (24, -2):
        clock, ticking = FakeClock(), Ticking()
        steady = SteadyClock(clock, ticking)
        steady.believed()
        clock.advance(hours=hours)
        ticking.seconds += 30
        assert not steady.believed()
        clock.advance(seconds=30)
        ticking.seconds += 30
        assert steady.believed()


def test_the_tick_runs_at_once_and_a_failing_one_does_not_end_the_service() -> None:
    ran = threading.Semaphore(0)
    calls = []

    def tick() -> None:
        calls.append(1)
        ran.release()
        if len(calls) == 1:
            raise RuntimeError("one bad morning")

    clock = FakeClock()
    scheduler = start_scheduler(
        tick, steady=SteadyClock(clock, lambda: 0.0), every=timedelta(milliseconds=20)
    )
    try:
        assert ran.acquire(timeout=10)
        assert ran.acquire(timeout=10)
    finally:
        scheduler.shutdown(wait=True)


def test_no_tick_runs_while_the_clock_is_not_believed() -> None:
    clock = FakeClock()
    looked = threading.Semaphore(0)

    class Jumping(SteadyClock):
        def believed(self) -> bool:
            looked.release()
            return False

    ran: list[int] = []
    scheduler = start_scheduler(
        lambda: ran.append(1), steady=Jumping(clock, lambda: 0.0), every=timedelta(milliseconds=20)
    )
    try:
        assert looked.acquire(timeout=10)
        assert looked.acquire(timeout=10)
    finally:
        scheduler.shutdown(wait=True)
    assert ran == []
