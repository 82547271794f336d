"""When to rest and when to stop: a budget of failures in a row; pure.

A reader's own trouble (a 4xx to RCPT, say greylisting) costs nothing and heals nothing. What costs is
what could be meant for everybody: refusals for good, a server that closes, a line that breaks.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from digest.deliver.wire import CLOSING
from digest.model.delivery import Reply, Stage

DOUBT_AFTER = 5
"""So many failures in a row, and a refusal for good is no longer believed to be about its reader."""
FIRST_REST = 1.0
LONGEST_REST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How sending has been going: `failures` in a row without an acceptance, and the last one's words.

    `outages` are those of them, the latest in a row, that were about the server and call for a rest.
    A server that goes out breaks all lines at once; that is one outage. So whoever begins something
    remembers `outages`, and says it as `seen` when it failed: one that was counted meanwhile is not
    counted again. Messages in doubt are failures each.
    """

    max_failures: int
    failures: int = 0
    outages: int = 0
    last: str = ""

    def after(self, reply: Reply, *, seen: int) -> Breaker:
        """Return the breaker after a server's reply to one message."""
        if reply.accepted:
            return Breaker(max_failures=self.max_failures)
        words = f"{reply.code or 'line lost'} at {reply.stage}: {reply.text}"
        if reply.lost and reply.stage is Stage.BODY and seen != self.outages:
            return dataclasses.replace(self, failures=self.failures + 1, last=words)
        if reply.lost or reply.code == CLOSING:
            return self.after_outage(words, seen=seen)
        if reply.permanent:
            return dataclasses.replace(self, failures=self.failures + 1, outages=0, last=words)
        return dataclasses.replace(self, outages=0)

    def after_outage(self, words: str, *, seen: int) -> Breaker:
        """Return the breaker after the server could not be used at all."""
        if seen != self.outages:
            return self
        return dataclasses.replace(self, failures=self.failures + 1, outages=self.outages + 1, last=words)

    @property
    def tripped(self) -> bool:
        """Say whether sending must stop until somebody has looked."""
        return self.failures >= self.max_failures

    @property
    def doubts(self) -> bool:
        """Say whether a refusal for good may be about everybody, so that no reader is rejected for it."""
        return self.failures > DOUBT_AFTER or self.tripped

    @property
    def rest(self) -> float:
        """How many seconds to rest before the next act: 0, or 1, 2, 4 … 60 while the server is out."""
        if not self.outages:
            return 0.0
        return min(FIRST_REST * 2.0 ** min(self.outages - 1, 10), LONGEST_REST)

    @property
    def reason(self) -> str:
        """Why it tripped, in words for the editors."""
        return (
            f"{self.failures} failures in a row without one acceptance; the last was {self.last}. "
            "Find out what the mail server objects to, then resume."
        )
