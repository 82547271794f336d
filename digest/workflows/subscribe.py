"""Subscribe: a request, a letter, a confirmation, and every way back out; each step is one transaction.

Whoever asks learns nothing about an address: known, unknown and vetoed ones get the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from digest.model.newsletter import Newsletter
from digest.model.notice import NoticeKind
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, parse_address
from digest.ports import Storage

LETTER_PAUSE = timedelta(hours=24)
LETTER_MONTH, LETTERS_A_MONTH = timedelta(days=30), 3
CONFIRM_WITHIN = timedelta(days=7)
UNDO_WITHIN = timedelta(hours=24)
_PROOFS = frozenset({"confirmed", "imported", "resubscribed"})
_S = SubscriberStatus


class Standing(StrEnum):
    """What the link of a confirmation letter is still good for."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"


def request_subscription(
    newsletter_name: str,
    written_address: str,
    *,
    name: str,
    language: str,
    wording: str,
    page: str,
    storage: Storage,
    now: datetime,
) -> bool:
    """Take a request and let one letter wait that asks to confirm it; True if one does.

    Whoever asked must not learn which. No letter for vetoed and confirmed addresses, nor a second within
    24 hours or a fourth within 30 days, whatever the newsletter. Raises `AddressRefused` for what is no
    address.
    """
    address = parse_address(written_address)
    subscribers = storage.subscribers
    with storage.transaction():
        if subscribers.suppression(address) is not None:
            return False
        reader = subscribers.add(
            newsletter_name, address, status=_S.PENDING, now=now, name=name, language=language
        )
        if reader.status is _S.CONFIRMED or not _may_be_written_to(reader, storage, now):
            return False
        subscribers.change_status(reader.id, _S.PENDING, now=now)
        _record(storage, reader, "requested", now, page=page, wording=wording)
        subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=now)
        return True


def standing(reader: Subscriber, *, storage: Storage, now: datetime) -> Standing:
    """Say whether a reader may still confirm: once, within seven days of the last letter."""
    if reader.status is _S.CONFIRMED:
        return Standing.CONFIRMED
    written = storage.subscribers.last_notice_at(NoticeKind.CONFIRM, reader.id)
    is_open = reader.status is _S.PENDING and written is not None and now - written <= CONFIRM_WITHIN
    return Standing.OPEN if is_open else Standing.LAPSED


def confirm(reader: Subscriber, *, page: str, storage: Storage, now: datetime) -> Standing:
    """Confirm a request, queue the welcome, and return how it stood before: `OPEN` means it counted."""
    with storage.transaction():
        reader = storage.subscribers.get(reader.id) or reader
        before = standing(reader, storage=storage, now=now)
        if before is Standing.OPEN and storage.subscribers.change_status(reader.id, _S.CONFIRMED, now=now):
            _record(storage, reader, "confirmed", now, page=page)
            storage.subscribers.queue_notice(NoticeKind.WELCOME, reader.id, now=now)
        return before


def unsubscribe(reader: Subscriber, *, page: str, storage: Storage, now: datetime) -> bool:
    """Unsubscribe from one newsletter, at once; False if that was done before."""
    with storage.transaction():
        changed = storage.subscribers.change_status(reader.id, _S.UNSUBSCRIBED, now=now)
        if changed:
            _record(storage, reader, "unsubscribed", now, page=page)
        return changed


def unsubscribe_from_all(reader: Subscriber, *, page: str, storage: Storage, now: datetime) -> None:
    """Unsubscribe an address from every newsletter, at once."""
    with storage.transaction():
        for own in storage.subscribers.same_address(reader.id):
            unsubscribe(own, page=page, storage=storage, now=now)


def resubscribe(reader: Subscriber, *, page: str, storage: Storage, now: datetime) -> bool:
    """Undo an unsubscription of the last 24 hours; False if it is too late or consent was never proven."""
    with storage.transaction():
        reader = storage.subscribers.get(reader.id) or reader
        left_at = reader.since if reader.status is _S.UNSUBSCRIBED else None
        if left_at is None or now - left_at > UNDO_WITHIN or not is_proven(reader, storage=storage):
            return False
        storage.subscribers.change_status(reader.id, _S.CONFIRMED, now=now)
        _record(storage, reader, "resubscribed", now, page=page)
        return True


def change_preferences(
    reader: Subscriber,
    wanted: Collection[str],
    *,
    offered: Collection[Newsletter],
    wording: str,
    page: str,
    storage: Storage,
    now: datetime,
) -> bool:
    """Let an address receive exactly the wanted ones of the newsletters on offer.

    False, and nothing is switched on, where nobody ever proved that the address is theirs.
    """
    subscribers = storage.subscribers
    with storage.transaction():
        own = {one.newsletter: one for one in subscribers.same_address(reader.id)}
        proven = is_proven(reader, storage=storage)
        for newsletter in offered:
            current = own.get(newsletter.name)
            if newsletter.name not in wanted:
                if current is not None:
                    unsubscribe(current, page=page, storage=storage, now=now)
            elif proven and (current is None or current.status is not _S.CONFIRMED):
                added = subscribers.add(
                    newsletter.name,
                    reader.address,
                    status=_S.CONFIRMED,
                    now=now,
                    name=reader.name,
                    language=newsletter.language,
                )
                subscribers.change_status(added.id, _S.CONFIRMED, now=now)
                _record(storage, added, "confirmed", now, page=page, wording=wording)
        return proven


def is_proven(reader: Subscriber, *, storage: Storage) -> bool:
    """Say whether this subscription was ever confirmed, so that its address is known to be its owner's."""
    proofs = storage.subscribers.consents(reader.id)
    return reader.status is _S.CONFIRMED or any(proof.event in _PROOFS for proof in proofs)


def _may_be_written_to(reader: Subscriber, storage: Storage, now: datetime) -> bool:
    own = storage.subscribers.same_address(reader.id)
    letters = [storage.subscribers.last_notice_at(NoticeKind.CONFIRM, one.id) for one in own]
    if any(at is not None and now - at < LETTER_PAUSE for at in letters):
        return False
    proofs = [proof for one in own for proof in storage.subscribers.consents(one.id)]
    recent = [proof for proof in proofs if proof.event == "requested" and now - proof.at < LETTER_MONTH]
    return len(recent) < LETTERS_A_MONTH


def _record(
    storage: Storage, reader: Subscriber, event: str, now: datetime, *, page: str, wording: str = ""
) -> None:
    storage.subscribers.record_consent(
        Consent(
            subscriber_id=reader.id,
            event=event,
            at=now,
            source="web",
            wording=wording,
            wording_hash=hashlib.sha256(wording.encode()).hexdigest() if wording else "",
            page=page,
        )
    )
