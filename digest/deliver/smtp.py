"""Lines to a mail server: one message at a time, and for each the stage it had reached.

aiosmtplib raises the same exception before and after the final dot, and its `data()` hides the 354;
so the commands are sent one by one here and the stage is kept by us. What is lost up to the 354 was
certainly not accepted; what is lost behind it may have been (RFC 1047).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

import aiosmtplib

from digest.config import MailSettings
from digest.deliver.wire import CLOSING, check_path, is_about_us, mail_options, read_text, stuff
from digest.errors import ServerRefusesUs, ServerUnavailable, SettingsError
from digest.model.delivery import Envelope, Reply, Stage
from digest.ports import Line, MarkFirst

_GOODBYE_SECONDS = 5.0
_DONE, _GO_ON, _LATER, _NEVER = 2, 3, 4, 5  # the first digit of a reply (RFC 5321 4.2.1)
_TOO_LARGE = 552


class _LostError(Exception):
    """The line broke, fell silent or spoke nonsense; `stage` is how far the conversation had come."""

    def __init__(self, stage: Stage, words: str) -> None:
        super().__init__(words)
        self.stage = stage


class SmtpTransport:
    """Open lines to the mail server of the settings.

    `tls` demands encryption and a certificate for `host`, from the system's authorities or `ca_file`
    (already resolved to where it lies); there is no falling back. `password` belongs to `username`.
    """

    def __init__(self, mail: MailSettings, password: str = "") -> None:
        self._mail = mail
        self._password = password
        self._tls = None if mail.tls == "none" else _trust(mail)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        """Connect, greet, encrypt and log in; raises `ServerUnavailable` or `ServerRefusesUs`."""
        line = SmtpLine(self._mail, self._password, self._tls)
        await line.connect()
        try:
            yield line
        finally:
            await line.close()


class SmtpLine:
    """One connection, kept open and renewed when the server has closed it; used by one task at a time."""

    def __init__(self, mail: MailSettings, password: str, tls: ssl.SSLContext | None) -> None:
        self._mail = mail
        self._password = password
        self._tls = tls
        self._smtp = self._prepare()
        self._wire: asyncio.BaseTransport | None = None

    async def connect(self) -> None:
        """Open the connection, up to the point where MAIL may be said."""
        mail = self._mail
        step = "connect"
        self._smtp = smtp = self._prepare()
        try:
            await smtp.connect()
            self._wire = smtp.transport
            self._check_silence(Stage.CONNECT)
            step = "EHLO"
            await self._greet(smtp)
            if mail.tls == "starttls":
                step = "STARTTLS"
                await smtp.starttls()
                self._wire = smtp.transport
                step = "EHLO"
                await self._greet(smtp)
            if mail.username:
                step = "AUTH"
                await smtp.login(mail.username, self._password)
                self._check_silence(Stage.CONNECT)
        except (aiosmtplib.SMTPException, OSError, _LostError) as error:
            self._drop()
            raise self._explain(step, error) from error
        except BaseException:
            self._drop()
            raise

    async def close(self) -> None:
        """Say goodbye, but do not wait long for an answer."""
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await self._smtp.quit(timeout=min(self._mail.timeout, _GOODBYE_SECONDS))
        self._drop()
        # The event loop closes the socket in its next turn, which must come before the loop ends.
        await asyncio.sleep(0)

    async def hand_over(self, envelope: Envelope, message: bytes, *, mark: MarkFirst) -> Reply | None:
        """Hand one message over; see `digest.ports.Line`.

        Raises `AddressRefused` before anything is said, and `ServerRefusesUs` also for a refusal to
        DATA or to the dot that is about the sender: the message was not accepted then either.
        """
        sender = check_path(envelope.mail_from, may_be_empty=True)
        reader = check_path(envelope.rcpt_to)
        body = stuff(message)  # before the mark: nothing of ours may fail between mark and DATA
        try:
            return await self._converse(sender, reader, message, body, mark)
        except _LostError as lost:
            self._drop()
            return Reply(code=0, text=str(lost), stage=lost.stage)
        except BaseException:
            # Whatever happened in mid-conversation, the next message starts on a fresh line.
            self._drop()
            raise

    async def _converse(
        self, sender: str, reader: str, message: bytes, body: bytes, mark: MarkFirst
    ) -> Reply | None:
        reply = await self._begin(sender, message)
        if reply.code == CLOSING:
            return await self._refused(reply)
        if reply.code >= _LATER * 100:
            raise self._refused_us(reply, "MAIL")
        reply = await self._ask(Stage.RCPT, b"RCPT TO:<%s>" % reader.encode())
        if reply.code >= _LATER * 100:
            return await self._refused(reply)
        if not mark():
            await self._reset()
            return None
        reply = await self._ask(Stage.DATA, b"DATA", good=_GO_ON)
        if reply.code >= _LATER * 100:
            return await self._refused(reply)
        reply = await self._finish(body)
        if not reply.accepted:
            return await self._refused(reply)
        return reply

    async def _begin(self, sender: str, message: bytes) -> Reply:
        """Say MAIL; a line that the server had closed since the last message is renewed once."""
        while True:
            fresh = not self._smtp.is_connected
            if fresh:
                await self.connect()
            command = b"MAIL FROM:<%s>" % sender.encode()
            try:
                reply = await self._ask(Stage.MAIL, command, *self._options(message))
            except _LostError:
                if fresh:
                    raise
            else:
                if fresh or reply.code != CLOSING:
                    return reply
            self._drop()

    async def _ask(self, stage: Stage, *command: bytes, good: int = _DONE) -> Reply:
        """Send one command and return the reply to it."""
        try:
            response = await self._smtp.execute_command(*command)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _LostError(stage, _words(error)) from error
        reply = self._read(stage, response, good)
        self._check_silence(stage)
        return reply

    async def _finish(self, body: bytes) -> Reply:
        """Send the body behind the 354; from the first byte on, a loss leaves the message in doubt."""
        protocol = self._smtp.protocol
        if protocol is None:
            raise _LostError(Stage.DATA, "the line was lost behind the 354")
        try:
            protocol.write(body)
        except aiosmtplib.SMTPException as error:
            raise _LostError(Stage.DATA, _words(error)) from error
        try:
            response = await protocol.read_response(timeout=self._mail.data_timeout)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _LostError(Stage.BODY, _words(error)) from error
        reply = self._read(Stage.BODY, response, _DONE)
        try:
            self._check_silence(Stage.BODY)
        except _LostError:
            # This message has its reply; what came glued to it must not become the next one's.
            self._drop()
        return reply

    async def _refused(self, reply: Reply) -> Reply:
        """Return a refusal of this message, with the line made ready for the next."""
        if is_about_us(reply):
            raise self._refused_us(reply, str(reply.stage))
        if reply.code == CLOSING:
            self._drop()
        else:
            await self._reset()
        return reply

    async def _reset(self) -> None:
        """Say RSET; a line that does not take it is given up."""
        try:
            await self._ask(Stage.MAIL, b"RSET")
        except _LostError:
            self._drop()

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        """Say EHLO, or HELO to a server that does not know it."""
        name = _own_name(smtp)
        try:
            await smtp.ehlo(hostname=name)
        except aiosmtplib.SMTPHeloError as error:
            if error.code // 100 != _NEVER:
                raise
            await smtp.helo(hostname=name)
        self._check_silence(Stage.CONNECT)

    def _prepare(self) -> aiosmtplib.SMTP:
        """Return a client that is not connected yet."""
        return aiosmtplib.SMTP(
            hostname=self._mail.host,
            port=self._mail.port,
            local_hostname="localhost",  # keeps the library from asking the DNS; `_greet` names us
            timeout=self._mail.timeout,
            use_tls=self._mail.tls == "tls",
            start_tls=False,
            tls_context=self._tls,
        )

    def _options(self, message: bytes) -> list[bytes]:
        try:
            return [option.encode() for option in mail_options(self._smtp.esmtp_extensions, message)]
        except ValueError as error:
            raise ServerRefusesUs(
                f"the mail server {self._where} {error}; nobody was mailed", code=_TOO_LARGE, text=str(error)
            ) from error

    def _read(self, stage: Stage, response: aiosmtplib.SMTPResponse, good: int) -> Reply:
        """Return a reply that may follow at this stage; anything else ends the conversation."""
        if response.code // 100 not in (good, _LATER, _NEVER):
            words = read_text(f"{response.code} {response.message}")
            raise _LostError(stage, f"the server said {words}, which makes no sense here")
        return Reply(code=response.code, text=read_text(response.message), stage=stage)

    def _check_silence(self, stage: Stage) -> None:
        """Raise `_LostError` if the server said more than it was asked.

        The library keeps what follows a reply and would take it for the answer to the next command.
        """
        protocol = self._smtp.protocol
        if protocol is not None and protocol._buffer:  # noqa: SLF001 - there is no public way to ask; tested
            raise _LostError(stage, "the server sent more than one reply to one command")

    def _drop(self) -> None:
        """Cut the line without a word; the next message opens a new one."""
        self._smtp.close()
        if isinstance(self._wire, asyncio.WriteTransport):
            # The library closes politely, and under TLS waits up to 30 s for the server to agree.
            self._wire.abort()
        self._wire = None

    @property
    def _where(self) -> str:
        return f"{self._mail.host}:{self._mail.port}"

    def _refused_us(self, reply: Reply, step: str) -> ServerRefusesUs:
        return ServerRefusesUs(
            f"the mail server {self._where} refuses us at {step} ({reply.code} {reply.text}): put the "
            "account or the domain's records in order, then resume; nobody was rejected",
            code=reply.code,
            text=reply.text,
        )

    def _explain(self, step: str, error: Exception) -> ServerUnavailable | ServerRefusesUs:
        """Return what a failure to open the line means for sending."""
        code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
        words = _words(error)
        for_good = code // 100 == _NEVER
        if step == "connect" and for_good:
            return self._refused_us(Reply(code=code, text=words), step)
        if step in ("EHLO", "AUTH") and code != CLOSING and (for_good or code // 100 == _LATER):
            return self._refused_us(Reply(code=code, text=words), step)
        if step == "AUTH" and type(error) is aiosmtplib.SMTPException:
            return self._refused_us(Reply(code=0, text=words), step)
        return ServerUnavailable(
            f"the mail server {self._where} cannot be used ({step}: {words}); "
            "see that it runs, and that [mail] host, port, tls and ca_file fit it"
        )


def _trust(mail: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if mail.ca_file is not None:
        try:
            context.load_verify_locations(cafile=mail.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise SettingsError(f"[mail] ca_file {mail.ca_file} holds no certificates: {error}") from error
    return context


def _words(error: Exception) -> str:
    """Return what an exception says, without the tuples of the library, as one line."""
    words = error.message if isinstance(error, aiosmtplib.SMTPException) else str(error)
    return read_text(words) or type(error).__name__


def _own_name(smtp: aiosmtplib.SMTP) -> str:
    """Return how we introduce ourselves: the host's full name, or its address (RFC 5321 4.1.4)."""
    name = socket.gethostname()
    if "." in name and name.isascii() and name.isprintable() and " " not in name:
        return name
    address: str = smtp.get_transport_info("sockname")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
