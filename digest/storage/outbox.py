"""The outbox: the table of deliveries, and who may move them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from digest.errors import IllegalMove
from digest.model.delivery import DELIVERY_MOVES, Books, Delivery, DeliveryState
from digest.model.edition import EditionState
from digest.storage import ledger
from digest.storage.connection import Database
from digest.storage.lifesigns import LifeSigns
from digest.storage.tables import deliveries, editions

_S = DeliveryState
CHUNK = 50_000
"""How many readers enter the outbox in one commit."""

MAX_CLAIM = 10_000
"""The most deliveries that one call claims, whatever it asks for."""


class SqlOutbox:
    """The deliveries of one database."""

    def __init__(self, database: Database, signs: LifeSigns, *, chunk: int = CHUNK) -> None:
        self._database = database
        self._signs = signs
        self._chunk = chunk

    def fill(self, edition_id: int, *, now: datetime) -> int:
        """Snapshot the audience: every confirmed, unsuppressed reader of the edition's newsletter.

        Resumable and idempotent; returns the audience's size once done. Raises `IllegalMove` for an
        edition that is not published.
        """
        while True:
            with self._database.write() as connection:
                audience = self._fill_chunk(connection, edition_id, now=now)
            if audience is not None:
                return audience

    def enlist(self, owner: str) -> AbstractContextManager[None]:
        """Hold, for as long as a sender lives, the sign of life that `bury_dead` asks for."""
        return self._signs.hold(owner)

    def bury_dead(self, edition_id: int, *, now: datetime) -> int:
        """Give back what dead senders had claimed, and name what they were attempting `uncertain`.

        Dead is an owner whose sign of life is gone or whose lease is over. Returns how many became uncertain.
        """
        with self._database.write() as connection:
            owners = connection.scalars(ledger.HOLDERS, {"edition": edition_id}).all()
            dead = [owner for owner in owners if owner is not None and self._signs.is_gone(owner)]
            values = {"edition": edition_id, "now": now, "dead": dead}
            connection.execute(ledger.REQUEUE_DEAD, values)
            return connection.execute(ledger.DOUBT_DEAD, values).rowcount

    def claim(
        self, edition_id: int, *, owner: str, limit: int, now: datetime, lease_until: datetime
    ) -> tuple[Delivery, ...]:
        """Claim queued deliveries and deferred ones that are due; suppress what lost consent meanwhile."""
        wanted = min(limit, MAX_CLAIM)
        values = {"edition": edition_id, "by": owner, "now": now, "lease": lease_until}
        claimed: list[int] = []
        with self._database.write() as connection:
            for statement in ledger.CLAIMS:
                while len(claimed) < wanted:
                    rows = connection.execute(statement, values | {"limit": wanted - len(claimed)}).all()
                    claimed += [row.id for row in rows if row.state == _S.CLAIMED]
                    if not rows:
                        break
            named = ledger.NAMED.where(deliveries.c.id.in_(claimed)).order_by(deliveries.c.id)
            return tuple(map(ledger.read_delivery, connection.execute(named))) if claimed else ()

    def mark(self, delivery_id: int, *, owner: str, now: datetime, lease_until: datetime) -> bool:
        """Write `attempting`, counting the attempt, in one statement that asks everything again.

        False: do not send. A delivery whose reader took back the consent is then `suppressed`.
        """
        values = {"delivery": delivery_id, "by": owner, "now": now}
        with self._database.write() as connection:
            if connection.execute(ledger.MARK, values | {"lease": lease_until}).rowcount == 1:
                return True
            connection.execute(ledger.SUPPRESS, values)
            return False

    def settle(self, delivery: Delivery, *, owner: str, now: datetime) -> None:
        """Write what became of a delivery; durable on return.

        What is claimed or attempted may be settled by its owner alone, an `uncertain` one by whoever
        knows better. Raises `IllegalMove` for every other move, and for those that belong to `claim`
        and `mark`.
        """
        state = delivery.state
        is_accepted = state is _S.ACCEPTED
        is_deferred = state is _S.DEFERRED
        with self._database.write() as connection:
            there = connection.execute(
                select(deliveries.c.state, deliveries.c.owner, deliveries.c.attempts)
                .where(deliveries.c.id == delivery.id)
                .with_for_update()
            ).one_or_none()
            if there is None:
                raise IllegalMove(f"there is no delivery {delivery.id}")
            _check_settling(DeliveryState(there.state), state, is_owner=there.owner == owner)
            values: dict[str, Any] = {
                "state": state,
                # A try that ended before the mark (greylisting, say) counts as well.
                "attempts": max(there.attempts, delivery.attempts),
                "code": delivery.code,
                "detail": delivery.detail,
                "next_at": (delivery.next_at or now) if is_deferred else None,
                "owner": None,
                "lease_until": None,
                "updated_at": now,
            }
            if is_accepted:
                values["accepted_at"] = now
            connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(**values))

    def give_back(self, edition_id: int, *, owner: str) -> int:
        """Return claimed deliveries to the queue; never those being attempted."""
        with self._database.write() as connection:
            return connection.execute(ledger.GIVE_BACK, {"edition": edition_id, "by": owner}).rowcount

    def expire(self, edition_id: int, *, now: datetime) -> int:
        """Expire what is still queued or deferred once the edition's time is over."""
        with self._database.write() as connection:
            return connection.execute(ledger.EXPIRE, {"edition": edition_id, "now": now}).rowcount

    def note_bounce(self, delivery_id: int, *, detail: str, now: datetime) -> Delivery | None:
        """Move an accepted or uncertain delivery to `bounced`; None if there is no such delivery.

        A delivery in any other state is returned as it stands.
        """
        with self._database.write() as connection:
            connection.execute(ledger.BOUNCE, {"delivery": delivery_id, "why": detail, "now": now})
            row = connection.execute(ledger.NAMED.where(deliveries.c.id == delivery_id)).one_or_none()
        return ledger.read_delivery(row) if row else None

    def books(self, edition_id: int) -> Books:
        """Return the books of an edition, all read at one instant; zeros for an unknown one."""
        counted = (
            select(deliveries.c.edition_id, deliveries.c.state, func.count().label("total"))
            .where(deliveries.c.edition_id == edition_id)
            .group_by(deliveries.c.edition_id, deliveries.c.state)
            .subquery()
        )
        wanted = (
            select(editions.c.audience, counted.c.state, counted.c.total)
            .outerjoin_from(editions, counted, counted.c.edition_id == editions.c.id)
            .where(editions.c.id == edition_id)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        counts: dict[str | None, int] = {row.state: row.total for row in rows}

        def total(*states: DeliveryState) -> int:
            return sum(counts.get(state, 0) for state in states)

        return Books(
            audience=rows[0].audience if rows else 0,
            accepted=total(_S.ACCEPTED, _S.BOUNCED),
            rejected=total(_S.REJECTED),
            deferred=total(_S.DEFERRED),
            suppressed=total(_S.SUPPRESSED),
            expired=total(_S.EXPIRED),
            uncertain=total(_S.UNCERTAIN),
            to_do=total(_S.QUEUED, _S.CLAIMED, _S.ATTEMPTING),
            bounced=total(_S.BOUNCED),
        )

    def next_due(self, edition_id: int) -> datetime | None:
        """Return when the next deferred delivery may be tried again."""
        wanted = select(func.min(deliveries.c.next_at)).where(
            deliveries.c.edition_id == edition_id, deliveries.c.state == _S.DEFERRED
        )
        with self._database.read() as connection:
            due: datetime | None = connection.scalar(wanted)
        return due

    def listing(
        self, edition_id: int, *, states: Iterable[DeliveryState] = (), limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """Return deliveries by id, with their addresses: those in `states`, or all."""
        wanted = ledger.NAMED.where(deliveries.c.edition_id == edition_id)
        chosen = sorted(states)
        if chosen:
            wanted = wanted.where(deliveries.c.state.in_(chosen))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(deliveries.c.id).limit(limit)).all()
        return tuple(map(ledger.read_delivery, rows))

    def _fill_chunk(self, connection: Connection, edition_id: int, *, now: datetime) -> int | None:
        """Move one chunk and the watermark; return the audience once there is nothing left to move."""
        row = connection.execute(
            select(
                editions.c.id,
                editions.c.newsletter,
                editions.c.state,
                editions.c.published_at,
                editions.c.audience,
                editions.c.snapshot_watermark,
                editions.c.snapshot_done,
            )
            .where(editions.c.id == edition_id)
            .with_for_update()
        ).one_or_none()
        if row is None or row.state != EditionState.PUBLISHED:
            raise IllegalMove(f"edition {edition_id} is not published, so it has no audience yet")
        if row.snapshot_done:
            return int(row.audience)
        reached: int | None = connection.scalar(
            ledger.next_readers(row.newsletter, after=row.snapshot_watermark, chunk=self._chunk)
        )
        if reached is None:
            values: dict[str, Any] = {"snapshot_done": True}
        else:
            added = connection.execute(ledger.enqueue(row, until=reached, now=now)).rowcount
            values = {"snapshot_watermark": reached, "audience": row.audience + added}
        connection.execute(update(editions).where(editions.c.id == edition_id).values(**values))
        return int(row.audience) if reached is None else None


def _check_settling(before: DeliveryState, after: DeliveryState, *, is_owner: bool) -> None:
    if after in {_S.CLAIMED, _S.ATTEMPTING} or after not in DELIVERY_MOVES[before]:
        raise IllegalMove(f"a delivery that is {before} cannot become {after} by settling it")
    if before in {_S.CLAIMED, _S.ATTEMPTING} and not is_owner:
        raise IllegalMove(f"a delivery that is {before} by another sender cannot become {after}")
