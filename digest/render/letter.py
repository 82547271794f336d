"""What every letter of the paper has: a sender, a recipient, and its words twice, as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from digest.config import MailSettings, PaperSettings
from digest.errors import AddressRefused, SettingsError
from digest.model.subscriber import parse_address
from digest.render.clean import one_line
from digest.render.headers import header, mailbox_tokens, reader_name, text_tokens
from digest.render.mould import Slot
from digest.render.quoted import encode

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.[a-z]+")
_MAX_PLAIN = 64  # shorter than any limit on a part of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, in the one form in which addresses are kept.

    `domain` is that of `address`; return paths are on `bounce_domain`.
    """

    name: str
    address: str
    reply_to: str
    bounce_domain: str
    language: str

    @classmethod
    def of(cls, paper: PaperSettings, mail: MailSettings) -> Sender:
        """Return the sender whom the settings name; raises `SettingsError` for an address nobody has."""
        return cls(
            name=one_line(mail.from_name) or one_line(paper.name),
            address=_parse("mail.from_address", mail.from_address),
            reply_to=_parse("mail.reply_to", mail.reply_to),
            bounce_domain=_parse("mail.bounce_domain", f"b@{mail.bounce_domain}").partition("@")[2],
            language=paper.language,
        )

    @property
    def domain(self) -> str:
        """The domain of the sender's address."""
        return self.address.rpartition("@")[2]

    def message_id(self, derived: str) -> bytes:
        """Return a Message-ID on the sender's domain."""
        return f"<{derived}@{self.domain}>".encode("ascii")

    def headers(self, subject: str, *, at: datetime) -> bytes:
        """Return what every letter begins with; recipient and Message-ID are still slots."""
        return b"".join(
            [
                header("From", mailbox_tokens(self.name, self.address)),
                Slot.TO.hole,
                header("Subject", text_tokens(subject)),
                header("Date", [format_datetime(at.astimezone(UTC))]),
                b"Message-ID: " + Slot.MESSAGE_ID.hole + b"\r\n",
                header("Reply-To", [self.reply_to]),
                header("Content-Language", [self.language]),
                header("MIME-Version", ["1.0"]),
            ]
        )


def recipient(address: str, name: str) -> tuple[str, bytes]:
    """Return a reader's address in its one form and the whole `To:` header.

    Raises `AddressRefused`. The plain pattern decides for nearly all of them what the full rule would,
    in a tenth of the time.
    """
    if len(address) > _MAX_PLAIN or not _PLAIN_ADDRESS.fullmatch(address):
        address = parse_address(address)
    shown = reader_name(name) if name else ""
    return address, header("To", mailbox_tokens(shown, address))


def alternative(text: str, html: str, *, boundary: str, holes: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Return the content headers and both parts, the text first; both are quoted-printable UTF-8.

    The boundary begins with `=_`, which encoded text cannot hold (RFC 2045 6.7).
    """
    limit = f"=_{boundary}"
    parts = [header("Content-Type", ["multipart/alternative;", f'boundary="{limit}"']), b"\r\n"]
    for subtype, body in (("plain", text), ("html", html)):
        parts += [
            f"--{limit}\r\n".encode("ascii"),
            f"Content-Type: text/{subtype}; charset=utf-8\r\n".encode("ascii"),
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            encode(body, holes),
            b"\r\n",
        ]
    parts.append(f"--{limit}--\r\n".encode("ascii"))
    return b"".join(parts)


def _parse(setting: str, address: str) -> str:
    try:
        return parse_address(address)
    except AddressRefused as error:
        raise SettingsError(f"{setting}: {error}") from error
