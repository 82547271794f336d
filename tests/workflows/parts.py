"""Stand-ins for the rooms a morning needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

from digest.errors import PictureRefused, SourceError
from digest.model.article import Article, Image
from digest.model.edition import Edition, PrintedEdition, Span, Summary
from digest.model.finding import Finding
from digest.ports import Reading, SourceMemory
from digest.testing.factories import FakeClock, make_printed
from digest.testing.memory import MemoryStorage
from digest.workflows.morning import Parts


class FirstSentence:
    """Summarise by the first paragraph."""

    def summarise(self, article: Article, *, sentences: int, words: int = 0) -> Summary:
        del sentences, words
        first = article.paragraphs[0] if article.paragraphs else ""
        return Summary(spans=(Span(text=first, start=0, end=len(first)),) if first else ())


class FakePress:
    """Print every edition alike, with its subject."""

    def prepare(self, edition: Edition) -> Edition:
        return edition

    def print_edition(self, edition: Edition) -> PrintedEdition:
        return make_printed(newsletter=edition.newsletter, day=edition.day, subject=edition.subject)


@dataclass
class FakeChecker:
    """Find what it was told to find."""

    findings: tuple[Finding, ...] = field(default=())

    def check(self, edition: Edition, printed: PrintedEdition) -> tuple[Finding, ...]:
        del edition, printed
        return self.findings


class FakeMedia:
    """Keep every picture under one address, but for bombs."""

    def keep(self, image: Image, raw: bytes) -> Image:
        if raw == b"bomb":
            raise PictureRefused("not a picture")
        return dataclasses.replace(image, url="https://paper.example/media/x.jpg", width=1200, height=800)


@dataclass
class FakeSource:
    """Tell what it was told: articles, pages of teasers by guid, and how articles stand now by guid."""

    name: str
    articles: tuple[Article, ...] = ()
    failure: Exception | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, Article] = field(default_factory=dict)
    now: dict[str, Article | Exception] = field(default_factory=dict)
    memories: list[SourceMemory] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    rechecked: list[str] = field(default_factory=list)
    on_picture: Callable[[], None] = lambda: None
    on_page: Callable[[], None] = lambda: None

    def read(self, memory: SourceMemory) -> Reading:
        self.memories.append(memory)
        if self.failure:
            raise self.failure
        return Reading(articles=self.articles, memory=SourceMemory(mark="read"), troubles=("entry 3 is odd",))

    def complete(self, article: Article) -> Article:
        self.completed.append(article.guid)
        self.on_page()
        try:
            return self.pages[article.guid]
        except KeyError as error:
            raise SourceError(f"{article.url} cannot be read") from error

    def recheck(self, article: Article) -> Article:
        self.rechecked.append(article.guid)
        found = self.now.get(article.guid, article)
        if isinstance(found, Exception):
            raise found
        return found

    def open_picture(self, image: Image) -> bytes:
        self.on_picture()
        try:
            return self.pictures[image.url]
        except KeyError as error:
            raise SourceError(f"{image.url} is gone") from error


def make_parts(
    storage: MemoryStorage, clock: FakeClock, *findings: Finding, sources: tuple[FakeSource, ...] = ()
) -> Parts:
    """Return the parts of a morning over a storage in memory."""
    return Parts(
        storage=storage,
        summariser=FirstSentence(),
        press=FakePress(),
        checker=FakeChecker(findings),
        prove=lambda _summary, _article: (),
        clock=clock,
        media=FakeMedia(),
        sources=sources,
    )
