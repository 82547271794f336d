"""A newsletter: a named product with its own readers, window, schedule and layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """What distinguishes one newsletter from another.

    `sections` is the order in which sections are printed; stories of other sections follow under the
    last. `weekdays` counts from Monday = 0. `first_window` is how far back the very first edition may
    reach, by the date an article was published, so that nobody is mailed the back catalogue.
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
    first_window: timedelta = timedelta(hours=36)
    catch_up: timedelta = timedelta(hours=4)
    expires_after: timedelta = timedelta(hours=18)
    approval: bool = False
