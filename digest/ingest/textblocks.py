"""Blocks of a plain-text file: what stands between blank lines, and which of them are section heads."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass

from digest.ingest.phrases import is_call, is_caption, is_comments_head, judge
from digest.ingest.plain import tidy, unquote, words
from digest.model.article import BlockKind, DroppedKind

_STOP = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[-*•‣◦▪·–—]|o(?=\s{2}))\s+(?=.*\w)")
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)]\s+")
_QUOTED = re.compile(r"^\s{0,3}>(?:\s*>)*(?:\s|$)")  # "> as in mail"; ">5 percent" is none
_RULE = re.compile(r"^[=~-]{3,}$")
_SAYS = re.compile(r"^\s*\d{1,4}[.)]\s+\S.{0,60}?\bsays:", re.IGNORECASE)
_LABEL = re.compile(r"(?:[QA]|(?!(?:I{1,3}|IV|VI{0,3}|IX|XI{0,3})\.)[A-Z]{2,4})[:.]\s")  # of an interview
# "Herald: How did it begin?": who asks, and a question; "Housing: a history" is a head.
_LABELLED = re.compile(r"(?:[A-Z][\w’'.]*(?: [A-Z][\w’'.]*){0,3}|Q\.?)(?: \([^)]{1,40}\))?:\s.*\?$")
_WRAP = 120
_PROSE = 12  # words of a line that is a paragraph


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without a blank one between them.

    `gap` counts the blank lines above; `lines` keep their indents, and lose the `>` of a quotation.
    """

    lines: tuple[str, ...]
    gap: int
    is_head: bool = False
    quoted: bool = False

    @property
    def text(self) -> str:
        """Return the block as one tidy line."""
        return tidy(" ".join(line for line in self.lines if not _RULE.match(line.strip())))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return its paragraphs: wrapped lines joined, list items and finished lines apart."""
        return tuple(text for text, _ in self.typed)

    @property
    def typed(self) -> tuple[tuple[str, BlockKind], ...]:
        """Return its paragraphs, each with what it is; a list inside a quotation is quoted."""
        parts: list[tuple[str, BlockKind]] = []
        width = max(len(line) for line in self.lines)
        before = ""
        bullet: int | None = None  # the indent of the open item
        for line in self.lines:
            item = bool(_BULLET.match(line) or _NUMBERED.match(line))
            said = _BULLET.sub("", line).strip()
            indent = len(line) - len(line.lstrip())
            if parts and not item and not _parted(before, line, width):
                text, kind = parts[-1]
                parts[-1] = text + ("" if re.search(r"\w-$", before.rstrip()) else " ") + said, kind
            else:
                bullet = indent if item else bullet if bullet is not None and indent > bullet else None
                shape = BlockKind.PARAGRAPH if bullet is None else BlockKind.ITEM
                parts.append((said, BlockKind.QUOTE if self.quoted else shape))
            before = line
        return tuple((text, kind) for said, kind in parts if (text := tidy(said)))


def _parted(before: str, line: str, width: int) -> bool:
    """Say whether a new paragraph begins although no blank line stands between."""
    if not _END.search(before.rstrip()):
        return False
    length = len(before.strip())
    indent = len(line) - len(line.lstrip())
    return length > _WRAP or length < 0.6 * width or indent >= len(before) - len(before.lstrip()) + 2


def is_headline_like(line: str) -> bool:
    """Say whether a line can be a headline: not too long, not two sentences."""
    if not line or len(line) > 220 or words(line) > 32:  # noqa: PLR2004 # the longest headlines we saw have 25
        return False
    if not re.search(r"\w", line):
        return False
    sentences = [s for s in re.split(r"(?<=[a-z0-9)”\"]{2}[.!?])\s+(?=[A-Z“\"])", line) if s]
    return not (line.endswith(".") and (len(sentences) > 1 or words(line) > 18))  # noqa: PLR2004 # a sentence


def blocks_of(lines: list[str]) -> list[Block]:
    """Divide lines into blocks and mark the section heads among them."""
    blocks: list[Block] = []
    gap, run, quoted = 0, list[str](), False
    for line in [*lines, ""]:
        mark = _QUOTED.match(line)
        said = line[mark.end() :] if mark else line
        blank = not tidy(said)
        if run and (blank or bool(mark) is not quoted):
            blocks.append(Block(tuple(run), gap, quoted=quoted))
            run, gap = [], 0
        if blank:
            gap += 1
        else:
            run.append(said.rstrip())
            quoted = bool(mark)
    blocks = [part for block in blocks for part in _split_lines_of_their_own(block)]
    blocks = [part for block in blocks for part in _split_glued_head(block)]
    return _mark_heads(blocks)


def _split_lines_of_their_own(block: Block) -> list[Block]:
    """Part what stands directly under a paragraph but is a line of its own: a call, tags, a comment."""
    parts: list[list[str]] = [[block.lines[0]]]
    alone = _own_line(block.lines[0])
    for line in block.lines[1:]:
        before = parts[-1]
        own = _own_line(line)
        call = own and is_call(tidy(line)) and tidy(line)[0].isupper()
        said = bool(_SAYS.match(line))
        if alone and not (own or said) and _wrapped(before[-1], line):
            before.append(line)
            continue
        if alone or call or said or (own and _END.search(before[-1])):
            parts.append([line])
        else:
            before.append(line)
        alone = own
    return [
        dataclasses.replace(block, lines=tuple(part), gap=block.gap if place == 0 else 1)
        for place, part in enumerate(parts)
    ]


def _wrapped(before: str, line: str) -> bool:
    """Say whether a call, a notice or a caption goes on in the next line."""
    if _END.search(before):
        return False
    return line.lstrip()[:1].islower() or judge(tidy(before)) is DroppedKind.CORRECTIONS


def _own_line(line: str) -> bool:
    text = tidy(line)
    return judge(text) is not None or is_comments_head(text)


def _split_glued_head(block: Block) -> list[Block]:
    """Part a head that stands directly over its paragraph, marked by a rule, by `##` or by its shortness."""
    if block.quoted:
        return [block]
    if len(block.lines) > 1:
        first = block.lines[0].strip()
        if _RULE.match(block.lines[1].strip()) or re.match(r"#{1,6}\s", first):
            rest = block.lines[2:] if _RULE.match(block.lines[1].strip()) else block.lines[1:]
            head = Block((block.lines[0],), block.gap, is_head=True)
            return [head, Block(rest, 0)] if rest else [head]
        if block.gap > 1 and _short(first) and words(block.lines[1]) >= _PROSE:
            return [Block((block.lines[0],), block.gap), Block(block.lines[1:], 1)]
    return _split_between(block)


def _split_between(block: Block) -> list[Block]:
    """Part short lines from the long ones below them, in a file whose paragraphs are one long line each."""
    parts: list[Block] = []
    run: list[str] = []
    for line, below in zip(block.lines, (*block.lines[1:], ""), strict=True):
        over = len(below) > _WRAP and not (_BULLET.match(below) or _NUMBERED.match(below))
        if (
            over
            and (not run or _END.search(run[-1]))
            and _may_be_head(Block((line,), 1))
            and _clear(tidy(line))
        ):
            if run:
                parts.append(Block(tuple(run), 1))
                run = []
            parts.append(Block((line,), 1, is_head=True))
        else:
            run.append(line)
    parts.append(Block(tuple(run), 1))  # the last line is never a head
    return [dataclasses.replace(parts[0], gap=block.gap), *parts[1:]]


def _mark_heads(blocks: list[Block]) -> list[Block]:
    usual = _usual_gap(blocks)
    interview = any(_LABELLED.match(block.text) for block in blocks)
    # The first block's gap is what stands under the date line: it says nothing about the file's style.
    wider = [place > 0 and block.gap > usual for place, block in enumerate(blocks)]
    candidates = [
        _may_be_head(block, wider=wide, interview=interview, below=below.text)
        for block, wide, below in zip(blocks, wider, [*blocks, Block(("",), 0)][1:], strict=True)
    ]
    doubled = any(yes and wide for yes, wide in zip(candidates, wider, strict=True))
    marked = []
    for place, block in enumerate(blocks):
        marks = not block.quoted and len(block.lines) == 1 and re.match(r"#{1,6}\s+\S", block.lines[0])
        head = block.is_head or bool(marks)
        if not head and candidates[place] and place + 1 < len(blocks):
            alone = not candidates[place + 1] and (place == 0 or not candidates[place - 1])
            if doubled:
                head = wider[place] or (place == 0 and alone)
            else:
                head = alone and _clear(block.text) and words(blocks[place + 1].text) >= 8  # noqa: PLR2004
        marked.append(dataclasses.replace(block, is_head=head))
    return marked


def _usual_gap(blocks: list[Block]) -> int:
    """Return how many blank lines stand above most paragraphs."""
    gaps = Counter(block.gap for block in blocks[1:] if block.gap and words(block.text) >= _PROSE)
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=1)


def _short(line: str) -> bool:
    line = tidy(line)
    return words(line) <= 12 and len(line) <= 90 and (not _STOP.search(line) or line.endswith("?"))  # noqa: PLR2004


def _may_be_head(block: Block, *, wider: bool = False, interview: bool = False, below: str = "") -> bool:
    """Say whether a block has the shape of a section head; under a wider gap more shapes are believed."""
    text = block.text
    if len(block.lines) != 1 or block.quoted or _BULLET.match(block.lines[0]) or is_caption(text):
        return False
    if _NUMBERED.match(text):  # "1. The beginning", alone over its section; else an item of a list
        return wider and _short(text) and words(below) >= _PROSE and not _NUMBERED.match(below)
    if _LABEL.match(text) or (interview and text.endswith("?")) or (_LABELLED.match(text) and ":" in text):
        return False
    if wider and re.search(r"\w[?!]$", unquote(text)):
        return words(text) <= 12 and words(below) >= _PROSE  # noqa: PLR2004 # as `_short`
    return _short(text) and bool(re.search(r"[^\W_]{2}", text))


def _clear(text: str) -> bool:
    """Say whether a short line is a head even without a wider gap above it."""
    if words(text) > 9 or len(text) > 65:  # noqa: PLR2004 # a head, not a line of verse
        return False
    first = text.lstrip("“‘\"'«*_ ")[:1]
    return first.isupper() or first.isdigit()
