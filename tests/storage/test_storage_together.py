"""Several threads, programs and senders on one database; and what a killed one leaves behind."""

import dataclasses
import fcntl
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from digest.errors import IllegalMove, StorageError
from digest.model.delivery import DeliveryState
from digest.model.edition import FiledEdition
from digest.model.subscriber import SubscriberStatus
from digest.ports import Storage
from digest.storage.database import SqlStorage
from digest.storage.lifesigns import locked_file
from digest.testing.factories import MORNING, make_article, make_edition, make_printed
from tests.storage.storage_bench import LEASE, Ledger

S = DeliveryState
OpenOnce = Callable[[], SqlStorage]


def test_two_claimers_never_get_the_same_delivery(ledger: Ledger) -> None:
    with ledger.storage.transaction():
        edition = ledger.send_to(*(f"r{number}" for number in range(60)))
    start = threading.Barrier(2)

    def claim_all(owner: str) -> list[int]:
        start.wait()
        got: list[int] = []
        while claimed := ledger.claim(owner, limit=7):
            got += [one.id for one in claimed if ledger.mark(one, owner)]
        return got

    with ThreadPoolExecutor(2) as pool:
        ana, ben = pool.map(claim_all, ["ana", "ben"])

    assert Counter(ana + ben) == Counter(one.id for one in ledger.storage.outbox.listing(edition.id))
    assert ledger.storage.outbox.books(edition.id).balance


def test_two_programs_on_one_database_claim_nothing_twice(opened: OpenOnce) -> None:
    ana, ben = Ledger(opened()), Ledger(opened())
    ana.send_to(*(f"r{number}" for number in range(20)))
    ben.edition = ana.edition

    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(lambda one: one[0].claim(one[1], limit=20), [(ana, "ana"), (ben, "ben")]))

    assert len(claimed[0]) + len(claimed[1]) == 20
    assert not {one.id for one in claimed[0]} & {one.id for one in claimed[1]}


def test_fifty_racing_starts_make_one_edition(storage: Storage) -> None:
    start = threading.Barrier(8)

    def publish(number: int) -> FiledEdition | None:
        start.wait()
        edition = make_edition(subject=f"Start {number}")
        try:
            return storage.editions.publish(
                edition, make_printed(), now=MORNING, expires_at=MORNING + timedelta(hours=3)
            )
        except IllegalMove:
            return None

    with ThreadPoolExecutor(8) as pool:
        published = [filed for filed in pool.map(publish, range(48)) if filed]

    assert [storage.editions.get("daily", MORNING.date())] == published


def test_readers_and_writers_of_several_threads_do_not_disturb_each_other(storage: Storage) -> None:
    def work(number: int) -> int:
        filed = storage.articles.file(make_article(f"a-{number % 5}"), fingerprint=f"{number}", now=MORNING)
        with storage.transaction():
            storage.subscribers.add(
                "daily", f"r{number}@reader.example", status=SubscriberStatus.PENDING, now=MORNING
            )
            assert storage.subscribers.find("daily", f"r{number}@reader.example")
        storage.articles.seen_between(None, MORNING)
        return filed.id

    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(work, range(40)))

    assert len(keys) == 5
    assert storage.subscribers.counts("daily")[SubscriberStatus.PENDING] == 40


def test_an_unsubscription_that_is_being_committed_stops_the_mark(opened: OpenOnce) -> None:
    sender, pages = Ledger(opened()), opened()
    sender.send_to("ada")
    (ada,) = sender.claim()
    is_changed, may_commit = threading.Event(), threading.Event()

    def unsubscribe() -> None:
        with pages.transaction():
            pages.subscribers.change_status(ada.subscriber_id, SubscriberStatus.UNSUBSCRIBED, now=MORNING)
            is_changed.set()
            may_commit.wait()

    with ThreadPoolExecutor(2) as pool:
        leaving = pool.submit(unsubscribe)
        is_changed.wait()
        marking = pool.submit(sender.mark, ada)
        time.sleep(0.1)
        assert not marking.done()
        may_commit.set()
        assert marking.result() is False
        leaving.result()

    assert sender.states() == {"ada": S.SUPPRESSED}


