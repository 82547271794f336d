"""Readers by hand and by table: consent is kept, a veto wins, every refused row is named."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from digest.errors import AddressRefused, UsageError
from digest.model.newsletter import Newsletter
from digest.model.subscriber import SubscriberStatus, SuppressionReason
from digest.testing.factories import FakeClock
from digest.testing.memory import MemoryStorage
from digest.workflows.import_readers import import_readers
from digest.workflows.readers import add_reader, look_up, unsubscribe_address, veto

DAILY = Newsletter()


def _table(text: str) -> list[Mapping[str | None, str | None]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_table_becomes_readers_with_their_consent(storage: MemoryStorage, clock: FakeClock) -> None:
    report = import_readers(
        DAILY,
        _table("Email,Name,Status\n ana@example.org ,Ana,confirmed\nbo@example.org,Bo,\n"),
        storage=storage,
        now=clock(),
        consent="signed at the fair",
    )
    assert (report.added, report.refused) == (2, ())
    ana = storage.subscribers.find("daily", "ANA@example.org")
    assert ana is not None
    assert ana.status is SubscriberStatus.CONFIRMED
    (proof,) = storage.subscribers.consents(ana.id)
    assert proof.wording == "signed at the fair"
    bo = storage.subscribers.find("daily", "bo@example.org")
    assert bo is not None
    assert bo.status is SubscriberStatus.PENDING


def test_a_second_import_changes_nothing(storage: MemoryStorage, clock: FakeClock) -> None:
    table = _table("address,status\nana@example.org,unsubscribed\n")
    import_readers(DAILY, table, storage=storage, now=clock())
    again = import_readers(
        DAILY,
        _table("address,status\nana@example.org,confirmed\n"),
        storage=storage,
        now=clock(),
        consent="they said so",
    )
    assert (again.added, again.known) == (0, 1)
    ana = storage.subscribers.find("daily", "ana@example.org")
    assert ana is not None
    assert ana.status is SubscriberStatus.UNSUBSCRIBED


def test_refused_rows_are_named_by_line_and_reason(storage: MemoryStorage, clock: FakeClock) -> None:
    report = import_readers(
        DAILY,
        _table("address,status\nnobody,\nana@example.org,maybe\nbo@example.org,confirmed\n"),
        storage=storage,
        now=clock(),
    )
    assert [row.line for row in report.refused] == [2, 3, 4]
    assert "maybe" in report.refused[1].why
    assert "--consent" in report.refused[2].why


def test_a_veto_beats_the_table(storage: MemoryStorage, clock: FakeClock) -> None:
    storage.subscribers.suppress("ana@example.org", SuppressionReason.COMPLAINT, now=clock())
    report = import_readers(DAILY, _table("address\nana@example.org\n"), storage=storage, now=clock())
    assert (report.added, report.vetoed) == (0, 1)


def test_an_address_twice_in_a_table_counts_once(storage: MemoryStorage, clock: FakeClock) -> None:
    report = import_readers(
        DAILY,
        _table("address\nana@example.org\nAna@Example.org\n"),
        storage=storage,
        now=clock(),
        dry_run=True,
    )
    assert (report.added, report.known) == (1, 1)


def test_a_dry_run_adds_nobody(storage: MemoryStorage, clock: FakeClock) -> None:
    done: list[int] = []
    table = _table("address\nana@example.org\n")
    import_readers(DAILY, table, storage=storage, now=clock(), dry_run=True, report=done.append)
    assert storage.subscribers.find("daily", "ana@example.org") is None
    assert done == [1]


def test_a_table_without_addresses_is_refused(storage: MemoryStorage, clock: FakeClock) -> None:
    with pytest.raises(UsageError, match="column"):
        import_readers(DAILY, _table("name\nAna\n"), storage=storage, now=clock())


def test_a_table_in_another_encoding_is_refused_with_the_remedy(
    storage: MemoryStorage, clock: FakeClock, tmp_path: Path
) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes("address,name\nana@example.org,Núñez\n".encode("latin-1"))
    with file.open(encoding="utf-8", newline="") as lines, pytest.raises(UsageError, match="UTF-8"):
        import_readers(DAILY, csv.DictReader(lines), storage=storage, now=clock())


def test_what_a_table_brings_is_one_line_without_controls(storage: MemoryStorage, clock: FakeClock) -> None:
    rows: list[Mapping[str | None, str | None]] = [
        {"address": "ana@example.org", "name": "Ana\x1b]0;x\x07\u202e", "language": "en\x1b"},
        {"address": "bo@example.org", "name": "Bo", "language": "pt-BR"},
    ]
    import_readers(DAILY, rows, storage=storage, now=clock())
    ana, bo = storage.subscribers.iterate()
    assert not set(ana.name) & set("\x1b\x07\u202e")
    assert (ana.language, bo.language) == ("", "pt-BR")


def test_a_reader_added_by_hand_is_asked_first(storage: MemoryStorage, clock: FakeClock) -> None:
    reader = add_reader(DAILY, "ana@example.org", storage=storage, now=clock(), name="Ana")
    assert reader.status is SubscriberStatus.PENDING
    assert [notice.address for notice in storage.subscribers.waiting_notices(limit=9, now=clock())] == [
        "ana@example.org"
    ]
    again = add_reader(DAILY, "ana@example.org", storage=storage, now=clock(), consent="told me")
    assert again.status is SubscriberStatus.PENDING


def test_a_reader_with_stated_consent_is_confirmed(storage: MemoryStorage, clock: FakeClock) -> None:
    reader = add_reader(DAILY, "ana@example.org", storage=storage, now=clock(), consent="told me")
    assert reader.status is SubscriberStatus.CONFIRMED
    assert storage.subscribers.waiting_notices(limit=9, now=clock()) == ()


def test_a_veto_by_hand_holds(storage: MemoryStorage, clock: FakeClock) -> None:
    assert veto("ana@example.org", storage=storage, now=clock(), note="asked")
    assert not veto("ANA@example.org", storage=storage, now=clock())
    with pytest.raises(UsageError, match="veto"):
        add_reader(DAILY, "ana@example.org", storage=storage, now=clock())
    with pytest.raises(AddressRefused):
        veto("ana@", storage=storage, now=clock())


def test_leaving_by_hand_is_at_once_and_written_down(storage: MemoryStorage, clock: FakeClock) -> None:
    add_reader(DAILY, "ana@example.org", storage=storage, now=clock(), consent="told me")
    for _ in range(2):
        reader = unsubscribe_address(DAILY, "ana@example.org", storage=storage, now=clock())
        assert reader.status is SubscriberStatus.UNSUBSCRIBED
    known = look_up("ana@example.org", newsletters=(DAILY,), storage=storage)
    assert [step["event"] for step in known["newsletters"][0]["consents"]] == ["confirmed", "unsubscribed"]
    with pytest.raises(UsageError):
        unsubscribe_address(DAILY, "bo@example.org", storage=storage, now=clock())


def test_looking_up_shows_a_veto_and_says_when_nothing_is_known(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    veto("ana@example.org", storage=storage, now=clock(), note="asked")
    assert look_up("ana@example.org", newsletters=(DAILY,), storage=storage)["veto"]["note"] == "asked"
    with pytest.raises(UsageError, match="nothing is known"):
        look_up("bo@example.org", newsletters=(DAILY,), storage=storage)
