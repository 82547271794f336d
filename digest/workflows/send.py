"""Send a published edition: claim, address, mark, hand over, settle, until nothing is due.

What makes it safe is the order. The mark is written behind RCPT and before DATA, the result before
the next act on the same line, and what nobody can know is called uncertain (docs: the ledger).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from digest.deliver.breaker import Breaker
from digest.errors import (
    AddressRefused,
    IllegalMove,
    ServerRefusesUs,
    ServerUnavailable,
    StorageError,
    UsageError,
)
from digest.log import fields, one_line
from digest.model.delivery import Books, Delivery, DeliveryState, Reply
from digest.model.edition import FiledEdition
from digest.ports import Addresser, Clock, EditionStore, Line, Outbox, Transport

_log = logging.getLogger(__name__)
MAX_STRIKES = 3
"""So often may a row make our own program fail before it is set aside."""
_ROUNDS = 3


class Outcome(StrEnum):
    """How a run of sending ended."""

    DONE = "done"
    DEFERRED = "deferred"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a run of sending came to.

    `deferred`: somebody is still to be mailed, from `next_due` on (None: another sender has them).
    `paused`: it rests until an editor resumes it; `reason` says why. `stopped`: we were asked to stop.
    """

    outcome: Outcome
    books: Books
    reason: str = ""
    next_due: datetime | None = None


