"""When two articles of one source are the same one, and when one guid stands for two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from digest.model.article import Article
from digest.model.links import same_link

_AGREEING = 2
_RUN = 4
_ISSUE = timedelta(days=1)
"""A column that comes back under the same link and headline so much later is a new piece."""


def likeness(article: Article) -> str | None:
    """Return a hash of headline and time, which two articles hardly share; None without a time."""
    if article.published_at is None:
        return None
    written = f"{_headline(article)}\n{article.published_at.isoformat()}"
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:32]


def is_same_article(one: Article, other: Article) -> bool:
    """Say whether two articles of one source are the same one under another guid.

    Two of three must agree: link, headline, time of publication. One alone is not enough: today's
    crossword has yesterday's link, a weekly column its headline, a batch of stories one time. Nor are
    link and headline if the times lie more than a day apart: that is the next briefing.
    """
    if (gap := _gap(one, other)) is not None and gap > _ISSUE:
        return False
    agree = (
        one.url is not None and other.url is not None and same_link(one.url) == same_link(other.url),
        _headline(one) == _headline(other),
        one.published_at is not None and one.published_at == other.published_at,
    )
    return sum(agree) >= _AGREEING


def is_other_article(old: Article, new: Article) -> bool:
    """Say whether an article under a known guid is another one than before: some feeds use guids again.

    Nothing agrees: not the link, the headline, the time, nor a third of the shorter text.
    """
    links = (same_link(one.url) if one.url else None for one in (old, new))
    facts = ((*links,), (_headline(old), _headline(new)), (old.published_at, new.published_at))
    if any(one is not None and one == other for one, other in facts):
        return False
    return not _share_text(old, new)


def is_rewritten(old: Article, new: Article) -> bool:
    """Say whether an article became another: no word of its headline is left, nor a third of its text."""
    return not set(_headline(old).split()) & set(_headline(new).split()) and not _share_text(old, new)


def told_apart(article: Article) -> Article:
    """Return the article under a guid of its own, for sources that give several articles the same."""
    written = f"{article.headline}\n{article.published_at}".encode("utf-8", "replace")
    return replace(article, guid=f"{article.guid[:900]}#{hashlib.sha256(written).hexdigest()[:32]}")


def _gap(one: Article, other: Article) -> timedelta | None:
    times = [article.published_at for article in (one, other)]
    moments = [time for time in times if isinstance(time, datetime)]
    return abs(moments[0] - moments[1]) if len(moments) == 2 else None  # noqa: PLR2004 # both


def _share_text(one: Article, other: Article) -> bool:
    ours, theirs = (set(_runs(article.text)) for article in (one, other))
    return 3 * len(ours & theirs) >= min(len(ours), len(theirs)) > 0


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = text.casefold().split()
    return (tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _headline(article: Article) -> str:
    return " ".join(article.headline.casefold().split())
