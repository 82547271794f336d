"""The outbox in memory."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from digest.errors import IllegalMove, StorageError
from digest.model.delivery import Books, Delivery, DeliveryState
from digest.testing.memory.shelves import Row, Shelves, Store, locked

_S = DeliveryState
_CONSENT_GONE = "unsubscribed or vetoed before it was sent"
_SENDER_DIED = "the sender died while handing this over; whether it was accepted, nobody knows"


class MemoryOutbox(Store):
    """An `Outbox` in memory: all senders live in this process."""

    def __init__(self, shelves: Shelves) -> None:
        super().__init__(shelves)
        self._living: set[str] = set()

    @locked
    def fill(self, edition_id: int, *, now: datetime) -> int:  # noqa: ARG002 - the port's
        """Snapshot the audience; raises `IllegalMove` for an edition that is not published."""
        filed = self._shelves.editions.get(edition_id)
        if filed is None or filed.published_at is None:
            raise IllegalMove(f"edition {edition_id} is not published, so it has no audience yet")
        if filed.snapshot_done:
            return filed.audience
        audience = 0
        for reader in self._shelves.subscribers.values():
            is_ours = reader.newsletter == filed.edition.newsletter
            is_in_time = reader.since is not None and reader.since <= filed.published_at
            if is_ours and is_in_time and self._shelves.consents_to_mail(reader.id):
                audience += 1
                key = len(self._shelves.deliveries) + 1
                self._shelves.put(Row(Delivery(id=key, edition_id=edition_id, subscriber_id=reader.id)))
        done = dataclasses.replace(filed, audience=audience, snapshot_done=True)
        self._shelves.editions[edition_id] = done
        return audience

    @contextmanager
    def enlist(self, owner: str) -> Iterator[None]:
        """Hold a sign of life; raises `StorageError` if somebody already lives as `owner`."""
        with self._shelves.lock:
            if owner in self._living:
                raise StorageError(f"{owner} already runs; wait for it or stop it")
            self._living.add(owner)
        try:
            yield
        finally:
            self._living.discard(owner)

    @locked
    def bury_dead(self, edition_id: int, *, now: datetime) -> int:
        """Give back what dead senders had claimed, and name what they were attempting `uncertain`."""
        doubted = 0
        for row in self._shelves.rows_of(edition_id):
            state = row.delivery.state
            if state not in {_S.CLAIMED, _S.ATTEMPTING} or not row.is_over(now, self._living):
                continue
            if state is _S.CLAIMED:
                self._shelves.put(row.moved(_S.QUEUED))
            else:
                self._shelves.put(row.moved(_S.UNCERTAIN, detail=_SENDER_DIED))
                doubted += 1
        return doubted

    @locked
    def claim(
        self, edition_id: int, *, owner: str, limit: int, now: datetime, lease_until: datetime
    ) -> tuple[Delivery, ...]:
        """Claim queued deliveries and deferred ones that are due; suppress what lost consent meanwhile."""
        if not self._sends(edition_id, now):
            return ()
        rows = self._shelves.rows_of(edition_id)
        queued = [row for row in rows if row.delivery.state is _S.QUEUED]
        deferred = [row for row in rows if row.delivery.next_at and row.delivery.next_at <= now]
        claimed: list[int] = []
        for row in queued + sorted(deferred, key=lambda row: (row.delivery.next_at, row.delivery.id)):
            if len(claimed) >= limit:
                break
            if self._shelves.consents_to_mail(row.delivery.subscriber_id):
                ours = row.moved(_S.CLAIMED, next_at=None)
                self._shelves.put(dataclasses.replace(ours, owner=owner, lease_until=lease_until))
                claimed.append(row.delivery.id)
            else:
                self._shelves.put(row.moved(_S.SUPPRESSED, next_at=None, detail=_CONSENT_GONE))
        return tuple(self._named(key) for key in sorted(claimed))

    @locked
    def mark(self, delivery_id: int, *, owner: str, now: datetime, lease_until: datetime) -> bool:
        """Write `attempting`, counting the attempt, if everything still allows it."""
        row = self._shelves.deliveries.get(delivery_id)
        if row is None or row.delivery.state is not _S.CLAIMED or row.owner != owner:
            return False
        if not self._shelves.consents_to_mail(row.delivery.subscriber_id):
            self._shelves.put(row.moved(_S.SUPPRESSED, detail=_CONSENT_GONE))
            return False
        if not self._sends(row.delivery.edition_id, now) or row.is_over(now, {owner}):
            return False
        marked = row.moved(_S.ATTEMPTING, attempts=row.delivery.attempts + 1)
        self._shelves.put(dataclasses.replace(marked, owner=owner, lease_until=lease_until))
        return True

    @locked
    def settle(self, delivery: Delivery, *, owner: str, now: datetime) -> None:
        """Write what became of a delivery; raises `IllegalMove` as the real outbox does."""
        row = self._shelves.deliveries.get(delivery.id)
        if row is None:
            raise IllegalMove(f"there is no delivery {delivery.id}")
        before, after = row.delivery.state, delivery.state
        if after in {_S.CLAIMED, _S.ATTEMPTING}:
            raise IllegalMove(f"a delivery that is {before} cannot become {after} by settling it")
        next_at = (delivery.next_at or now) if after is _S.DEFERRED else None
        attempts = max(row.delivery.attempts, delivery.attempts)
        moved = row.moved(
            after, code=delivery.code, detail=delivery.detail, next_at=next_at, attempts=attempts
        )
        if row.owner not in {None, owner}:
            raise IllegalMove(f"a delivery that is {before} by another sender cannot become {after}")
        self._shelves.put(moved)

    @locked
    def give_back(self, edition_id: int, *, owner: str) -> int:
        """Return claimed deliveries to the queue; never those being attempted."""
        rows = self._shelves.rows_of(edition_id)
        ours = [row for row in rows if row.owner == owner and row.delivery.state is _S.CLAIMED]
        for row in ours:
            self._shelves.put(row.moved(_S.QUEUED))
        return len(ours)

    @locked
    def expire(self, edition_id: int, *, now: datetime) -> int:
        """Expire what is still queued or deferred once the edition's time is over."""
        filed = self._shelves.editions.get(edition_id)
        if filed is None or filed.expires_at is None or filed.expires_at > now:
            return 0
        rows = self._shelves.rows_of(edition_id)
        late = [row for row in rows if row.delivery.state in {_S.QUEUED, _S.DEFERRED}]
        for row in late:
            self._shelves.put(row.moved(_S.EXPIRED, next_at=None))
        return len(late)

    @locked
    def note_bounce(self, delivery_id: int, *, detail: str, now: datetime) -> Delivery | None:  # noqa: ARG002 - the port's
        """Move an accepted or uncertain delivery to `bounced`; any other is returned as it stands."""
        row = self._shelves.deliveries.get(delivery_id)
        if row is None:
            return None
        if row.delivery.state in {_S.ACCEPTED, _S.UNCERTAIN}:
            self._shelves.put(row.moved(_S.BOUNCED, detail=detail))
        return self._named(delivery_id)

    @locked
    def books(self, edition_id: int) -> Books:
        """Return the books of an edition; zeros for an unknown one."""
        count = Counter(row.delivery.state for row in self._shelves.rows_of(edition_id))
        filed = self._shelves.editions.get(edition_id)
        return Books(
            audience=filed.audience if filed else 0,
            accepted=count[_S.ACCEPTED] + count[_S.BOUNCED],
            rejected=count[_S.REJECTED],
            deferred=count[_S.DEFERRED],
            suppressed=count[_S.SUPPRESSED],
            expired=count[_S.EXPIRED],
            uncertain=count[_S.UNCERTAIN],
            to_do=count[_S.QUEUED] + count[_S.CLAIMED] + count[_S.ATTEMPTING],
            bounced=count[_S.BOUNCED],
        )

    @locked
    def next_due(self, edition_id: int) -> datetime | None:
        """Return when the next deferred delivery may be tried again."""
        rows = self._shelves.rows_of(edition_id)
        return min((row.delivery.next_at for row in rows if row.delivery.next_at), default=None)

    @locked
    def listing(
        self, edition_id: int, *, states: Iterable[DeliveryState] = (), limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """Return deliveries by id, with their addresses: those in `states`, or all."""
        chosen = frozenset(states) or frozenset(DeliveryState)
        rows = self._shelves.rows_of(edition_id)
        keys = sorted(row.delivery.id for row in rows if row.delivery.state in chosen)
        return tuple(self._named(key) for key in keys[:limit])

    def _sends(self, edition_id: int, now: datetime) -> bool:
        filed = self._shelves.editions.get(edition_id)
        is_open = filed is not None and filed.expires_at is not None and filed.expires_at > now
        return is_open and filed is not None and not filed.paused

    def _named(self, key: int) -> Delivery:
        delivery = self._shelves.deliveries[key].delivery
        reader = self._shelves.subscribers[delivery.subscriber_id]
        return dataclasses.replace(delivery, address=reader.address, name=reader.name)
