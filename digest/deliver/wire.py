"""What goes on the wire and how a server's answers are read; pure.

SMTP is RFC 5321, the size extension RFC 1870, enhanced codes RFC 3463 and RFC 7372.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from digest.errors import AddressRefused
from digest.log import one_line
from digest.model.delivery import Reply

MAX_ADDRESS = 254
MAX_TEXT = 500
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_MAILBOX = re.compile(rf"{_ATOM}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_ABOUT_US = re.compile(r"5\.7\.(?:2[5-9]|30|515)(?!\d)")
_LOGIN_CODES = frozenset({530, 535})
_PERMANENT = 500
CLOSING = 421


def check_path(address: str, *, may_be_empty: bool = False) -> str:
    """Return an address that may stand in MAIL or RCPT, as it is.

    Raises `AddressRefused` for everything but a plain dot-atom address in ASCII: spaces would add
    parameters, controls would add commands, and other alphabets would need SMTPUTF8.
    """
    if may_be_empty and not address:
        return address
    if len(address) > MAX_ADDRESS:
        raise AddressRefused(f"the address is longer than mail allows ({MAX_ADDRESS}); correct it")
    if not address.isascii():
        raise AddressRefused("the address holds letters that mail servers do not all take; write it in ASCII")
    if not _MAILBOX.fullmatch(address):
        raise AddressRefused("the address is not of the form name@example.com; correct or remove it")
    return address


def stuff(message: bytes) -> bytes:
    r"""Return a message as it goes out after DATA: dots doubled, the lone dot behind it (RFC 5321 4.5.2).

    The lines must end in CRLF already. Raises `ValueError` for a lone CR or LF: some servers read
    `\n.\n` as the end of the message, which smuggles in another one.
    """
    lines = message.count(b"\r\n")
    if not lines == message.count(b"\n") == message.count(b"\r"):
        raise ValueError("a message holds a lone CR or LF; every line must end in CRLF")
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    if stuffed and not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    return stuffed + b".\r\n"


def read_text(text: str) -> str:
    """Return a server's words as one printable line of at most 500 characters that any store can keep."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return one_line(whole, limit=MAX_TEXT).strip()


def is_about_us(reply: Reply) -> bool:
    """Say whether a refusal is about the sender and would meet every reader alike.

    Authentication codes, and the codes with which large hosts refuse bulk senders whose SPF, DKIM,
    DMARC or PTR is wrong: X.7.25 to X.7.30 (RFC 7372 and its registry) and 5.7.515.
    """
    refused = reply.code >= _PERMANENT
    return reply.code in _LOGIN_CODES or (refused and _ABOUT_US.match(reply.text) is not None)


def mail_options(extensions: Mapping[str, str], message: bytes) -> list[str]:
    """Return the parameters of MAIL for a message, given what the server's EHLO announced.

    Raises `ValueError`, in words for the editors, when the server has said that it will not take it.
    """
    options = []
    if "size" in extensions:
        limit = extensions["size"].strip()
        if limit.isascii() and limit.isdigit() and 0 < int(limit[:20]) < len(message):
            raise ValueError(
                f"takes messages of {limit} bytes and this one has {len(message)}: "
                "print a shorter edition, or ask for a larger limit"
            )
        options.append(f"SIZE={len(message)}")
    if not message.isascii():
        if "8bitmime" not in extensions:
            raise ValueError("takes 7-bit messages only and this one is not: encode it as quoted-printable")
        options.append("BODY=8BITMIME")
    return options
