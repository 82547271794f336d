"""What keeps everything: articles, sources, editions, readers, the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from digest.model.article import Article, FiledArticle
from digest.model.change import Change
from digest.model.delivery import Books, Delivery, DeliveryState
from digest.model.edition import Edition, FiledEdition, PrintedEdition
from digest.model.notice import Notice, NoticeKind
from digest.model.source import SourceHealth
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, Suppression, SuppressionReason
from digest.ports.intake import Hub, Reading, SourceMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingResult:
    """What filing an article changed."""

    id: int
    is_new: bool = False
    changes: tuple[Change, ...] = ()


class ArticleStore(Protocol):
    """Keep articles, their versions, and what happened to them."""

    def file(
        self, article: Article, *, fingerprint: str, now: datetime, listed: Collection[str] = ()
    ) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one gets a further version.

        `fingerprint` is the article's as the source listed it, before it was completed and its picture
        taken in. `listed` are the guids of the same reading: an unknown guid takes over the article of its
        source with the same link, or the same headline and time, whose guid is listed no more. A
        withdrawn article that is filed again is restored: it counts as first seen now.
        """
        ...

    def find(self, source: str, guid: str) -> FiledArticle | None: ...

    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the source last listed this article with this fingerprint."""
        ...

    def amend(self, article_id: int, article: Article, *, now: datetime) -> FilingResult:
        """Keep what a second look at an article found, as a further version if it differs.

        What the source last listed still counts as known. A withdrawn article is restored.
        """
        ...

    def withdraw(self, article_id: int, *, why: str, now: datetime) -> bool:
        """Note that the paper took an article back; False if that was known."""
        ...

    def withdrawn(self, source: str, guids: Collection[str]) -> tuple[FiledArticle, ...]:
        """Return those of the listed articles of a source that count as withdrawn."""
        ...

    def seen_between(self, after: datetime | None, until: datetime) -> tuple[FiledArticle, ...]:
        """Return the newest versions of articles first seen after `after` (exclusive) up to `until`."""
        ...

    def get(self, article_id: int) -> FiledArticle | None: ...

    def versions(self, article_id: int) -> tuple[tuple[datetime, Article], ...]:
        """Return every version of an article and when it was seen, the oldest first."""
        ...

    def changes_since(self, after: datetime | None) -> tuple[Change, ...]:
        """Return what happened to articles after an instant (exclusive), the oldest first."""
        ...

    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        ...


class SourceStore(Protocol):
    """Keep what sources remember, how they have been doing, and which hubs they offer."""

    def memory_of(self, source: str) -> SourceMemory: ...

    def remember(self, source: str, reading: Reading, *, now: datetime) -> None:
        """Keep a successful reading's memory, troubles and hub; an unchanged one keeps earlier troubles."""
        ...

    def note_trouble(
        self, source: str, trouble: str, *, now: datetime, rests_until: datetime | None = None
    ) -> None:
        """Keep why a source could not be read, and how long its site asks us to wait."""
        ...

    def health(self, *, now: datetime) -> tuple[SourceHealth, ...]:
        """Return how every source that was ever read has been doing, by name."""
        ...

    def hub_of(self, source: str) -> tuple[Hub, datetime | None] | None:
        """Return a source's hub and when it was last asked to tell us of news; None without one."""
        ...

    def note_hub_asked(self, source: str, *, now: datetime) -> None: ...

    def nudge(self, source: str, *, now: datetime) -> None:
        """Note that a hub says there is news."""
        ...

    def nudged(self) -> frozenset[str]:
        """Return the sources with news that were not read since."""
        ...


class EditionStore(Protocol):
    """Keep editions: one row per newsletter and day, frozen once published or skipped."""

    def get(self, newsletter: str, day: date) -> FiledEdition | None: ...

    def by_id(self, edition_id: int) -> FiledEdition | None: ...

    def save(self, edition: Edition) -> FiledEdition:
        """Insert or replace the day's edition; raises `IllegalMove` once it is published or skipped."""
        ...

    def publish(
        self, edition: Edition, printed: PrintedEdition, *, now: datetime, expires_at: datetime
    ) -> FiledEdition:
        """Freeze content, hash and state in one commit; raises `IllegalMove` if already frozen."""
        ...

    def high_water(self, newsletter: str, *, before: date) -> datetime | None:
        """Return the newest high-water mark of the published editions before a day.

        A skipped edition mailed nothing, so its window stays open for the next.
        """
        ...

    def latest(self, newsletter: str, *, published_only: bool = False) -> FiledEdition | None: ...

    def recent(self, newsletter: str, *, limit: int) -> tuple[FiledEdition, ...]:
        """Return published editions, the newest first."""
        ...

    def open_editions(self, *, now: datetime) -> tuple[FiledEdition, ...]:
        """Return published editions that still have deliveries to do, oldest first."""
        ...

    def pause(self, edition_id: int, why: str) -> None:
        """Rest (or, with an empty reason, resume) the sending of an edition."""
        ...


