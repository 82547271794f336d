"""A notice: a letter to one person, such as the one that asks to confirm a subscription."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.model.subscriber import SubscriberStatus

NOTICE_PAUSES = (
    timedelta(0),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""How long a letter rests after so many tries; after the last one it is not tried again."""


class NoticeKind(StrEnum):
    """Which letter it is; the template folder has the same name."""

    CONFIRM = "confirm"
    WELCOME = "welcome"

    @property
    def meant_for(self) -> SubscriberStatus:
        """The status in which a reader may still be sent it."""
        return SubscriberStatus.PENDING if self is NoticeKind.CONFIRM else SubscriberStatus.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A letter that waits to be sent, or was. It is sent at most once more after a lost line."""

    id: int
    kind: NoticeKind
    subscriber_id: int
    newsletter: str
    address: str
    created_at: datetime
    attempts: int = 0
