"""Stand-ins for the rooms a morning needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from digest.model.article import Article
from digest.model.edition import Edition, PrintedEdition, Span, Summary
from digest.model.finding import Finding
from digest.testing.factories import FakeClock, make_printed
from digest.testing.memory import MemoryStorage
from digest.workflows.morning import Parts


class FirstSentence:
    """Summarise by the first paragraph."""

    def summarise(self, article: Article, *, sentences: int) -> Summary:
        del sentences
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


def make_parts(storage: MemoryStorage, clock: FakeClock, *findings: Finding) -> Parts:
    """Return the parts of a morning over a storage in memory."""
    return Parts(
        storage=storage,
        summariser=FirstSentence(),
        press=FakePress(),
        checker=FakeChecker(findings),
        clock=clock,
    )
