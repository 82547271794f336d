"""A bounce: what came back, of which kind, and whose fault it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BounceKind(StrEnum):
    """Whose fault a bounce is, which decides what follows from it."""

    READER_GONE = "reader gone"
    READER_TEMPORARY = "reader temporary"
    OUR_SIDE = "our side"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One recipient's failure as a report states it.

    `recipient` is the address as reported (hostile, for display only), `return_path` the address the
    report was sent to, whose VERP token alone proves which delivery it is about. `status` is the
    enhanced code (RFC 3463), such as `5.1.1`, or empty.
    """

    recipient: str
    return_path: str
    status: str
    diagnostic: str
    action: str
