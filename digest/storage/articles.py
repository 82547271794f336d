"""Articles, their versions, and what happened to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from digest.model.article import Article, FiledArticle
from digest.model.change import Change, ChangeKind, changes_between
from digest.model.identity import is_same_article, likeness
from digest.model.links import same_link
from digest.ports import FilingResult
from digest.storage import documents
from digest.storage.connection import Database, insert_new
from digest.storage.tables import article_changes, article_versions, articles

_NEWEST = articles.join(
    article_versions,
    and_(
        article_versions.c.article_id == articles.c.id,
        article_versions.c.version == articles.c.version,
    ),
)
_FILED = select(
    articles.c.id, articles.c.first_seen, articles.c.withdrawn_at, article_versions.c.document
).select_from(_NEWEST)
_KNOWN = select(
    articles.c.id,
    articles.c.guid,
    articles.c.version,
    articles.c.withdrawn_at,
    article_versions.c.fingerprint,
    article_versions.c.document,
).select_from(_NEWEST)
_MOST_TWINS = 5


class SqlArticles:
    """The articles of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def file(
        self, article: Article, *, fingerprint: str, now: datetime, listed: Collection[str] = ()
    ) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one gets a further version.

        An unknown guid takes over the article of its source that agrees with it in two of link, headline
        and time, and whose guid is not among those `listed` any more. A withdrawn one is restored.
        """
        with self._database.write() as connection:
            known = self._known(connection, article) or self._twin(connection, article, listed)
            if known is None:
                fresh = insert_new(
                    connection,
                    articles,
                    source=article.source,
                    guid=article.guid,
                    first_seen=now,
                    version=1,
                    **_keys(article),
                )
                if fresh is not None:
                    self._keep_version(connection, fresh, 1, article, fingerprint=fingerprint, now=now)
                    return FilingResult(id=fresh, is_new=True)
                known = self._known(connection, article)
                assert known is not None  # noqa: S101 # somebody else has just filed it
            return self._revise(connection, known, article, fingerprint=fingerprint, now=now)

    def find(self, source: str, guid: str) -> FiledArticle | None:
        """Return the newest version of a source's article."""
        wanted = _FILED.where(articles.c.source == source, articles.c.guid == guid)
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        return _filed(row) if row else None

    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the source last listed this article with this fingerprint."""
        wanted = (
            select(article_versions.c.fingerprint)
            .select_from(_NEWEST)
            .where(articles.c.source == source, articles.c.guid == guid)
        )
        with self._database.read() as connection:
            return bool(connection.scalar(wanted) == fingerprint)

    def amend(self, article_id: int, article: Article, *, now: datetime) -> FilingResult:
        """Keep what a second look at an article found, as a further version if it differs."""
        with self._database.write() as connection:
            known = connection.execute(_KNOWN.where(articles.c.id == article_id).with_for_update()).one()
            return self._revise(connection, known, article, fingerprint=known.fingerprint, now=now)

    def withdraw(self, article_id: int, *, why: str, now: datetime) -> bool:
        """Note that the paper took an article back; False if that was known."""
        with self._database.write() as connection:
            done = connection.execute(
                update(articles)
                .where(articles.c.id == article_id, articles.c.withdrawn_at.is_(None))
                .values(withdrawn_at=now)
            )
            if done.rowcount:
                change = Change(article_id=article_id, kind=ChangeKind.WITHDRAWN, at=now, after=why)
                _note_changes(connection, (change,))
            return bool(done.rowcount)

    def withdrawn(self, source: str, guids: Collection[str]) -> tuple[FiledArticle, ...]:
        """Return those of the listed articles of a source that count as withdrawn."""
        wanted = _FILED.where(articles.c.source == source, articles.c.withdrawn_at.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(articles.c.id)).all()
        return tuple(filed for filed in map(_filed, rows) if filed.article.guid in guids)

    def seen_between(self, after: datetime | None, until: datetime) -> tuple[FiledArticle, ...]:
        """Return the newest versions of articles first seen after `after` (exclusive) up to `until`."""
        wanted = _FILED.where(articles.c.first_seen <= until)
        if after is not None:
            wanted = wanted.where(articles.c.first_seen > after)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(articles.c.first_seen, articles.c.id)).all()
        return tuple(_filed(row) for row in rows)

    def get(self, article_id: int) -> FiledArticle | None:
        """Return an article's newest version."""
        with self._database.read() as connection:
            row = connection.execute(_FILED.where(articles.c.id == article_id)).one_or_none()
        return _filed(row) if row else None

    def versions(self, article_id: int) -> tuple[tuple[datetime, Article], ...]:
        """Return every version of an article and when it was seen, the oldest first."""
        wanted = select(article_versions.c.seen_at, article_versions.c.document).where(
            article_versions.c.article_id == article_id
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(article_versions.c.version)).all()
        return tuple((row.seen_at, documents.load_article(row.document)) for row in rows)

    def changes_since(self, after: datetime | None) -> tuple[Change, ...]:
        """Return what happened to articles after an instant (exclusive), the oldest first."""
        wanted = select(article_changes)
        if after is not None:
            wanted = wanted.where(article_changes.c.at > after)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(article_changes.c.at, article_changes.c.id)).all()
        return tuple(
            Change(
                article_id=row.article_id,
                kind=ChangeKind(row.kind),
                at=row.at,
                before=row.before,
                after=row.after,
            )
            for row in rows
        )

    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        earliest = func.min(articles.c.first_seen).label("since")
        wanted = select(articles.c.source, earliest).group_by(articles.c.source)
        with self._database.read() as connection:
            return {row.source: row.since for row in connection.execute(wanted)}

    def _known(self, connection: Connection, article: Article) -> Any:
        # The row is locked before its version is looked at, so that nobody adds one in between.
        wanted = _KNOWN.where(articles.c.source == article.source, articles.c.guid == article.guid)
        return connection.execute(wanted.with_for_update(of=articles)).one_or_none()

    def _twin(self, connection: Connection, article: Article, listed: Collection[str]) -> Any:
        """Return the article's own row under the guid it had before; None without one."""
        if not listed:
            return None
        keys = _keys(article)
        alike = [articles.c[name] == keys[name] for name in ("link", "likeness") if keys[name]]
        if not alike:
            return None
        wanted = _KNOWN.where(articles.c.source == article.source, or_(*alike)).order_by(articles.c.id.desc())
        for row in connection.execute(wanted.limit(_MOST_TWINS).with_for_update(of=articles)):
            if row.guid not in listed and is_same_article(documents.load_article(row.document), article):
                return row
        return None

    def _revise(
        self, connection: Connection, known: Any, article: Article, *, fingerprint: str, now: datetime
    ) -> FilingResult:
        """Keep a further look at a known article: a version if it differs, its keys, its changes."""
        older = documents.load_article(known.document)
        changes = changes_between(older, article, article_id=known.id, now=now)
        values: dict[str, Any] = {"guid": article.guid, **_keys(article)}
        if known.withdrawn_at is not None:
            values |= {"withdrawn_at": None, "first_seen": now}
            changes = (*changes, Change(article_id=known.id, kind=ChangeKind.RESTORED, at=now))
        if older != article:
            values["version"] = known.version + 1
            self._keep_version(
                connection, known.id, known.version + 1, article, fingerprint=fingerprint, now=now
            )
        elif known.fingerprint != fingerprint:
            connection.execute(
                update(article_versions)
                .where(article_versions.c.article_id == known.id, article_versions.c.version == known.version)
                .values(fingerprint=fingerprint)
            )
        connection.execute(update(articles).where(articles.c.id == known.id).values(**values))
        _note_changes(connection, changes)
        return FilingResult(id=known.id, changes=changes)

    @staticmethod
    def _keep_version(
        connection: Connection,
        article_id: int,
        version: int,
        article: Article,
        *,
        fingerprint: str,
        now: datetime,
    ) -> None:
        connection.execute(
            insert(article_versions).values(
                article_id=article_id,
                version=version,
                fingerprint=fingerprint,
                document=documents.dump(article),
                seen_at=now,
            )
        )


def _keys(article: Article) -> dict[str, str | None]:
    """Return the columns by which an article is found again."""
    link = same_link(article.url) if article.url else None
    return {"url": article.url, "link": link, "likeness": likeness(article)}


def _note_changes(connection: Connection, changes: Sequence[Change]) -> None:
    if changes:
        connection.execute(insert(article_changes), [dataclasses.asdict(change) for change in changes])


def _filed(row: Any) -> FiledArticle:
    return FiledArticle(
        id=row.id,
        first_seen=row.first_seen,
        article=documents.load_article(row.document),
        withdrawn_at=row.withdrawn_at,
    )
