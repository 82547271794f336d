"""Freshen: minutes before an edition goes out, look at each of its stories again where it was published."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digest.errors import ArticleWithdrawn, SourceError
from digest.log import fields, one_line
from digest.model.article import Article, FiledArticle
from digest.model.edition import Edition
from digest.ports import Clock, MediaStore, Source, Storage
from digest.workflows.pictures import take_picture

log = logging.getLogger(__name__)
CHECKERS = 8
"""So many sources are asked side by side."""
CHECK_TIME = timedelta(seconds=60)
"""How long looking again may take in all: an edition is not held up by a slow site."""
FEW = 3
"""From so many stories on, a site that disowns more than half of them is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What looking again found: ids of stories that changed or were withdrawn, and what could not be told."""

    changed: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    troubles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether the edition must be made anew."""
        return bool(self.changed or self.withdrawn)


def freshen(
    edition: Edition, *, sources: Mapping[str, Source], storage: Storage, media: MediaStore, clock: Clock
) -> Freshness:
    """Look at every story of an edition again, and file what changed; slow sites are left after a minute.

    A story counts as withdrawn when its site says so twice. A site that disowns most of its stories at
    once has a fault of its own, and is not believed.
    """
    until = clock() + CHECK_TIME
    filed = [found for story in edition.stories if (found := storage.articles.get(story.article_id))]
    known = [(one, sources[one.article.source]) for one in filed if one.article.source in sources]
    answers = _ask_all(known, until=until, clock=clock)
    asked = Counter(one.article.source for one, _ in known)
    disowned = Counter(one.article.source for one, _ in known if _is_withdrawn(answers[one.id]))
    changed, withdrawn, troubles = [], [], []
    for one, source in known:
        answer, name = answers[one.id], one.article.source
        if isinstance(answer, ArticleWithdrawn):
            if asked[name] >= FEW and disowned[name] > asked[name] / 2:
                troubles.append(
                    f"{one.article.headline}: not believed to be withdrawn, since {name} disowns most"
                )
            elif storage.articles.withdraw(one.id, why=one_line(answer), now=clock()):
                withdrawn.append(one.id)
        elif isinstance(answer, SourceError):
            troubles.append(f"{one.article.headline}: {one_line(answer)}")
        else:
            pictured, trouble = answer, ""
            if clock() < until:
                pictured, trouble = take_picture(answer, source, media, known=one.article)
            troubles += [trouble] if trouble and one.article.image else []
            if storage.articles.amend(one.id, pictured, now=clock()).changes:
                changed.append(one.id)
    log.info(
        "edition.freshened %s",
        fields(
            newsletter=edition.newsletter,
            day=edition.day,
            stories=len(known),
            changed=len(changed),
            withdrawn=len(withdrawn),
            troubles=len(troubles),
        ),
    )
    return Freshness(changed=tuple(changed), withdrawn=tuple(withdrawn), troubles=tuple(troubles))


def _ask_all(
    known: Sequence[tuple[FiledArticle, Source]], *, until: datetime, clock: Clock
) -> dict[int, Article | SourceError]:
    """Return how each article stands; sources are asked side by side, so that none holds up another."""
    rows: dict[str, list[tuple[FiledArticle, Source]]] = {}
    for one, source in known:
        rows.setdefault(one.article.source, []).append((one, source))

    def ask_row(row: list[tuple[FiledArticle, Source]]) -> list[tuple[int, Article | SourceError]]:
        return [(one.id, _ask_twice(one, source, until=until, clock=clock)) for one, source in row]

    with ThreadPoolExecutor(max_workers=CHECKERS, thread_name_prefix="freshen") as pool:
        return {key: answer for answers in pool.map(ask_row, rows.values()) for key, answer in answers}


def _ask_twice(
    filed: FiledArticle, source: Source, *, until: datetime, clock: Clock
) -> Article | SourceError:
    """Ask a second time where the first answer is that the article is gone."""
    answer = _ask(filed, source, until=until, clock=clock)
    return (
        _ask(filed, source, until=datetime.max.replace(tzinfo=UTC), clock=clock)
        if _is_withdrawn(answer)
        else answer
    )


def _ask(filed: FiledArticle, source: Source, *, until: datetime, clock: Clock) -> Article | SourceError:
    if clock() >= until:
        return SourceError("there was no time to look at it again")
    try:
        return source.recheck(filed.article)
    except SourceError as error:
        return error
    except Exception as error:  # noqa: BLE001 - hostile input may break a parser in ways nobody listed
        return SourceError(f"looking again failed inside ({type(error).__name__}: {error})")


def _is_withdrawn(answer: Article | SourceError) -> bool:
    return isinstance(answer, ArticleWithdrawn)
