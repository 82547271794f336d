"""Notify: send the letters that wait, each to one person."""

from __future__ import annotations

import logging
from collections.abc import Callable

from digest.errors import DeliveryError, DigestError, ServerRefusesUs
from digest.log import fields
from digest.model.delivery import Envelope, Reply, Stage
from digest.model.notice import Notice
from digest.ports import Clock, Line, Storage, SubscriberStore, Transport

log = logging.getLogger(__name__)
AT_ONCE = 50
PrintNotice = Callable[[Notice], tuple[Envelope, bytes]]


async def notify(*, storage: Storage, transport: Transport, print_notice: PrintNotice, clock: Clock) -> int:
    """Send what waits and return how many letters a server took.

    Each try is counted, in one statement that asks consent and veto again, before the body goes out:
    two rounds at once send one copy, and a crash or a refusal cannot send for ever. A server that
    cannot be reached leaves the rest waiting for the next round.
    """
    readers = storage.subscribers
    notices = readers.waiting_notices(limit=AT_ONCE, now=clock())
    sent = 0
    if not notices:
        return sent
    try:
        async with transport.open() as line:
            for notice in notices:
                sent += await _send(notice, line, print_notice, readers, clock)
    except DeliveryError as error:
        log.warning("notice.waiting %s", fields(waiting=len(notices) - sent, error=error))
    return sent


async def _send(
    notice: Notice, line: Line, print_notice: PrintNotice, readers: SubscriberStore, clock: Clock
) -> bool:
    counted = False

    def mark() -> bool:
        nonlocal counted
        counted = readers.mark_notice(notice, now=clock())
        return counted

    try:
        envelope, message = print_notice(notice)
        reply = await line.hand_over(envelope, message, mark=mark)
    except ServerRefusesUs:
        # It may be this letter that the server objects to: it rests, so that the next round gets on.
        if not counted:
            mark()
        raise
    except DeliveryError:
        raise
    except DigestError as error:
        log.warning("notice.refused %s", fields(id=notice.id, error=error))
        readers.end_notice(notice.id, now=clock())
        return False
    if reply is None:
        # Somebody else has it, or the reader has left since: not ours to send.
        return False
    if not counted:
        mark()
    if reply.accepted:
        readers.settle_notice(notice.id, sent=True, now=clock())
    elif reply.permanent or (_is_in_doubt(reply) and notice.attempts):
        readers.end_notice(notice.id, now=clock())
    return reply.accepted


def _is_in_doubt(reply: Reply) -> bool:
    """Say whether it may have been taken: such a letter is sent once more, and then no more."""
    return reply.lost and reply.stage is Stage.BODY
