"""Articles and sources in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime, timedelta

from digest.model.article import Article, FiledArticle
from digest.model.change import Change, ChangeKind, changes_between
from digest.model.identity import is_same_article
from digest.model.source import SourceHealth
from digest.ports import FilingResult, Hub, Reading, SourceMemory
from digest.testing.memory.shelves import Store, locked


class MemoryArticles(Store):
    """An `ArticleStore` in memory."""

    @locked
    def file(
        self, article: Article, *, fingerprint: str, now: datetime, listed: Collection[str] = ()
    ) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one gets a further version."""
        known = self._known(article.source, article.guid) or self._twin(article, listed)
        if known is not None:
            return self._revise(known, article, fingerprint=fingerprint, now=now)
        shelves = self._shelves
        key = len(shelves.articles) + 1
        shelves.articles[key] = FiledArticle(id=key, first_seen=now, article=article)
        shelves.article_versions[key] = ((now, article),)
        shelves.fingerprints[key] = fingerprint
        return FilingResult(id=key, is_new=True)

    @locked
    def find(self, source: str, guid: str) -> FiledArticle | None:
        """Return the newest version of a source's article."""
        return self._known(source, guid)

    @locked
    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the source last listed this article with this fingerprint."""
        known = self._known(source, guid)
        return known is not None and self._shelves.fingerprints[known.id] == fingerprint

    @locked
    def amend(self, article_id: int, article: Article, *, now: datetime) -> FilingResult:
        """Keep what a second look at an article found, as a further version if it differs."""
        known = self._shelves.articles[article_id]
        return self._revise(known, article, fingerprint=self._shelves.fingerprints[article_id], now=now)

    @locked
    def withdraw(self, article_id: int, *, why: str, now: datetime) -> bool:
        """Note that the paper took an article back; False if that was known."""
        known = self._shelves.articles.get(article_id)
        if known is None or known.withdrawn_at is not None:
            return False
        self._shelves.articles[article_id] = dataclasses.replace(known, withdrawn_at=now)
        self._note(Change(article_id=article_id, kind=ChangeKind.WITHDRAWN, at=now, after=why))
        return True

    @locked
    def withdrawn(self, source: str, guids: Collection[str]) -> tuple[FiledArticle, ...]:
        """Return those of the listed articles of a source that count as withdrawn."""
        return tuple(
            filed
            for filed in self._shelves.articles.values()
            if filed.withdrawn_at and filed.article.source == source and filed.article.guid in guids
        )

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
    def versions(self, article_id: int) -> tuple[tuple[datetime, Article], ...]:
        """Return every version of an article and when it was seen, the oldest first."""
        return self._shelves.article_versions.get(article_id, ())

    @locked
    def changes_since(self, after: datetime | None) -> tuple[Change, ...]:
        """Return what happened to articles after an instant (exclusive), the oldest first."""
        changes = sorted(self._shelves.changes.items(), key=lambda item: (item[1].at, item[0]))
        return tuple(change for _, change in changes if after is None or change.at > after)

    @locked
    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        since: dict[str, datetime] = {}
        for filed in self._shelves.articles.values():
            source = filed.article.source
            since[source] = min(since.get(source, filed.first_seen), filed.first_seen)
        return since

    def _known(self, source: str, guid: str) -> FiledArticle | None:
        kept = self._shelves.articles.values()
        return next((f for f in kept if (f.article.source, f.article.guid) == (source, guid)), None)

    def _twin(self, article: Article, listed: Collection[str]) -> FiledArticle | None:
        gone = (
            filed
            for filed in sorted(self._shelves.articles.values(), key=lambda filed: -filed.id)
            if listed and filed.article.source == article.source and filed.article.guid not in listed
        )
        return next((filed for filed in gone if is_same_article(filed.article, article)), None)

    def _revise(
        self, known: FiledArticle, article: Article, *, fingerprint: str, now: datetime
    ) -> FilingResult:
        changes = changes_between(known.article, article, article_id=known.id, now=now)
        first_seen = known.first_seen
        if known.withdrawn_at is not None:
            first_seen = now
            changes = (*changes, Change(article_id=known.id, kind=ChangeKind.RESTORED, at=now))
        shelves = self._shelves
        shelves.articles[known.id] = FiledArticle(id=known.id, first_seen=first_seen, article=article)
        shelves.fingerprints[known.id] = fingerprint
        if article != known.article:
            shelves.article_versions[known.id] = (*shelves.article_versions[known.id], (now, article))
        for change in changes:
            self._note(change)
        return FilingResult(id=known.id, changes=changes)

    def _note(self, change: Change) -> None:
        self._shelves.changes[len(self._shelves.changes) + 1] = change


class MemorySources(Store):
    """A `SourceStore` in memory."""

    @locked
    def memory_of(self, source: str) -> SourceMemory:
        """Return what a source remembers; nothing at its first reading."""
        return self._shelves.memories.get(source, SourceMemory())

    @locked
    def remember(self, source: str, reading: Reading, *, now: datetime) -> None:
        """Keep a successful reading's memory, troubles and hub; an unchanged one keeps earlier troubles."""
        self._shelves.memories[source] = reading.memory
        known = self._health_of(source)
        troubles = known.troubles if reading.unchanged else reading.troubles
        self._shelves.health[source] = dataclasses.replace(
            known, last_success=now, last_error="", rests_until=None, troubles=troubles
        )
        if not reading.unchanged:
            hub, asked = self._shelves.hubs.get(source, (None, None))
            self._shelves.hubs[source] = (reading.hub, asked if hub == reading.hub else None)

    @locked
    def note_trouble(
        self, source: str, trouble: str, *, now: datetime, rests_until: datetime | None = None
    ) -> None:
        """Keep why a source could not be read, and how long its site asks us to wait."""
        self._shelves.health[source] = dataclasses.replace(
            self._health_of(source), last_error=trouble, last_error_at=now, rests_until=rests_until
        )

    @locked
    def health(self, *, now: datetime) -> tuple[SourceHealth, ...]:
        """Return how every source that was ever read has been doing, by name."""
        found = []
        for known in sorted(self._shelves.health.values(), key=lambda one: one.name):
            seen = [f.first_seen for f in self._shelves.articles.values() if f.article.source == known.name]
            newest = max(seen, default=now)
            begin = max(newest - timedelta(days=14), min(seen) + timedelta(hours=1)) if seen else now
            days = max((newest - begin) / timedelta(days=1), 1.0)
            rate = round(sum(moment > begin for moment in seen) / days, 2)
            found.append(
                dataclasses.replace(known, articles=len(seen), last_new=max(seen, default=None), per_day=rate)
            )
        return tuple(found)

    @locked
    def hub_of(self, source: str) -> tuple[Hub, datetime | None] | None:
        """Return a source's hub and when it was last asked to tell us of news; None without one."""
        hub, asked = self._shelves.hubs.get(source, (None, None))
        return (hub, asked) if hub else None

    @locked
    def note_hub_asked(self, source: str, *, now: datetime) -> None:
        """Note that a source's hub was asked to tell us of news."""
        self._shelves.hubs[source] = (self._shelves.hubs.get(source, (None, None))[0], now)

    @locked
    def nudge(self, source: str, *, now: datetime) -> None:
        """Note that a hub says there is news."""
        self._shelves.health.setdefault(source, SourceHealth(name=source))
        self._shelves.nudges[source] = now

    @locked
    def nudged(self) -> frozenset[str]:
        """Return the sources with news that were not read since."""
        waiting = set()
        for source, at in self._shelves.nudges.items():
            known = self._health_of(source)
            read = [moment for moment in (known.last_success, known.last_error_at) if moment is not None]
            if all(moment < at for moment in read):
                waiting.add(source)
        return frozenset(waiting)

    def _health_of(self, source: str) -> SourceHealth:
        return self._shelves.health.get(source, SourceHealth(name=source))
