"""An edition: one newsletter on one day, and its printed form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.errors import IllegalMove
from digest.model.article import Image


class EditionState(StrEnum):
    """How far an edition has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    SKIPPED = "skipped"


EDITION_MOVES: dict[EditionState, frozenset[EditionState]] = {
    EditionState.DRAFT: frozenset(
        {EditionState.DRAFT, EditionState.APPROVED, EditionState.PUBLISHED, EditionState.SKIPPED}
    ),
    EditionState.APPROVED: frozenset({EditionState.DRAFT, EditionState.PUBLISHED, EditionState.SKIPPED}),
    EditionState.PUBLISHED: frozenset(),
    EditionState.SKIPPED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A sentence and where it stands in the article's `text`: `text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a brief says of its article, sentence by sentence, each with its place."""

    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The sentences, joined by a space."""
        return " ".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """An article cut down for an edition."""

    article_id: int
    headline: str
    summary: Summary
    url: str | None = None
    byline: str = ""
    section: str = ""
    image: Image | None = None
    language: str | None = None
    published_at: datetime | date | None = None
    editors_pick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named run of briefs."""

    name: str
    briefs: tuple[Brief, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction the paper printed: the article's headline and link, and the correction's own words."""

    headline: str
    url: str | None
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: two stories may be corrected in the same words."""
        return self.url or self.headline, self.text.casefold()


class Fate(StrEnum):
    """What became of an article in an edition."""

    LEAD = "lead"
    BRIEF = "brief"
    HEADLINE = "headline"
    DUPLICATE = "duplicate"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of a score: what it is for, in words, and how much it adds."""

    why: str
    worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one article of the window, and why, in words an editor reads.

    `terms` add up to the score of the story; `story` is the id of the article that is printed for it, the
    same for every article that tells it, and None for what was left out before it was ranked.
    """

    article_id: int
    headline: str
    fate: Fate
    reason: str
    score: float = 0.0
    terms: tuple[Term, ...] = ()
    story: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One newsletter on one day, as chosen and laid out; not yet printed.

    `high_water` is the newest `first_seen` that was considered: the next window starts behind it.
    `reason` says why it was skipped, and is empty otherwise.
    """

    newsletter: str
    day: date
    state: EditionState = EditionState.DRAFT
    subject: str = ""
    preheader: str = ""
    lead: Brief | None = None
    sections: tuple[Section, ...] = ()
    headlines: tuple[Brief, ...] = ()
    corrections: tuple[Correction, ...] = ()
    decisions: tuple[Decision, ...] = ()
    high_water: datetime | None = None
    reason: str = ""

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """Every story with a summary, in reading order, the lead first."""
        lead = (self.lead,) if self.lead else ()
        return lead + tuple(brief for section in self.sections for brief in section.briefs)

    @property
    def stories(self) -> tuple[Brief, ...]:
        """Every story that the edition names, in reading order."""
        return self.briefs + self.headlines


def check_edition_move(before: EditionState, after: EditionState) -> None:
    """Raise `IllegalMove` unless an edition may go from `before` to `after`."""
    if after not in EDITION_MOVES[before]:
        raise IllegalMove(f"an edition that is {before} cannot become {after}; see `digest status`")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEdition:
    """An edition rendered and inlined once; what differs per reader is still a mark.

    `html` and `text` hold marks (`digest.model.marks`), `subject` is plain text.
    """

    newsletter: str
    day: date
    subject: str
    html: str
    text: str

    @property
    def hash(self) -> str:
        """The SHA-256 of what readers are sent, in hexadecimal."""
        frozen = f"{self.newsletter}\0{self.day.isoformat()}\0{self.subject}\0{self.html}\0{self.text}"
        return hashlib.sha256(frozen.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledEdition:
    """An edition as the store keeps it.

    `printed` and `expires_at` are there from `published` on; `paused` says why sending rests, or is empty.
    """

    id: int
    edition: Edition
    printed: PrintedEdition | None = None
    published_at: datetime | None = None
    expires_at: datetime | None = None
    audience: int = 0
    snapshot_done: bool = False
    paused: str = ""
