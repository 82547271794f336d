"""Word the subject and the preheader: the two lines that readers see before they open an edition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from digest.model.newsletter import Newsletter

MAX_SUBJECT = 70
MIN_PREHEADER = 40
MAX_PREHEADER = 130
_DROPPED = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENCODED_WORD = re.compile(r"=\?")


def clean_line(text: str) -> str:
    """Return hostile text as one line: no control characters or bidi overrides, white space joined."""
    plain = "".join(" " if unicodedata.category(char) in _DROPPED else char for char in _BIDI.sub("", text))
    return " ".join(plain.split())


def shorten(line: str, limit: int) -> str:
    """Return a line of at most `limit` characters, cut between words with `…` where it is longer.

    A word that fills more than two thirds of the limit is cut itself.
    """
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    if not line[limit - 1].isspace():
        space = head.rfind(" ")
        head = head[:space] if space >= limit // 3 else head
    # A mark that joins or combines belongs to the sign that is gone.
    while head and (head[-1] == "\u200d" or not _ends_well(line, len(head))):
        head = head[:-1]
    return head.rstrip(" ,;:–—-") + "…"  # noqa: RUF001 - dashes


def _ends_well(line: str, place: int) -> bool:
    """Say whether a cut at `place` leaves the sign before it whole."""
    return not (unicodedata.combining(line[place]) or line[place] in "\u200d\ufe0f")


def word_subject(headline: str, newsletter: Newsletter, day: date) -> str:
    """Return the subject: the lead's headline in at most 70 characters, with nothing a header could misread.

    Where nothing is left of the headline, the newsletter's title and the day.
    """
    line = clean_line(_ENCODED_WORD.sub(" ", headline))
    return shorten(line or clean_line(f"{newsletter.title} {day.isoformat()}"), MAX_SUBJECT)


def word_preheader(
    subject: str, lead: str, others: Sequence[str], summary: str, newsletter: Newsletter, day: date
) -> str:
    """Return the preheader: 40 to 130 characters from the next headlines.

    Never the subject nor the lead's headline again. Where the headlines are too few or too short,
    the lead's summary follows, then the day and the newsletter's title.
    """
    taken = {subject.casefold(), clean_line(lead).casefold()}
    parts: list[str] = []
    for headline in others:
        line = clean_line(headline)
        if line and line.casefold() not in taken:
            taken.add(line.casefold())
            parts.append(line)
    line = " · ".join(parts)
    if len(line) < MIN_PREHEADER:
        parts += [clean_line(summary)] * bool(clean_line(summary))
        line = " · ".join(parts)
    title = clean_line(newsletter.title) or newsletter.name
    plain = f"The news of {day.day} {day:%B %Y}, brought to you by {title}"
    if len(line) < MIN_PREHEADER:
        line = " · ".join([*parts, plain])
    short = shorten(line, MAX_PREHEADER)
    return short if len(short) >= MIN_PREHEADER else shorten(plain, MAX_PREHEADER)
