"""Opening, migrating, refusing, checking."""

import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import SchemaMismatch, SettingsError, StorageError
from digest.ports import SourceMemory
from digest.storage import database as database_module, documents, schema
from digest.storage.connection import connect_postgresql, explain, parse_url
from digest.storage.database import SqlStorage
from digest.storage.tables import metadata
from digest.testing.factories import MORNING, SIGNER, make_article
from digest.testing.memory import MemoryStorage
from tests.storage.storage_bench import Ledger, PostgresServer, open_at

OpenOnce = Callable[[], SqlStorage]


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'digest.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.bare() as url:
        yield url


def run(url: str, *statements: str) -> None:
    """Run statements behind the storage's back."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            for statement in statements:
                server.execute(statement.encode())


# ── tables ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_database_gets_exactly_the_tables_that_the_statements_expect(
    bare_url: str, tmp_path: Path
) -> None:
    storage = open_at(bare_url, tmp_path)
    with storage.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        differences = compare_metadata(context, metadata)
    storage.close()

    assert differences == []


def test_the_head_we_expect_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "digest.storage:migrations")

    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_opening_again_keeps_everything_and_imports_no_alembic(
    bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_at(bare_url, tmp_path)
    first.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    first.close()

    monkeypatch.setitem(sys.modules, "alembic", None)
    again = open_at(bare_url, tmp_path)

    assert again.articles.has_version("paper", "a", fingerprint="1")
    again.close()


def test_programs_that_start_together_make_one_database(bare_url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        storages = list(pool.map(lambda _: open_at(bare_url, tmp_path), range(3)))

    storages[0].articles.file(make_article("a"), fingerprint="1", now=MORNING)
    for storage in storages:
        assert storage.articles.has_version("paper", "a", fingerprint="1")
        storage.close()


def test_a_newer_database_is_refused_and_left_alone(bare_url: str, tmp_path: Path) -> None:
    open_at(bare_url, tmp_path).close()
    run(bare_url, "UPDATE digest_version SET version_num = '9999'")

    for _ in range(2):
        with pytest.raises(SchemaMismatch, match=r"9999.*install the digest that wrote it"):
            open_at(bare_url, tmp_path)


def test_a_database_whose_version_was_lost_is_refused(bare_url: str, tmp_path: Path) -> None:
    open_at(bare_url, tmp_path).close()
    run(bare_url, "DELETE FROM digest_version")

    with pytest.raises(SchemaMismatch, match="unknown"):
        open_at(bare_url, tmp_path)


def test_the_database_of_another_program_is_refused(bare_url: str, tmp_path: Path) -> None:
    run(bare_url, "CREATE TABLE users (id INTEGER)")

    with pytest.raises(SchemaMismatch, match="another program"):
        open_at(bare_url, tmp_path)


def test_a_migration_that_fails_leaves_nothing_behind(
    bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as failing:
        failing.setattr("alembic.command.upgrade", fail)
        with pytest.raises(MemoryError):
            open_at(bare_url, tmp_path)

    open_at(bare_url, tmp_path).close()


def test_a_database_of_the_first_version_is_brought_up_to_date_and_keeps_its_articles(
    bare_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as old:
        old.setattr("alembic.command.upgrade", lambda config, _: upgrade(config, "0001"))
        open_at(bare_url, tmp_path).close()
    document = documents.dump(make_article("a")).replace("'", "''")
    run(
        bare_url,
        "INSERT INTO sources VALUES ('paper', '\"1\"', '', '2026-04-14 10:30:00', '', NULL)",
        "INSERT INTO articles (source, guid, url, first_seen, version) VALUES "
        "('paper', 'a', 'https://paper.example/a', '2026-04-14 10:30:00', 1)",
        f"INSERT INTO article_versions VALUES (1, 1, 'f', '{document}', '2026-04-14 10:30:00')",  # noqa: S608 - our own text
    )

    storage = open_at(bare_url, tmp_path)

    filed = storage.articles.find("paper", "a")
    assert filed is not None
    assert (filed.article, filed.withdrawn_at) == (make_article("a"), None)
    assert storage.sources.memory_of("paper") == SourceMemory()
    assert storage.sources.health(now=MORNING)[0].articles == 1
    storage.close()


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "digest.db"
    storage = open_at(f"sqlite:///{path}", tmp_path)
    Ledger(storage).send_to("ada")
    storage.close()
    return path


def test_a_new_file_is_for_its_owner_alone(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("kept", [0, 50, 4096, 3 * 4096 + 10])
def test_a_file_that_was_cut_off_is_refused_and_never_made_anew(file: Path, kept: int) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:kept])

    with pytest.raises(StorageError, match="restore"):
        open_at(f"sqlite:///{file}", file.parent)

    assert file.stat().st_size == kept


def test_a_file_of_something_else_is_refused(file: Path) -> None:
    file.write_bytes(b"Dear editors, " * 400)

    with pytest.raises(StorageError, match="no SQLite database"):
        open_at(f"sqlite:///{file}", file.parent)


def test_a_journal_without_its_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "digest.db-wal").write_bytes(b"left over")

    with pytest.raises(StorageError, match="restore a backup"):
        open_at(f"sqlite:///{tmp_path / 'digest.db'}", tmp_path)


def test_a_draft_that_a_crash_left_behind_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "digest.db.new").write_bytes(b"half a database")
    (tmp_path / "digest.db.new-wal").write_bytes(b"half a journal")

    open_at(f"sqlite:///{tmp_path / 'digest.db'}", tmp_path).close()

    assert not list(tmp_path.glob("*.new*"))


def test_a_place_that_cannot_hold_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")

    with pytest.raises(StorageError, match="cannot be made"):
        open_at(f"sqlite:///{tmp_path / 'data' / 'digest.db'}", tmp_path / "signs")


def test_a_file_that_somebody_else_makes_meanwhile_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr(database_module, "bring_up_to_date", None)

    database_module._create_file(file, tmp_path)


def test_commits_are_on_the_disk_when_they_return_and_readers_cannot_write(file: Path) -> None:
    storage = open_at(f"sqlite:///{file}", file.parent)
    with storage.database.write() as connection:
        pragmas = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size")
        }
    with pytest.raises(StorageError, match="readonly"), storage.database.read() as connection:
        connection.execute(text("DELETE FROM deliveries"))
    storage.close()

    assert pragmas["journal_mode"] == "wal"
    assert (pragmas["synchronous"], pragmas["foreign_keys"]) == (2, 1)
    assert pragmas["busy_timeout"] == 30_000
    assert not pragmas["mmap_size"]


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_sound_database_has_nothing_to_report(
    opened: OpenOnce, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    storage = opened()
    Ledger(storage).send_to("ada")
    expected = (
        () if url.startswith("sqlite") else ("PostgreSQL runs with fsync = off and may forget what was sent",)
    )

    assert storage.check() == expected


def test_an_old_sqlite_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 2))
    storage = open_at(f"sqlite:///{file}", file.parent)

    (fault,) = storage.check()
    storage.close()

    assert "WAL-reset" in fault


def test_damage_orphans_and_wrong_books_are_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    run(
        f"sqlite:///{file}",
        "INSERT INTO consents VALUES (1, 99, 'asked', '2026-04-14', '', '', '', '')",
        "UPDATE editions SET audience = 2",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'sent_at, id', 'id, sent_at')"
        " WHERE name = 'ix_notices_waiting'",
        "INSERT INTO notices VALUES (1, 'confirm', 1, '2026-04-14', 0, NULL, NULL)",
    )
    storage = open_at(f"sqlite:///{file}", file.parent)

    faults = storage.check()
    storage.close()

    assert "the file is damaged" in faults[0]
    assert "1 rows point to rows that are gone; restore a backup" in faults
    assert "the books of edition 1 do not balance: 2 readers, 1 deliveries" in faults


# ── addresses of databases ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("written", ["postgresql://u:p@host/db", "postgres://u:p@host/db"])
def test_postgresql_is_spoken_with_psycopg_3(written: str) -> None:
    assert parse_url(written).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("data/digest.db", "write postgresql://"),
        ("mysql://host/db", "mysql is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_a_url_that_cannot_be_used_says_which_can(written: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=remedy):
        open_at(written, tmp_path)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(SettingsError, match=r"pip install newsroom-digest\[postgresql\]"):
        open_at("postgresql://reader@127.0.0.1/digest", tmp_path)


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be reached") as refusal:
        open_at("postgresql://reader:hush-hush@127.0.0.1:1/digest", tmp_path)

    assert "hush-hush" not in str(refusal.value)


def test_a_server_that_would_commit_lazily_is_told_not_to(postgres: PostgresServer) -> None:
    with postgres.bare() as url:
        run(url, f"ALTER DATABASE {parse_url(url).database} SET synchronous_commit = off")
        database, _ = connect_postgresql(parse_url(url))
        with database.read() as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == "on"
        database.close()


def test_memory_has_nothing_to_check_or_close() -> None:
    storage = MemoryStorage(address_key=SIGNER.address_key)

    assert storage.check() == ()
    storage.close()


def test_an_error_nobody_foresaw_points_to_the_doctor() -> None:
    assert "digest doctor" in str(explain(SQLAlchemyError("the moon is full")))
