"""What hands messages to mail servers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from digest.model.delivery import Envelope, Reply


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
