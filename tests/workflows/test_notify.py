"""Letters to one person: sent once, tried again later, and never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from digest.errors import AddressRefused, ServerRefusesUs, ServerUnavailable
from digest.model.delivery import Envelope, Reply, Stage
from digest.model.notice import Notice, NoticeKind
from digest.model.subscriber import SubscriberStatus, SuppressionReason
from digest.ports import MarkFirst
from digest.testing.factories import FakeClock
from digest.testing.memory import MemoryStorage
from digest.workflows.notify import notify


class FakeServer:
    """A transport whose server answers as told."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.taken: list[str] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeServer]:
        if self.replies and isinstance(self.replies[0], ServerUnavailable):
            raise self.replies.pop(0)  # type: ignore[misc] # checked above
        yield self

    async def hand_over(self, envelope: Envelope, message: bytes, *, mark: MarkFirst) -> Reply | None:
        del message
        reply = self.replies[0] if self.replies else Reply(code=250, text="ok")
        if isinstance(reply, Exception):
            raise self.replies.pop(0)  # type: ignore[misc] # checked above
        if reply.stage is Stage.BODY and not mark():
            return None
        if self.replies:
            self.replies.pop(0)
        if reply.accepted:
            self.taken.append(envelope.rcpt_to)
        return reply


def _queue(storage: MemoryStorage, clock: FakeClock, *addresses: str) -> None:
    for address in addresses:
        reader = storage.subscribers.add("daily", address, status=SubscriberStatus.PENDING, now=clock())
        storage.subscribers.queue_notice(NoticeKind.CONFIRM, reader.id, now=clock())


def _print(notice: Notice) -> tuple[Envelope, bytes]:
    if notice.address.startswith("odd"):
        raise AddressRefused("odd")
    return Envelope(mail_from="n@paper.example", rcpt_to=notice.address), b"letter\r\n"


def _notify(
    storage: MemoryStorage,
    server: FakeServer,
    clock: FakeClock,
    print_notice: Callable[[Notice], tuple[Envelope, bytes]] = _print,
) -> int:
    return asyncio.run(notify(storage=storage, transport=server, print_notice=print_notice, clock=clock))


def test_a_letter_is_sent_once(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    server = FakeServer()
    assert _notify(storage, server, clock) == 1
    clock.advance(days=1)
    assert _notify(storage, server, clock) == 0
    assert server.taken == ["ana@example.org"]


def test_a_server_that_is_away_leaves_the_letter_waiting(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    assert _notify(storage, FakeServer(ServerUnavailable("away")), clock) == 0
    assert _notify(storage, FakeServer(), clock) == 1


def test_greylisting_is_waited_out(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    server = FakeServer(Reply(code=451, text="later", stage=Stage.RCPT))
    assert _notify(storage, server, clock) == 0
    assert _notify(storage, server, clock) == 0, "not again at once"
    clock.advance(minutes=6)
    assert _notify(storage, server, clock) == 1


def test_after_five_failures_a_letter_waits_no_longer(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    for _ in range(8):
        _notify(storage, FakeServer(Reply(code=451, text="later", stage=Stage.RCPT)), clock)
        clock.advance(days=1)
    assert storage.subscribers.waiting_notices(limit=9, now=clock()) == ()


def test_a_letter_refused_for_good_is_not_tried_again(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    server = FakeServer(Reply(code=550, text="no such user", stage=Stage.RCPT))
    _notify(storage, server, clock)
    clock.advance(days=9)
    assert _notify(storage, server, clock) == 0
    assert server.taken == []


def test_a_letter_lost_after_its_body_is_sent_once_more_at_most(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _queue(storage, clock, "ana@example.org")
    lost = Reply(code=0, text="line lost", stage=Stage.BODY)
    server = FakeServer(lost, lost, lost)
    for _ in range(6):
        _notify(storage, server, clock)
        clock.advance(days=1)
    assert len(server.replies) == 1, "tried twice, not three times"


def test_two_rounds_at_once_send_one_copy(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org")
    server = FakeServer()

    def meanwhile(notice: Notice) -> tuple[Envelope, bytes]:
        assert storage.subscribers.mark_notice(notice, now=clock()), "another round is quicker"
        return _print(notice)

    assert _notify(storage, server, clock, meanwhile) == 0
    assert server.taken == []


def test_who_left_or_got_a_veto_meanwhile_gets_no_letter(storage: MemoryStorage, clock: FakeClock) -> None:
    _queue(storage, clock, "ana@example.org", "bo@example.org", "cy@example.org")
    ana = storage.subscribers.find("daily", "ana@example.org")
    assert ana is not None
    storage.subscribers.change_status(ana.id, SubscriberStatus.UNSUBSCRIBED, now=clock())
    storage.subscribers.suppress("bo@example.org", SuppressionReason.OPERATOR, now=clock())
    server = FakeServer()
    assert _notify(storage, server, clock) == 1
    assert server.taken == ["cy@example.org"]


def test_a_letter_the_server_takes_amiss_does_not_hold_up_the_others_for_ever(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _queue(storage, clock, "ana@example.org", "bo@example.org")
    server = FakeServer(ServerRefusesUs("5.7.26", code=550, text="unauthenticated"))
    assert _notify(storage, server, clock) == 0
    assert _notify(storage, server, clock) == 1
    assert server.taken == ["bo@example.org"]


def test_one_letter_that_cannot_be_printed_does_not_hold_up_the_next(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _queue(storage, clock, "odd@example.org", "bo@example.org")
    server = FakeServer()
    assert _notify(storage, server, clock) == 1
    assert server.taken == ["bo@example.org"]
