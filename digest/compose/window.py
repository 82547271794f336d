"""Choose which filed articles belong to an edition.

What counts is when we first saw an article, not the date it bears: dates are wrong, late and missing,
and an article filed a minute after an edition must be in the next. Dates decide only about the back
catalogue, which nobody wants in the mail: what is there when a source is first read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from digest.compose.wording import clean_line
from digest.model.article import Article, FiledArticle
from digest.model.edition import Decision, Fate
from digest.model.newsletter import Newsletter

FIRST_READING = timedelta(hours=1)
"""What was seen so soon after the first article of its source was there before we came."""
BACK_DATED = timedelta(days=7)
"""How far back the date of a newly seen article may lie; beyond, a site has published its archive anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The articles of one edition, those that were considered and left out, and the new high-water mark."""

    inside: tuple[FiledArticle, ...]
    left_out: tuple[Decision, ...]
    high_water: datetime | None


def choose_window(
    articles: Sequence[FiledArticle],
    newsletter: Newsletter,
    day: date,
    *,
    now: datetime,
    high_water: datetime | None,
    sources_since: Mapping[str, datetime] | None = None,
    printed: Mapping[int, date] | None = None,
) -> Window:
    """Return which articles belong to the edition of `day`, in the order of their ids.

    `sources_since` says when the first article of each source was seen; by default, what is considered
    tells. Considered is every article first seen after `high_water` (exclusive) up to `now`; each is either
    inside or left out with a reason, and the new mark is the newest of their `first_seen`. So two windows
    in a row share nothing and miss nothing.

    Left out is the back catalogue: of what came with the first reading of its source, all that was
    published more than `first_window` before the edition is due or the mark, or bears no date. What was
    seen later is new whatever its date says, up to `BACK_DATED`. A date in the future counts as
    published when seen: the paper has shown it already, and waiting would lose it. Left out too is what
    the paper has taken back, and what stood in an earlier edition (`printed`: article to day) and came
    back after it had been withdrawn.
    """
    considered = {
        filed.id: filed
        for filed in sorted(articles, key=lambda filed: (filed.id, filed.first_seen))
        if filed.first_seen <= now and (high_water is None or filed.first_seen > high_water)
    }
    first_of_source = dict(sources_since or {})
    for filed in considered.values():
        source = filed.article.source
        first_of_source[source] = min(first_of_source.get(source, filed.first_seen), filed.first_seen)
    due = newsletter.due(day)
    edge = due if high_water is None else min(due, high_water)
    inside: list[FiledArticle] = []
    left_out: list[Decision] = []
    for filed in considered.values():
        first_reading = filed.first_seen < first_of_source[filed.article.source] + FIRST_READING
        begin = edge - (
            newsletter.first_window if first_reading else max(BACK_DATED, newsletter.first_window)
        )
        earlier = (printed or {}).get(filed.id)
        if filed.withdrawn_at is not None:
            reason = f"withdrawn by the paper, seen {say_when(filed.withdrawn_at, newsletter.zone)}"
        elif earlier is not None:
            reason = f"it stood in the edition of {earlier.day} {earlier:%B %Y}"
        elif filed.article.published_at is None and first_reading:
            reason = "without a date, there already when its source was first read: back catalogue"
        elif not _is_within(filed, begin, newsletter.zone):
            reason = f"published before {say_when(begin, newsletter.zone)}: back catalogue"
        elif not filed.article.headline.strip():
            reason = "without a headline"
        else:
            inside.append(filed)
            continue
        left_out.append(_leave_out(filed, reason))
    return Window(
        inside=tuple(inside),
        left_out=tuple(left_out),
        high_water=max((filed.first_seen for filed in considered.values()), default=high_water),
    )


def effective_time(filed: FiledArticle, zone: tzinfo) -> datetime:
    """Return when an article counts as published: never later than when we saw it.

    A bare date counts from the start of that day in `zone`; no date at all, from when it was first seen.
    """
    published = filed.article.published_at
    if published is None:
        return filed.first_seen
    if not isinstance(published, datetime):
        published = datetime(published.year, published.month, published.day, tzinfo=zone)
    return min(published, filed.first_seen)


def say_when(instant: datetime, zone: tzinfo) -> str:
    """Return an instant in an editor's words: `13 April 2026, 06:30`."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _is_within(filed: FiledArticle, begin: datetime, zone: tzinfo) -> bool:
    published = filed.article.published_at
    if published is None or isinstance(published, datetime):
        return effective_time(filed, zone) >= begin
    return published >= begin.astimezone(zone).date()


def _leave_out(filed: FiledArticle, reason: str) -> Decision:
    return Decision(
        article_id=filed.id, headline=headline_of(filed.article), fate=Fate.LEFT_OUT, reason=reason
    )


def headline_of(article: Article) -> str:
    """Return an article's headline as one clean line, or its address where it has none."""
    return clean_line(article.headline) or article.url or article.guid
