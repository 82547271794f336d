"""What the stores in memory share: the shelves, the lock round them, and all-or-nothing."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from digest.model.article import Article, FiledArticle
from digest.model.change import Change
from digest.model.delivery import Delivery, DeliveryState
from digest.model.edition import FiledEdition
from digest.model.notice import Notice
from digest.model.source import SourceHealth
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, Suppression, fold_address
from digest.ports import Hub, SourceMemory


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery and who holds it."""

    delivery: Delivery
    owner: str | None = None
    lease_until: datetime | None = None

    def moved(self, state: DeliveryState, **changes: Any) -> Row:
        """Return it in another state and held by nobody; raises `IllegalMove`."""
        return Row(self.delivery.to(state, **changes))

    def is_over(self, now: datetime, living: set[str]) -> bool:
        """Say whether its owner is dead or its lease is over."""
        return self.owner not in living or self.lease_until is None or self.lease_until <= now


@dataclass(slots=True)
class Shelves:
    """Everything that is kept, by id or name; nothing is ever taken out, so ids just count up."""

    address_key: Callable[[str], str]
    articles: dict[int, FiledArticle] = field(default_factory=dict)
    article_versions: dict[int, tuple[tuple[datetime, Article], ...]] = field(default_factory=dict)
    changes: dict[int, Change] = field(default_factory=dict)
    fingerprints: dict[int, str] = field(default_factory=dict)
    memories: dict[str, SourceMemory] = field(default_factory=dict)
    health: dict[str, SourceHealth] = field(default_factory=dict)
    hubs: dict[str, tuple[Hub | None, datetime | None]] = field(default_factory=dict)
    nudges: dict[str, datetime] = field(default_factory=dict)
    editions: dict[int, FiledEdition] = field(default_factory=dict)
    subscribers: dict[int, Subscriber] = field(default_factory=dict)
    subscriber_ids: dict[tuple[str, str], int] = field(default_factory=dict)
    consents: dict[int, Consent] = field(default_factory=dict)
    suppressions: dict[str, Suppression] = field(default_factory=dict)
    notices: dict[int, Notice] = field(default_factory=dict)
    sent_notices: dict[int, datetime] = field(default_factory=dict)
    tried_notices: dict[int, datetime] = field(default_factory=dict)
    deliveries: dict[int, Row] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what the block did, or nothing of it."""
        with self.lock:
            kept = [one.name for one in dataclasses.fields(self) if one.default_factory is dict]
            before = {name: dict(getattr(self, name)) for name in kept}
            try:
                yield
            except BaseException:
                for name, content in before.items():
                    setattr(self, name, content)
                raise

    def key(self, address: str) -> str:
        """Return the keyed hash of an address, however it is spelt."""
        return self.address_key(fold_address(address))

    def consents_to_mail(self, subscriber_id: int) -> bool:
        """Say whether a subscriber is confirmed and bears no veto."""
        reader = self.subscribers[subscriber_id]
        is_confirmed = reader.status is SubscriberStatus.CONFIRMED
        return is_confirmed and self.key(reader.address) not in self.suppressions

    def rows_of(self, edition_id: int) -> list[Row]:
        """Return an edition's deliveries, in the order of their ids."""
        return [row for row in self.deliveries.values() if row.delivery.edition_id == edition_id]

    def put(self, row: Row) -> None:
        """Keep a delivery as it is now."""
        self.deliveries[row.delivery.id] = row


class Store:
    """One aggregate over the shelves."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves


Kept = TypeVar("Kept", bound=Store)
P = ParamSpec("P")
R = TypeVar("R")


def locked(method: Callable[Concatenate[Kept, P], R]) -> Callable[Concatenate[Kept, P], R]:
    """Let one thread at a time into a method."""

    @functools.wraps(method)
    def wrapper(self: Kept, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._shelves.lock:
            return method(self, *args, **kwargs)

    return wrapper
