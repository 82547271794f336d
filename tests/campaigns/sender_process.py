"""A sender in a process of its own, which can be killed at any moment or kills itself at a named one.

The product has no hooks for this: what dies at a point is a wrapper around a port.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import os
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from digest.config import MailSettings
from digest.deliver.smtp import SmtpTransport
from digest.model.delivery import Delivery, Envelope
from digest.storage.database import open_storage
from digest.testing.factories import SIGNER
from digest.workflows.send import send

LIFE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a sender process is to do.

    `fatal` is the call at which it sends itself `signal_number`: ("mark", "before", 3). `ahead` moves
    its clock, so that deferred deliveries become due and leases run out without waiting.
    """

    url: str
    signs: str
    host: str
    port: int
    connections: int = 4
    fatal: tuple[str, str, int] | None = None
    signal_number: int = signal.SIGKILL
    ahead: timedelta = timedelta()
    max_failures: int = 10_000


class PlainAddresser:
    """Write each reader the same letter, under an id that depends on edition and reader alone."""

    def address(self, delivery: Delivery) -> tuple[Envelope, bytes]:
        name = hashlib.sha256(f"{delivery.edition_id} {delivery.subscriber_id}".encode()).hexdigest()[:32]
        lines = [f"Message-ID: <{name}@paper.example>", f"To: <{delivery.address}>", "", ".Good morning."]
        body = "\r\n".join(lines + ["x" * 70] * 60) + "\r\n"
        envelope = Envelope(mail_from=f"b+{delivery.id}@bounces.paper.example", rcpt_to=delivery.address)
        return envelope, body.encode()


class Fatal:
    """A port one call of which ends, or stops, this process."""

    def __init__(self, port: Any, call: str, when: str, number: int, signal_number: int) -> None:
        self._port = port
        self._call = call
        self._when = when
        self._left = number
        self._signal = signal_number

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name != self._call:
            return method
        strike = self._strike

        def call(*positional: object, **named: object) -> Any:
            strike("before")
            result = method(*positional, **named)
            strike("after")
            return result

        async def call_later(*positional: object, **named: object) -> Any:
            strike("before")
            result = await method(*positional, **named)
            strike("after")
            return result

        return call_later if inspect.iscoroutinefunction(method) else call

    def _strike(self, when: str) -> None:
        if when == self._when:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)


class FatalTransport:
    """A transport whose lines are fatal."""

    def __init__(self, transport: SmtpTransport, wrap: Callable[[Any], Any]) -> None:
        self._transport = transport
        self._wrap = wrap
        self._opened: Any = None

    def open(self) -> FatalTransport:
        return self

    async def __aenter__(self) -> Any:
        self._opened = self._transport.open()
        return self._wrap(await self._opened.__aenter__())

    async def __aexit__(self, *error: object) -> None:
        await self._opened.__aexit__(*error)


def work(order: Order, pipe: Connection) -> None:
    """Send what is due of the newest edition: say that we are ready, wait for the word, say the outcome."""
    storage = open_storage(order.url, address_key=SIGNER.address_key, signs_folder=Path(order.signs))
    filed = storage.editions.latest("daily", published_only=True)
    if filed is None:
        raise AssertionError("there is nothing to send")
    mail = MailSettings(host=order.host, port=order.port, tls="none", timeout=30, data_timeout=30)
    outbox: Any = storage.outbox
    transport: Any = SmtpTransport(mail)
    if order.fatal is not None:
        call, when, number = order.fatal
        if call == "hand_over":
            # One counter for all lines would need a shared wrapper; these campaigns use one line.
            transport = FatalTransport(
                transport, lambda line: Fatal(line, call, when, number, order.signal_number)
            )
        else:
            outbox = Fatal(outbox, call, when, number, order.signal_number)

    async def main() -> Any:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        pipe.send("ready")
        pipe.recv()
        return await send(
            filed,
            outbox=outbox,
            editions=storage.editions,
            transport=transport,
            addresser=PlainAddresser(),
            clock=lambda: datetime.now(UTC) + order.ahead,
            owner=f"{os.getpid()}-{secrets.token_hex(8)}",
            connections=order.connections,
            max_failures=order.max_failures,
            stop=stop,
            batch=50,
            rest=_short_rest,
        )

    with asyncio.Runner() as runner:
        # Said before the loop closes, which puts SIGTERM back to killing.
        pipe.send(runner.run(main()))
    storage.close()


async def _short_rest(wake: asyncio.Event, seconds: float) -> None:
    """Rest a thousandth of the time: the campaign's server is never out for long."""
    del wake
    await asyncio.sleep(seconds / 1000)
