"""What happened to articles after they were first read, and what sources remember beyond one document.

Articles that are there already get no link and no likeness: a guid that changes later is not recognised
for them, and they are soon too old for any edition.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    for name in ("link", "likeness"):
        op.add_column("articles", sa.Column(name, sa.Text))
        op.create_index(f"ix_articles_{name}", "articles", ["source", name])
    op.add_column("articles", sa.Column("withdrawn_at", _MOMENT))
    op.create_table(
        "article_changes",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("article_id", _KEY, sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_changes_at", "article_changes", ["at"])
    op.drop_column("sources", "etag")
    op.drop_column("sources", "last_modified")
    for name in ("memory", "troubles", "hub", "topic"):
        op.add_column("sources", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("rests_until", "hub_asked_at", "nudged_at"):
        op.add_column("sources", sa.Column(name, _MOMENT))
