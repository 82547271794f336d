"""Collect heads and paragraphs into passages; every reader's last step, so that all judge alike."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re

from digest.ingest.bylines import read_byline
from digest.ingest.dates import read_date_line
from digest.ingest.phrases import is_comments_head, is_correction, is_personal, judge
from digest.ingest.plain import tidy, unquote, words
from digest.model.article import Dropped, DroppedKind, Passage

_HEAD_MARKS = re.compile(r"^(?:#{1,6}\s+|\*\*|__)|(?:\*\*|__)$")
_BLURB = re.compile(
    r"^(?:e-?mail|twitter|follow|instagram|facebook|contact)\b|"
    r"\b(?:can be reached|reach (?:him|her|them|the (?:reporter|writer|author))|contact\b.{0,60}@|"
    r"send (?:comments|letters|questions|tips|responses)\b|"
    r"is an? (?:\S+ ){0,5}(?:writer|reporter|editor|columnist|photographer|contributor|correspondent)\b)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"@|(?:\bat|[‘'(\[]at[’')\]])\s+[\w.-]+\.(?:edu|com|org|net|ca|uk)\b")
_NUMBERED_SAYS = re.compile(r"^\d{1,4}[.)]\s+[^“”\"]{1,60}\bsays:", re.IGNORECASE)
_NAMED_SAYS = re.compile(r"^[^,“”\"]{1,40}\bsays:$")
_LINKED = re.compile(r":\s*\w")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


class Collector:
    """Take heads and paragraphs in order; give passages, the correction, and what was dropped.

    After a head such as "2 Comments" everything is a comment.
    """

    def __init__(self, *, headline: str = "", authors: tuple[str, ...] = ()) -> None:
        self.correction = ""
        self.dropped: list[Dropped] = []
        self._headline = headline.casefold()
        self._authors = tuple(author.casefold() for author in authors)
        self._passages: list[tuple[str | None, list[str]]] = [(None, [])]
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
            self.drop(kind, text)
            return
        self._passages.append((text, []))

    def paragraph(self, text: str) -> None:
        """Add a paragraph to the open section, unless it is something else."""
        text = tidy(text)
        if not text:
            return
        if self._commenting:
            self.drop(DroppedKind.COMMENT, text)
        elif is_correction(text):
            self.correction = f"{self.correction} {text}".strip()
        elif (kind := judge(text)) is not None:
            self._linking = kind is DroppedKind.RELATED and words(text) <= 5 and not _LINKED.search(text)  # noqa: PLR2004
            if kind is DroppedKind.CALL:
                self._called = sum(len(paragraphs) for _, paragraphs in self._passages)
            self._closed = self._closed or kind is DroppedKind.CORRECTIONS
            self.drop(kind, text)
        elif self._linking and words(text) <= 14 and not _END.search(text):  # noqa: PLR2004 # a title
            self.drop(DroppedKind.RELATED, text)
        elif self._is_byline(text) or read_date_line(text) is not None:
            self.drop(DroppedKind.BYLINE, text)
        elif text.casefold() != self._headline or any(paragraphs for _, paragraphs in self._passages):
            self._linking = False
            self._passages[-1][1].append(text)

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages that have text; the author's blurb at the end goes, heads over nothing too."""
        self._part_comments()
        last = self._passages[-1][1]
        while last and self._is_blurb(last[-1]):
            self.drop(DroppedKind.BYLINE, last.pop())
        for heading, paragraphs in self._passages:
            if heading is not None and not paragraphs:
                self.drop(DroppedKind.MARKUP, heading)
        return tuple(Passage(heading=h, paragraphs=tuple(p)) for h, p in self._passages if p)

    def _part_comments(self) -> None:
        """Drop readers' remarks that nothing but their own words, or the call above them, tells from text."""
        written = [text for _, paragraphs in self._passages for text in paragraphs]
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
        for _, paragraphs in self._passages:
            del paragraphs[kept:]
            kept -= len(paragraphs)

    def _is_byline(self, text: str) -> bool:
        """Say whether a paragraph is a byline: above the text, or one that names the article's authors."""
        if len(self._passages) > 1 or self._passages[0][1]:
            return False
        return read_byline(text) is not None

    def _is_blurb(self, text: str) -> bool:
        if words(text) > 60:  # noqa: PLR2004 # a note on the author, not a profile
            return False
        if any(
            re.match(rf"{re.escape(author)}\W.{{0,20}}\b(?:is|can be|was)\b", text.casefold())
            for author in self._authors
        ):
            return True
        return bool(_BLURB.search(text) and _MAIL.search(text))
