"""An article: what the newsroom published, as a source reported it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from digest.model.links import same_link

_BETWEEN = "\n\n"


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
    `width` and `height` are pixels, known once the picture has been taken into the paper's media folder;
    from then on `original` is where it was taken from.
    """

    url: str
    original: str = ""
    alt: str = ""
    credit: str = ""
    caption: str = ""
    width: int | None = None
    height: int | None = None

    @property
    def printable(self) -> bool:
        """Say whether an edition may show it: it has a credit and known dimensions."""
        return bool(self.credit.strip()) and self.width is not None and self.height is not None


class BlockKind(StrEnum):
    """What a block of the body is."""

    HEAD = "head"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of an article's body: `text[start:end]` of the article's `text`.

    A head stands in no text; its `start` and `end` are where the block under it begins.
    """

    kind: BlockKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of paragraphs under one section head (`heading` is None before the first head).

    `kinds` says of each paragraph what it is; left empty, all are plain paragraphs.
    """

    heading: str | None
    paragraphs: tuple[str, ...]
    kinds: tuple[BlockKind, ...] = ()

    def __post_init__(self) -> None:
        """Refuse kinds that do not match the paragraphs one by one."""
        if self.kinds and len(self.kinds) != len(self.paragraphs):
            raise ValueError(
                f"{len(self.kinds)} kinds for {len(self.paragraphs)} paragraphs; give each its own"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a source said, cleaned.

    `published_at` is an aware datetime, a bare date where the source names only the day, or None;
    `updated_at` is when the newsroom last changed it, if the source says so. `sections` are the newsroom's
    section names, the most important first. `source` and `guid` identify it. `subhead` is the line under
    the headline, `abstract` the newsroom's own summary. A `teaser` is what a listing says of an article
    that stands whole only on its own page.
    """

    source: str
    guid: str
    url: str | None
    headline: str
    byline: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | date | None = None
    updated_at: datetime | None = None
    sections: tuple[str, ...] = ()
    body: tuple[Passage, ...] = ()
    image: Image | None = None
    language: str | None = None
    subhead: str = ""
    abstract: str = ""
    correction: str = ""
    editors_pick: bool = False
    teaser: bool = False
    dropped: tuple[Dropped, ...] = ()

    def __post_init__(self) -> None:
        """Refuse naive times: their zone would have to be guessed later, by somebody who knows less."""
        for name, moment in (("published_at", self.published_at), ("updated_at", self.updated_at)):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError(f"{name} has no time zone; give it one where the source is read")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's paragraphs in order, without the section heads."""
        return tuple(paragraph for passage in self.body for paragraph in passage.paragraphs)

    @property
    def text(self) -> str:
        """The paragraphs joined by one blank line; offsets of summaries count in it."""
        return _BETWEEN.join(self.paragraphs)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body block by block, heads included, each with its place in `text`."""
        found = []
        at = 0
        for passage in self.body:
            if passage.heading is not None:
                found.append(Block(kind=BlockKind.HEAD, text=passage.heading, start=at, end=at))
            kinds = passage.kinds or (BlockKind.PARAGRAPH,) * len(passage.paragraphs)
            for kind, text in zip(kinds, passage.paragraphs, strict=True):
                found.append(Block(kind=kind, text=text, start=at, end=at + len(text)))
                at += len(text) + len(_BETWEEN)
        return tuple(found)

    @property
    def words(self) -> int:
        """How many words the body has."""
        return len(self.text.split())

    @property
    def fingerprint(self) -> str:
        """A hash of what a reader would notice: headline, byline, body, address, picture, correction.

        Of a picture's address only the path counts: image hosts change names, sizes and signatures. Of a
        teaser, whose body stands elsewhere, when it was last changed counts too.
        """
        seen = [
            self.headline,
            self.subhead,
            self.abstract,
            self.byline,
            [[p.heading, *p.paragraphs] for p in self.body],
            urlsplit(self.image.url).path if self.image else None,
            self.correction,
            same_link(self.url) if self.url else None,
            self.updated_at.isoformat() if self.teaser and self.updated_at else None,
        ]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledArticle:
    """An article as the store keeps it: `id` by which others point to it, and when we first saw it.

    `withdrawn_at` is when the paper was seen to have taken it back; None for what still stands.
    """

    id: int
    first_seen: datetime
    article: Article
    withdrawn_at: datetime | None = None
