"""When two articles of one source are the same one."""

from __future__ import annotations

import hashlib

from digest.model.article import Article
from digest.model.links import same_link

_AGREEING = 2


def likeness(article: Article) -> str | None:
    """Return a hash of headline and time, which two articles hardly share; None without a time."""
    if article.published_at is None:
        return None
    written = f"{_headline(article)}\n{article.published_at.isoformat()}"
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:32]


def is_same_article(one: Article, other: Article) -> bool:
    """Say whether two articles of one source are the same one under another guid.

    Two of three must agree: link, headline, time of publication. One alone is not enough: today's
    crossword has yesterday's link, a weekly column its headline, a batch of stories one time.
    """
    agree = (
        one.url is not None and other.url is not None and same_link(one.url) == same_link(other.url),
        _headline(one) == _headline(other),
        one.published_at is not None and one.published_at == other.published_at,
    )
    return sum(agree) >= _AGREEING


def _headline(article: Article) -> str:
    return " ".join(article.headline.casefold().split())
