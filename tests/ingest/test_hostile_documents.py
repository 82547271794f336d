"""Hostile documents, hundreds of them: every format with every fault ends in clean articles or a `SourceError`.

Run as a program it reads them all in one process, bombs from a server included, and prints what that cost.
"""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from digest.config import CollectSettings
from digest.errors import SourceError
from digest.ingest.feeds import FeedSource, read_feed
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.sitemap import SitemapSource
from digest.model.article import Article
from digest.ports import Reading, SourceMemory
from tests.ingest.hostile import FORMATS, PROLOGUES, documents, entry, rss
from tests.ingest.intake import ROOT, Site, home, say

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://harbor.example/feed.xml"
STRANGE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)
MARKUP = re.compile(r"</?[a-z][^<>]*>|<(?:script|img|svg|iframe|a|style)\b", re.IGNORECASE)
MOST_MEMORY = 32
MOST_SECONDS = 20.0
# The largest are read once, by the program below.
DOCUMENTS = {
    name: (kind, raw, charset)
    for name, kind, raw, charset in documents()
    if not name.endswith(("thousands", "wide"))
}

# ── what must come of them ──────────────────────────────────────────────────────────────────────────


class Delivered:
    """A fetcher that has one document."""

    def __init__(self, raw: bytes, charset: str) -> None:
        self._fetched = Fetched(url=URL, body=raw, charset=charset)

    def get(self, _url: str, **_more: object) -> Fetched:
        return self._fetched


def read(kind: str, raw: bytes, charset: str) -> Reading:
    if kind == "sitemap":
        source = SitemapSource("harbor", URL, cast("Fetcher", Delivered(raw, charset)), clock=lambda: NOW)
        return source.read(SourceMemory())
    return read_feed(raw, name="harbor", url=URL, charset=charset, now=NOW)


def texts_of(article: Article) -> Iterator[str]:
    yield from (
        article.headline,
        article.byline,
        article.subhead,
        article.abstract,
        article.correction,
        article.guid,
    )
    yield from (*article.authors, *article.sections, *article.paragraphs)
    yield from (passage.heading or "" for passage in article.body)
    if article.image is not None:
        yield from (article.image.alt, article.image.caption, article.image.credit)


def judge(reading: Reading) -> None:
    """Fail unless nothing of what was read could harm a page, a letter or a log."""
    assert len(reading.articles) <= 500
    for article in reading.articles:
        for text in texts_of(article):
            assert not STRANGE.search(text), ascii(text[:200])
        for text in (
            article.headline,
            article.byline,
            article.abstract,
            *article.paragraphs,
            *article.sections,
        ):
            assert not MARKUP.search(text), text[:200]
        for link in (article.url, article.image.url if article.image else None):
            assert link is None or re.fullmatch(r"https?://[^\s\"'<>@]+", link), link
        assert article.published_at is None or article.published_at.year in range(1900, 2028)
    for trouble in reading.troubles:
        assert not STRANGE.search(trouble), ascii(trouble)


def test_there_are_at_least_three_hundred_of_them() -> None:
    assert len(DOCUMENTS) >= 300


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_ends_in_clean_articles_or_a_source_error(name: str) -> None:
    refusal = ""
    try:
        reading = read(*DOCUMENTS[name])
    except SourceError as error:
        refusal = str(error)
    else:
        judge(reading)
    assert not STRANGE.search(refusal)


def test_fields_that_are_hostile_cost_no_other_article() -> None:
    for name, (kind, raw, charset) in DOCUMENTS.items():
        if re.fullmatch(r"\w+-(?:headline|author|section|guid|link|image|date)-\d+", name):
            assert "Bridge 2 reopens" in {
                article.headline for article in read(kind, raw, charset).articles
            }, name


# ── what they may cost ──────────────────────────────────────────────────────────────────────────────


def bombs() -> dict[str, Callable[[Any], None]]:
    """Return how a server answers with each of the six bombs."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(engine.compress(b"\0" * 2**20) for _ in range(1024)) + engine.flush()
    engine = zlib.compressobj(9)
    deflated = b"".join(engine.compress(b" " * 2**20) for _ in range(1024)) + engine.flush()

    def long(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(rss([])[: -len("</channel></rss>")].encode())
        for _ in range(50):
            handler.wfile.write(b"<item><title>A</title></item>" * (2**20 // 29))

    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:  # until the reader hangs up
            handler.wfile.write(b"<")
            handler.wfile.flush()
            time.sleep(0.05)

    return {
        "gzip": lambda handler: say(handler, packed, Content_Encoding="gzip"),
        "deflate": lambda handler: say(handler, deflated, Content_Encoding="deflate"),
        "laughs": lambda handler: say(handler, f"{PROLOGUES[0]}<rss>&l18;</rss>".encode()),
        "quadratic": lambda handler: say(handler, f"{PROLOGUES[1]}<rss>{'&q;' * 50_000}</rss>".encode()),
        "long": long,
        "drip": drip,
    }


def memory(name: str) -> float:
    """Return a line of this process's status in MB: VmRSS is what it holds, VmHWM the most it held."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def measure(port: int) -> dict[str, Any]:
    """Read every document and every bomb in this process; return what that cost."""
    held = [*documents()]
    fetcher = Fetcher(CollectSettings(timeout=2), (f"paper.example:{port}",), resolve=home)
    for kind, write in FORMATS.items():
        read(kind, write([entry(number) for number in range(20)]).encode(), "")
        read(kind, write([entry(1, body="<p>a&b<p>")]).replace("</title>", "&b</title>").encode(), "")
    fetcher.get(f"http://paper.example:{port}/hello")
    gc.collect()
    baseline = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the most it held counts from here
    articles = refused = 0
    took: dict[str, float] = {}
    for name, kind, raw, charset in held:
        began = time.perf_counter()
        try:
            reading = read(kind, raw, charset)
        except SourceError:
            refused += 1
        else:
            judge(reading)
            articles += len(reading.articles)
        took[name] = time.perf_counter() - began
    for name in ("gzip", "deflate", "laughs", "quadratic", "long", "drip"):
        began = time.perf_counter()
        try:
            FeedSource("harbor", f"http://paper.example:{port}/{name}", fetcher).read(SourceMemory())
        except SourceError:
            refused += 1
        took[name] = time.perf_counter() - began
    slowest = max(took, key=lambda name: took[name])
    return {
        "read": len(took),
        "refused": refused,
        "articles": articles,
        "slowest": slowest,
        "seconds": round(took[slowest], 2),
        "megabytes": round(memory("VmHWM") - baseline, 1),
    }


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the most memory held"
)
def test_all_of_them_and_six_bombs_cost_little_memory_and_time(site: Site) -> None:
    answers = bombs()
    site.answer = lambda handler: answers.get(handler.path.strip("/"), lambda h: say(h, b"hello"))(handler)
    run = subprocess.run(  # noqa: S603 # this very module, in a process of its own
        [sys.executable, "-W", "error", "-m", __name__, str(site.port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout)
    sys.stdout.write(run.stdout)
    assert found["read"] >= 306
    assert found["megabytes"] <= MOST_MEMORY, found
    assert found["seconds"] <= MOST_SECONDS, found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
