"""Feedback: a report that came back finds its delivery, is judged, and may veto an address."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from digest.bounces.judge import judge
from digest.bounces.reports import read_recipients, read_report
from digest.errors import TokenRefused
from digest.log import fields, one_line
from digest.model.bounce import Bounce, BounceKind
from digest.model.subscriber import Subscriber, SuppressionReason
from digest.ports import Storage
from digest.tokens import Purpose, Signer
from digest.workflows.subscribe import unsubscribe

log = logging.getLogger(__name__)
_LEAVE_PATH = re.compile(r"^u\+([a-z2-7]{37})@", re.IGNORECASE)
_RETURN_PATH = re.compile(r"^b\+([a-z2-7]{37})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What one report led to: the verdict, the delivery it is proven to be about, and whether it vetoed.

    `delivery_id` is None when the report carries no return path of ours: then nothing was changed, since
    a report that anybody can write must not unsubscribe strangers.
    """

    bounce: Bounce
    kind: BounceKind
    delivery_id: int | None = None
    suppressed: bool = False


def feed_back(raw: bytes, *, storage: Storage, signer: Signer, now: datetime) -> tuple[Feedback, ...]:
    """Read one letter that came back and act on it; returns nothing for letters that are no report."""
    return tuple(_act(bounce, storage, signer, now) for bounce in read_report(raw))


def leave_by_letter(raw: bytes, *, storage: Storage, signer: Signer, now: datetime) -> Subscriber | None:
    """Unsubscribe who wrote to the address in their `List-Unsubscribe` (RFC 2369); None for other letters.

    The address holds the reader's own token: nobody can take somebody else off.
    """
    for address in read_recipients(raw):
        found = _LEAVE_PATH.match(address)
        if not found:
            continue
        try:
            reader = storage.subscribers.get(signer.read(Purpose.UNSUBSCRIBE, found.group(1)))
        except TokenRefused:
            continue
        if reader is not None:
            unsubscribe(reader, page="letter", storage=storage, now=now)
            return storage.subscribers.get(reader.id)
    return None


def _act(bounce: Bounce, storage: Storage, signer: Signer, now: datetime) -> Feedback:
    kind = judge(bounce)
    found = _RETURN_PATH.match(bounce.return_path)
    try:
        delivery_id = signer.read(Purpose.RETURN_PATH, found.group(1)) if found else None
    except TokenRefused:
        delivery_id = None
    if delivery_id is None:
        return Feedback(bounce=bounce, kind=kind)
    suppressed = False
    with storage.transaction():
        delivery = None
        if bounce.action != "delayed":
            detail = one_line(bounce.diagnostic or bounce.status)
            delivery = storage.outbox.note_bounce(delivery_id, detail=detail, now=now)
        reader = storage.subscribers.get(delivery.subscriber_id) if delivery else None
        reason = {
            BounceKind.READER_GONE: SuppressionReason.HARD_BOUNCE,
            BounceKind.COMPLAINT: SuppressionReason.COMPLAINT,
        }.get(kind)
        if reader is not None and reason is not None:
            suppressed = storage.subscribers.suppress(
                reader.address, reason, now=now, note=f"delivery {delivery_id}"
            )
    log.info("bounce.judged %s", fields(delivery=delivery_id, kind=kind, status=bounce.status))
    return Feedback(
        bounce=bounce, kind=kind, delivery_id=delivery.id if delivery else None, suppressed=suppressed
    )
