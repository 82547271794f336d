"""Subscribers, consents, vetoes and notices in memory."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from digest.errors import StorageError
from digest.model.notice import NOTICE_PAUSES, Notice, NoticeKind
from digest.model.subscriber import (
    Consent,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
    fold_address,
)
from digest.testing.memory.shelves import Store, locked


class MemorySubscribers(Store):
    """A `SubscriberStore` in memory."""

    @locked
    def find(self, newsletter: str, address: str) -> Subscriber | None:
        """Return an address's subscription to a newsletter, however the address is spelt."""
        return self.get(self._shelves.subscriber_ids.get((newsletter, self._shelves.key(address)), 0))

    @locked
    def get(self, subscriber_id: int) -> Subscriber | None:
        """Return a subscriber by id."""
        return self._shelves.subscribers.get(subscriber_id)

    @locked
    def same_address(self, subscriber_id: int) -> tuple[Subscriber, ...]:
        """Return the subscriptions of the same address to every newsletter, this one included."""
        reader = self.get(subscriber_id)
        folded = reader and fold_address(reader.address)
        return tuple(one for one in self.iterate() if fold_address(one.address) == folded)

    @locked
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
        there = self.find(newsletter, address)
        if there is not None:
            return there
        reader = Subscriber(
            id=len(self._shelves.subscribers) + 1,
            newsletter=newsletter,
            address=address,
            name=name,
            language=language,
            status=status,
            since=now,
        )
        self._shelves.subscribers[reader.id] = reader
        self._shelves.subscriber_ids[newsletter, self._shelves.key(address)] = reader.id
        return reader

    @locked
    def change_status(self, subscriber_id: int, status: SubscriberStatus, *, now: datetime) -> bool:
        """Change the status; False if it already had it, or if there is no such subscriber."""
        reader = self.get(subscriber_id)
        if reader is None or reader.status is status:
            return False
        self._shelves.subscribers[reader.id] = dataclasses.replace(reader, status=status, since=now)
        return True

    @locked
    def record_consent(self, consent: Consent) -> None:
        """Keep one proof in the life of a consent; raises `StorageError` for an unknown subscriber."""
        self._check_known(consent.subscriber_id)
        self._shelves.consents[len(self._shelves.consents) + 1] = consent

    @locked
    def consents(self, subscriber_id: int) -> tuple[Consent, ...]:
        """Return a subscriber's proofs in the order in which they were recorded."""
        return tuple(one for one in self._shelves.consents.values() if one.subscriber_id == subscriber_id)

    @locked
    def iterate(
        self, *, newsletter: str | None = None, status: SubscriberStatus | None = None
    ) -> Iterator[Subscriber]:
        """Walk subscribers by id."""
        return iter(
            [
                one
                for one in self._shelves.subscribers.values()
                if newsletter in {None, one.newsletter} and status in {None, one.status}
            ]
        )

    @locked
    def counts(self, newsletter: str) -> dict[SubscriberStatus, int]:
        """Return how many subscribers a newsletter has in each status, zeros included."""
        found = Counter(one.status for one in self.iterate(newsletter=newsletter))
        return {status: found[status] for status in SubscriberStatus}

    @locked
    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime, note: str = "") -> bool:
        """Put a veto on an address; False if there was one already."""
        key = self._shelves.key(address)
        if key in self._shelves.suppressions:
            return False
        self._shelves.suppressions[key] = Suppression(address_key=key, reason=reason, at=now, note=note)
        return True

    @locked
    def suppression(self, address: str) -> Suppression | None:
        """Return the veto on an address."""
        return self._shelves.suppressions.get(self._shelves.key(address))

    @locked
    def queue_notice(self, kind: NoticeKind, subscriber_id: int, *, now: datetime) -> int:
        """Let a letter to a subscriber wait for sending; return its id."""
        reader = self._check_known(subscriber_id)
        key = len(self._shelves.notices) + 1
        self._shelves.notices[key] = Notice(
            id=key,
            kind=kind,
            subscriber_id=subscriber_id,
            newsletter=reader.newsletter,
            address=reader.address,
            created_at=now,
        )
        return key

    @locked
    def last_notice_at(self, kind: NoticeKind, subscriber_id: int) -> datetime | None:
        """Return when a letter of this kind was last queued for a subscriber."""
        letters = self._shelves.notices.values()
        ours = [one for one in letters if (one.kind, one.subscriber_id) == (kind, subscriber_id)]
        return max((one.created_at for one in ours), default=None)

    @locked
    def waiting_notices(self, *, limit: int, now: datetime | None = None) -> tuple[Notice, ...]:
        """Return letters that wait, the oldest first; those that failed five times wait no longer.

        With `now`, only those whose pause since the last try (`NOTICE_PAUSES`) is over.
        """
        unsent = [one for key, one in self._shelves.notices.items() if key not in self._shelves.sent_notices]
        waiting = [one for one in unsent if one.attempts < len(NOTICE_PAUSES)]
        tried = self._shelves.tried_notices
        return tuple(
            one
            for one in waiting
            if now is None
            or (
                self._still_meant(one)
                and (one.id not in tried or tried[one.id] <= now - NOTICE_PAUSES[one.attempts])
            )
        )[:limit]

    @locked
    def mark_notice(self, notice: Notice, *, now: datetime) -> bool:
        """Count a try at a letter; False: do not send it."""
        there = self._shelves.notices.get(notice.id)
        if there is None or there.attempts != notice.attempts or not self._still_meant(there):
            return False
        if notice.id in self._shelves.sent_notices:
            return False
        self._shelves.notices[notice.id] = dataclasses.replace(there, attempts=there.attempts + 1)
        self._shelves.tried_notices[notice.id] = now
        return True

    @locked
    def end_notice(self, notice_id: int, *, now: datetime) -> None:
        """Try a letter no more."""
        if there := self._shelves.notices.get(notice_id):
            self._shelves.notices[notice_id] = dataclasses.replace(there, attempts=len(NOTICE_PAUSES))
            self._shelves.tried_notices[notice_id] = now

    @locked
    def settle_notice(self, notice_id: int, *, sent: bool, now: datetime) -> None:
        """Count one attempt at a letter, and keep whether it went out."""
        if letter := self._shelves.notices.get(notice_id):
            tried = dataclasses.replace(letter, attempts=letter.attempts + 1)
            self._shelves.notices[notice_id] = tried
            self._shelves.tried_notices[notice_id] = now
            if sent:
                self._shelves.sent_notices[notice_id] = now

    def _still_meant(self, notice: Notice) -> bool:
        reader = self._check_known(notice.subscriber_id)
        return reader.status is notice.kind.meant_for and self.suppression(reader.address) is None

    def _check_known(self, subscriber_id: int) -> Subscriber:
        reader = self.get(subscriber_id)
        if reader is None:
            raise StorageError(f"the database cannot be used: there is no subscriber {subscriber_id}")
        return reader