CRASHER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from typing import Any
from digest.storage.database import open_storage
from digest.testing.factories import MORNING, SIGNER
storage = open_storage(sys.argv[1], address_key=SIGNER.address_key, signs_folder=Path(sys.argv[2]))
lease = MORNING + timedelta(minutes=5)
with storage.outbox.enlist("crasher"):
    one, _ = storage.outbox.claim(int(sys.argv[3]), owner="crasher", limit=2, now=MORNING, lease_until=lease)
    storage.outbox.mark(one.id, owner="crasher", now=MORNING, lease_until=lease)
    print("marked", flush=True)
    time.sleep(60)
"""


def test_a_killed_sender_is_buried_at_once_and_what_it_attempted_is_uncertain(
    url: str, opened: OpenOnce, tmp_path: Path
) -> None:
    ledger = Ledger(opened())
    edition = ledger.send_to("ada", "bo", "cy")
    outbox = ledger.storage.outbox
    arguments = [sys.executable, "-c", CRASHER, url, str(tmp_path / "signs"), str(edition.id)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as crasher:  # noqa: S603 - our own program
        assert crasher.stdout is not None
        assert crasher.stdout.readline() == "marked\n"
        assert outbox.bury_dead(edition.id, now=MORNING) == 0
        crasher.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10  # a server notices the end of a session a moment later
    while not outbox.bury_dead(edition.id, now=MORNING) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert ledger.states() == {"ada": S.UNCERTAIN, "bo": S.QUEUED, "cy": S.QUEUED}


@pytest.mark.parametrize("is_made_anew", [True, False])
def test_a_sign_that_is_swept_away_while_it_is_taken_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_made_anew: bool
) -> None:
    sign = tmp_path / "ana.alive"
    sweeps = iter([sign])

    def lock_what_was_swept(handle: int, how: int) -> None:
        lock(handle, how)
        for swept in sweeps:
            swept.unlink()
            if is_made_anew:
                swept.touch()

    lock = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", lock_what_was_swept)

    with locked_file(sign, "ana", patience=1):
        monkeypatch.undo()
        with pytest.raises(StorageError, match="already runs"), locked_file(sign, "ana", patience=0):
            pass


def test_a_sender_that_slept_past_its_lease_can_do_no_harm(ledger: Ledger) -> None:
    edition = ledger.send_to("ada", "bo")
    ada, bo = ledger.claim("ana")
    assert ledger.mark(ada, "ana")
    ledger.now += LEASE
    ledger.storage.outbox.bury_dead(edition.id, now=ledger.now)
    assert [one.name for one in ledger.claim("ben")] == ["bo"]

    assert not ledger.mark(bo, "ana")
    with pytest.raises(IllegalMove):
        ledger.settle(bo, S.REJECTED, "ana")
    ledger.settle(dataclasses.replace(ada, code=250), S.ACCEPTED, "ana")

    assert ledger.states() == {"ada": S.ACCEPTED, "bo": S.CLAIMED}


def test_whatever_a_sender_asks_again_and_again_walks_an_index(sql_storage: SqlStorage) -> None:
    ledger = Ledger(sql_storage)
    edition = ledger.send_to("ada", "bo")
    asked: dict[str, Any] = {}
    database, outbox = sql_storage.database, sql_storage.outbox
    for engine in {database.writer, database.reader}:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.update({call[2]: call[3]}))

    ada, _ = ledger.claim()
    ledger.mark(ada)
    ledger.settle(ada, S.DEFERRED)
    outbox.bury_dead(edition.id, now=ledger.now)
    outbox.give_back(edition.id, owner="ana")
    outbox.expire(edition.id, now=ledger.now)
    outbox.books(edition.id)
    outbox.next_due(edition.id)

    about_deliveries = {words: values for words, values in asked.items() if "deliveries" in words}
    assert len(about_deliveries) > 8
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # it is right for two rows
        for words, values in about_deliveries.items():
            plan = str(connection.exec_driver_sql(explain + words, values).all())
            assert "SCAN deliveries" not in plan.replace("SCAN deliveries USING", "")
            assert "Seq Scan on deliveries" not in plan
            assert "FOR ORDER BY" not in plan or "picked" not in words
