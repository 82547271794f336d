"""Open a database and join the stores over it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, func, select, text

from digest.errors import StorageError
from digest.storage.articles import SqlArticles
from digest.storage.connection import Database, connect_postgresql, connect_sqlite, parse_url
from digest.storage.editions import SqlEditions
from digest.storage.lifesigns import FileSigns, LifeSigns, SessionSigns, locked_file
from digest.storage.outbox import SqlOutbox
from digest.storage.schema import bring_up_to_date
from digest.storage.sources import SqlSources
from digest.storage.subscribers import SqlSubscribers
from digest.storage.tables import deliveries, editions

SAFE_SQLITE = (3, 51, 3)
"""Older ones can damage a database in WAL mode when a log is reset (sqlite.org/wal.html#walresetbug)."""

_BUILD_PATIENCE = 60.0


class SqlStorage:
    """All stores over one database, SQLite or PostgreSQL; `open_storage` makes it."""

    def __init__(self, database: Database, signs: LifeSigns, *, address_key: Callable[[str], str]) -> None:
        self.database = database
        self.articles = SqlArticles(database)
        self.sources = SqlSources(database)
        self.editions = SqlEditions(database)
        self.subscribers = SqlSubscribers(database, address_key=address_key)
        self.outbox = SqlOutbox(database, signs)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several calls of this thread one commit; nested transactions join the outer one.

        Hold none across an `await`: other tasks of the thread would join it.
        """
        with self.database.write():
            yield

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the database, in words; empty if all is well. May take a while."""
        special = self._check_sqlite() if self.database.is_sqlite else self._check_postgresql()
        return special + self.check_books()

    def check_books(self) -> tuple[str, ...]:
        """Return which editions have more or fewer deliveries than readers, in words."""
        rows = (
            select(func.count()).where(deliveries.c.edition_id == editions.c.id).correlate(editions)
        ).scalar_subquery()
        wanted = select(editions.c.id, editions.c.audience, rows.label("rows")).where(
            editions.c.audience != rows
        )
        with self.database.read() as connection:
            return tuple(
                f"the books of edition {row.id} do not balance: {row.audience} readers, {row.rows} deliveries"
                for row in connection.execute(wanted)
            )

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def _check_sqlite(self) -> tuple[str, ...]:
        with self.database.read() as connection:
            damage = connection.scalars(text("PRAGMA integrity_check")).all()
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        faults = [f"the file is damaged: {line}; restore a backup" for line in damage if line != "ok"]
        if orphans:
            faults.append(f"{len(orphans)} rows point to rows that are gone; restore a backup")
        if sqlite3.sqlite_version_info < SAFE_SQLITE:
            faults.append(
                f"SQLite {sqlite3.sqlite_version} can in rare cases damage a database that several programs"
                f" write (WAL-reset bug); use {'.'.join(map(str, SAFE_SQLITE))} or newer, or PostgreSQL"
            )
        return tuple(faults)

    def _check_postgresql(self) -> tuple[str, ...]:
        with self.database.read() as connection:
            risky = [
                name
                for name in ("fsync", "full_page_writes", "synchronous_commit")
                if connection.scalar(select(func.current_setting(name))) == "off"
            ]
        return tuple(f"PostgreSQL runs with {name} = off and may forget what was sent" for name in risky)


def open_storage(url: str, *, address_key: Callable[[str], str], signs_folder: Path) -> SqlStorage:
    """Open the database at `url`; a new or older one gets the tables of this version.

    `address_key` turns a folded address into the keyed hash by which it is found. `signs_folder`, on
    this machine, is where senders lock files to show that they live (SQLite only).
    Raises `SettingsError` for a URL or driver we cannot use, `SchemaMismatch` for a database of a newer
    version or another program, `StorageError` for one that cannot be opened or is damaged.
    """
    parsed = parse_url(url)
    signs: LifeSigns
    if parsed.get_backend_name() == "sqlite":
        path = Path(str(parsed.database))
        if not path.exists():
            _create_file(path, signs_folder)
        elif path.stat().st_size == 0:
            raise StorageError(f"{path} is empty, so it was cut off; restore a backup or start anew")
        database = connect_sqlite(parsed)
        signs = FileSigns(signs_folder)
    else:
        database, single = connect_postgresql(parsed)
        signs = SessionSigns(database, single)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return SqlStorage(database, signs, address_key=address_key)


def _create_file(path: Path, signs_folder: Path) -> None:
    """Build a database beside its place and move it there whole, so that nobody meets half of one."""
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked_file(signs_folder / "new-database.lock", "making the database", patience=_BUILD_PATIENCE):
            if path.exists():
                return
            if path.with_name(path.name + "-wal").exists():
                raise StorageError(f"{path} is gone but its journal (-wal) is there; restore a backup")
            for leftover in path.parent.glob(draft.name + "*"):
                leftover.unlink()
            draft.touch(mode=0o600)
            database = connect_sqlite(URL.create("sqlite", database=str(draft)))
            try:
                bring_up_to_date(database)
            finally:
                database.close()
            draft.rename(path)
            _sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}; check its folder's owner") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