class SubscriberStore(Protocol):
    """Keep consent and veto: two facts in two tables."""

    def find(self, newsletter: str, address: str) -> Subscriber | None: ...

    def get(self, subscriber_id: int) -> Subscriber | None: ...

    def same_address(self, subscriber_id: int) -> tuple[Subscriber, ...]:
        """Return the subscriptions of the same address to every newsletter."""
        ...

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
        ...

    def change_status(self, subscriber_id: int, status: SubscriberStatus, *, now: datetime) -> bool:
        """Change the status; False if it already had it."""
        ...

    def record_consent(self, consent: Consent) -> None: ...

    def consents(self, subscriber_id: int) -> tuple[Consent, ...]: ...

    def iterate(
        self, *, newsletter: str | None = None, status: SubscriberStatus | None = None
    ) -> Iterator[Subscriber]: ...

    def counts(self, newsletter: str) -> dict[SubscriberStatus, int]: ...

    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime, note: str = "") -> bool:
        """Put a veto on an address; False if there was one already."""
        ...

    def suppression(self, address: str) -> Suppression | None: ...

    def queue_notice(self, kind: NoticeKind, subscriber_id: int, *, now: datetime) -> int: ...

    def last_notice_at(self, kind: NoticeKind, subscriber_id: int) -> datetime | None: ...

    def waiting_notices(self, *, limit: int, now: datetime | None = None) -> tuple[Notice, ...]:
        """Return letters that wait, the oldest first; those that failed five times wait no longer.

        With `now`, only those whose pause since the last try (`NOTICE_PAUSES`) is over, and whose reader
        has the status they are meant for and no veto.
        """
        ...

    def mark_notice(self, notice: Notice, *, now: datetime) -> bool:
        """Count a try at a letter, in one statement that asks everything again; False: do not send it.

        Whether another round has tried it since it was read, the reader's status, a veto.
        """
        ...

    def end_notice(self, notice_id: int, *, now: datetime) -> None:
        """Try a letter no more."""
        ...

    def settle_notice(self, notice_id: int, *, sent: bool, now: datetime) -> None: ...


class Outbox(Protocol):
    """The table of deliveries, and every rule about it that must hold in one statement."""

    def fill(self, edition_id: int, *, now: datetime) -> int:
        """Snapshot the audience: every confirmed, unsuppressed reader of the edition's newsletter.

        Resumable and idempotent; returns the audience's size once done.
        """
        ...

    def enlist(self, owner: str) -> AbstractContextManager[None]:
        """Hold, for as long as a sender lives, the sign of life that `bury_dead` asks for."""
        ...

    def bury_dead(self, edition_id: int, *, now: datetime) -> int:
        """Give back what dead senders had claimed, and name what they were attempting `uncertain`.

        Dead is an owner whose sign of life is gone (same machine) or whose lease is over. Returns how
        many deliveries became uncertain.
        """
        ...

    def claim(
        self, edition_id: int, *, owner: str, limit: int, now: datetime, lease_until: datetime
    ) -> tuple[Delivery, ...]:
        """Claim queued deliveries and deferred ones that are due; suppress what lost consent meanwhile."""
        ...

    def mark(self, delivery_id: int, *, owner: str, now: datetime, lease_until: datetime) -> bool:
        """Write `attempting`, counting the attempt, in one statement that asks everything again.

        Ownership, lease, consent, veto, the edition's state, pause and expiry. False: do not send.
        """
        ...

    def settle(self, delivery: Delivery, *, owner: str, now: datetime) -> None:
        """Write what became of a delivery that `owner` claimed or attempted; durable on return."""
        ...

    def give_back(self, edition_id: int, *, owner: str) -> int:
        """Return claimed deliveries to the queue; never those being attempted."""
        ...

    def expire(self, edition_id: int, *, now: datetime) -> int:
        """Expire what is still queued or deferred once the edition's time is over."""
        ...

    def note_bounce(self, delivery_id: int, *, detail: str, now: datetime) -> Delivery | None:
        """Move an accepted or uncertain delivery to `bounced`; None if there is no such delivery."""
        ...

    def books(self, edition_id: int) -> Books: ...

    def next_due(self, edition_id: int) -> datetime | None:
        """Return when the next deferred delivery may be tried again."""
        ...

    def listing(
        self, edition_id: int, *, states: Iterable[DeliveryState] = (), limit: int = 1000
    ) -> Sequence[Delivery]: ...


class Storage(Protocol):
    """All stores over one database."""

    @property
    def articles(self) -> ArticleStore: ...
    @property
    def sources(self) -> SourceStore: ...
    @property
    def editions(self) -> EditionStore: ...
    @property
    def subscribers(self) -> SubscriberStore: ...
    @property
    def outbox(self) -> Outbox: ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make several calls one commit; nested transactions join the outer one.

        A single call outside a transaction commits by itself.
        """
        ...

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the database (integrity, version), in words; empty if all is well."""
        ...

    def close(self) -> None: ...
