"""The tail of a plain-text dump: call, comments, corrections notice, tags. Nothing of it is body."""

from __future__ import annotations

import re

from digest.ingest.dates import read_date_line
from digest.ingest.phrases import is_call, is_comments_head, judge
from digest.ingest.plain import tidy, words
from digest.ingest.textblocks import Block
from digest.model.article import Dropped, DroppedKind

_NUMBERED = re.compile(r"^(\s*)(\d{1,4})[.)]\s+(\S.*)$")
_SAYS = re.compile(r"^.{1,80}\b(?:says|said|wrote|writes|commented|replied)\s*:\s*$", re.IGNORECASE)
# WordPress writes "Name says:" over a comment; some dumps go on in the same line.
_INLINE = re.compile(r"^.{1,60}?\bsays:", re.IGNORECASE)
_PROSE_WORDS = 12
_ENOUGH_PROSE = 2


def find_tail(blocks: list[Block]) -> int:
    """Return the place of the first block that is no longer body."""
    starts = [place for place in (_call(blocks), _comments(blocks), _notice(blocks)) if place is not None]
    return min(starts, default=len(blocks))


def read_tail(blocks: list[Block]) -> tuple[Dropped, ...]:
    """Divide the tail into call, comments (each whole, blank lines inside kept) and the rest."""
    dropped: list[Dropped] = []
    comment: list[str] = []
    state = _Numbers()

    def close() -> None:
        if comment:
            dropped.append(Dropped(kind=DroppedKind.COMMENT, text="\n\n".join(comment)))
            comment.clear()

    for block in blocks:
        text = block.text
        if is_comments_head(text):
            close()
            dropped.append(Dropped(kind=DroppedKind.MARKUP, text=text))
            continue
        kind = None if comment and not is_call(text) else judge(text)
        if comment and judge(text) in {DroppedKind.CORRECTIONS, DroppedKind.RELATED, DroppedKind.SHARE}:
            kind = judge(text)
        if kind is not None:
            close()
            dropped.append(Dropped(kind=kind, text=text))
            continue
        for run in state.divide(block.lines):
            if run.opens:
                close()
            comment.append(run.text)
    close()
    return tuple(dropped)


class _Run:
    __slots__ = ("opens", "text")

    def __init__(self, text: str, *, opens: bool) -> None:
        self.text = text
        self.opens = opens


class _Numbers:
    """Follow the numbers of comments, so that a list inside one does not divide it."""

    def __init__(self) -> None:
        self._next = 1
        self._indent: int | None = None

    def divide(self, lines: tuple[str, ...]) -> list[_Run]:
        """Divide a block at each line that opens a comment."""
        if self._indent is None and len(lines) > 1 and words(lines[0]) <= 6 and read_date_line(lines[1]):  # noqa: PLR2004
            return [_Run(tidy(" ".join(lines)), opens=True)]  # a name over the time of the comment
        runs: list[tuple[list[str], bool]] = []
        for line in lines:
            opened = self._opened(line)
            if opened is not None:
                runs.append(([opened], True))
            elif runs:
                runs[-1][0].append(line)
            else:
                runs.append(([line], False))
        return [_Run(tidy(" ".join(part)), opens=opens) for part, opens in runs]

    def _opened(self, line: str) -> str | None:
        found = _NUMBERED.match(line)
        if found:
            indent, number = len(found[1]), int(found[2])
            fits = self._indent is None or abs(indent - self._indent) <= 1 or bool(_SAYS.match(found[3]))
            if fits and (number == self._next or _SAYS.match(found[3])):
                self._next, self._indent = number + 1, indent
                return found[3]
            return None
        return line if self._indent is None and _SAYS.match(line.strip()) else None


def _call(blocks: list[Block]) -> int | None:
    """Return the call that ends the body; a call between paragraphs does not."""
    for place, block in enumerate(blocks):
        if is_call(block.text) and not _prose_follows(blocks[place + 1 :]):
            return place
    return None


def _prose_follows(blocks: list[Block]) -> bool:
    """Say whether the article goes on: paragraphs, and no name, date or number that opens a comment."""
    count = 0
    for block in blocks:
        text = block.text
        if is_call(text) or is_comments_head(text) or judge(text) is not None:
            break
        first = block.lines[0]
        if _NUMBERED.match(first) or _SAYS.match(first.strip()) or read_date_line(first):
            break
        if words(text) >= _PROSE_WORDS and len(block.paragraphs) == 1:
            count += 1
        elif not block.is_head:
            break
    return count >= _ENOUGH_PROSE


def _comments(blocks: list[Block]) -> int | None:
    """Return where a run of "1. Name says:" begins: its first number, even if that one says no "says"."""
    ones: int | None = None
    for place, block in enumerate(blocks):
        if is_comments_head(block.text) and len(block.lines) == 1:
            return place
        found = _NUMBERED.match(block.lines[0])
        if found is None:
            continue
        if found[2] == "1":
            ones = place
        if _SAYS.match(found[3]) or _INLINE.match(found[3]):
            return place if ones is None else ones
    return None


def _notice(blocks: list[Block]) -> int | None:
    for place, block in enumerate(blocks):
        if judge(block.text) is DroppedKind.CORRECTIONS and not _prose_follows(blocks[place + 1 :]):
            return place
    return None
