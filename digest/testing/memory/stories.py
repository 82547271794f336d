"""Articles and editions in memory."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date, datetime
from typing import Any

from digest.errors import IllegalMove
from digest.model.article import Article, FiledArticle
from digest.model.delivery import OPEN_STATES
from digest.model.edition import (
    EDITION_MOVES,
    Edition,
    EditionState,
    FiledEdition,
    PrintedEdition,
    check_edition_move,
)
from digest.ports import FilingResult, SourceHealth, SourceMemory
from digest.testing.memory.shelves import Store, locked


class MemoryArticles(Store):
    """An `ArticleStore` in memory."""

    @locked
    def file(self, article: Article, *, fingerprint: str, now: datetime) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one replaces the older version."""
        shelves = self._shelves
        known = self._known(article.source, article.guid)
        if known is not None and shelves.fingerprints[known.id] == fingerprint:
            return FilingResult(id=known.id, is_new=False, is_changed=False)
        key = known.id if known else len(shelves.articles) + 1
        first_seen = known.first_seen if known else now
        shelves.articles[key] = FiledArticle(id=key, first_seen=first_seen, article=article)
        shelves.article_ids[article.source, article.guid] = key
        shelves.fingerprints[key] = fingerprint
        return FilingResult(id=key, is_new=known is None, is_changed=known is not None)

    @locked
    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the newest version of this article already has this fingerprint."""
        known = self._known(source, guid)
        return known is not None and self._shelves.fingerprints[known.id] == fingerprint

    @locked
    def seen_between(self, after: datetime | None, until: datetime) -> tuple[FiledArticle, ...]:
        """Return the articles first seen after `after` (exclusive) up to `until`, in that order."""
        seen = sorted(self._shelves.articles.values(), key=lambda filed: (filed.first_seen, filed.id))
        return tuple(f for f in seen if f.first_seen <= until and (after is None or f.first_seen > after))

    @locked
    def get(self, article_id: int) -> FiledArticle | None:
        """Return an article's newest version."""
        return self._shelves.articles.get(article_id)

    @locked
    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        since: dict[str, datetime] = {}
        for filed in self._shelves.articles.values():
            source = filed.article.source
            since[source] = min(since.get(source, filed.first_seen), filed.first_seen)
        return since

    @locked
    def memory_of(self, source: str) -> SourceMemory:
        """Return what a source remembers; nothing at its first reading."""
        return self._shelves.memories.get(source, SourceMemory())

    @locked
    def remember(self, source: str, memory: SourceMemory, *, now: datetime) -> None:
        """Keep what a source remembers, after a success."""
        self._shelves.memories[source] = memory
        self._shelves.health[source] = SourceHealth(name=source, last_success=now)

    @locked
    def note_trouble(self, source: str, trouble: str, *, now: datetime) -> None:  # noqa: ARG002 - the port's
        """Keep why a source could not be read, until it can be read again."""
        known = self._shelves.health.get(source, SourceHealth(name=source))
        self._shelves.health[source] = dataclasses.replace(known, last_error=trouble)

    @locked
    def health(self) -> tuple[SourceHealth, ...]:
        """Return how every source that was ever read has been doing, by name."""
        counts = Counter(filed.article.source for filed in self._shelves.articles.values())
        known = sorted(self._shelves.health.values(), key=lambda one: one.name)
        return tuple(dataclasses.replace(one, articles=counts[one.name]) for one in known)

    def _known(self, source: str, guid: str) -> FiledArticle | None:
        return self._shelves.articles.get(self._shelves.article_ids.get((source, guid), 0))


class MemoryEditions(Store):
    """An `EditionStore` in memory."""

    @locked
    def get(self, newsletter: str, day: date) -> FiledEdition | None:
        """Return a newsletter's edition of a day."""
        return next((filed for filed in self._of(newsletter) if filed.edition.day == day), None)

    @locked
    def by_id(self, edition_id: int) -> FiledEdition | None:
        """Return an edition by its id."""
        return self._shelves.editions.get(edition_id)

    @locked
    def save(self, edition: Edition) -> FiledEdition:
        """Insert or replace the day's edition; raises `IllegalMove` once it is published or skipped."""
        if edition.state is EditionState.PUBLISHED:
            raise IllegalMove("an edition becomes published by publishing it, with its printed form")
        return self._write(edition)

    @locked
    def publish(
        self, edition: Edition, printed: PrintedEdition, *, now: datetime, expires_at: datetime
    ) -> FiledEdition:
        """Freeze content, hash and state; raises `IllegalMove` if already frozen."""
        published = dataclasses.replace(edition, state=EditionState.PUBLISHED)
        return self._write(published, printed=printed, published_at=now, expires_at=expires_at)

    @locked
    def high_water(self, newsletter: str, *, before: date) -> datetime | None:
        """Return the newest high-water mark of the published editions before a day."""
        published = [filed.edition for filed in self._of(newsletter) if filed.printed]
        return max((e.high_water for e in published if e.high_water and e.day < before), default=None)

    @locked
    def latest(self, newsletter: str, *, published_only: bool = False) -> FiledEdition | None:
        """Return the edition of the newest day."""
        return next((filed for filed in self._of(newsletter) if filed.printed or not published_only), None)

    @locked
    def recent(self, newsletter: str, *, limit: int) -> tuple[FiledEdition, ...]:
        """Return published editions, the newest first."""
        return tuple(filed for filed in self._of(newsletter) if filed.printed)[:limit]

    @locked
    def open_editions(self, *, now: datetime) -> tuple[FiledEdition, ...]:  # noqa: ARG002 - the port's
        """Return published editions that still have deliveries to do, oldest first."""
        waiting = {
            row.delivery.edition_id
            for row in self._shelves.deliveries.values()
            if row.delivery.state in OPEN_STATES
        }
        published = [filed for filed in self._shelves.editions.values() if filed.printed]
        unfinished = [filed for filed in published if not filed.snapshot_done or filed.id in waiting]
        return tuple(sorted(unfinished, key=lambda filed: (filed.edition.day, filed.id)))

    @locked
    def pause(self, edition_id: int, why: str) -> None:
        """Rest (or, with an empty reason, resume) the sending of an edition."""
        if filed := self._shelves.editions.get(edition_id):
            self._shelves.editions[edition_id] = dataclasses.replace(filed, paused=why)

    def _of(self, newsletter: str) -> list[FiledEdition]:
        ours = [filed for filed in self._shelves.editions.values() if filed.edition.newsletter == newsletter]
        return sorted(ours, key=lambda filed: filed.edition.day, reverse=True)

    def _write(self, edition: Edition, **frozen: Any) -> FiledEdition:
        there = self.get(edition.newsletter, edition.day)
        if there is None:
            filed = FiledEdition(id=len(self._shelves.editions) + 1, edition=edition, **frozen)
        elif there.edition == edition and EDITION_MOVES[edition.state]:
            return there
        else:
            check_edition_move(there.edition.state, edition.state)
            filed = dataclasses.replace(there, edition=edition, **frozen)
        self._shelves.editions[filed.id] = filed
        return filed
