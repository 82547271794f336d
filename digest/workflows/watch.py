"""Watch: what editors should know of their sources before readers ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from digest.model.finding import Finding, Severity
from digest.model.source import SourceHealth, Standing
from digest.ports import Storage

MOST_TROUBLES = 20
"""So many single troubles of one source are named."""


def watch_sources(names: Collection[str], *, storage: Storage, now: datetime) -> tuple[Finding, ...]:
    """Return what is wrong with the sources of these names: failing, stale, resting, single troubles."""
    known = {health.name: health for health in storage.sources.health(now=now)}
    return tuple(
        finding for name in names for finding in _judge(known.get(name, SourceHealth(name=name)), now)
    )


def _judge(health: SourceHealth, now: datetime) -> Iterator[Finding]:
    standing = health.standing(now)
    if standing is Standing.FAILING:
        since = f"since {_day(health.last_success)}" if health.last_success else "ever"
        message = f"{health.name} could not be read {since}: {health.last_error}"
        yield Finding(rule="source.failing", severity=Severity.SHOULD, message=message)
    elif standing is Standing.STALE:
        usual = f"; usually {health.per_day:g} come a day" if health.per_day else ""
        message = f"{health.name} has brought nothing since {_day(health.last_new)}{usual}; look at the site"
        yield Finding(rule="source.stale", severity=Severity.SHOULD, message=message)
    elif standing is Standing.RESTING:
        message = f"{health.name} is not read until {_day(health.rests_until)}: its site asked us to wait"
        yield Finding(rule="source.resting", severity=Severity.INFO, message=message)
    elif standing is Standing.NEVER:
        message = f"{health.name} was never read; run `digest collect`"
        yield Finding(rule="source.never", severity=Severity.INFO, message=message)
    for trouble in health.troubles[:MOST_TROUBLES]:
        yield Finding(rule="source.trouble", severity=Severity.INFO, message=f"{health.name}: {trouble}")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "its beginning"
