"""Find the sentences of a text: rules for newspaper English, sensible for other languages.

A blank line always ends a sentence. Inside a paragraph a sentence ends at `.`, `!`, `?`, `…` and their
sisters of other scripts, except inside quotation marks or brackets that are closed within the
paragraph, behind abbreviations and initials, and where the text goes on in lower case.
"""

# ruff: noqa: RUF001 - typographic signs are what these rules are about

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from digest.summarise.words import (
    BEFORE_NUMBER,
    LINKS,
    MAYBE_LAST,
    MAYBE_LAST_SMALL,
    MONTHS,
    SPEECH,
    STARTERS,
    TITLES,
)

_BLANK_LINE = re.compile(r"\n\s*\n\s*")
_WIDE = "。！？｡"
_TERMINATOR = re.compile(
    r"(?:\.(?:[ \u00a0]?\.)+|[.!?…؟۔।॥]+|[。！？｡]+)(?:[\"”“’'»)\]}」』）〉》]|[\u200e\u200f])*"
)
_ELLIPSIS = re.compile(r"\.(?:[ \u00a0]?\.)+|…")
_LAST_WORD = re.compile(r"[^\s\"“”„«»(\[{—–/]+\Z")
_NEXT_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_CLOSERS = {"”": "“„", "“": "„", "»": "«", "」": "「", "』": "『", "）": "（", ")": "(", "]": "[", "}": "{"}
_OPENERS = frozenset("".join(_CLOSERS.values()))
_SIGNS = re.compile(r"[\"“”„«»「」『』（）()\[\]{}]")
_BEFORE_OPENING = "([—–-‘'"
_DASHES = ("—", "–", "-")
_QUOTE_ENDS = "”»\"’'"
_DEEPEST = 32  # brackets within brackets; what lies deeper is not looked at
_NEAR = 80  # how far the rules look to either side
_LONGEST_ORDINAL = 2
_LONGEST_NAME = 5  # words, the verb included


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of `text` as (start, end) offsets, in order.

    They do not overlap, neither begin nor end with white space, and leave nothing out but white space.
    Never raises.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        begin = start
        for stop in _stops(text, start, end):
            spans.append((begin, stop))
            begin = stop
            while text[begin].isspace():
                begin += 1
        spans.append((begin, end))
    return tuple(spans)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Return the runs of text between blank lines, stripped; no empty ones."""
    begin = 0
    for stop, following in [*(match.span() for match in _BLANK_LINE.finditer(text)), (len(text), len(text))]:
        piece = text[begin:stop]
        inner = piece.strip()
        if inner:
            start = begin + len(piece) - len(piece.lstrip())
            yield start, start + len(inner)
        begin = following


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Return where the sentences of one paragraph end, except the last."""
    guarded = _guarded(text, start, end)
    begin = start
    for match in _TERMINATOR.finditer(text, start, end):
        stop = match.end()
        if stop >= end:
            return
        nearest = bisect_left(guarded, (stop, 0)) - 1
        if nearest >= 0 and stop < guarded[nearest][1]:
            continue
        if text[match.start()] in _WIDE:
            # Behind a closed quotation the speaker may still come (「…。」と言った).
            closed = match.group()[-1] not in _WIDE
            ends = not closed or text[stop].isspace() or text[stop] in _OPENERS
        else:
            ends = text[stop].isspace() and _ends(text, begin, match, end)
        if ends:
            yield stop
            begin = stop


def _guarded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return, in order and merged, what lies between signs that are closed in the same paragraph."""
    pairs: list[tuple[int, int]] = []
    open_at: deque[tuple[str, int]] = deque(maxlen=_DEEPEST)
    straight: int | None = None
    for found in _SIGNS.finditer(text, start, end):
        char, place = found.group(), found.start()
        wanted = _CLOSERS.get(char, "")
        if char == '"':
            if place == start or text[place - 1].isspace() or text[place - 1] in _BEFORE_OPENING:
                straight = place
            elif straight is not None:
                pairs.append((straight, place + 1))
                straight = None
        elif any(mark in wanted for mark, _ in open_at):
            mark, opened = open_at.pop()
            while mark not in wanted:
                mark, opened = open_at.pop()
            pairs.append((opened, place + 1))
        elif char in _OPENERS:
            open_at.append((char, place))
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Say whether a sentence that began at `begin` ends with the terminator `match`."""
    marks = match.group()
    following = text[match.end() : min(end, match.end() + _NEAR)].lstrip()
    found = _NEXT_WORD.search(following)
    word = found.group() if found else ""
    if word[:1].islower() and not word[1:2].isupper() and following[0] not in "¿¡•":
        return False
    if marks[-1] in _QUOTE_ENDS and (following[:1] in _DASHES or _is_attribution(following)):
        return False
    if marks[0] != "." or _ELLIPSIS.match(marks):
        return True
    before = text[max(begin, match.start() - _NEAR) : match.start()]
    return _full_stop_ends(before, following, word, closed=len(marks) > 1)


def _is_attribution(following: str) -> bool:
    """Say whether `following` hands the quotation before it to its speaker: `Olga Brandt said`."""
    for place, word in enumerate(following.split()[:_LONGEST_NAME]):
        folded = word.strip(",.:").casefold()
        if folded in SPEECH:
            return place > 0
        if not word[0].isupper() or folded in STARTERS:
            return False
    return False


def _full_stop_ends(before: str, following: str, word: str, *, closed: bool) -> bool:
    """Say whether a full stop behind `before` ends the sentence; `closed`: a quotation ended with it."""
    found = _LAST_WORD.search(before)
    last = found.group() if found else ""
    key = last.casefold()
    if last.isdigit() and len(last) <= _LONGEST_ORDINAL:
        return last != before.strip() and word.casefold() not in MONTHS
    if closed:
        return True
    leads_on = (
        key in LINKS
        or (key in TITLES and last[0].isupper())
        or (key in BEFORE_NUMBER and following[:1].isdigit())
        or (len(last) == 1 and following[1:2] == ".")  # z. B., J. R.
    )
    maybe = (
        key in MAYBE_LAST_SMALL
        or (key in MAYBE_LAST and last[0].isupper())
        or (len(last) == 1 and last.isupper())
        or _ACRONYM.fullmatch(last)
    )
    return not leads_on and (not maybe or word.casefold() in STARTERS)
