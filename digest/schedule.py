"""When things run; never what they do.

APScheduler's cron jobs lose a day after a spring change, fire twice in repeated hours and sleep
through suspend. So it runs one tick every 30 seconds, and the tick asks the database: is an edition
due, and missing? Truth is the unique row, never the timer; two schedulers started by mistake are harmless.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from digest.log import fields
from digest.ports import Clock

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=30)
JUMP = timedelta(minutes=2)


@dataclass(slots=True)
class SteadyClock:
    """Believe a clock only while it moves as fast as time does.

    A clock that jumped (set wrongly, a machine resumed) is believed again once two looks agree.
    """

    clock: Clock
    monotonic: Callable[[], float]
    _last: tuple[datetime, float] | None = None

    def believed(self) -> bool:
        """Look at the clock; say whether it moved since the last look as it should have."""
        now, steady = self.clock(), self.monotonic()
        last, self._last = self._last, (now, steady)
        if last is None:
            return True
        drift = (now - last[0]) - timedelta(seconds=steady - last[1])
        if abs(drift) <= JUMP:
            return True
        log.warning("clock.jumped %s", fields(by=drift))
        return False


def start_scheduler(
    tick: Callable[[], None], *, steady: SteadyClock, every: timedelta = EVERY
) -> BackgroundScheduler:
    """Start calling `tick` in a thread, now and then every `every`; shut the result down to end it.

    A tick that takes longer than `every` is not started a second time; one that raises is logged and
    the next one runs all the same.
    """

    def guarded() -> None:
        if not steady.believed():
            return
        try:
            tick()
        except Exception:
            # The service must outlive one bad morning: it is logged, and the next tick asks again.
            log.exception("tick.failed")

    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        guarded,
        "interval",
        seconds=every.total_seconds(),
        next_run_time=datetime.now(UTC),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    return scheduler
