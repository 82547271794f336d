"""Collect heads and paragraphs into passages; every reader's last step, so that all judge alike."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby

from digest.ingest.bylines import is_name, read_byline
from digest.ingest.dates import read_date_line
from digest.ingest.phrases import is_comments_head, is_correction, is_personal, judge
from digest.ingest.plain import tidy, unquote, words
from digest.model.article import BlockKind, Dropped, DroppedKind, Passage

_HEAD_MARKS = re.compile(r"^(?:#{1,6}\s+|\*\*|__)|(?:\*\*|__)$")
_BLURB = re.compile(
    r"^(?:e-?mail|twitter|follow|instagram|facebook|contact)\b|"
    r"\b(?:can be reached|reach (?:him|her|them|the (?:reporter|writer|author))|contact\b.{0,60}@|"
    r"send (?:comments|letters|questions|tips|responses)\b|"
    r"is an? (?:\S+ ){0,5}(?:writer|reporter|editor|columnist|photographer|contributor|correspondent)\b)",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"^(?:about the (?:author|writer|reporter)s?\b|(?:with )?(?:additional )?(?:reporting|research) by\b|"
    r"(?:edited|compiled|produced|translated) by\b|"
    r"the (?:opinions|views)\b[^.!?]{0,60}\b(?:authors?|writers?|columnists?)\b|"
    r"[^“”\"!?]{3,160}\bcontributed (?:(?:additional )?(?:reporting|research)\b|"
    r"to (?:this|the) (?:report|reporting|story|article)\W*$))",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"^\W*(?:last )?updated(?:\s+at|\s+on)?[\s:]+\d{1,2}[:.]\d\d\b", re.IGNORECASE)
_MAIL = re.compile(r"@|(?:\bat|[‘'(\[]at[’')\]])\s+[\w.-]+\.(?:edu|com|org|net|ca|uk)\b")
_NUMBERED_SAYS = re.compile(r"^\d{1,4}[.)]\s+[^“”\"]{1,60}\bsays:", re.IGNORECASE)
_NAMED_SAYS = re.compile(r"^[^,“”\"]{1,40}\bsays:$")
_LINKED = re.compile(r":\s*\w")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_QUOTE_MARKS = re.compile(r"[“”\"«»„‘’']")
_PULLED = 4  # words of a pull quote; fewer may stand in a text by chance
_MOST_QUOTES = 200  # each is looked for in the whole text; a page with more has no pull quotes
_SPEAKER = 8  # words of the line that names who is quoted


@dataclass(slots=True)
class _Section:
    """A section as it grows: its head, and each paragraph with its kind."""

    heading: str | None
    blocks: list[tuple[str, BlockKind]] = field(default_factory=list)

    def passage(self) -> Passage:
        """Return it as a passage; where all is plain, nothing is said of kinds."""
        kinds = tuple(kind for _, kind in self.blocks)
        typed = any(kind is not BlockKind.PARAGRAPH for kind in kinds)
        return Passage(
            heading=self.heading, paragraphs=tuple(t for t, _ in self.blocks), kinds=kinds if typed else ()
        )


class Collector:
    """Take heads and paragraphs in order; give passages, the correction, and what was dropped.

    After a head such as "2 Comments" everything is a comment.
    """

    def __init__(self, *, headline: str = "", authors: tuple[str, ...] = ()) -> None:
        self.correction = ""
        self.dropped: list[Dropped] = []
        self._headline = headline.casefold()
        self._authors = tuple(author.casefold() for author in authors)
        self._sections = [_Section(None)]
        self._count = 0
        self._commenting = False
        self._linking = False
        self._called: int | None = None  # how many paragraphs stood above the last call
        self._closed = False

    def drop(self, kind: DroppedKind, text: str) -> None:
        """Record a passage that is left out; nothing is recorded for an empty one."""
        text = tidy(text)
        if text:
            self.dropped.append(Dropped(kind=kind, text=text[:5000]))

    def head(self, text: str) -> None:
        """Open a section under a head; the article's own headline is no section head."""
        text = unquote(_HEAD_MARKS.sub("", tidy(text)).strip())
        if not text or (self._headline and text.casefold() == self._headline):
            return
        if is_comments_head(text):
            self._commenting = True
        if self._commenting:
            self.drop(DroppedKind.MARKUP, text)
            return
        if (kind := judge(text)) is not None:
            self._linking = kind is DroppedKind.RELATED
            self.drop(kind, text)
            return
        if self._is_byline_head(text):
            self.drop(DroppedKind.BYLINE, text)
            return
        self._sections.append(_Section(text))

    def paragraph(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        """Add a paragraph, a quotation or an item to the open section, unless it is no body text."""
        text = tidy(text)
        if not text:
            return
        if self._commenting:
            self.drop(DroppedKind.COMMENT, text)
        elif is_correction(text):
            self.correction = f"{self.correction} {text}".strip()
        elif (noise := judge(text)) is not None:
            self._linking = noise is DroppedKind.RELATED and words(text) <= 5 and not _LINKED.search(text)  # noqa: PLR2004
            if noise is DroppedKind.CALL:
                self._called = self._count
            self._closed = self._closed or noise is DroppedKind.CORRECTIONS
            self.drop(noise, text)
        elif self._linking and words(text) <= 14 and not _END.search(text):  # noqa: PLR2004 # a title
            self.drop(DroppedKind.RELATED, text)
        elif is_comments_head(text):  # a line that leads to them, where no head stands over them
            self.drop(DroppedKind.MARKUP, text)
        elif self._is_byline(text) or self._is_date(text, kind):
            self.drop(DroppedKind.BYLINE, text)
        elif text.casefold() != self._headline or self._count:
            self._linking = False
            self._count += 1
            self._sections[-1].blocks.append((text, kind))

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages that have text; the author's blurb at the end goes, heads over nothing too."""
        self._part_comments()
        self._part_blurb()
        self._part_pull_quotes()
        for section in self._sections:
            if section.heading is not None and not section.blocks:
                self.drop(DroppedKind.MARKUP, section.heading)
        return tuple(section.passage() for section in self._sections if section.blocks)

    def _written(self) -> list[str]:
        """Return what stands so far, in order, without the heads."""
        return [text for section in self._sections for text, _ in section.blocks]

    def _part_blurb(self) -> None:
        for section in reversed(self._sections):
            while section.blocks and self._is_blurb(section.blocks[-1][0]):
                self.drop(DroppedKind.BYLINE, section.blocks.pop()[0])
            if section.blocks:
                return

    def _part_pull_quotes(self) -> None:
        """Drop quotations set off that only repeat a sentence of the text, with the name under them."""
        written = [block for section in self._sections for block in section.blocks]
        said = [_bare(t) for t, kind in written if kind is not BlockKind.QUOTE]
        if not 0 < len(written) - len(said) <= _MOST_QUOTES:
            return
        text = "\n".join(said)
        for section in self._sections:
            kept: list[tuple[str, BlockKind]] = []
            for quoted, run in groupby(section.blocks, key=lambda block: block[1] is BlockKind.QUOTE):
                blocks = list(run)
                if quoted and _repeats([t for t, _ in blocks], text):
                    for pulled, _ in blocks:
                        self.drop(DroppedKind.PROMO, pulled)
                else:
                    kept += blocks
            section.blocks = kept

    def _part_comments(self) -> None:
        """Drop readers' remarks that nothing but their own words, or the call above them, tells from text."""
        written = self._written()
        said = next((place for place, text in enumerate(written) if _NUMBERED_SAYS.match(text)), None)
        start = said
        if self._called is not None:
            above, below = written[: self._called], written[self._called :]
            named = any(_NUMBERED_SAYS.match(text) or _NAMED_SAYS.match(text) for text in below)
            personal = self._closed and any(map(is_personal, below)) and not any(map(is_personal, above))
            start = self._called if named or personal else said
        if not start:  # none, or nothing would be left
            return
        for text in written[start:]:
            self.drop(DroppedKind.COMMENT, text)
        kept = start
        for section in self._sections:
            del section.blocks[kept:]
            kept -= len(section.blocks)

    def _is_byline(self, text: str) -> bool:
        """Say whether a paragraph is a byline: above the text, or one that names the article's authors."""
        return self._at_top() and read_byline(text) is not None

    def _is_byline_head(self, text: str) -> bool:
        """Say whether a head is a byline set in bold: one above the text that names somebody in full.

        A role is one too where a byline stands over it. "By the numbers" is a head.
        """
        found = read_byline(text) if self._at_top() else None
        if found is None:
            return False
        below = any(dropped.kind is DroppedKind.BYLINE for dropped in self.dropped)
        return all(map(is_name, found.authors)) if found.authors else below

    def _is_date(self, text: str, kind: BlockKind) -> bool:
        """Say whether a paragraph is a date line; a list of dates below the top is one of facts."""
        if kind is not BlockKind.PARAGRAPH and not self._at_top():
            return False
        return read_date_line(text) is not None or bool(_UPDATED.match(text) and words(text) <= 12)  # noqa: PLR2004

    def _at_top(self) -> bool:
        return len(self._sections) == 1 and not self._sections[0].blocks

    def _is_blurb(self, text: str) -> bool:
        if words(text) > 60:  # noqa: PLR2004 # a note on the author, not a profile
            return False
        said = text.casefold()
        if any(
            re.match(rf"{re.escape(author)}\W.{{0,20}}\b(?:is|can be|was|covers|writes|studies)\b", said)
            for author in self._authors
        ):
            return True
        if said.strip("–—- ") in self._authors or (words(text) <= 40 and _CREDITS.search(text)):  # noqa: PLR2004
            return True
        return bool(_BLURB.search(text) and _MAIL.search(text))


def _bare(text: str) -> str:
    """Return what a quotation says, without its marks, the dash of its speaker and its stop."""
    return _QUOTE_MARKS.sub("", text).strip(" –—-.,!?…").casefold()


def _repeats(quoted: list[str], text: str) -> bool:
    """Say whether a quotation stands in the text too; a short line under it names its speaker."""
    first, *below = map(_bare, quoted)
    if words(first) < _PULLED or first not in text:
        return False
    return all(line in text or words(line) <= _SPEAKER for line in below)
