"""Run migrations on the connection that `digest.storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from digest.storage.schema import VERSION_TABLE
from digest.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
