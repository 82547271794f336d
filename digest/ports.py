"""The doorways: what one room may ask of another, each as narrow as its caller needs.

Adapters implement these without importing them; only `digest.newsroom` knows which adapter stands
behind which port. `digest.testing` ships a fake for every one. It is one long module, so that all
that rooms may ask of each other can be read in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from digest.model.article import Article, FiledArticle, Image
from digest.model.delivery import Books, Delivery, DeliveryState, Envelope, Reply
from digest.model.edition import Edition, FiledEdition, PrintedEdition, Summary
from digest.model.finding import Finding
from digest.model.notice import Notice, NoticeKind
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, Suppression, SuppressionReason


class Clock(Protocol):
    """Tell the time: an aware datetime in UTC."""

    def __call__(self) -> datetime: ...


# ── intake ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMemory:
    """What a source may remember between two readings (ETag, Last-Modified), as the store keeps it."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reading of a source gave.

    `articles` are in the source's order. `unchanged` says the source answered "not modified".
    `troubles` are single entries that could not be read, in words for the log and the editors.
    """

    articles: tuple[Article, ...] = ()
    memory: SourceMemory = SourceMemory()
    unchanged: bool = False
    troubles: tuple[str, ...] = ()


class Source(Protocol):
    """One feed, site or folder we read."""

    @property
    def name(self) -> str: ...

    def read(self, memory: SourceMemory) -> Reading:
        """Read it once; raises `SourceError` when nothing can be read at all."""
        ...

    def open_picture(self, image: Image) -> bytes:
        """Return the bytes of a picture of this source; raises `SourceError`."""
        ...


class MediaStore(Protocol):
    """Keep pictures under the hash of their content; the public pages serve them."""

    def keep(self, image: Image, raw: bytes) -> Image:
        """Check, shrink and keep a picture; return the image with its public URL, width and height.

        Raises `PictureRefused` for anything that is not a picture we can print.
        """
        ...


class Summariser(Protocol):
    """Shorten one article to at most `sentences` sentences, each with its span in `article.text`."""

    def summarise(self, article: Article, *, sentences: int) -> Summary: ...


# ── printing ────────────────────────────────────────────────────────────────────────────────────────


class Press(Protocol):
    """Print an edition once; raises `RenderError` or `EditionRefused`."""

    def prepare(self, edition: Edition) -> Edition:
        """Return the edition as it will be printed: every text on one line, every link checked."""
        ...

    def print_edition(self, edition: Edition) -> PrintedEdition: ...


class Checker(Protocol):
    """Say what is wrong with a printed edition."""

    def check(self, edition: Edition, printed: PrintedEdition) -> tuple[Finding, ...]: ...


class Addresser(Protocol):
    """Fill the marks of one printed edition for one reader; microseconds a message."""

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        """Return envelope and message (CRLF lines). Raises `AddressRefused` for this reader only."""
        ...


# ── sending ─────────────────────────────────────────────────────────────────────────────────────────


class MarkFirst(Protocol):
    """Called after RCPT's 250 and before DATA; False means: do not send, the row is no longer ours."""

    def __call__(self) -> bool: ...


class Line(Protocol):
    """One kept-open connection to a mail server, used by one task at a time."""

    async def hand_over(self, envelope: Envelope, message: bytes, *, mark: MarkFirst) -> Reply | None:
        """Hand one message over and return the server's reply.

        `mark` is called as late as possible, before DATA. None means `mark` said no: nothing was sent.
        Refusals about the reader are replies. A line lost is a reply with code 0 and its stage (body =
        in doubt). Raises `ServerUnavailable` or `ServerRefusesUs` when it is about us or the server;
        both only before the body.
        """
        ...


class Transport(Protocol):
    """Open lines to a mail server."""

    def open(self) -> AbstractAsyncContextManager[Line]:
        """Return a line; raises `ServerUnavailable` when none can be had."""
        ...


# ── storage ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingResult:
    """What filing an article changed."""

    id: int
    is_new: bool
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source has been doing."""

    name: str
    last_success: datetime | None = None
    last_error: str = ""
    articles: int = 0


class ArticleStore(Protocol):
    """Keep articles, their versions and what their sources remember."""

    def file(self, article: Article, *, fingerprint: str, now: datetime) -> FilingResult:
        """Keep an article under its `(source, guid)`; a changed one gets a further version.

        `fingerprint` is the article's as the source said it, before its picture was taken in.
        """
        ...

    def has_version(self, source: str, guid: str, *, fingerprint: str) -> bool:
        """Say whether the newest version of this article already has this fingerprint."""
        ...

    def seen_between(self, after: datetime | None, until: datetime) -> tuple[FiledArticle, ...]:
        """Return the newest versions of articles first seen after `after` (exclusive) up to `until`."""
        ...

    def get(self, article_id: int) -> FiledArticle | None: ...

    def sources_since(self) -> dict[str, datetime]:
        """Return when the first article of each source was seen."""
        ...

    def memory_of(self, source: str) -> SourceMemory: ...

    def remember(self, source: str, memory: SourceMemory, *, now: datetime) -> None:
        """Keep what a source remembers, after a success."""
        ...

    def note_trouble(self, source: str, trouble: str, *, now: datetime) -> None: ...

    def health(self) -> tuple[SourceHealth, ...]: ...


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


__all__ = [
    "Addresser",
    "ArticleStore",
    "Checker",
    "Clock",
    "EditionStore",
    "FilingResult",
    "Line",
    "MarkFirst",
    "MediaStore",
    "Outbox",
    "Press",
    "Reading",
    "Source",
    "SourceHealth",
    "SourceMemory",
    "Storage",
    "SubscriberStore",
    "Summariser",
    "Transport",
]
