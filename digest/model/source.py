"""How a source has been doing, in figures and in one word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILING_AFTER = timedelta(hours=6)
"""So long without a success, and editors are told."""
QUIET_AT_LEAST = timedelta(days=3)
"""No source counts as stale sooner: papers rest at weekends."""
QUIET_GAPS = 4
"""So many times the usual gap between two articles makes a source stale."""


class Standing(StrEnum):
    """How a source stands."""

    NEVER = "never read"
    WELL = "well"
    RESTING = "resting"
    FAILING = "failing"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source has been doing.

    `last_new` is when the newest article came, `per_day` how many came a day in the fortnight before,
    `rests_until` when the site lets us ask again, `troubles` what was odd at the last reading.
    """

    name: str
    last_success: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None
    articles: int = 0
    last_new: datetime | None = None
    per_day: float = 0.0
    rests_until: datetime | None = None
    troubles: tuple[str, ...] = ()

    def standing(self, now: datetime) -> Standing:
        """Say in one word how the source stands.

        Failing is one whose last reading failed and whose last success is long ago; stale is one that can
        be read but has brought nothing for much longer than it usually does.
        """
        if self.rests_until is not None and now < self.rests_until:
            return Standing.RESTING
        if self.last_error and (self.last_success is None or now - self.last_success > FAILING_AFTER):
            return Standing.FAILING
        if self.last_success is None:
            return Standing.NEVER
        if self.last_new is not None and now - self.last_new > self.patience:
            return Standing.STALE
        return Standing.WELL

    @property
    def patience(self) -> timedelta:
        """How long this source may bring nothing before somebody should look."""
        if not self.per_day:
            return QUIET_AT_LEAST
        return max(QUIET_AT_LEAST, QUIET_GAPS * timedelta(days=1) / self.per_day)
