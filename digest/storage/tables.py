"""The tables, as the statements of this version see them.

What the database itself enforces beyond this (the triggers) stands in `migrations/`; a test holds the
two together.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData()

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the time in UTC; raises `ValueError` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from strangers: NULs and half surrogates, which no database takes, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return text that every database takes."""
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


# SQLite counts rows only in a column that is called INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", Key, primary_key=True)


def _words(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Words, primary_key=key, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable)


sources = Table(
    "sources",
    metadata,
    _words("name", key=True),
    _moment("last_success", nullable=True),
    _words("last_error"),
    _moment("last_error_at", nullable=True),
    Column("memory", Words, nullable=False, default=""),
    Column("troubles", Words, nullable=False, default=""),
    Column("hub", Words, nullable=False, default=""),
    Column("topic", Words, nullable=False, default=""),
    _moment("rests_until", nullable=True),
    _moment("hub_asked_at", nullable=True),
    _moment("nudged_at", nullable=True),
)

articles = Table(
    "articles",
    metadata,
    _key(),
    _words("source"),
    _words("guid"),
    Column("url", Words),
    _moment("first_seen"),
    Column("version", Integer, nullable=False),
    Column("link", Words),
    Column("likeness", Words),
    _moment("withdrawn_at", nullable=True),
    UniqueConstraint("source", "guid", name="uq_articles_source_guid"),
    Index("ix_articles_first_seen", "first_seen"),
    Index("ix_articles_link", "source", "link"),
    Index("ix_articles_likeness", "source", "likeness"),
    sqlite_autoincrement=True,
)

article_changes = Table(
    "article_changes",
    metadata,
    _key(),
    Column("article_id", Key, ForeignKey("articles.id"), nullable=False),
    _words("kind"),
    _moment("at"),
    _words("before"),
    _words("after"),
    Index("ix_article_changes_at", "at"),
    sqlite_autoincrement=True,
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("article_id", Key, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _words("fingerprint"),
    _words("document"),
    _moment("seen_at"),
)

editions = Table(
    "editions",
    metadata,
    _key(),
    _words("newsletter"),
    Column("day", Date, nullable=False),
    _words("state"),
    _words("document"),
    Column("subject", Words),
    Column("html", Words),
    Column("text", Words),
    Column("hash", Words),
    _moment("published_at", nullable=True),
    _moment("expires_at", nullable=True),
    _moment("high_water", nullable=True),
    Column("audience", Integer, nullable=False, default=0),
    Column("snapshot_watermark", Key, nullable=False, default=0),
    Column("snapshot_done", Boolean, nullable=False, default=False),
    Column("paused", Words, nullable=False, default=""),
    UniqueConstraint("newsletter", "day", name="uq_editions_newsletter_day"),
    Index("ix_editions_state", "state", "day"),
    sqlite_autoincrement=True,
)

subscribers = Table(
    "subscribers",
    metadata,
    _key(),
    _words("newsletter"),
    _words("address"),
    _words("address_key"),
    _words("name"),
    _words("language"),
    _words("status"),
    _moment("since"),
    UniqueConstraint("newsletter", "address_key", name="uq_subscribers_newsletter_address"),
    Index("ix_subscribers_address_key", "address_key"),
    Index("ix_subscribers_status", "newsletter", "status", "id"),
    sqlite_autoincrement=True,
)

consents = Table(
    "consents",
    metadata,
    _key(),
    Column("subscriber_id", Key, ForeignKey("subscribers.id"), nullable=False),
    _words("event"),
    _moment("at"),
    _words("source"),
    _words("wording"),
    _words("wording_hash"),
    _words("page"),
    Index("ix_consents_subscriber", "subscriber_id"),
    sqlite_autoincrement=True,
)

suppressions = Table(
    "suppressions",
    metadata,
    _words("address_key", key=True),
    _words("reason"),
    _moment("at"),
    _words("note"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _key(),
    Column("edition_id", Key, ForeignKey("editions.id"), nullable=False),
    Column("subscriber_id", Key, ForeignKey("subscribers.id"), nullable=False),
    _words("state"),
    Column("owner", Words),
    _moment("lease_until", nullable=True),
    Column("attempts", Integer, nullable=False),
    _moment("next_at", nullable=True),
    Column("code", Integer),
    _words("detail"),
    _moment("updated_at"),
    _moment("accepted_at", nullable=True),
    UniqueConstraint("edition_id", "subscriber_id", name="uq_deliveries_edition_subscriber"),
    Index("ix_deliveries_state", "edition_id", "state", "next_at", "id"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    _key(),
    _words("kind"),
    Column("subscriber_id", Key, ForeignKey("subscribers.id"), nullable=False),
    _moment("created_at"),
    Column("attempts", Integer, nullable=False),
    _moment("tried_at", nullable=True),
    _moment("sent_at", nullable=True),
    Index("ix_notices_waiting", "sent_at", "id"),
    Index("ix_notices_subscriber", "subscriber_id", "kind"),
    sqlite_autoincrement=True,
)
