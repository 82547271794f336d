"""The tail of a plain-text dump: call, comments, corrections notice, tags. Nothing of it is body."""

from __future__ import annotations

import re

from digest.ingest import tongues
from digest.ingest.dates import read_date_line
from digest.ingest.phrases import is_call, is_comments_head, is_personal, judge
from digest.ingest.plain import tidy, words
from digest.ingest.textblocks import Block
from digest.model.article import Dropped, DroppedKind

_NUMBERED = re.compile(r"^(\s*)(\d{1,4})[.)]\s+(\S.*)$")
_SAYS = re.compile(
    rf"^(?:[*•-]\s+)?.{{1,80}}(?<!\w)(?:says|said|wrote|writes|commented|replied|{tongues.SAYS})\s*:\s*$",
    re.IGNORECASE,
)
# "Bob says:", "Bob on September 11, 2012 at 3:04 pm said:": lines over comments, where no number stands.
_NAMED = re.compile(r"^[^,“”\"]{1,40}\bsays:$")
_DATED = re.compile(r"^.{1,60}\b(?:19|20)\d\d\b.{0,25}\b(?:says|said|wrote|writes)\s*:$")
# WordPress writes "Name says:" over a comment; some dumps go on in the same line.
_INLINE = re.compile(r"^.{1,60}?\bsays:", re.IGNORECASE)
_PROSE_WORDS = 12
_ENOUGH_PROSE = 2


def find_tail(blocks: list[Block]) -> int:
    """Return the place of the first block that is no longer body."""
    found = (_call(blocks), _comments(blocks), _named(blocks), _notice(blocks))
    starts = [place for place in found if place is not None]
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
        self._named = False

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
            if fits and ((number == self._next and not self._named) or _SAYS.match(found[3])):
                self._next, self._indent = number + 1, indent
                return found[3]
            return None
        self._named = self._named or (self._indent is None and bool(_SAYS.match(line.strip())))
        return line if self._indent is None and _SAYS.match(line.strip()) else None


def _call(blocks: list[Block]) -> int | None:
    """Return the call that ends the body; a call between paragraphs does not."""
    for place, block in enumerate(blocks):
        if is_call(block.text) and not _prose_follows(blocks[place + 1 :], above=blocks[:place]):
            return place
    return None


def _prose_follows(blocks: list[Block], *, above: list[Block]) -> bool:
    """Say whether the article goes on: paragraphs, and no name, date or number that opens a comment."""
    count, enough = 0, _ENOUGH_PROSE
    personal = any(is_personal(block.text) for block in above)
    for block in blocks:
        text = block.text
        if is_call(text) or is_comments_head(text) or judge(text) is not None:
            break
        first = block.lines[0]
        if _NUMBERED.match(first) or _SAYS.match(first.strip()) or read_date_line(first):
            break
        if is_personal(text) and not personal:
            return False  # remarks of readers without a name over them
        if words(text) >= _PROSE_WORDS and len(block.paragraphs) == 1:
            count += 1
        elif not block.is_head:
            break
    else:
        enough = 1  # nothing says that readers had a word
    return count >= enough


def _comments(blocks: list[Block]) -> int | None:
    """Return where a run of "1. Name says:" begins: its first number, even if that one says no "says".

    A list of the article whose numbers the comments do not continue is not their beginning.
    """
    ones: int | None = None
    last = 0
    for place, block in enumerate(blocks):
        if is_comments_head(block.text) and len(block.lines) == 1:
            return place
        found = _NUMBERED.match(block.lines[0])
        if found is None:
            continue
        number = int(found[2])
        if number == 1:
            ones, last = place, 1
        elif number == last + 1:
            last = number
        elif ones is None or _SAYS.match(found[3]) or _INLINE.match(found[3]):
            ones, last = None, 0
        if _SAYS.match(found[3]) or _INLINE.match(found[3]):
            return place if ones is None else ones
    return _indented(blocks, ones)


def _indented(blocks: list[Block], ones: int | None) -> int | None:
    """Return where numbered blocks stand that are indented, as the text is not, and end with the notice."""
    if ones is None or blocks[0].lines[0][:1].isspace() or not blocks[ones].lines[0][:1].isspace():
        return None
    for block in blocks[ones:]:
        if judge(block.text) is DroppedKind.CORRECTIONS:
            return ones
        if not block.lines[0][:1].isspace():
            break
    return None


def _named(blocks: list[Block]) -> int | None:
    """Return where comments without numbers begin: a name and a time, or names over to the very end."""
    closed = any(judge(block.text) is DroppedKind.CORRECTIONS for block in blocks[-2:])
    names: list[int] = []
    for place, block in enumerate(blocks):
        first = tidy(block.lines[0])
        below = blocks[place + 1].lines if place + 1 < len(blocks) else ()
        said = tidy(" ".join((*block.lines[1:], *below)))
        if _DATED.match(first):
            return names[0] if names else place
        if _NAMED.match(first) and said[:1] not in set('“"‘'):  # noqa: RUF001  # "Klawunn says:" over her words
            names.append(place)
    enough = 1 if closed else 2
    return names[0] if len(names) >= enough else None


def _notice(blocks: list[Block]) -> int | None:
    for place, block in enumerate(blocks):
        after = blocks[place + 1 :]
        if judge(block.text) is DroppedKind.CORRECTIONS and not _prose_follows(after, above=blocks[:place]):
            return place
    return None
