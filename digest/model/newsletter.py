"""A newsletter: a named product with its own readers, window, schedule and layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """What distinguishes one newsletter from another.

    `sections` is the order in which sections are printed; stories of other sections follow under the
    last. `weekdays` counts from Monday = 0. `first_window` is how far back the very first edition may
    reach, by the date an article was published, so that nobody is mailed the back catalogue. A summary has
    at most `summary_sentences` sentences, and `summary_words` words if that is not 0.
    """

    name: str = "daily"
    title: str = "The Daily"
    tagline: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    language: str = "en"
    send_at: time = time(6, 30)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    sections: tuple[str, ...] = ()
    max_stories: int = 14
    max_per_section: int = 4
    max_headlines: int = 10
    summary_sentences: int = 2
    summary_words: int = 0
    first_window: timedelta = timedelta(hours=36)
    catch_up: timedelta = timedelta(hours=4)
    expires_after: timedelta = timedelta(hours=18)
    approval: bool = False

    def due(self, day: date) -> datetime:
        """Return the instant, in UTC, at which the edition of a day is due.

        `send_at` is local time. Where clocks go back and the hour happens twice, the first pass counts;
        where they go forward and the time does not exist, the first instant after the gap.
        """
        wall = datetime.combine(day, self.send_at, tzinfo=self.zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return instant
        # A gap: one reading of the wall time lies before the jump, the other behind it. Halve until met.
        before, behind = sorted((instant, wall.replace(fold=1).astimezone(UTC)))
        offset = behind.astimezone(self.zone).utcoffset()
        while behind - before > timedelta(seconds=1):
            middle = (before + (behind - before) / 2).replace(microsecond=0)
            if middle.astimezone(self.zone).utcoffset() == offset:
                behind = middle
            else:
                before = middle
        return behind

    def is_due_on(self, day: date) -> bool:
        """Say whether there is an edition on this day of the week."""
        return day.weekday() in self.weekdays

    def today(self, now: datetime) -> date:
        """Return the local date of an instant."""
        return now.astimezone(self.zone).date()
