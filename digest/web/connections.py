"""What guards every connection: how long it may take to say what it wants, and how many there may be.

A server that waits for ever for the rest of a request is taken down by whoever opens enough connections.
"""

from __future__ import annotations

import asyncio
import resource
from typing import ClassVar, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS = 10.0
"""How long a connection may take for the head of a request."""
ANSWER_SECONDS = 120.0
"""How long a connection may be held by one request and by a visitor who does not take the answer."""
MOST_CONNECTIONS = 1000
_FILES = 8192


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 with deadlines.

    When `most` connections are open, the one that has waited longest for a request makes room for a new
    one; where all of them are being answered, the new one is closed.
    """

    most: ClassVar[int] = MOST_CONNECTIONS
    head_seconds: ClassVar[float] = HEAD_SECONDS
    answer_seconds: ClassVar[float] = ANSWER_SECONDS

    _deadline: asyncio.TimerHandle | None = None
    _watched: tuple[RequestResponseCycle | None, bool] | None = None
    waiting_since = 0.0
    dropped = False

    @classmethod
    def at_most(cls, connections: int) -> type[GuardedProtocol]:
        """Return the protocol for so many open connections."""
        return type("GuardedProtocol", (cls,), {"most": connections})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Start the clock, and keep within the limit."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) <= self.most:
            return
        held = [one for one in cast("set[GuardedProtocol]", self.connections) if not one.dropped]
        if len(held) > self.most:
            others = (one for one in held if one is not self and one.is_waiting())
            min(others, key=lambda one: one.waiting_since, default=self).drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._deadline is not None:
            self._deadline.cancel()
        self.dropped = True
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle what came in; a request that is whole now stops the clock of its head."""
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def is_waiting(self) -> bool:
        """Say whether no request is being answered."""
        # uvicorn's own note is wrong: there is no cycle before the first request.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def _watch(self) -> None:
        """Set the deadline anew when a wait, or an answer, has begun; bytes alone move nothing."""
        now = (self.cycle, self.is_waiting())
        if now == self._watched or self.dropped:
            return
        self._watched = now
        self.waiting_since = self.loop.time()
        self._set_deadline(self.head_seconds if self.is_waiting() else self.answer_seconds)

    def _set_deadline(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._expire, seconds)

    def _expire(self, after: float) -> None:
        if after < self.answer_seconds and self.transport.get_write_buffer_size():
            self._set_deadline(self.answer_seconds)  # a slow line is still taking the last answer
        else:
            self.drop()

    def drop(self) -> None:
        """Close the connection at once, with whatever was still to be written."""
        self.dropped = True
        self.transport.abort()


def connections_allowed() -> int:
    """Raise this process's limit of open files where that is possible; return half of it, or less."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):  # some systems name a hard limit that they do not grant
            pass
    files = _FILES if soft == resource.RLIM_INFINITY else soft
    return min(MOST_CONNECTIONS, files // 2)
