"""Blocks of a plain-text file: what stands between blank lines, and which of them are section heads."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from digest.ingest.phrases import is_call, is_caption, is_comments_head, judge
from digest.ingest.plain import tidy, words

_STOP = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[-*•‣◦▪·–—]|o(?=\s{2}))\s+(?=.*\w)")
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)]\s+")
_RULE = re.compile(r"^[=~-]{3,}$")
_SAYS = re.compile(r"^\s*\d{1,4}[.)]\s+\S.{0,60}?\bsays:", re.IGNORECASE)
_WRAP = 120


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without a blank one between them.

    `gap` counts the blank lines above; `lines` keep their indents.
    """

    lines: tuple[str, ...]
    gap: int
    is_head: bool = False

    @property
    def text(self) -> str:
        """Return the block as one tidy line."""
        return tidy(" ".join(line for line in self.lines if not _RULE.match(line.strip())))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return its paragraphs: wrapped lines joined, list items and finished lines apart."""
        parts: list[str] = []
        width = max(len(line) for line in self.lines)
        before = ""
        for line in self.lines:
            item = bool(_BULLET.match(line) or _NUMBERED.match(line))
            said = _BULLET.sub("", line).strip()
            if parts and not item and not _parted(before, line, width):
                parts[-1] += ("" if re.search(r"\w-$", before.rstrip()) else " ") + said
            else:
                parts.append(said)
            before = line
        return tuple(filter(None, map(tidy, parts)))


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
    gap, run = 0, list[str]()
    for line in [*lines, ""]:
        if tidy(line):
            run.append(line.rstrip())
            continue
        if run:
            blocks.append(Block(tuple(run), gap))
            run, gap = [], 0
        gap += 1
    blocks = [part for block in blocks for part in _split_lines_of_their_own(block)]
    blocks = [part for block in blocks for part in _split_glued_head(block)]
    return _mark_heads(blocks)


def _split_lines_of_their_own(block: Block) -> list[Block]:
    """Part what stands directly under a paragraph but is a line of its own: a call, tags, a comment."""
    parts: list[list[str]] = [[block.lines[0]]]
    alone = _own_line(block.lines[0])
    for line in block.lines[1:]:
        own = _own_line(line)
        call = own and is_call(tidy(line)) and tidy(line)[0].isupper()
        if alone or call or (own and _END.search(parts[-1][-1])) or _SAYS.match(line):
            parts.append([line])
        else:
            parts[-1].append(line)
        alone = own
    return [Block(tuple(part), block.gap if place == 0 else 1) for place, part in enumerate(parts)]


def _own_line(line: str) -> bool:
    text = tidy(line)
    return judge(text) is not None or is_comments_head(text)


def _split_glued_head(block: Block) -> list[Block]:
    """Part a head that stands directly over its paragraph, marked by a rule or by `##`."""
    if len(block.lines) > 1:
        first = block.lines[0].strip()
        if _RULE.match(block.lines[1].strip()) or re.match(r"#{1,6}\s", first):
            rest = block.lines[2:] if _RULE.match(block.lines[1].strip()) else block.lines[1:]
            head = Block((block.lines[0],), block.gap, is_head=True)
            return [head, Block(rest, 0)] if rest else [head]
        if block.gap > 1 and _short(first) and words(block.lines[1]) >= 12:  # noqa: PLR2004 # over a paragraph
            return [Block((block.lines[0],), block.gap), Block(block.lines[1:], 1)]
    return [block]


def _mark_heads(blocks: list[Block]) -> list[Block]:
    candidates = [_may_be_head(block) for block in blocks]
    # The first block's gap is what stands under the date line: it says nothing about the file's style.
    doubled = any(yes and block.gap > 1 for yes, block in zip(candidates[1:], blocks[1:], strict=True))
    marked = []
    for place, block in enumerate(blocks):
        head = block.is_head or bool(re.match(r"#{1,6}\s+\S", block.lines[0]) and len(block.lines) == 1)
        if not head and candidates[place] and place + 1 < len(blocks):
            alone = not candidates[place + 1] and (place == 0 or not candidates[place - 1])
            if doubled:
                head = block.gap > 1 or (place == 0 and alone)
            else:
                head = alone and _clear(block.text) and words(blocks[place + 1].text) >= 8  # noqa: PLR2004
        marked.append(dataclasses.replace(block, is_head=head))
    return marked


def _short(line: str) -> bool:
    line = tidy(line)
    return words(line) <= 12 and len(line) <= 90 and (not _STOP.search(line) or line.endswith("?"))  # noqa: PLR2004


def _may_be_head(block: Block) -> bool:
    if len(block.lines) != 1 or _BULLET.match(block.lines[0]) or _NUMBERED.match(block.lines[0]):
        return False
    text = block.text
    if re.match(r"(?:[QA]|[A-Z]{2,4})[:.]\s", text):  # an interview
        return False
    return _short(text) and bool(re.search(r"[^\W_]{2}", text)) and not is_caption(text)


def _clear(text: str) -> bool:
    """Say whether a short line is a head even without a wider gap above it."""
    if words(text) > 9 or len(text) > 65:  # noqa: PLR2004 # a head, not a line of verse
        return False
    first = text.lstrip("“‘\"'«*_ ")[:1]
    return first.isupper() or first.isdigit()
