"""A delivery: one edition on its way to one subscriber, and the whole rule of its states.

SMTP has no idempotency. What the states promise instead: only `claimed` rows are ever given back,
`attempting` never is, and every row whose fate nobody can know says so (`uncertain`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.errors import IllegalMove


class DeliveryState(StrEnum):
    """Where a delivery stands. Never "delivered": SMTP cannot know."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    ATTEMPTING = "attempting"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    BOUNCED = "bounced"


_S = DeliveryState

DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.QUEUED: frozenset({_S.CLAIMED, _S.SUPPRESSED, _S.EXPIRED}),
    _S.CLAIMED: frozenset({_S.QUEUED, _S.ATTEMPTING, _S.DEFERRED, _S.REJECTED, _S.SUPPRESSED, _S.EXPIRED}),
    _S.ATTEMPTING: frozenset({_S.ACCEPTED, _S.DEFERRED, _S.REJECTED, _S.UNCERTAIN, _S.QUEUED}),
    _S.DEFERRED: frozenset({_S.CLAIMED, _S.SUPPRESSED, _S.EXPIRED}),
    _S.UNCERTAIN: frozenset({_S.ACCEPTED, _S.DEFERRED, _S.REJECTED, _S.BOUNCED}),
    _S.ACCEPTED: frozenset({_S.BOUNCED}),
    _S.REJECTED: frozenset(),
    _S.SUPPRESSED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.BOUNCED: frozenset(),
}
"""Every legal move; the storage writes the same table into a trigger."""

OPEN_STATES = frozenset({_S.QUEUED, _S.CLAIMED, _S.ATTEMPTING, _S.DEFERRED})
RETRY_DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=60),
    timedelta(hours=2),
    timedelta(hours=4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the mail server reads: the return path and the one recipient."""

    mail_from: str
    rcpt_to: str


class Stage(StrEnum):
    """How far a conversation had come when the server spoke or the line was lost."""

    CONNECT = "connect"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's answer: `code`, `text`, and the stage it answered. Code 0 means the line was lost."""

    code: int
    text: str
    stage: Stage = Stage.BODY

    @property
    def accepted(self) -> bool:
        """Say whether the server took responsibility for the message (RFC 5321 4.2.5)."""
        return self.stage is Stage.BODY and 200 <= self.code < 300  # noqa: PLR2004 - reply classes

    @property
    def lost(self) -> bool:
        """Say whether there was no answer at all."""
        return self.code == 0

    @property
    def permanent(self) -> bool:
        """Say whether trying again is pointless. 552 is read as temporary (RFC 5321 4.5.3.1.10)."""
        return 500 <= self.code < 600 and self.code != 552  # noqa: PLR2004 - reply classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition for one subscriber. `address` is read from the subscriber, never kept in the outbox."""

    id: int
    edition_id: int
    subscriber_id: int
    address: str = ""
    name: str = ""
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    next_at: datetime | None = None
    code: int | None = None
    detail: str = ""

    def to(self, state: DeliveryState, **changes: object) -> Delivery:
        """Return the delivery in another state; raises `IllegalMove` if it may not go there."""
        if state not in DELIVERY_MOVES[self.state]:
            raise IllegalMove(f"a delivery that is {self.state} cannot become {state}")
        return dataclasses.replace(self, state=state, **changes)  # type: ignore[arg-type] # fields by name

    def after(self, reply: Reply, *, now: datetime, expires_at: datetime) -> Delivery:
        """Return what becomes of an attempt, given the server's reply: the whole retry rule.

        Lost behind the 354: uncertain. Lost before, or 4xx: deferred by 5, 15, 60 minutes …, the
        last try never past `expires_at` (the sender expires what is left). 5xx: rejected.
        """
        detail = reply.text[:500]
        if reply.accepted:
            return self.to(_S.ACCEPTED, code=reply.code, detail=detail, next_at=None)
        if reply.lost and reply.stage is Stage.BODY:
            return self.to(_S.UNCERTAIN, code=None, detail=detail, next_at=None)
        if reply.permanent:
            return self.to(_S.REJECTED, code=reply.code, detail=detail, next_at=None)
        delay = RETRY_DELAYS[min(self.attempts, len(RETRY_DELAYS)) - 1 if self.attempts else 0]
        return self.to(
            _S.DEFERRED, code=reply.code or None, detail=detail, next_at=min(now + delay, expires_at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The books of one edition. They balance: `audience` is the sum of all but `bounced`.

    `accepted` counts every message a server took responsibility for; `bounced` says how many of those
    came back later. `to_do` is what is still queued, claimed or being attempted.
    """

    audience: int = 0
    accepted: int = 0
    rejected: int = 0
    deferred: int = 0
    suppressed: int = 0
    expired: int = 0
    uncertain: int = 0
    to_do: int = 0
    bounced: int = 0

    @property
    def balance(self) -> bool:
        """Say whether every reader of the audience is accounted for exactly once."""
        settled = self.accepted + self.rejected + self.suppressed + self.expired + self.uncertain
        return self.audience == settled + self.deferred + self.to_do
