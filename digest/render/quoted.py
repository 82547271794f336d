"""Quoted-printable (RFC 2045 6.7) with holes: bodies are encoded once, readers' tokens fit in later.

A hole stands on a physical line of its own, between soft line breaks, so that whatever fills it moves
no other byte. No line begins with a dot (RFC 5321 4.5.2 would double it) or with "From " (which old
mailboxes change), and none ends in a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MAX_LINE = 76  # RFC 2045 6.7 (5), the soft break's "=" included
_WIDTH = MAX_LINE - 1
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {"="}


def encode(text: str, holes: Mapping[str, tuple[str, bytes]] | None = None) -> bytes:
    """Return the text encoded, lines ended by CRLF.

    `holes` maps a mark to the text that always stands in its place and the bytes put behind that, which
    must be at most 75 characters of plain ASCII once filled.
    """
    marks = holes or {}
    # The longest first: one mark may begin like another.
    names = sorted(marks, key=len, reverse=True)
    pattern = re.compile("(" + "|".join(map(re.escape, names)) + ")") if names else None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(
        b"=\r\n".join(_rows(pattern.split(line) if pattern else [line], marks)) for line in lines
    )


def _rows(pieces: list[str], holes: Mapping[str, tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the physical lines of one logical line, without their breaks."""
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        if number % 2:
            always, hole = holes[piece]
            yield from _wrap(always, ends_line=False)
            yield hole
        else:
            yield from _wrap(piece, ends_line=number == last)


def _wrap(text: str, *, ends_line: bool) -> Iterator[bytes]:
    row: list[str] = []
    width = 0
    end = len(text) - 1
    for position, char in enumerate(text):
        atom = char if char in _PLAIN else _escape(char)
        if position == end and ends_line and char == " ":
            atom = "=20"
        if width + len(atom) > _WIDTH:
            yield "".join(row).encode("ascii")
            row, width = [], 0
        if not row and (char == "." or text.startswith("From ", position)):
            atom = _escape(char)
        row.append(atom)
        width += len(atom)
    if row:
        yield "".join(row).encode("ascii")


def _escape(char: str) -> str:
    return "".join(f"={byte:02X}" for byte in char.encode("utf-8", "replace"))
