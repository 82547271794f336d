"""How a mail server can fail its clients: misbehaviours with names, for `digest.testing.smtp`.

A *misbehaviour* is a function from the `Moment` at which the server is about to answer to the `Act` it
does instead, or None to behave. They combine: `either(greylist(first=2), close_after(10))`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal

Stage = Literal[
    "connect", "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "dot", "RSET", "QUIT"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the server is about to answer.

    `connection` counts from 1; `message` is how many messages this connection has brought so far;
    `times` is how often this stage was reached before, on any connection. `body` stands right behind
    the 354, `dot` behind the whole body.
    """

    stage: Stage
    sender: str = ""
    recipient: str = ""
    connection: int = 1
    message: int = 0
    times: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What the server does instead of answering properly.

    `chunks` are the bytes it sends, `pause` seconds apart; before that it reads `read` bytes of the
    body. Then it goes on, closes (FIN), resets (RST) or hangs. `take` says, at the dot, whether it
    keeps the message. An act that begins with a positive reply is done on top of the proper work.
    """

    chunks: Iterable[bytes] = ()
    pause: float = 0.0
    read: int = 0
    then: Literal["go on", "close", "reset", "hang"] = "go on"
    take: bool = False
    positive: bool = False


Misbehaviour = Callable[[Moment], Act | None]


def say(*chunks: str | bytes, pause: float = 0.0, then: Literal["go on", "close", "hang"] = "go on") -> Act:
    """Answer with these words; text gets its CRLF, bytes go out as they are."""
    raw = tuple(chunk if isinstance(chunk, bytes) else chunk.encode() + b"\r\n" for chunk in chunks)
    positive = raw[0][:1] in (b"2", b"3")
    return Act(chunks=raw, pause=pause, then=then, take=positive, positive=positive)


RESET = Act(then="reset")
CLOSE = Act(then="close")
HANG = Act(then="hang")


def behave(_moment: Moment) -> Act | None:
    """Misbehave never."""
    return None


def at(stage: Stage, act: Act, *, first: int | None = None, after: int = 0) -> Misbehaviour:
    """Act so at a stage: the `first` times it is reached, or always; not the first `after` times."""

    def misbehave(moment: Moment) -> Act | None:
        wanted = moment.stage == stage and moment.times >= after
        return act if wanted and (first is None or moment.times < after + first) else None

    return misbehave


def either(*misbehaviours: Misbehaviour) -> Misbehaviour:
    """Do what the first of these wants to do."""

    def misbehave(moment: Moment) -> Act | None:
        return next((act for one in misbehaviours if (act := one(moment)) is not None), None)

    return misbehave


def greylist(*, first: int, text: str = "451 4.7.1 greylisted, try again later") -> Misbehaviour:
    """Refuse the first `first` recipients for now."""
    return at("RCPT", say(text), first=first)


def reject(readers: Collection[str], text: str = "550 5.1.1 no such user here") -> Misbehaviour:
    """Refuse these recipients for good."""

    def misbehave(moment: Moment) -> Act | None:
        return say(text) if moment.stage == "RCPT" and moment.recipient in readers else None

    return misbehave


def refuse_bulk(stage: Stage = "dot") -> Misbehaviour:
    """Refuse the sender as large hosts do when SPF and DKIM fail."""
    return at(
        stage,
        say("550-5.7.26 This mail has been blocked because", "550 5.7.26 the sender is unauthenticated"),
    )


def drop_after_354() -> Misbehaviour:
    """Reset the connection when the body is about to come."""
    return at("body", RESET)


def drop_in_body(*, read: int) -> Misbehaviour:
    """Reset the connection after so many bytes of the body."""
    return at("body", Act(read=read, then="reset"))


def lose_replies(*, first: int | None = None) -> Misbehaviour:
    """Accept the message, then die before the 250: nobody but the server knows."""
    return at("dot", Act(then="reset", take=True), first=first)


def close_after(messages: int, *, with_421: bool = False) -> Misbehaviour:
    """Close each connection after so many messages, silently or at the next MAIL."""

    def misbehave(moment: Moment) -> Act | None:
        if with_421:
            late = moment.stage == "MAIL" and moment.message >= messages
            return say("421 4.7.0 too many messages on this line", then="close") if late else None
        last = moment.stage == "dot" and moment.message >= messages - 1
        return say("250 2.0.0 accepted", then="close") if last else None

    return misbehave
