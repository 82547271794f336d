"""What the tests of typed blocks share: readers of one body each, and their blocks in short."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from digest.ingest.clean import Cleaned
from digest.ingest.markdown import read_markdown
from digest.ingest.passages import Collector
from digest.ingest.text import read_text
from digest.model.article import Article, Passage


def typed(found: Cleaned | Article) -> list[tuple[str, str]]:
    """Return each block with the first letter of its kind, heads as `h`."""
    passages = found.passages if isinstance(found, Cleaned) else found.body
    return [(b.kind.value[0], b.text) for b in article_of(passages).blocks]


def article_of(passages: tuple[Passage, ...]) -> Article:
    return Article(source="s", guid="g", url=None, headline="Bridge reopens", body=passages)


def dropped(found: Cleaned | Article | Collector) -> list[tuple[str, str]]:
    return [(d.kind.value, d.text) for d in found.dropped]


def markdown(text: str) -> Article:
    front = f"---\ntitle: Bridge reopens\n---\n{text}"
    return read_markdown(front, source="s", guid="g", zone=ZoneInfo("America/New_York"))


def dump(body: str) -> Article:
    return read_text(f"Bridge reopens\n\nBy Ana Núñez\nMay 4, 2026\n\n{body}", source="s", guid="g")
