"""Which tables a database has, and how it gets ours.

Opening a database that is up to date costs one SELECT; Alembic is imported only to change something.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from digest.errors import SchemaMismatch
from digest.storage.connection import Database

HEAD = "0002"
"""The revision that the statements of this version expect: the last one in `migrations/versions/`."""

VERSION_TABLE = "digest_version"
_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' digest schema', 0))"
)


def bring_up_to_date(database: Database) -> None:
    """Give a new or older database the tables of this version, in one transaction.

    Raises `SchemaMismatch` for a database that a newer version or another program made.
    """
    with database.read() as connection:
        if revision_of(connection) == HEAD:
            return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(_ONE_AT_A_TIME)
        if revision_of(connection) != HEAD:
            _migrate(connection)


def revision_of(connection: Connection) -> str | None:
    """Return the database's revision; None for an empty one.

    Raises `SchemaMismatch` for tables that are not ours.
    """
    inspector = inspect(connection)
    if inspector.has_table(VERSION_TABLE):
        return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or ""  # noqa: S608 - a constant
    if inspector.get_table_names():
        raise SchemaMismatch(
            "the database holds tables of another program; give digest a database (or schema) of its own"
        )
    return None


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "digest.storage:migrations")
    revision = revision_of(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaMismatch(
            f"the database is of version {revision or 'unknown'}, which this program does not know (it knows"
            f" {HEAD}); install the digest that wrote it, or restore the backup made before the upgrade"
        )
    command.upgrade(config, "head")
