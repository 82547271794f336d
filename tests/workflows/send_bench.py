"""The workbench of the sending tests: a published edition, a server made of functions, short words."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from digest.model.delivery import Books, Delivery, DeliveryState, Envelope, Reply, Stage
from digest.model.edition import FiledEdition
from digest.model.subscriber import SubscriberStatus
from digest.ports import Line, MarkFirst, Storage
from digest.storage.database import open_storage
from digest.testing.factories import MORNING, SIGNER, FakeClock, make_edition, make_printed
from digest.testing.memory import MemoryStorage
from digest.workflows.send import Sending, send

ACCEPTED = Reply(code=250, text="2.0.0 accepted")
LIFE = timedelta(hours=18)


@contextlib.contextmanager
def open_kind(kind: str, folder: Path) -> Iterator[Storage]:
    """Open an empty storage: in memory, or SQLite in a folder."""
    if kind == "memory":
        yield MemoryStorage(address_key=SIGNER.address_key)
        return
    url = f"sqlite:///{folder / 'digest.db'}"
    sqlite = open_storage(url, address_key=SIGNER.address_key, signs_folder=folder / "signs")
    yield sqlite
    sqlite.close()


def at_rcpt(code: int, text: str = "no") -> Reply:
    return Reply(code=code, text=text, stage=Stage.RCPT)


class PlainAddresser:
    """Write each reader the same letter, under an id of their own."""

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        name = hashlib.sha256(f"{delivery.edition_id} {delivery.subscriber_id}".encode()).hexdigest()[:16]
        letter = f"Message-ID: <{name}@paper.example>\r\nTo: <{delivery.address}>\r\n\r\nGood morning.\r\n"
        envelope = Envelope(mail_from=f"b+{delivery.id}@bounces.paper.example", rcpt_to=delivery.address)
        return envelope, letter.encode()


Answer = Callable[[str], Reply | BaseException]


@dataclass
class FakeServer:
    """A mail server that answers by a function of the reader; what it raises is raised.

    Replies of RCPT come before the mark, all others behind it. `doors` are raised, one for each try to
    open a line, until they are used up.
    """

    answer: Answer = lambda _reader: ACCEPTED
    doors: list[BaseException] = field(default_factory=list)
    before_mark: Callable[[str], None] = lambda _reader: None
    received: list[str] = field(default_factory=list)
    opened: int = 0
    open_now: int = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        await asyncio.sleep(0)
        if self.doors:
            raise self.doors.pop(0)
        self.opened += 1
        self.open_now += 1
        try:
            yield self
        finally:
            self.open_now -= 1

    async def hand_over(self, envelope: Envelope, message: bytes, *, mark: MarkFirst) -> Reply | None:
        reader = envelope.rcpt_to
        assert reader.encode() in message
        await asyncio.sleep(0)
        answer = self.answer(reader)
        early = answer if isinstance(answer, Reply) else getattr(answer, "early", None)
        if isinstance(early, Reply) and early.stage in (Stage.MAIL, Stage.RCPT):
            return early
        if isinstance(answer, BaseException) and not getattr(answer, "late", False):
            raise answer
        self.before_mark(reader)
        if not mark():
            return None
        await asyncio.sleep(0)
        if isinstance(answer, BaseException):
            raise answer
        if answer.accepted:
            self.received.append(reader)
        return answer


def late(error: BaseException) -> BaseException:
    """Raise it behind the mark."""
    error.late = True  # type: ignore[attr-defined] # a word between this file and FakeServer
    return error


@dataclass
class Bench:
    """A published edition with its readers, and what sends it."""

    storage: Storage
    clock: FakeClock = field(default_factory=FakeClock)
    server: FakeServer = field(default_factory=FakeServer)
    rests: list[float] = field(default_factory=list)
    runs: int = 0
    filed: FiledEdition = field(init=False)

    def publish(self, readers: int) -> list[str]:
        """Publish the day's edition to so many confirmed readers; return their addresses."""
        names = [f"reader{number}@x.example" for number in range(readers)]
        with self.storage.transaction():
            for name in names:
                self.storage.subscribers.add(
                    "daily", name, status=SubscriberStatus.CONFIRMED, now=MORNING - timedelta(days=1)
                )
        self.filed = self.storage.editions.publish(
            make_edition(), make_printed(), now=MORNING, expires_at=MORNING + LIFE
        )
        return names

    async def sending(self, **changes: Any) -> Sending:
        """Send once, as a run of its own."""
        self.runs += 1

        async def rest(wake: asyncio.Event, seconds: float) -> None:
            del wake
            self.rests.append(seconds)
            await asyncio.sleep(0)

        values: dict[str, Any] = {
            "outbox": self.storage.outbox,
            "editions": self.storage.editions,
            "transport": self.server,
            "addresser": PlainAddresser(),
            "clock": self.clock,
            "owner": f"run {self.runs}",
            "connections": 3,
            "max_failures": 20,
            "rest": rest,
        }
        filed = self.storage.editions.by_id(self.filed.id)
        assert filed is not None
        result = await send(filed, **(values | changes))
        assert result.books.balance
        return result

    def send(self, **changes: Any) -> Sending:
        """Send once and return what it came to."""
        return asyncio.run(self.sending(**changes))

    def states(self) -> dict[str, DeliveryState]:
        """Return where each reader's delivery stands."""
        return {row.address: row.state for row in self.rows()}

    def count(self) -> dict[str, int]:
        """Return how many deliveries stand where."""
        return dict(Counter(state.value for state in self.states().values()))

    def rows(self) -> list[Delivery]:
        """Return every delivery."""
        return list(self.storage.outbox.listing(self.filed.id, limit=100_000))

    def row(self, address: str) -> Delivery:
        """Return one reader's delivery."""
        (row,) = [row for row in self.rows() if row.address == address]
        return row

    @property
    def books(self) -> Books:
        """The edition's books."""
        return self.storage.outbox.books(self.filed.id)

    def resume(self) -> None:
        """Let a paused edition go on."""
        self.storage.editions.pause(self.filed.id, "")

    def fresh_addresses(self) -> None:
        """Assert that nobody got two copies (I1), and that what was accepted was received (I3)."""
        assert max(Counter(self.server.received).values(), default=1) == 1
        accepted = {address for address, state in self.states().items() if state is DeliveryState.ACCEPTED}
        assert accepted <= set(self.server.received)
