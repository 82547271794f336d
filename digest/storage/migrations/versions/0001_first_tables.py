"""The first tables, and the triggers that enforce the moves of editions and deliveries.

Everything is written out as it was on that day: a migration must do the same for ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)

_DELIVERY_MOVES = {
    "queued": ("claimed", "suppressed", "expired"),
    "claimed": ("queued", "attempting", "deferred", "rejected", "suppressed", "expired"),
    "attempting": ("accepted", "deferred", "rejected", "uncertain", "queued"),
    "deferred": ("claimed", "suppressed", "expired"),
    "uncertain": ("accepted", "deferred", "rejected", "bounced"),
    "accepted": ("bounced",),
    "rejected": (),
    "suppressed": (),
    "expired": (),
    "bounced": (),
}
_EDITION_MOVES = {
    "draft": ("draft", "approved", "published", "skipped"),
    "approved": ("draft", "published", "skipped"),
    "published": (),
    "skipped": (),
}
_FROZEN = "newsletter, day, state, document, subject, html, text, hash, published_at, expires_at, high_water"


def upgrade() -> None:
    """Make every table, index and trigger."""
    _make_articles()
    _make_editions()
    _make_subscribers()
    _make_outbox()
    _guard("editions", _FROZEN, "an edition", _EDITION_MOVES)
    _guard("deliveries", "state", "a delivery", _DELIVERY_MOVES)


def _make_articles() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("last_success", _MOMENT),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("last_error_at", _MOMENT),
    )
    op.create_table(
        "articles",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("source", "guid", name="uq_articles_source_guid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_first_seen", "articles", ["first_seen"])
    op.create_table(
        "article_versions",
        sa.Column("article_id", _KEY, sa.ForeignKey("articles.id"), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )


def _make_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("newsletter", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("html", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("hash", sa.Text),
        sa.Column("published_at", _MOMENT),
        sa.Column("expires_at", _MOMENT),
        sa.Column("high_water", _MOMENT),
        sa.Column("audience", sa.Integer, nullable=False),
        sa.Column("snapshot_watermark", _KEY, nullable=False),
        sa.Column("snapshot_done", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Text, nullable=False),
        sa.CheckConstraint(_one_of("state", _EDITION_MOVES), name="ck_editions_state"),
        sa.CheckConstraint(
            "state <> 'published' OR (html IS NOT NULL AND text IS NOT NULL AND hash IS NOT NULL"
            " AND published_at IS NOT NULL AND expires_at IS NOT NULL)",
            name="ck_editions_printed",
        ),
        sa.UniqueConstraint("newsletter", "day", name="uq_editions_newsletter_day"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_editions_state", "editions", ["state", "day"])


def _make_subscribers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("newsletter", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.CheckConstraint(
            _one_of("status", ("pending", "confirmed", "unsubscribed")), name="ck_subscribers_status"
        ),
        sa.UniqueConstraint("newsletter", "address_key", name="uq_subscribers_newsletter_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscribers_address_key", "subscribers", ["address_key"])
    op.create_index("ix_subscribers_status", "subscribers", ["newsletter", "status", "id"])
    op.create_table(
        "consents",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("subscriber_id", _KEY, sa.ForeignKey("subscribers.id"), nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("wording_hash", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_subscriber", "consents", ["subscriber_id"])
    op.create_table(
        "suppressions",
        sa.Column("address_key", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subscriber_id", _KEY, sa.ForeignKey("subscribers.id"), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("tried_at", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_waiting", "notices", ["sent_at", "id"])
    op.create_index("ix_notices_subscriber", "notices", ["subscriber_id", "kind"])


def _make_outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("edition_id", _KEY, sa.ForeignKey("editions.id"), nullable=False),
        sa.Column("subscriber_id", _KEY, sa.ForeignKey("subscribers.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", _MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT),
        sa.Column("code", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("accepted_at", _MOMENT),
        sa.CheckConstraint(_one_of("state", _DELIVERY_MOVES), name="ck_deliveries_state"),
        sa.CheckConstraint(
            "state NOT IN ('claimed', 'attempting') OR (owner IS NOT NULL AND lease_until IS NOT NULL)",
            name="ck_deliveries_owner",
        ),
        sa.CheckConstraint("state <> 'deferred' OR next_at IS NOT NULL", name="ck_deliveries_next_at"),
        sa.UniqueConstraint("edition_id", "subscriber_id", name="uq_deliveries_edition_subscriber"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_state", "deliveries", ["edition_id", "state", "next_at", "id"])


def _guard(table: str, columns: str, what: str, moves: dict[str, tuple[str, ...]]) -> None:
    pairs = ", ".join(f"'{before}>{after}'" for before, afters in moves.items() for after in afters)
    illegal = f"(OLD.state || '>' || NEW.state) NOT IN ({pairs})"
    head = f"CREATE TRIGGER {table}_move BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW WHEN ({illegal})"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, 'illegal move of {what}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION 'illegal move of {what}, from % to %', OLD.state, NEW.state"
        " USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(f"{head} EXECUTE FUNCTION {table}_refuse_move()")


def _one_of(column: str, values: tuple[str, ...] | dict[str, tuple[str, ...]]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
