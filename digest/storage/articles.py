"""Articles, their versions, and what their sources remember."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, update

from digest.model.article import Article, FiledArticle
from digest.ports import FilingResult, SourceHealth, SourceMemory
from digest.storage import documents
from digest.storage.connection import Database, insert_new
from digest.storage.tables import article_versions, articles, sources

_NEWEST = articles.join(
    article_versions,
    and_(
        article_versions.c.article_id == articles.c.id,
        article_versions.c.version == articles.c.version,
    ),
)
_FILED = select(articles.c.id, articles.c.first_seen, article_versions.c.document).select_from(_NEWEST)


class SqlArticles:
    """The articles of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def file(self, article: Article, *, fingerprint: str, now: datetime) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one gets a further version."""
        with self._database.write() as connection:
            fresh = insert_new(
                connection,
                articles,
                source=article.source,
                guid=article.guid,
                url=article.url,
                first_seen=now,
                version=1,
            )
            if fresh is not None:
                self._keep_version(connection, fresh, 1, article, fingerprint=fingerprint, now=now)
                return FilingResult(id=fresh, is_new=True, is_changed=False)
            # The row is locked before its version is looked up, so that nobody adds one in between.
            known = connection.execute(
                select(articles.c.id, articles.c.version)
                .where(articles.c.source == article.source, articles.c.guid == article.guid)
                .with_for_update()
            ).one()
            if connection.scalar(_fingerprint_of(article.source, article.guid)) == fingerprint:
                return FilingResult(id=known.id, is_new=False, is_changed=False)
            version = known.version + 1
            self._keep_version(connection, known.id, version, article, fingerprint=fingerprint, now=now)
            connection.execute(
                update(articles).where(articles.c.id == known.id).values(url=article.url, version=version)
            )
            return FilingResult(id=known.id, is_new=False, is_changed=True)

    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the newest version of this article already has this fingerprint."""
        with self._database.read() as connection:
            return bool(connection.scalar(_fingerprint_of(source, guid)) == fingerprint)

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

    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        earliest = func.min(articles.c.first_seen).label("since")
        wanted = select(articles.c.source, earliest).group_by(articles.c.source)
        with self._database.read() as connection:
            return {row.source: row.since for row in connection.execute(wanted)}

    def memory_of(self, source: str) -> SourceMemory:
        """Return what a source remembers; nothing at its first reading."""
        wanted = select(sources.c.etag, sources.c.last_modified).where(sources.c.name == source)
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        return SourceMemory(etag=row.etag, last_modified=row.last_modified) if row else SourceMemory()

    def remember(self, source: str, memory: SourceMemory, *, now: datetime) -> None:
        """Keep what a source remembers, after a success."""
        self._note(
            source,
            etag=memory.etag,
            last_modified=memory.last_modified,
            last_success=now,
            last_error="",
        )

    def note_trouble(self, source: str, trouble: str, *, now: datetime) -> None:
        """Keep why a source could not be read, until it can be read again."""
        self._note(source, last_error=trouble, last_error_at=now)

    def health(self) -> tuple[SourceHealth, ...]:
        """Return how every source that was ever read has been doing, by name."""
        count = (
            select(func.count())
            .select_from(articles)
            .where(articles.c.source == sources.c.name)
            .correlate(sources)
            .scalar_subquery()
        )
        with self._database.read() as connection:
            rows = connection.execute(select(sources, count.label("articles"))).all()
        return tuple(
            SourceHealth(
                name=row.name,
                last_success=row.last_success,
                last_error=row.last_error,
                articles=row.articles,
            )
            for row in sorted(rows, key=lambda row: str(row.name))
        )

    def _note(self, source: str, **values: object) -> None:
        blank = {"etag": "", "last_modified": "", "last_error": ""}
        with self._database.write() as connection:
            if insert_new(connection, sources, name=source, **(blank | values)) is None:
                connection.execute(update(sources).where(sources.c.name == source).values(**values))

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


def _fingerprint_of(source: str, guid: str) -> Select[Any]:
    return (
        select(article_versions.c.fingerprint)
        .select_from(_NEWEST)
        .where(articles.c.source == source, articles.c.guid == guid)
    )


def _filed(row: Any) -> FiledArticle:
    return FiledArticle(id=row.id, first_seen=row.first_seen, article=documents.load_article(row.document))
