"""Watch: what editors should know of their sources before readers ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from digest.model.change import ChangeKind
from digest.model.finding import Finding, Severity
from digest.model.source import SourceHealth, Standing
from digest.ports import Storage

LOOK_BACK = timedelta(days=1)
MOST_TROUBLES = 20
"""So many single troubles of one source, or changes of articles, are named."""
WATCHED = {
    "source.failing": (Severity.SHOULD, "a source could not be read for hours"),
    "source.stale": (Severity.SHOULD, "a source can be read, but has brought nothing for unusually long"),
    "source.resting": (Severity.INFO, "a site asked us to wait"),
    "source.never": (Severity.INFO, "a source was never read"),
    "article.withdrawn": (Severity.INFO, "the paper took an article back within the last day"),
    "article.corrected": (Severity.INFO, "the paper corrected an article within the last day"),
    "source.trouble": (Severity.INFO, "a single article or picture of a source could not be used"),
}
"""What is watched for: each rule, how grave it is, and what it looks for."""


def watch_sources(names: Collection[str], *, storage: Storage, now: datetime) -> tuple[Finding, ...]:
    """Return what is wrong with the sources of these names, each by a rule of `WATCHED`."""
    known = {health.name: health for health in storage.sources.health(now=now)}
    return tuple(
        Finding(rule=rule, severity=WATCHED[rule][0], message=message)
        for name in names
        for rule, message in _judge(known.get(name, SourceHealth(name=name)), now)
    )


def watch_articles(*, storage: Storage, now: datetime) -> tuple[Finding, ...]:
    """Return what the paper did to its articles within the last day: each by a rule of `WATCHED`."""
    told = {ChangeKind.WITHDRAWN: "article.withdrawn", ChangeKind.CORRECTED: "article.corrected"}
    found = []
    for change in storage.articles.changes_since(now - LOOK_BACK):
        filed = storage.articles.get(change.article_id)
        if change.kind in told and filed is not None:
            rule = told[change.kind]
            message = f"{filed.article.headline}: {change.after}"
            found.append(Finding(rule=rule, severity=WATCHED[rule][0], message=message))
    return tuple(found[-MOST_TROUBLES:])


def _judge(health: SourceHealth, now: datetime) -> Iterator[tuple[str, str]]:
    name = health.name
    standing = health.standing(now)
    if standing is Standing.FAILING:
        since = f"since {_say(health.last_success)}" if health.last_success else "ever"
        yield "source.failing", f"{name} could not be read {since}: {health.last_error}"
    elif standing is Standing.STALE:
        usual = f"; usually {health.per_day:g} come a day" if health.per_day else ""
        yield (
            "source.stale",
            f"{name} has brought nothing since {_say(health.last_new)}{usual}; look at the site",
        )
    elif standing is Standing.RESTING:
        yield (
            "source.resting",
            f"{name} is not read until {_say(health.rests_until)}: its site asked us to wait",
        )
    elif standing is Standing.NEVER:
        yield "source.never", f"{name} was never read; run `digest collect`"
    for trouble in health.troubles[:MOST_TROUBLES]:
        yield "source.trouble", f"{name}: {trouble}"


def _say(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "its beginning"
