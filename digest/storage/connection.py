"""Engines and transactions: how this program speaks to SQLite and PostgreSQL.

SQLite has one connection that writes and some that only read. A write begins with `BEGIN IMMEDIATE`,
so that waiting happens before reading; each commit is on the disk when it returns
(`synchronous=FULL`), because the ledger's promise is no better than its last commit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, QueuePool, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from digest.errors import IllegalMove, SettingsError, StorageError

BUSY_SECONDS = 30
ILLEGAL_MOVE = "illegal move"
"""How the triggers' messages begin."""

_REMEDIES = (
    ("locked", f"another process kept the database for {BUSY_SECONDS} s; look for a stuck `digest`"),
    ("malformed", "the file is damaged; restore the last backup, it is not made anew"),
    ("not a database", "the file is no SQLite database or damaged; restore the last backup"),
    ("disk is full", "the disk is full; make room and start again"),
    ("readonly", "the file or its folder may not be written; give it to the user that runs digest"),
    ("unable to open", "the file cannot be opened; check that its folder exists and may be written"),
    ("connection", "the server cannot be reached; check that it runs and that [storage] url is right"),
)


class Database:
    """Transactions over one database; safe to use from many threads.

    A transaction belongs to the thread that opened it, and calls of the same thread join it. Never
    hold one across an `await`: other tasks of that thread would join it too.
    """

    def __init__(self, *, writer: Engine, reader: Engine) -> None:
        self.writer = writer
        self.reader = reader
        self._own = threading.local()

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is SQLite, where every process runs on this machine."""
        return self.writer.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commit what the block writes, or nothing of it; inside a transaction, join that.

        Raises `IllegalMove` where a trigger refused, else `StorageError` with what to do.
        """
        held: Connection | None = getattr(self._own, "connection", None)
        with explained():
            if held is not None:
                with held.begin_nested():
                    yield held
                return
            with self.writer.begin() as connection:
                self._own.connection = connection
                try:
                    yield connection
                finally:
                    self._own.connection = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read what is committed, and inside a transaction also what it has written so far."""
        held: Connection | None = getattr(self._own, "connection", None)
        with explained():
            if held is not None:
                yield held
                return
            with self.reader.connect() as connection:
                yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.writer.dispose()
        self.reader.dispose()


def parse_url(written: str) -> URL:
    """Return the database's URL with our drivers; raises `SettingsError` for anything we do not speak."""
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise SettingsError("[storage] url is no database URL; write postgresql://user@host/name") from error
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SettingsError(f"[storage] url: {backend} is not supported; use postgresql:// or sqlite:///")
    if url.database in {None, "", ":memory:"}:
        raise SettingsError("[storage] url: SQLite needs a file, such as sqlite:///data/digest.db")
    return url


def connect_sqlite(url: URL) -> Database:
    """Return a database in a file: one connection that writes, a few that only read."""
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS}
    writer = create_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,  # they hold addresses, and errors are logged
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
    )
    reader = create_engine(
        url, connect_args=arguments, hide_parameters=True, poolclass=QueuePool, pool_size=4, max_overflow=36
    )

    @event.listens_for(writer, "connect")
    def _prepare_writer(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(reader, "connect")
    def _prepare_reader(connection: Any, _: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    @event.listens_for(writer, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return Database(writer=writer, reader=reader)


def connect_postgresql(url: URL) -> tuple[Database, Engine]:
    """Return a database on a server, and an engine whose connections are each opened anew.

    Raises `SettingsError` when psycopg is not installed.
    """
    try:
        engine = create_engine(url, hide_parameters=True, pool_size=8, max_overflow=32, pool_pre_ping=True)
        single = create_engine(url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    except ImportError as error:
        raise SettingsError("PostgreSQL needs a driver: pip install newsroom-digest[postgresql]") from error

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()

    return Database(writer=engine, reader=engine), single


def insert_new(connection: Connection, table: Table, **values: object) -> Any | None:
    """Insert a row unless a unique key forbids it; return its primary key, or None if it was there."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = build(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).scalar_one_or_none()


@contextmanager
def explained() -> Iterator[None]:
    """Let the database's errors leave the block as ours, each with what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise explain(error) from error


def explain(error: SQLAlchemyError) -> IllegalMove | StorageError:
    """Return our error for one of the database's, with what to do."""
    said = str(getattr(error, "orig", None) or error).strip()
    if isinstance(error, IntegrityError) and ILLEGAL_MOVE in said:
        return IllegalMove(said.splitlines()[0] + "; see `digest status`")
    for sign, remedy in _REMEDIES:
        if sign in said:
            return StorageError(f"the database cannot be used: {remedy} ({said})")
    return StorageError(f"the database cannot be used: {said}; `digest doctor` says more")
