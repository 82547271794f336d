"""The workbench of the fault campaigns: an edition on disk, a mail server that is never killed, an oracle."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from digest.model.delivery import DeliveryState
from digest.model.edition import FiledEdition
from digest.model.subscriber import SubscriberStatus
from digest.storage.database import SqlStorage, open_storage
from digest.testing.factories import SIGNER, make_edition, make_printed
from digest.testing.misbehaviour import Misbehaviour, behave
from digest.testing.smtp import RecordingServer
from digest.workflows.send import Outcome, Sending
from tests.campaigns.sender_process import LIFE, Order, PlainAddresser, work

LONG = os.environ.get("DIGEST_CAMPAIGN") == "1"
PATIENCE = 60.0
_S = DeliveryState
# A fork server has the slow imports behind it, so that a campaign is made of kills and not of starts.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        "pytest",
        "digest.deliver.smtp",
        "digest.storage.database",
        "digest.testing.factories",
        "digest.workflows.send",
    ]
)


@dataclass
class Sender:
    """A sender process and what it says."""

    order: Order
    process: Any = None
    pipe: Any = None

    def start(self) -> Self:
        """Start it, and wait until it begins to send."""
        self.pipe, theirs = _PROCESSES.Pipe()
        self.process = _PROCESSES.Process(target=work, args=(self.order, theirs), daemon=True)
        self.process.start()
        theirs.close()
        assert self.pipe.poll(PATIENCE)
        assert self.pipe.recv() == "ready"
        self.pipe.send("go")
        return self

    def kill_within(self, seconds: float) -> bool:
        """Kill it after so many seconds, unless it ends before; say whether it was killed."""
        if self.pipe.poll(seconds):
            self.finish()
            return False
        self.process.kill()
        self.wait()
        return True

    def send_signal(self, number: int) -> None:
        """Send a signal to this process alone."""
        os.kill(self.process.pid, number)

    def wait(self) -> int:
        """Wait for its end; return its exit code."""
        self.process.join(PATIENCE)
        code = self.process.exitcode
        assert code is not None, "the sender neither ends nor dies"
        self.process.close()
        self.pipe.close()
        return int(code)

    def wait_until_stopped(self) -> None:
        """Wait until it has stopped itself."""
        status = Path(f"/proc/{self.process.pid}/stat")
        while status.read_text().rpartition(")")[2].split()[0] != "T":
            assert not self.pipe.poll(0.01)

    def finish(self, *, codes: tuple[int, ...] = (0,)) -> Sending:
        """Wait for its result."""
        assert self.pipe.poll(PATIENCE)
        result: Sending = self.pipe.recv()
        assert self.wait() in codes
        return result


@dataclass
class Campaign(AbstractContextManager["Campaign"]):
    """One edition, sent again and again until it is done."""

    folder: Path
    readers: int
    connections: int = 4
    misbehave: Misbehaviour = behave
    ahead: timedelta = timedelta()
    kills: int = 0
    unsubscribed: set[str] = field(default_factory=set)
    storage: SqlStorage = field(init=False)
    server: RecordingServer = field(init=False)
    filed: FiledEdition = field(init=False)

    def __enter__(self) -> Self:
        """Publish the edition and start the server."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.storage = open_storage(
            self.url, address_key=SIGNER.address_key, signs_folder=self.folder / "signs"
        )
        now = datetime.now(UTC)
        names = [f"reader{number}@x.example" for number in range(self.readers)]
        with self.storage.transaction():
            for name in names:
                self.storage.subscribers.add(
                    "daily", name, status=SubscriberStatus.CONFIRMED, now=now - timedelta(days=1)
                )
            for status in (SubscriberStatus.PENDING, SubscriberStatus.UNSUBSCRIBED):
                self.storage.subscribers.add("daily", f"{status}@x.example", status=status, now=now)
        self.filed = self.storage.editions.publish(
            make_edition(), make_printed(), now=now, expires_at=now + LIFE
        )
        self.server = RecordingServer(misbehave=self.misbehave).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything."""
        self.server.close()
        self.storage.close()

    @property
    def url(self) -> str:
        """The database."""
        return f"sqlite:///{self.folder / 'digest.db'}"

    def order(self, **changes: Any) -> Order:
        """Return the order to send this edition."""
        values: dict[str, Any] = {
            "url": self.url,
            "signs": str(self.folder / "signs"),
            "host": self.server.host,
            "port": self.server.port,
            "connections": self.connections,
            "ahead": self.ahead,
        }
        return Order(**(values | changes))

    def sender(self, **changes: Any) -> Sender:
        """Start a sender."""
        return Sender(self.order(**changes)).start()

    def states(self) -> set[str]:
        """Return every state in which a delivery stands now."""
        return {row.state.value for row in self.storage.outbox.listing(self.filed.id, limit=1_000_000)}

    def note_kill(self, *, most: int | None = None) -> int:
        """Count a kill; assert that it left no more than one reader a line in doubt (I9)."""
        self.kills += 1
        doubtful = len(self.storage.outbox.listing(self.filed.id, states=[_S.ATTEMPTING]))
        assert doubtful <= (self.connections if most is None else most)
        return doubtful

    def unsubscribe_one(self, chance: random.Random) -> None:
        """Let somebody who has not been mailed yet unsubscribe, while nobody sends."""
        waiting = self.storage.outbox.listing(self.filed.id, states=[_S.QUEUED, _S.CLAIMED, _S.DEFERRED])
        if waiting:
            leaver = chance.choice(waiting)
            self.storage.subscribers.change_status(
                leaver.subscriber_id, SubscriberStatus.UNSUBSCRIBED, now=datetime.now(UTC)
            )
            self.unsubscribed.add(leaver.address)

    def run_to_the_end(self) -> Sending:
        """Send until nothing is left, as the schedule would; nobody helps (I10)."""
        for _ in range(60):
            result = self.sender().finish()
            if result.outcome is not Outcome.DEFERRED:
                break
            self.ahead += timedelta(hours=4)
        assert result.outcome is Outcome.DONE
        return result

    def check(self) -> dict[str, int]:
        """Assert the invariants of the ledger against the server's memory; return the states' counts."""
        letters = self.server.received
        copies = Counter(letter.rcpt_to for letter in letters)
        rows = self.storage.outbox.listing(self.filed.id, limit=1_000_000)
        by_state: dict[DeliveryState, set[str]] = {state: set() for state in DeliveryState}
        for row in rows:
            by_state[row.state].add(row.address)
        received = set(copies)
        assert max(copies.values(), default=1) == 1, "I1: a reader got two copies"
        books = self.storage.outbox.books(self.filed.id)
        assert books.balance, "I2: the books do not balance"
        assert (books.audience, books.to_do, books.deferred) == (self.readers, 0, 0)
        assert by_state[_S.ACCEPTED] <= received, "I3: somebody was accepted and got nothing"
        assert received <= by_state[_S.ACCEPTED] | by_state[_S.UNCERTAIN], "I4: a copy is in no book"
        assert not received & self.unsubscribed, "I5: somebody was mailed after unsubscribing"
        assert {"pending@x.example", "unsubscribed@x.example"}.isdisjoint(received), "I6: without consent"
        written = {row.address: PlainAddresser().address(row)[1] for row in rows}
        assert all(letter.content == written[letter.rcpt_to] for letter in letters), "I7: other bytes"
        faults = [fault for fault in self.storage.check() if "WAL-reset bug" not in fault]
        assert faults == [], "I8: the database is damaged"
        return {state.value: len(addresses) for state, addresses in by_state.items() if addresses}
