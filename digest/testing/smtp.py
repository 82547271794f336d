"""A real mail server on loopback that records what it takes, and misbehaves by name.

```python
with RecordingServer(misbehave=greylist(first=2)) as server:
    ...  # connect to server.host, server.port
assert [letter.rcpt_to for letter in server.received] == [...]
```

It runs in a thread of its own on aiosmtpd; what it can do wrong stands in `digest.testing.misbehaviour`.
"""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import hashlib
import os
import re
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, AnyStr, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult

from digest.testing.misbehaviour import Act, Misbehaviour, Moment, Stage, behave

_UNSAFE = re.compile(r"[^A-Za-z0-9@+_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message the server took responsibility for."""

    mail_from: str
    rcpt_to: str
    content: bytes

    @property
    def message_id(self) -> str:
        """Its Message-ID, or nothing."""
        headers = email.parser.BytesHeaderParser(policy=email.policy.default).parsebytes(self.content)
        return str(headers["Message-ID"] or "")


class RecordingServer:
    """A mail server in a thread, on a port of its own, until it is closed.

    `folder` keeps each message durably before its 250: as `<hash of its Message-ID>-<n>.eml`, or named
    by its recipient. `login` demands a user name and password. `tls` offers STARTTLS, or encrypts
    from the first byte if `implicit_tls`. `size_limit` is announced as SIZE.
    """

    def __init__(
        self,
        *,
        misbehave: Misbehaviour = behave,
        folder: Path | None = None,
        name_by: Literal["message-id", "recipient"] = "message-id",
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        size_limit: int = 33_554_432,
        eight_bit: bool = True,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host = host
        self.port = port
        self.misbehave = misbehave
        self.login = login
        self.stages: list[Stage] = []
        self.connections = 0
        self._folder = folder
        self._name_by = name_by
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._options: dict[str, Any] = {
            "data_size_limit": size_limit,
            "decode_data": not eight_bit,
            "hostname": "mx.example",
            "ident": "digest recording server",
        }
        self._received: list[Received] = []
        self._arrived = threading.Condition()
        self._reached: Counter[Stage] = Counter()
        self._open: set[_Conversation] = set()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    @property
    def received(self) -> tuple[Received, ...]:
        """Every message taken so far, in order."""
        return tuple(self._received)

    def start(self) -> Self:
        """Listen; `port` is then the real one. Raises `OSError` when the port is taken."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.result()
        self._thread.name = f"mail server {self.port}"
        return self

    def close(self) -> None:
        """Stop listening, cut open connections and wait for the thread to end."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.close()

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        encrypt = self._tls if self._implicit_tls else None
        try:
            server = await self._loop.create_server(self._converse, self.host, self.port, ssl=encrypt)
        except OSError as error:
            started.set_exception(error)
            return
        self.port = server.sockets[0].getsockname()[1]
        started.set_result(None)
        await self._stop.wait()
        server.close()
        await asyncio.gather(*(one.hang_up() for one in self._open), return_exceptions=True)
        await server.wait_closed()

    def _converse(self) -> _Conversation:
        self.connections += 1
        tls = None if self._implicit_tls else self._tls
        conversation = _Conversation(self, self.connections, tls_context=tls, **self._options)
        self._open.add(conversation)
        return conversation

    def ask(self, moment: Moment) -> Act | None:
        """Say what to do at a moment, and remember that it was reached."""
        self.stages.append(moment.stage)
        self._reached[moment.stage] += 1
        return self.misbehave(moment)

    def forget(self, conversation: _Conversation) -> None:
        """Drop a conversation that has ended."""
        self._open.discard(conversation)

    def times(self, stage: Stage) -> int:
        """Return how often a stage was reached."""
        return self._reached[stage]

    def take(self, letter: Received) -> None:
        """Keep a message, durably if there is a folder."""
        if self._folder is not None:
            if self._name_by == "recipient":
                stem = _UNSAFE.sub("_", letter.rcpt_to)[:100].lstrip(".")
            else:
                stem = hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
            _keep(self._folder, stem, letter.content)
        with self._arrived:
            self._received.append(letter)
            self._arrived.notify_all()

    def wait_for(self, count: int, *, seconds: float = 20) -> tuple[Received, ...]:
        """Return the messages once there are `count`; raises `TimeoutError` if they do not come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._received) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self._received)} of {count} messages came in {seconds} seconds")
            return self.received

    def knows(self, name: str, password: str) -> bool:
        """Say whether a login is right."""
        return (name, password) == self.login


class _Conversation(SMTP):
    """One connection to a `RecordingServer`."""

    def __init__(self, owner: RecordingServer, number: int, **options: Any) -> None:
        self._owner = owner
        self._number = number
        self._messages = 0
        self._greeted = False
        self._instead: Act | None = None
        authenticator = self._authenticate_login if owner.login else None
        excluded = () if owner.login else ("LOGIN", "PLAIN")
        super().__init__(
            self,
            authenticator=authenticator,
            auth_require_tls=False,
            auth_exclude_mechanism=excluded,
            **options,
        )

    async def hang_up(self) -> None:
        """Cut the connection and wait until its task has ended."""
        transport, task = self.transport, self._handler_coroutine
        if isinstance(transport, asyncio.Transport) and task is not None:
            transport.abort()
            await task

    def connection_lost(self, error: Exception | None) -> None:
        """End with the connection."""
        super().connection_lost(error)
        self._owner.forget(self)

    async def push(self, status: AnyStr) -> None:
        """Send a reply, or do what is to be done instead of it."""
        if not self._greeted:
            self._greeted = True
            self._instead = self._ask("connect")
        act, self._instead = self._instead, None
        if act is None:
            await super().push(status)
        else:
            await self._perform(act)
        if str(status).startswith("354"):
            behind = self._ask("body")
            if behind is not None:
                await self._perform(behind)

    async def handle_exception(self, error: Exception) -> str:
        """Answer what went wrong with this one command."""
        return f"500 {type(error).__name__}"

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds commands by these names
        """Answer EHLO."""
        await self._at("EHLO", super().smtp_EHLO, arg)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer HELO."""
        await self._at("HELO", super().smtp_HELO, arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer STARTTLS."""
        await self._at("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer AUTH."""
        await self._at("AUTH", super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer MAIL; a server with a login wants one first."""
        known = self.session is not None and self.session.authenticated
        if self._owner.login and not known:
            await self.push("530 5.7.0 Authentication required")
        else:
            await self._at("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer RCPT."""
        await self._at("RCPT", super().smtp_RCPT, arg, recipient=arg.partition("<")[2].partition(">")[0])

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer DATA."""
        await self._at("DATA", super().smtp_DATA, arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer RSET."""
        await self._at("RSET", super().smtp_RSET, arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - likewise
        """Answer QUIT."""
        await self._at("QUIT", super().smtp_QUIT, arg)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - a hook
        """Take a message, unless it is refused or lost."""
        recipient = envelope.rcpt_tos[-1]
        self._instead = self._ask("dot", recipient=recipient)
        if self._instead is None or self._instead.take:
            content = envelope.original_content
            self._owner.take(Received(mail_from=envelope.mail_from, rcpt_to=recipient, content=content))
            self._messages += 1
        return "250 2.0.0 accepted"

    async def _at(
        self, stage: Stage, properly: Callable[[str], Awaitable[None]], arg: str, *, recipient: str = ""
    ) -> None:
        act = self._ask(stage, recipient=recipient)
        if act is not None and not act.positive:
            await self._perform(act)
            return
        self._instead = act
        await properly(arg)

    def _ask(self, stage: Stage, *, recipient: str = "") -> Act | None:
        return self._owner.ask(
            Moment(
                stage=stage,
                sender=(self.envelope and self.envelope.mail_from) or "",
                recipient=recipient or next(iter(self.envelope.rcpt_tos if self.envelope else ()), ""),
                connection=self._number,
                message=self._messages,
                times=self._owner.times(stage),
            )
        )

    async def _perform(self, act: Act) -> None:
        if act.read:
            await self._reader.readexactly(act.read)
        for chunk in act.chunks:
            self._writer.write(chunk)
            await self._writer.drain()
            if act.pause:
                await asyncio.sleep(act.pause)
        if act.then == "go on":
            return
        if act.then == "reset":
            # Closing with a linger of zero sends a RST instead of a FIN.
            raw = self._writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if act.then != "hang":
            self._writer.close()
        # The end of the connection cancels this task.
        await asyncio.Event().wait()

    def _authenticate_login(self, *asked: Any) -> AuthResult:
        data = asked[-1]
        good = self._owner.knows(data.login.decode(), data.password.decode())
        return AuthResult(success=good, handled=False)


def _keep(folder: Path, stem: str, content: bytes) -> None:
    """Write a message under the first free name, and do not return before it is on the disk."""
    number = 0
    while True:
        number += 1
        path = folder / f"{stem}-{number}.eml"
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            continue
        return
