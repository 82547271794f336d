"""What happened to an article after we first read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.article import Article


class ChangeKind(StrEnum):
    """How an article differs from what it was."""

    HEADLINE = "headline"
    UPDATED = "updated"
    CORRECTED = "corrected"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one article: `before` and `after` are headlines, addresses or a correction's words."""

    article_id: int
    kind: ChangeKind
    at: datetime
    before: str = ""
    after: str = ""


def changes_between(old: Article, new: Article, *, article_id: int, now: datetime) -> tuple[Change, ...]:
    """Return what an editor or reader would call a change between two versions, in order of weight.

    Pictures, sections and dates change for technical reasons and are none.
    """
    pairs = (
        (ChangeKind.CORRECTED, old.correction, new.correction, bool(new.correction)),
        (ChangeKind.HEADLINE, old.headline, new.headline, True),
        (ChangeKind.MOVED, old.url or "", new.url or "", bool(old.url and new.url)),
    )
    found = [
        Change(article_id=article_id, kind=kind, at=now, before=before, after=after)
        for kind, before, after, counts in pairs
        if counts and before != after
    ]
    if (old.subhead, old.byline, old.text) != (new.subhead, new.byline, new.text):
        found.append(Change(article_id=article_id, kind=ChangeKind.UPDATED, at=now))
    return tuple(found)
