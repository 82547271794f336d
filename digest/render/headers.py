"""Header lines as bytes: folded, encoded and injection-proof (RFC 5322 2.2, RFC 2047).

The standard library writes headers too, but it encodes long `List-Unsubscribe` lines until mail
programs no longer read them, and some versions let an encoded word smuggle in a line break.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from digest.render.clean import one_line

MAX_LINE = 78  # RFC 5322 2.1.1, where a line can be folded
MAX_NAME = 120
_WORD_BYTES = 42  # 56 characters of base64 and 12 around them: fits behind "Subject: "
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MAX_QUOTED = 60
_TRICKS = re.compile(r"[<>@]|://|=\?|www\.", re.IGNORECASE)


def header(name: str, tokens: Iterable[str]) -> bytes:
    """Return one header, its tokens joined by blanks and folded between them."""
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > MAX_LINE and not lines[-1].endswith(":"):
            lines.append("")
        lines[-1] += f" {token}"
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def text_tokens(text: str) -> list[str]:
    """Return unstructured text, such as a subject, as tokens that may be folded between."""
    line = one_line(text)
    if line.isascii():
        return line.split(" ")
    return encoded_words(line)


def mailbox_tokens(name: str, address: str) -> list[str]:
    """Return a display name and an address in angle brackets; an empty name is left out."""
    return [*phrase_tokens(name), f"<{address}>"] if name else [address]


def phrase_tokens(name: str) -> list[str]:
    """Return a name of one line as atoms, as one quoted string, or as encoded words."""
    if _PHRASE.fullmatch(name):
        return name.split(" ")
    if name.isascii() and len(name) <= _MAX_QUOTED:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{quoted}"']
    return encoded_words(name)


def reader_name(name: str) -> str:
    """Return a reader's name if it can stand before an address, else nothing.

    Readers write their own names, and a stranger may have written theirs: what looks like an address,
    a link or markup is left out.
    """
    if len(name) <= _MAX_QUOTED and _PHRASE.fullmatch(name) and "=?" not in name:
        return name  # nearly all names of Latin letters; the long way costs more than the rest of a message
    line = one_line(name)
    return "" if len(line) > MAX_NAME or _TRICKS.search(line) else line


def encoded_words(text: str) -> list[str]:
    """Return the text as RFC 2047 encoded words of at most 75 characters, cut between characters."""
    whole = text.encode("utf-8", "replace")
    words: list[bytes] = [b""]
    for char in text if len(whole) > _WORD_BYTES else (text,):
        encoded = char.encode("utf-8", "replace")
        if len(words[-1]) + len(encoded) > _WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    return [f"=?utf-8?B?{base64.b64encode(word).decode('ascii')}?=" for word in words]
