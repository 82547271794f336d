"""Readers, one at a time, by the hand of whoever runs the newsletter."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from digest.errors import UsageError
from digest.model.newsletter import Newsletter
from digest.model.notice import NoticeKind
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, SuppressionReason, parse_address
from digest.ports import Storage


def add_reader(
    newsletter: Newsletter,
    written: str,
    *,
    storage: Storage,
    now: datetime,
    name: str = "",
    consent: str = "",
) -> Subscriber:
    """Add a reader: confirmed where `consent` says how they agreed, else pending with a letter queued.

    A reader who is known already is returned as they are. Raises `AddressRefused`, and `UsageError` for
    an address with a veto.
    """
    address = parse_address(written)
    with storage.transaction():
        known = storage.subscribers.find(newsletter.name, address)
        if known is not None:
            return known
        if storage.subscribers.suppression(address) is not None:
            raise UsageError(f"{address} has a veto; see `digest subscribers show {address}`")
        status = SubscriberStatus.CONFIRMED if consent else SubscriberStatus.PENDING
        reader = storage.subscribers.add(newsletter.name, address, status=status, now=now, name=name)
        storage.subscribers.record_consent(
            Consent(
                subscriber_id=reader.id,
                event="confirmed" if consent else "requested",
                at=now,
                source="command line",
                wording=consent,
                wording_hash=hashlib.sha256(consent.encode()).hexdigest() if consent else "",
            )
        )
        if not consent:
            storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=now)
        return reader


def unsubscribe_address(
    newsletter: Newsletter, written: str, *, storage: Storage, now: datetime
) -> Subscriber:
    """Unsubscribe a reader by address, at once; raises `UsageError` if nobody has it."""
    with storage.transaction():
        reader = storage.subscribers.find(newsletter.name, parse_address(written))
        if reader is None:
            raise UsageError(f"nobody reads {newsletter.name} under {written}")
        if storage.subscribers.change_status(reader.id, SubscriberStatus.UNSUBSCRIBED, now=now):
            storage.subscribers.record_consent(
                Consent(subscriber_id=reader.id, event="unsubscribed", at=now, source="command line")
            )
    return storage.subscribers.get(reader.id) or reader


def veto(written: str, *, storage: Storage, now: datetime, note: str = "") -> bool:
    """Never mail an address again, whatever its consent says; False if there was a veto already."""
    return storage.subscribers.suppress(
        parse_address(written), SuppressionReason.OPERATOR, now=now, note=note
    )


def look_up(written: str, *, newsletters: tuple[Newsletter, ...], storage: Storage) -> dict[str, Any]:
    """Return what is known of an address, ready for JSON; raises `UsageError` if nothing is."""
    address = parse_address(written)
    suppression = storage.subscribers.suppression(address)
    entries = []
    for newsletter in newsletters:
        reader = storage.subscribers.find(newsletter.name, address)
        if reader is not None:
            entries.append(
                {
                    "newsletter": newsletter.name,
                    "status": reader.status.value,
                    "since": reader.since.isoformat() if reader.since else None,
                    "consents": [
                        {
                            "event": consent.event,
                            "at": consent.at.isoformat(),
                            "source": consent.source,
                            "wording": consent.wording,
                            "wording_hash": consent.wording_hash,
                            "page": consent.page,
                        }
                        for consent in storage.subscribers.consents(reader.id)
                    ],
                }
            )
    if not entries and suppression is None:
        raise UsageError(f"nothing is known of {address}")
    return {
        "address": address,
        "newsletters": entries,
        "veto": {
            "reason": suppression.reason.value,
            "at": suppression.at.isoformat(),
            "note": suppression.note,
        }
        if suppression
        else None,
    }
