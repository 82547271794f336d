"""Make values for tests: every argument has a default, every default is valid."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from digest.model.article import Article, Image, Passage
from digest.model.edition import Brief, Edition, PrintedEdition, Section, Span, Summary
from digest.model.marks import Mark
from digest.tokens import Signer

MORNING = datetime(2026, 4, 14, 10, 30, tzinfo=UTC)
SIGNER = Signer(((1, b"a secret for tests, and only for tests!"),))


@dataclasses.dataclass(slots=True)
class FakeClock:
    """A clock that stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now

    def advance(self, **by: float) -> None:
        """Move it, by the arguments of `timedelta`."""
        self.now += timedelta(**by)


def make_article(guid: str = "a-1", **changes: Any) -> Article:
    """Return an article of three paragraphs under one section head."""
    values: dict[str, Any] = {
        "source": "paper",
        "guid": guid,
        "url": f"https://paper.example/2026/04/{guid}",
        "headline": f"Harbour bridge reopens after repairs ({guid})",
        "byline": "By Ana Núñez",
        "authors": ("Ana Núñez",),
        "published_at": MORNING - timedelta(hours=12),
        "sections": ("News",),
        "body": (
            Passage(
                heading=None,
                paragraphs=(
                    (
                        "The harbour bridge reopened on Monday after nine months of repairs. "
                        "About 4,000 people crossed it in the first hour, the city said."
                    ),
                    "“We waited long for this day,” said Mayor Olga Brandt.",
                ),
            ),
            Passage(heading="What it cost", paragraphs=("The work cost 12 million dollars.",)),
        ),
        "language": "en",
    }
    return Article(**(values | changes))


def make_brief(article_id: int = 1, **changes: Any) -> Brief:
    """Return a brief whose summary is the first sentence of `make_article`."""
    sentence = "The harbour bridge reopened on Monday after nine months of repairs."
    values: dict[str, Any] = {
        "article_id": article_id,
        "headline": f"Harbour bridge reopens, part {article_id}",
        "summary": Summary(spans=(Span(text=sentence, start=0, end=len(sentence)),)),
        "url": f"https://paper.example/2026/04/bridge-{article_id}",
        "byline": "By Ana Núñez",
        "section": "News",
        "published_at": MORNING - timedelta(hours=12),
    }
    return Brief(**(values | changes))


def make_image(**changes: Any) -> Image:
    """Return a printable picture."""
    values: dict[str, Any] = {
        "url": "https://news.paper.example/media/bridge.jpg",
        "alt": "People cross a bridge at dawn",
        "credit": "Lea Novák",
        "width": 1200,
        "height": 800,
    }
    return Image(**(values | changes))


def make_edition(**changes: Any) -> Edition:
    """Return a draft with a lead, two sections of two briefs, and a headline."""
    values: dict[str, Any] = {
        "newsletter": "daily",
        "day": date(2026, 4, 14),
        "subject": "Harbour bridge reopens",
        "preheader": "Also today: two more bridges, a library that never closes, and rowing.",
        "lead": make_brief(1, image=make_image()),
        "sections": (
            Section(name="News", briefs=(make_brief(2), make_brief(3))),
            Section(name="Sports", briefs=(make_brief(4, section="Sports"), make_brief(5, section="Sports"))),
        ),
        "headlines": (make_brief(6, summary=Summary()),),
        "high_water": MORNING - timedelta(minutes=5),
    }
    return Edition(**(values | changes))


def make_printed(**changes: Any) -> PrintedEdition:
    """Return a tiny printed edition with every mark in both parts."""
    values: dict[str, Any] = {
        "newsletter": "daily",
        "day": date(2026, 4, 14),
        "subject": "Harbour bridge reopens",
        "html": (
            '<!DOCTYPE html><html lang="en"><body><h1>The Paper</h1>'
            f'<a href="{Mark.PREFERENCES}">Preferences</a> <a href="{Mark.UNSUBSCRIBE}">Unsubscribe</a>'
            "</body></html>"
        ),
        "text": f"The Paper\n\nPreferences: {Mark.PREFERENCES}\nUnsubscribe: {Mark.UNSUBSCRIBE}\n",
    }
    return PrintedEdition(**(values | changes))