async def nap(wake: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until woken."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), seconds)


async def send(
    filed: FiledEdition,
    *,
    outbox: Outbox,
    editions: EditionStore,
    transport: Transport,
    addresser: Addresser,
    clock: Clock,
    owner: str,
    connections: int,
    max_failures: int,
    stop: asyncio.Event | None = None,
    report: Callable[[Books], None] | None = None,
    batch: int = 100,
    lease: timedelta = timedelta(minutes=20),
    rest: Callable[[asyncio.Event, float], Awaitable[None]] = nap,
) -> Sending:
    """Send what is due of an edition, over so many lines, and say how far it came.

    `owner` must name this run and no other. `stop` asks for a clean end: open messages are finished,
    the rest goes back. `report` is called with the books after each batch. `rest` waits between
    attempts at a server that is out. So many `max_failures` in a row, and at least two for each line,
    pause the edition. Raises `UsageError` for an edition that is not published, and
    `StorageError` when the ledger cannot be written: then nothing more is sent.
    """
    if filed.expires_at is None:
        raise UsageError("only a published edition can be sent; publish it first")
    run = _Run(
        edition_id=filed.id,
        expires_at=filed.expires_at,
        outbox=outbox,
        editions=editions,
        transport=transport,
        addresser=addresser,
        clock=clock,
        owner=owner,
        lines=connections,
        # One event may break every line with a message in doubt, and must not stop the edition alone.
        breaker=Breaker(max_failures=max(max_failures, 2 * connections)),
        stop=stop or asyncio.Event(),
        report=report or (lambda _books: None),
        batch=batch,
        lease=lease,
        rest=rest,
    )
    with outbox.enlist(owner):
        if not filed.snapshot_done:
            outbox.fill(filed.id, now=clock())
        lost = outbox.bury_dead(filed.id, now=clock())
        _log.info("edition.sending %s", fields(edition=filed.id, owner=owner, uncertain=lost))
        await run.all_rounds()
        result = run.result()
    _log.info("edition.rested %s", fields(edition=filed.id, outcome=result.outcome, books=result.books))
    return result


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what the lines share. Everything happens in one thread, between two awaits."""

    edition_id: int
    expires_at: datetime
    outbox: Outbox
    editions: EditionStore
    transport: Transport
    addresser: Addresser
    clock: Clock
    owner: str
    lines: int
    breaker: Breaker
    stop: asyncio.Event
    report: Callable[[Books], None]
    batch: int
    lease: timedelta
    rest: Callable[[asyncio.Event, float], Awaitable[None]]
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    claimed: deque[Delivery] = field(default_factory=deque)
    strikes: Counter[int] = field(default_factory=Counter)
    trouble: Exception | None = None

    async def all_rounds(self) -> None:
        """Send until nothing is due. A row refused at its mark is asked for again in the next round."""
        watch = asyncio.create_task(self._watch())
        try:
            for _ in range(_ROUNDS):
                await self._round()
                if not self.outbox.give_back(self.edition_id, owner=self.owner) or self.halted:
                    break
        finally:
            watch.cancel()
            with contextlib.suppress(StorageError):  # if this fails, the next run buries us
                self.outbox.give_back(self.edition_id, owner=self.owner)
        self.outbox.expire(self.edition_id, now=self.clock())

    def result(self) -> Sending:
        """Read from the ledger how far the edition came."""
        books = self.outbox.books(self.edition_id)
        self.report(books)
        filed = self.editions.by_id(self.edition_id)
        left = books.to_do or books.deferred
        if filed is not None and filed.paused and left:
            return Sending(outcome=Outcome.PAUSED, books=books, reason=filed.paused)
        if not left:
            return Sending(outcome=Outcome.DONE, books=books)
        outcome = Outcome.STOPPED if self.stop.is_set() else Outcome.DEFERRED
        return Sending(outcome=outcome, books=books, next_due=self.outbox.next_due(self.edition_id))

    @property
    def halted(self) -> bool:
        """Whether no further message may be begun."""
        return self.halt.is_set() or self.stop.is_set()

    async def _watch(self) -> None:
        """Wake the lines that rest when we are asked to stop."""
        await self.stop.wait()
        self.halt.set()

    async def _round(self) -> None:
        """Let as many lines work as there is work for."""
        self._refill()
        lines = min(self.lines, len(self.claimed))
        await asyncio.gather(*(self._work() for _ in range(lines)))
        if self.trouble is not None:
            raise self.trouble

    async def _work(self) -> None:
        """Keep one line open and busy; what ends it for all is noted, and no open message is cut off."""
        try:
            while self._has_work():
                seen = self.breaker.outages
                try:
                    async with self.transport.open() as line:
                        await self._serve(line)
                except ServerUnavailable as error:
                    self._note_outage(error, seen=seen)
                    await self._rest()
        except ServerRefusesUs as error:
            self._pause(str(error))
        except Exception as error:  # noqa: BLE001 - raised again by `_round`, once every line has ended
            self.trouble = self.trouble or error
            self.halt.set()

    async def _serve(self, line: Line) -> None:
        while self._has_work():
            await self._deliver(line, self.claimed.popleft())
            await self._rest()

    async def _deliver(self, line: Line, delivery: Delivery) -> None:
        """Bring one delivery as far as it goes, and settle it at once."""
        seen = self.breaker.outages

        def mark() -> bool:
            nonlocal delivery
            now = self.clock()
            ours = self.outbox.mark(delivery.id, owner=self.owner, now=now, lease_until=now + self.lease)
            if ours:
                delivery = delivery.to(DeliveryState.ATTEMPTING, attempts=delivery.attempts + 1)
            return ours

        try:
            envelope, message = self.addresser.address(delivery)
            reply = await line.hand_over(envelope, message, mark=mark)
        except AddressRefused as error:
            self._settle(delivery.to(DeliveryState.REJECTED, detail=one_line(error)))
        except ServerUnavailable as error:
            # Lines renew themselves: this one is asked again after the rest, with another delivery.
            self._settle(delivery.to(DeliveryState.QUEUED))
            self._note_outage(error, seen=seen)
        except ServerRefusesUs as error:
            self._take_back(delivery, error)
            raise
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one row makes our program do, the rest go on
            self._strike(delivery, error)
        else:
            if reply is not None:
                self._conclude(delivery, reply, seen=seen)

    def _note_outage(self, error: ServerUnavailable, *, seen: int) -> None:
        """Count an outage once, and say at once what whoever watches should know."""
        before = self.breaker.outages
        self.breaker = self.breaker.after_outage(one_line(error), seen=seen)
        if self.breaker.outages != before:
            left = self.breaker.max_failures - self.breaker.failures
            _log.warning(
                "server.unavailable %s",
                fields(error=error, next_try_in_seconds=self.breaker.rest, tries_left=left),
            )

    def _conclude(self, delivery: Delivery, reply: Reply, *, seen: int) -> None:
        """Settle a delivery by the server's reply to it."""
        if delivery.state is DeliveryState.CLAIMED:
            # Refused before the mark: an attempt all the same, for the next one waits longer.
            delivery = dataclasses.replace(delivery, attempts=delivery.attempts + 1)
        self.breaker = self.breaker.after(reply, seen=seen)
        if reply.permanent and self.breaker.doubts:
            # Not believed to be about this reader: asked again later, as after a 4xx.
            reply = dataclasses.replace(reply, code=450, text=f"doubted: {reply.code} {reply.text}")
        self._settle(delivery.after(reply, now=self.clock(), expires_at=self.expires_at))

    def _take_back(self, delivery: Delivery, error: ServerRefusesUs) -> None:
        """Keep a delivery for when the server takes us again; it is due at once."""
        deferred = delivery.to(
            DeliveryState.DEFERRED, next_at=self.clock(), code=error.code or None, detail=error.text
        )
        self._settle(deferred)

    def _strike(self, delivery: Delivery, error: Exception) -> None:
        """Put a row that made our program fail behind the others; the third time, set it aside."""
        _log.warning(
            "delivery.internal %s",
            fields(edition=self.edition_id, delivery=delivery.id, error=type(error).__name__),
            exc_info=error if _log.isEnabledFor(logging.DEBUG) else None,  # may name the address
        )
        self.strikes[delivery.id] += 1
        # Our own fault may be everybody's: so many in a row without an acceptance pause the edition.
        self.breaker = dataclasses.replace(
            self.breaker, failures=self.breaker.failures + 1, last=f"internal: {type(error).__name__}"
        )
        if delivery.state is DeliveryState.ATTEMPTING:
            self._settle(delivery.to(DeliveryState.UNCERTAIN, detail="internal: failed behind the mark"))
        elif self.strikes[delivery.id] >= MAX_STRIKES and not self.breaker.doubts:
            self._settle(delivery.to(DeliveryState.REJECTED, detail=f"internal: {type(error).__name__}"))
        else:
            self.claimed.append(delivery)

    def _settle(self, delivery: Delivery) -> None:
        """Write what became of a delivery; durable on return."""
        what = fields(edition=self.edition_id, delivery=delivery.id, state=delivery.state, code=delivery.code)
        try:
            self.outbox.settle(delivery, owner=self.owner, now=self.clock())
        except IllegalMove as error:
            _log.warning("delivery.not_ours %s %s", what, fields(error=error))
        else:
            _log.info("delivery.settled %s", what)

    def _has_work(self) -> bool:
        if not self.claimed and not self.halted:
            self._refill()
        return bool(self.claimed) and not self.halted

    def _refill(self) -> None:
        now = self.clock()
        if self.halted or now >= self.expires_at:
            return
        self.claimed.extend(
            self.outbox.claim(
                self.edition_id, owner=self.owner, limit=self.batch, now=now, lease_until=now + self.lease
            )
        )
        self.report(self.outbox.books(self.edition_id))

    async def _rest(self) -> None:
        """Stop if there were too many failures; rest while the server is out."""
        if self.breaker.tripped:
            self._pause(self.breaker.reason)
        elif self.breaker.rest and not self.halted:
            await self.rest(self.halt, self.breaker.rest)

    def _pause(self, why: str) -> None:
        """Rest the edition until an editor resumes it; the first reason stands."""
        if not self.halt.is_set():
            self.halt.set()
            self.editions.pause(self.edition_id, one_line(why, limit=500))
            # Why is for the editors: a server's words may name an address.
            _log.warning("edition.paused %s", fields(edition=self.edition_id))
