"""Collect heads and paragraphs into passages; every reader's last step, so that all judge alike."""

from __future__ import annotations

import re

from digest.ingest.bylines import read_byline
from digest.ingest.dates import read_date_line
from digest.ingest.phrases import is_comments_head, is_correction, judge
from digest.ingest.plain import tidy, unquote, words
from digest.model.article import Dropped, DroppedKind, Passage

_HEAD_MARKS = re.compile(r"^(?:#{1,6}\s+|\*\*|__)|(?:\*\*|__)$")
_BLURB = re.compile(
    r"\b(?:can be reached|reach (?:him|her|them|the (?:reporter|writer|author))|contact\b.{0,60}@|"
    r"send (?:comments|letters|questions|tips|responses)\b|"
    r"is an? (?:\S+ ){0,5}(?:writer|reporter|editor|columnist|photographer|contributor|correspondent)\b)",
    re.IGNORECASE,
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
        self._passages: list[tuple[str | None, list[str]]] = [(None, [])]
        self._commenting = False

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
            self.drop(kind, text)
        elif self._is_byline(text) or read_date_line(text) is not None:
            self.drop(DroppedKind.BYLINE, text)
        elif text.casefold() != self._headline or any(paragraphs for _, paragraphs in self._passages):
            self._passages[-1][1].append(text)

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages that have text; the author's blurb at the end goes, heads over nothing too."""
        last = self._passages[-1][1]
        while last and self._is_blurb(last[-1]):
            self.drop(DroppedKind.BYLINE, last.pop())
        for heading, paragraphs in self._passages:
            if heading is not None and not paragraphs:
                self.drop(DroppedKind.MARKUP, heading)
        return tuple(Passage(heading=h, paragraphs=tuple(p)) for h, p in self._passages if p)

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
        return bool(_BLURB.search(text)) and "@" in text
