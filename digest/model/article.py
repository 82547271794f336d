"""An article: what the newsroom published, as a source reported it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit


class DroppedKind(StrEnum):
    """Why a passage of a source is no part of the article's body."""

    CALL = "call"
    COMMENT = "comment"
    CORRECTIONS = "corrections"
    CAPTION = "caption"
    PROMO = "promo"
    RELATED = "related"
    SHARE = "share"
    BYLINE = "byline"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A passage that was read and left out, with the reason."""

    kind: DroppedKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an article.

    `url` is an https address, or the path of a file beside the article for sources that are folders.
    `width` and `height` are pixels, known once the picture has been taken into the paper's media folder.
    """

    url: str
    alt: str = ""
    credit: str = ""
    caption: str = ""
    width: int | None = None
    height: int | None = None

    @property
    def printable(self) -> bool:
        """Say whether an edition may show it: it has a credit and known dimensions."""
        return bool(self.credit.strip()) and self.width is not None and self.height is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of paragraphs under one section head (`heading` is None before the first head)."""

    heading: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a source said, cleaned.

    `published_at` is an aware datetime, a bare date where the source names only the day, or None.
    `sections` are the newsroom's section names, the most important first. `source` and `guid` identify it.
    """

    source: str
    guid: str
    url: str | None
    headline: str
    byline: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | date | None = None
    sections: tuple[str, ...] = ()
    body: tuple[Passage, ...] = ()
    image: Image | None = None
    language: str | None = None
    abstract: str = ""
    correction: str = ""
    editors_pick: bool = False
    dropped: tuple[Dropped, ...] = ()

    def __post_init__(self) -> None:
        """Refuse naive times: their zone would have to be guessed later, by somebody who knows less."""
        if isinstance(self.published_at, datetime) and self.published_at.tzinfo is None:
            raise ValueError("published_at has no time zone; give it one where the source is read")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's paragraphs in order, without the section heads."""
        return tuple(paragraph for passage in self.body for paragraph in passage.paragraphs)

    @property
    def text(self) -> str:
        """The paragraphs joined by one blank line; offsets of summaries count in it."""
        return "\n\n".join(self.paragraphs)

    @property
    def words(self) -> int:
        """How many words the body has."""
        return len(self.text.split())

    @property
    def fingerprint(self) -> str:
        """A hash of what a reader would notice: headline, byline, body, picture, correction.

        Of a picture's address only the path counts: image hosts change names, sizes and signatures.
        """
        seen = [
            self.headline,
            self.byline,
            [[p.heading, *p.paragraphs] for p in self.body],
            urlsplit(self.image.url).path if self.image else None,
            self.correction,
        ]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledArticle:
    """An article as the store keeps it: `id` by which others point to it, and when we first saw it."""

    id: int
    first_seen: datetime
    article: Article
