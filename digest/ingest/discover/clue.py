"""A clue: something a site says of itself, made harmless, and where it says so."""

from __future__ import annotations

from dataclasses import dataclass

from digest.ingest.links import clean_link
from digest.ingest.markup import plain
from digest.ingest.plain import tidy
from digest.log import one_line


@dataclass(frozen=True, slots=True)
class Clue:
    """A value and the place where it stands, in words that fit behind "comes from"."""

    value: str = ""
    where: str = ""


def best(*clues: Clue) -> Clue:
    """Return the first clue that says something; an empty one if none does."""
    return next((clue for clue in clues if clue.value), Clue())


def line_of(written: object, *, most: int = 120) -> str:
    """Return what a site wrote as one short printable line; empty for anything but text."""
    # Cut first: taking tags off takes quadratic time on what a stranger may write.
    return tidy(one_line(plain(written[: 4 * most]), limit=most)) if isinstance(written, str) else ""


def address_of(written: object, base: str = "") -> str:
    """Return an http or https address that a site wrote, made absolute; empty for anything else."""
    url = clean_link(written, base) if isinstance(written, str) else None
    # What does not show in a line (bidi controls, zero-width signs) has no place in an address either.
    return url if url and url.isprintable() else ""
