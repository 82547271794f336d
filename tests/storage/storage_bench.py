"""The workbench of the storage tests: short words for what happens to an edition's deliveries."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from digest.model.delivery import Delivery, DeliveryState
from digest.model.edition import FiledEdition
from digest.model.subscriber import Subscriber, SubscriberStatus
from digest.ports import Storage
from digest.storage.database import SqlStorage, open_storage
from digest.storage.tables import metadata
from digest.testing.factories import MORNING, SIGNER, make_edition, make_printed

LEASE = timedelta(minutes=5)
TABLES = "digest_tables"
_S = DeliveryState


@dataclass
class Ledger:
    """A storage and the short words in which tests speak of its outbox."""

    storage: Storage
    now: datetime = MORNING
    edition: FiledEdition = field(init=False)

    def add_reader(self, name: str, *, newsletter: str = "daily", **changes: Any) -> Subscriber:
        """Add a reader who confirmed a day ago."""
        values: dict[str, Any] = {
            "status": SubscriberStatus.CONFIRMED,
            "now": MORNING - timedelta(days=1),
            "name": name,
        }
        address = f"{name}@reader.example"
        return self.storage.subscribers.add(newsletter, address, **(values | changes))

    def publish(self, **changes: Any) -> FiledEdition:
        """Publish the day's edition, with three hours to live."""
        edition = make_edition(**changes)
        printed = make_printed(newsletter=edition.newsletter, day=edition.day)
        self.edition = self.storage.editions.publish(
            edition, printed, now=MORNING, expires_at=MORNING + timedelta(hours=3)
        )
        return self.edition

    def send_to(self, *names: str) -> FiledEdition:
        """Add readers, publish, and fill the outbox."""
        for name in names:
            self.add_reader(name)
        self.publish()
        self.storage.outbox.fill(self.edition.id, now=self.now)
        return self.edition

    def claim(
        self, owner: str = "ana", *, limit: int = 100, lease: timedelta = LEASE
    ) -> tuple[Delivery, ...]:
        """Claim for five minutes."""
        return self.storage.outbox.claim(
            self.edition.id, owner=owner, limit=limit, now=self.now, lease_until=self.now + lease
        )

    def mark(self, delivery: Delivery, owner: str = "ana") -> bool:
        """Mark for five minutes."""
        return self.storage.outbox.mark(delivery.id, owner=owner, now=self.now, lease_until=self.now + LEASE)

    def settle(
        self, delivery: Delivery, state: DeliveryState, owner: str = "ana", **changes: Any
    ) -> Delivery:
        """Settle in a state."""
        settled = dataclasses.replace(delivery, state=state, **changes)
        self.storage.outbox.settle(settled, owner=owner, now=self.now)
        return settled

    def bring_to(self, state: DeliveryState, *names: str) -> list[Delivery]:
        """Send until every delivery stands in a state; return them as they stand there."""
        self.send_to(*names)
        for delivery in () if state is _S.QUEUED else self.claim():
            self._move_on(delivery, state)
        stand = self.storage.outbox.listing(self.edition.id)
        assert {one.state for one in stand} == {state}
        return list(stand)

    def _move_on(self, delivery: Delivery, state: DeliveryState) -> None:
        if state in {_S.SUPPRESSED, _S.EXPIRED}:
            self.settle(delivery, state)
        elif state is not _S.CLAIMED:
            assert self.mark(delivery)
            if state is _S.BOUNCED:
                self.settle(delivery, _S.ACCEPTED)
                self.storage.outbox.note_bounce(delivery.id, detail="gone", now=self.now)
            elif state is not _S.ATTEMPTING:
                self.settle(delivery, state)

    def states(self) -> dict[str, DeliveryState]:
        """Return each reader's state, by name."""
        return {one.name: one.state for one in self.storage.outbox.listing(self.edition.id)}


@dataclass
class PostgresServer:
    """A server of our own, with one database that has our tables."""

    uri: Callable[[str], str]
    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def emptied(self) -> Iterator[str]:
        """Return the URL of the database with our tables, without a row in them."""
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        self.run(f"TRUNCATE {tables} RESTART IDENTITY CASCADE", database=TABLES)
        yield self.uri(TABLES)

    @contextmanager
    def bare(self) -> Iterator[str]:
        """Make a database without tables and return its URL; drop it afterwards."""
        name = f"bare_{next(self.counter)}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield self.uri(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.uri(database), autocommit=True) as connection:
            connection.execute(statement.encode())


def open_at(url: str, signs: Path) -> SqlStorage:
    """Open a database with the tests' key."""
    return open_storage(url, address_key=SIGNER.address_key, signs_folder=signs)


Maker = Callable[[], AbstractContextManager[str]]
"""Makes a database and gives its URL."""

NewStorage = Callable[[], AbstractContextManager[Storage]]
"""Makes an empty storage."""
