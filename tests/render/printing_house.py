"""The paper, its settings and a full edition, for the tests of the press."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from digest.config import MailSettings, PaperSettings
from digest.model.edition import Correction, Edition, PrintedEdition, Section, Span, Summary
from digest.render.press import EditionPress
from digest.testing.factories import make_brief, make_edition, make_image

BASE = "https://news.paper.example"
PAPER = PaperSettings(
    name="The Harbor Light",
    url="https://paper.example",
    tagline="Since 1921",
    timezone="America/New_York",
    postal_address="12 Wharf Street, Marlowe Bay",
)
MAIL = MailSettings()


def paper(**changes: Any) -> PaperSettings:
    """Return the paper with other settings."""
    return PAPER.model_copy(update=changes)


def open_press(folder: Path | None = None, **changes: Any) -> EditionPress:
    """Return a press for the paper; `changes` are settings of the paper."""
    return EditionPress(paper(**changes), MAIL, BASE, folder=folder)


def print_edition(edition: Edition | None = None, **changes: Any) -> PrintedEdition:
    """Print an edition, the full one by default."""
    return open_press(**changes).print_edition(edition or full_edition())


def page_of(html: str) -> etree._Element:
    """Return the page as a tree."""
    return etree.fromstring(html, etree.HTMLParser(encoding="utf-8"))


def find(page: etree._Element, path: str) -> list[Any]:
    """Return what an XPath finds."""
    found = page.xpath(path)
    assert isinstance(found, list)
    return found


def full_edition(**changes: Any) -> Edition:
    """Return an edition with fourteen stories, pictures, an Arabic brief, headlines and corrections."""
    words = (
        "The City Council voted six to three on Monday to spend $2.4 million restoring the old lighthouse. "
        "Work begins on June 1 and the lamp should be lit again by November, the city engineer said."
    )
    summary = Summary(spans=(Span(text=words, start=0, end=len(words)),))
    arabic = make_brief(
        30,
        headline="نادي المحادثة العربية يفتح أبوابه لطلاب الكلية",
        byline="بقلم سلمى الخطيب",
        summary=Summary(spans=(Span(text="اللقاءات مجانية ومفتوحة للمبتدئين.", start=0, end=34),)),
        language="ar",
    )
    sections = tuple(
        Section(
            name=name,
            briefs=(
                make_brief(10 * n, section=name, summary=summary, image=make_image()),
                make_brief(10 * n + 1, section=name, summary=summary, editors_pick=True, byline=""),
                arabic if n == 3 else make_brief(10 * n + 2, section=name, summary=summary, url=None),
            ),
        )
        for n, name in enumerate(("News", "Campus", "City", "Sports"), start=1)
    )
    values: dict[str, Any] = {
        "lead": make_brief(
            1,
            headline="City will relight Gull Point lighthouse & give its keeper's house to the college",
            summary=summary,
            image=make_image(caption="The light has been dark since 2017."),
            editors_pick=True,
        ),
        "sections": sections,
        "headlines": tuple(make_brief(50 + n, summary=Summary()) for n in range(8)),
        "corrections": (
            Correction(headline="Rents rose 8 percent", url="https://paper.example/rent", text="It was 611."),
            Correction(headline="Tuition is capped", url=None, text="It covers 14 posts."),
        ),
    }
    return make_edition(**(values | changes))
