"""The ledger's statements: every rule that must hold at one instant stands in one of them.

They are built once, because a sender runs them for every message.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from digest.model.delivery import Delivery, DeliveryState
from digest.model.edition import EditionState
from digest.model.subscriber import SubscriberStatus
from digest.storage.tables import Moment, deliveries, editions, subscribers, suppressions

_S = DeliveryState
CONSENT_GONE = "unsubscribed or vetoed before it was sent"
SENDER_DIED = "the sender died while handing this over; whether it was accepted, nobody knows"

_NOW: BindParameter[datetime] = bindparam("now", type_=Moment())
_LEASE: BindParameter[datetime] = bindparam("lease", type_=Moment())
_EDITION: BindParameter[int] = bindparam("edition")
_OWNER: BindParameter[str] = bindparam("by")
_ID: BindParameter[int] = bindparam("delivery")


def _vetoed() -> ColumnElement[bool]:
    return exists().where(suppressions.c.address_key == subscribers.c.address_key)


_reader = (
    select(subscribers.c.id)
    .where(
        subscribers.c.id == deliveries.c.subscriber_id,
        subscribers.c.status == SubscriberStatus.CONFIRMED,
        ~_vetoed(),
    )
    .correlate(deliveries)
)
_consents = _reader.exists()
# An unsubscription that is being committed is waited for, and one that comes later waits for us.
_consents_now = _reader.with_for_update(read=True, of=subscribers).exists()

_edition_sends = (
    select(editions.c.id)
    .where(
        editions.c.id == deliveries.c.edition_id,
        editions.c.state == EditionState.PUBLISHED,
        editions.c.paused == "",
        editions.c.expires_at > _NOW,
    )
    .correlate(deliveries)
    .exists()
)


def _claiming(due: ColumnElement[bool]) -> Update:
    picked = (
        select(deliveries.c.id)
        .where(deliveries.c.edition_id == _EDITION, due, _edition_sends)
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=deliveries)
        .cte("picked")
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(select(picked.c.id)))
        .values(
            state=case((_consents, _S.CLAIMED), else_=_S.SUPPRESSED),
            owner=case((_consents, _OWNER), else_=null()),
            lease_until=case((_consents, _LEASE), else_=null()),
            detail=case((_consents, deliveries.c.detail), else_=CONSENT_GONE),
            next_at=null(),
            updated_at=_NOW,
        )
        .returning(deliveries.c.id, deliveries.c.state)
    )


CLAIMS = (
    _claiming(deliveries.c.state == _S.QUEUED),
    _claiming(and_(deliveries.c.state == _S.DEFERRED, deliveries.c.next_at <= _NOW)),
)
"""First everybody's first attempt, then second ones. Each is one walk along `ix_deliveries_state`."""

MARK = (
    update(deliveries)
    .where(
        deliveries.c.id == _ID,
        deliveries.c.state == _S.CLAIMED,
        deliveries.c.owner == _OWNER,
        deliveries.c.lease_until > _NOW,
        _edition_sends,
        _consents_now,
    )
    .values(state=_S.ATTEMPTING, attempts=deliveries.c.attempts + 1, lease_until=_LEASE, updated_at=_NOW)
)

SUPPRESS = (
    update(deliveries)
    .where(
        deliveries.c.id == _ID,
        deliveries.c.state == _S.CLAIMED,
        deliveries.c.owner == _OWNER,
        ~_consents,
    )
    .values(state=_S.SUPPRESSED, owner=None, lease_until=None, detail=CONSENT_GONE, updated_at=_NOW)
)

HOLDERS = (
    select(deliveries.c.owner)
    .where(deliveries.c.edition_id == _EDITION, deliveries.c.state.in_([_S.CLAIMED, _S.ATTEMPTING]))
    .distinct()
)


def _burying(dead: DeliveryState, **values: Any) -> Update:
    return (
        update(deliveries)
        .where(
            deliveries.c.edition_id == _EDITION,
            deliveries.c.state == dead,
            or_(
                deliveries.c.lease_until <= _NOW,
                deliveries.c.owner.in_(bindparam("dead", expanding=True)),
            ),
        )
        .values(owner=None, lease_until=None, updated_at=_NOW, **values)
    )


REQUEUE_DEAD = _burying(_S.CLAIMED, state=_S.QUEUED)
DOUBT_DEAD = _burying(_S.ATTEMPTING, state=_S.UNCERTAIN, detail=SENDER_DIED)

GIVE_BACK = (
    update(deliveries)
    .where(
        deliveries.c.edition_id == _EDITION,
        deliveries.c.state == _S.CLAIMED,
        deliveries.c.owner == _OWNER,
    )
    .values(state=_S.QUEUED, owner=None, lease_until=None)
)

EXPIRE = (
    update(deliveries)
    .where(
        deliveries.c.edition_id == _EDITION,
        deliveries.c.state.in_([_S.QUEUED, _S.DEFERRED]),
        exists().where(editions.c.id == _EDITION, editions.c.expires_at <= _NOW),
    )
    .values(state=_S.EXPIRED, next_at=None, updated_at=_NOW)
)

BOUNCE = (
    update(deliveries)
    .where(deliveries.c.id == _ID, deliveries.c.state.in_([_S.ACCEPTED, _S.UNCERTAIN]))
    .values(state=_S.BOUNCED, detail=bindparam("why"), updated_at=_NOW)
)

NAMED = select(deliveries, subscribers.c.address, subscribers.c.name).join(
    subscribers, subscribers.c.id == deliveries.c.subscriber_id
)


def next_readers(newsletter: str, *, after: int, chunk: int) -> Select[Any]:
    """Return the id that ends the next chunk of confirmed readers behind `after`, or NULL."""
    page = (
        select(subscribers.c.id)
        .where(
            subscribers.c.newsletter == newsletter,
            subscribers.c.status == SubscriberStatus.CONFIRMED,
            subscribers.c.id > after,
        )
        .order_by(subscribers.c.id)
        .limit(chunk)
        .subquery()
    )
    return select(func.max(page.c.id))


def enqueue(edition: Any, *, until: int, now: datetime) -> Any:
    """Insert the deliveries of one chunk: readers confirmed when the edition was published, no veto."""
    readers = (
        select(
            literal(edition.id),
            subscribers.c.id,
            literal(_S.QUEUED.value),
            literal(0),
            literal(""),
            literal(now, Moment()),
        )
        .where(
            subscribers.c.newsletter == edition.newsletter,
            subscribers.c.status == SubscriberStatus.CONFIRMED,
            subscribers.c.id > edition.snapshot_watermark,
            subscribers.c.id <= until,
            subscribers.c.since <= edition.published_at,
            ~_vetoed(),
        )
        # So that deliveries are numbered, and later claimed, in the order in which readers came.
        .order_by(subscribers.c.id)
    )
    columns = ["edition_id", "subscriber_id", "state", "attempts", "detail", "updated_at"]
    return insert(deliveries).from_select(columns, readers).execution_options(preserve_rowcount=True)


def read_delivery(row: Any) -> Delivery:
    """Return the delivery of a row of `NAMED`."""
    return Delivery(
        id=row.id,
        edition_id=row.edition_id,
        subscriber_id=row.subscriber_id,
        address=row.address,
        name=row.name,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        code=row.code,
        detail=row.detail,
    )
