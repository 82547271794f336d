"""Subscribers, their consents, the vetoes on addresses, and the notices that wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, true, update

from digest.model.notice import NOTICE_PAUSES, Notice, NoticeKind
from digest.model.subscriber import (
    Consent,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
    fold_address,
)
from digest.storage.connection import Database, insert_new
from digest.storage.tables import consents, notices, subscribers, suppressions

_PAGE = 1000


class SqlSubscribers:
    """The readers of one database. `address_key` turns a folded address into its keyed hash."""

    def __init__(self, database: Database, *, address_key: Callable[[str], str]) -> None:
        self._database = database
        self._address_key = address_key

    def find(self, newsletter: str, address: str) -> Subscriber | None:
        """Return an address's subscription to a newsletter, however the address is spelt."""
        return self._one(
            subscribers.c.newsletter == newsletter, subscribers.c.address_key == self._key(address)
        )

    def get(self, subscriber_id: int) -> Subscriber | None:
        """Return a subscriber by id."""
        return self._one(subscribers.c.id == subscriber_id)

    def same_address(self, subscriber_id: int) -> tuple[Subscriber, ...]:
        """Return the subscriptions of the same address to every newsletter, this one included."""
        key = select(subscribers.c.address_key).where(subscribers.c.id == subscriber_id).scalar_subquery()
        wanted = select(subscribers).where(subscribers.c.address_key == key).order_by(subscribers.c.id)
        with self._database.read() as connection:
            return tuple(_subscriber(row) for row in connection.execute(wanted))

    def add(
        self,
        newsletter: str,
        address: str,
        *,
        status: SubscriberStatus,
        now: datetime,
        name: str = "",
        language: str = "",
    ) -> Subscriber:
        """Insert a subscriber; an existing one is returned as it is."""
        key = self._key(address)
        wanted = select(subscribers).where(
            subscribers.c.newsletter == newsletter, subscribers.c.address_key == key
        )
        with self._database.write() as connection:
            insert_new(
                connection,
                subscribers,
                newsletter=newsletter,
                address=address,
                address_key=key,
                name=name,
                language=language,
                status=status,
                since=now,
            )
            return _subscriber(connection.execute(wanted).one())

    def change_status(self, subscriber_id: int, status: SubscriberStatus, *, now: datetime) -> bool:
        """Change the status; False if it already had it, or if there is no such subscriber."""
        change = (
            update(subscribers)
            .where(subscribers.c.id == subscriber_id, subscribers.c.status != status)
            .values(status=status, since=now)
        )
        with self._database.write() as connection:
            return connection.execute(change).rowcount == 1

    def record_consent(self, consent: Consent) -> None:
        """Keep one proof in the life of a consent."""
        with self._database.write() as connection:
            connection.execute(
                insert(consents).values(
                    subscriber_id=consent.subscriber_id,
                    event=consent.event,
                    at=consent.at,
                    source=consent.source,
                    wording=consent.wording,
                    wording_hash=consent.wording_hash,
                    page=consent.page,
                )
            )

    def consents(self, subscriber_id: int) -> tuple[Consent, ...]:
        """Return a subscriber's proofs in the order in which they were recorded."""
        wanted = select(consents).where(consents.c.subscriber_id == subscriber_id).order_by(consents.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Consent(
                subscriber_id=row.subscriber_id,
                event=row.event,
                at=row.at,
                source=row.source,
                wording=row.wording,
                wording_hash=row.wording_hash,
                page=row.page,
            )
            for row in rows
        )

    def iterate(
        self, *, newsletter: str | None = None, status: SubscriberStatus | None = None
    ) -> Iterator[Subscriber]:
        """Walk subscribers by id, a page at a time, so that nothing is held open meanwhile."""
        wanted = select(subscribers).order_by(subscribers.c.id).limit(_PAGE)
        if newsletter is not None:
            wanted = wanted.where(subscribers.c.newsletter == newsletter)
        if status is not None:
            wanted = wanted.where(subscribers.c.status == status)
        last = 0
        while True:
            with self._database.read() as connection:
                page = connection.execute(wanted.where(subscribers.c.id > last)).all()
            yield from map(_subscriber, page)
            if len(page) < _PAGE:
                return
            last = page[-1].id

    def counts(self, newsletter: str) -> dict[SubscriberStatus, int]:
        """Return how many subscribers a newsletter has in each status, zeros included."""
        wanted = (
            select(subscribers.c.status, func.count().label("total"))
            .where(subscribers.c.newsletter == newsletter)
            .group_by(subscribers.c.status)
        )
        with self._database.read() as connection:
            found = {row.status: row.total for row in connection.execute(wanted)}
        return {status: found.get(status, 0) for status in SubscriberStatus}

    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime, note: str = "") -> bool:
        """Put a veto on an address; False if there was one already."""
        with self._database.write() as connection:
            fresh = insert_new(
                connection,
                suppressions,
                address_key=self._key(address),
                reason=reason,
                at=now,
                note=note,
            )
        return fresh is not None

    def suppression(self, address: str) -> Suppression | None:
        """Return the veto on an address."""
        wanted = select(suppressions).where(suppressions.c.address_key == self._key(address))
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Suppression(
            address_key=row.address_key, reason=SuppressionReason(row.reason), at=row.at, note=row.note
        )

    def queue_notice(self, kind: NoticeKind, subscriber_id: int, *, now: datetime) -> int:
        """Let a letter to a subscriber wait for sending; return its id."""
        letter = (
            insert(notices)
            .values(kind=kind, subscriber_id=subscriber_id, created_at=now, attempts=0)
            .returning(notices.c.id)
        )
        with self._database.write() as connection:
            key: int = connection.execute(letter).scalar_one()
            return key

    def last_notice_at(self, kind: NoticeKind, subscriber_id: int) -> datetime | None:
        """Return when a letter of this kind was last queued for a subscriber."""
        wanted = select(func.max(notices.c.created_at)).where(
            notices.c.subscriber_id == subscriber_id, notices.c.kind == kind
        )
        with self._database.read() as connection:
            latest: datetime | None = connection.scalar(wanted)
        return latest

    def waiting_notices(self, *, limit: int, now: datetime | None = None) -> tuple[Notice, ...]:
        """Return letters that wait, the oldest first; those that failed five times wait no longer.

        With `now`, only those whose pause since the last try (`NOTICE_PAUSES`) is over.
        """
        rested = [
            and_(notices.c.attempts == tries, notices.c.tried_at <= now - pause)
            for tries, pause in enumerate(NOTICE_PAUSES)
            if now is not None and tries
        ]
        wanted = (
            select(notices, subscribers.c.newsletter, subscribers.c.address)
            .join(subscribers, subscribers.c.id == notices.c.subscriber_id)
            .where(notices.c.sent_at.is_(None), notices.c.attempts < len(NOTICE_PAUSES))
            .where(true() if now is None else and_(or_(notices.c.attempts == 0, *rested), _still_meant()))
            .order_by(notices.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Notice(
                id=row.id,
                kind=NoticeKind(row.kind),
                subscriber_id=row.subscriber_id,
                newsletter=row.newsletter,
                address=row.address,
                created_at=row.created_at,
                attempts=row.attempts,
            )
            for row in rows
        )

    def mark_notice(self, notice: Notice, *, now: datetime) -> bool:
        """Count a try at a letter, in one statement that asks everything again; False: do not send it."""
        reader = select(subscribers.c.id).where(subscribers.c.id == notices.c.subscriber_id, _still_meant())
        wanted = (
            update(notices)
            .where(notices.c.id == notice.id, notices.c.attempts == notice.attempts)
            .where(notices.c.sent_at.is_(None), reader.exists())
            .values(attempts=notice.attempts + 1, tried_at=now)
        )
        with self._database.write() as connection:
            return connection.execute(wanted).rowcount == 1

    def end_notice(self, notice_id: int, *, now: datetime) -> None:
        """Try a letter no more."""
        values = {"attempts": len(NOTICE_PAUSES), "tried_at": now}
        with self._database.write() as connection:
            connection.execute(update(notices).where(notices.c.id == notice_id).values(**values))

    def settle_notice(self, notice_id: int, *, sent: bool, now: datetime) -> None:
        """Count one attempt at a letter, and keep whether it went out."""
        values: dict[str, object] = {"attempts": notices.c.attempts + 1, "tried_at": now}
        if sent:
            values["sent_at"] = now
        with self._database.write() as connection:
            connection.execute(update(notices).where(notices.c.id == notice_id).values(**values))

    def _key(self, address: str) -> str:
        return self._address_key(fold_address(address))

    def _one(self, *conditions: Any) -> Subscriber | None:
        with self._database.read() as connection:
            row = connection.execute(select(subscribers).where(*conditions)).one_or_none()
        return _subscriber(row) if row else None


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        newsletter=row.newsletter,
        address=row.address,
        name=row.name,
        language=row.language,
        status=SubscriberStatus(row.status),
        since=row.since,
    )


def _still_meant() -> Any:
    """Say in SQL whether a letter's reader has the status it is meant for, and no veto."""
    vetoed = select(suppressions.c.address_key).where(suppressions.c.address_key == subscribers.c.address_key)
    fits = [and_(notices.c.kind == kind, subscribers.c.status == kind.meant_for) for kind in NoticeKind]
    return and_(or_(*fits), ~vetoed.exists())
