"""Notify: send the letters that wait, each to one person."""

from __future__ import annotations

import logging
from collections.abc import Callable

from digest.errors import DeliveryError, DigestError
from digest.log import fields
from digest.model.delivery import Envelope
from digest.model.notice import Notice
from digest.ports import Clock, Storage, Transport

log = logging.getLogger(__name__)
AT_ONCE = 50


async def notify(
    *,
    storage: Storage,
    transport: Transport,
    print_notice: Callable[[Notice], tuple[Envelope, bytes]],
    clock: Clock,
) -> int:
    """Send what waits and return how many letters a server took.

    A letter is counted as tried before its body goes out, so that a crash cannot send it for ever; a
    server that cannot be reached leaves the rest waiting for the next round.
    """
    notices = storage.subscribers.waiting_notices(limit=AT_ONCE, now=clock())
    sent = 0
    if not notices:
        return sent
    try:
        async with transport.open() as line:
            for notice in notices:

                def mark(notice: Notice = notice) -> bool:
                    storage.subscribers.settle_notice(notice.id, sent=False, now=clock())
                    return True

                try:
                    envelope, message = print_notice(notice)
                    reply = await line.hand_over(envelope, message, mark=mark)
                except DeliveryError:
                    raise
                except DigestError as error:
                    log.warning("notice.refused %s", fields(id=notice.id, error=error))
                    storage.subscribers.settle_notice(notice.id, sent=False, now=clock())
                    continue
                if reply is not None and reply.accepted:
                    storage.subscribers.settle_notice(notice.id, sent=True, now=clock())
                    sent += 1
    except DeliveryError as error:
        log.warning("notice.waiting %s", fields(waiting=len(notices) - sent, error=error))
    return sent
