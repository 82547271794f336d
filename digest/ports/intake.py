"""What reads newspapers: sources, what they remember, pictures, summaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from digest.model.article import Article, Image
from digest.model.edition import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said of a document's version, to be sent back with the next question (RFC 9110, 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMemory:
    """What a source may remember between two readings, as the store keeps it.

    `validators` are by address. `mark` is the newest change the source told of, in its own words.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A WebSub hub that a source offers, and the topic under which it announces news (W3C WebSub, 4)."""

    url: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reading of a source gave.

    `articles` are in the source's order; those that are teasers are completed before they are filed.
    `unchanged` says the source answered "not modified". `troubles` are single entries that could not be
    read, in words for the log and the editors.
    """

    articles: tuple[Article, ...] = ()
    memory: SourceMemory = SourceMemory()
    unchanged: bool = False
    troubles: tuple[str, ...] = ()
    hub: Hub | None = None


class Source(Protocol):
    """One feed, site or folder we read."""

    @property
    def name(self) -> str: ...

    def read(self, memory: SourceMemory) -> Reading:
        """Read it once.

        Raises `SourceError` when nothing can be read at all, `SourceBusy` when the site asks us to wait.
        """
        ...

    def complete(self, article: Article) -> Article:
        """Return a teaser of this source whole, under the same guid; raises `SourceError`."""
        ...

    def recheck(self, article: Article) -> Article:
        """Return an article of this source as it stands there now, under the same guid.

        Raises `ArticleWithdrawn` when the paper has taken it back, `SourceError` when nobody can tell.
        """
        ...

    def open_picture(self, image: Image) -> bytes:
        """Return the bytes of a picture of this source; raises `SourceError`."""
        ...


class MediaStore(Protocol):
    """Keep pictures under the hash of their content; the public pages serve them."""

    def keep(self, image: Image, raw: bytes) -> Image:
        """Check, shrink and keep a picture; return the image with its public URL, width and height.

        Raises `PictureRefused` for anything that is not a picture we can print.
        """
        ...


class Summariser(Protocol):
    """Shorten one article to sentences of its own, each with its span in `article.text`."""

    def summarise(self, article: Article, *, sentences: int, words: int = 0) -> Summary:
        """Return at most `sentences` whole sentences, of at most `words` words together if that is not 0."""
        ...


Prove = Callable[[Summary, Article], tuple[str, ...]]
"""Return what a summary says that its article, as it is now, does not; in words, empty if all is well."""
