"""News sitemaps as a source, and as the witness of what a feed leaves out."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from digest.config import CollectSettings
from digest.errors import ArticleWithdrawn, SiteRefused, SourceBusy, SourceError
from digest.ingest.feeds import FeedSource
from digest.ingest.fetch import Fetcher
from digest.ingest.sitemap import CheckedFeed, SitemapSource
from digest.ingest.sitemapxml import read_sitemap
from digest.model.article import Article, Image
from digest.ports import Reading, Source, SourceMemory
from tests.ingest.intake import Site, home, say

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
SENTENCE = "The engineers told the council on Monday that the harbour bridge had new bolts and cables. "


def urlset(*pages: str) -> bytes:
    return f'<?xml version="1.0"?><urlset {NAMESPACES}>{"".join(f"<url>{page}</url>" for page in pages)}</urlset>'.encode()


def news(
    loc: str, title: str = "Harbour bridge reopens", when: str = "2026-05-04T10:30:00Z", more: str = ""
) -> str:
    return (
        f"<loc>{loc}</loc><news:news><news:publication><news:name>The Harbor Light</news:name>"
        f"<news:language>en</news:language></news:publication><news:publication_date>{when}</news:publication_date>"
        f"<news:title>{title}</news:title><news:keywords>Campus, Harbour</news:keywords></news:news>{more}"
    )


def index(*maps: str) -> bytes:
    listed = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in maps)
    return f"<sitemapindex {NAMESPACES}>{listed}</sitemapindex>".encode()


def rss(*items: tuple[str, str]) -> bytes:
    listed = "".join(
        f"<item><title>{link}</title><link>{link}</link><guid isPermaLink='false'>g-{link}</guid>"
        f"<pubDate>{when}</pubDate></item>"
        for link, when in items
    )
    return f"<rss version='2.0'><channel><title>P</title>{listed}</channel></rss>".encode()


class Papers:
    """A site whose documents may be replaced; each has an ETag of its content."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.at: dict[str, bytes | int] = {}
        site.answer = self._answer
        self.fetcher = Fetcher(CollectSettings(timeout=3), site.allow, resolve=home)

    def _answer(self, handler: Any) -> None:
        held = self.at.get(handler.path, 404)
        if isinstance(held, int):
            say(handler, b"", held)
            return
        tag = f'"{hashlib.sha256(held).hexdigest()[:8]}"'
        if handler.headers.get("If-None-Match") == tag:
            say(handler, b"", 304)
        else:
            say(handler, held, ETag=tag)

    def sitemap(self, path: str = "/news.xml", **more: Any) -> SitemapSource:
        return SitemapSource("harbor", self.site.url(path), self.fetcher, **{"clock": lambda: NOW, **more})

    def checked(self) -> CheckedFeed:
        feed = FeedSource("harbor", self.site.url(), self.fetcher, section="News", clock=lambda: NOW)
        return CheckedFeed(feed, self.sitemap(section="News"))


@pytest.fixture
def papers(site: Site) -> Papers:
    return Papers(site)


def links(reading: Reading) -> list[str | None]:
    return [article.url and article.url.rpartition("/")[2] for article in reading.articles]


# ── the sitemap ─────────────────────────────────────────────────────────────────────────────────────


def test_a_news_sitemap_gives_teasers(papers: Papers) -> None:
    picture = "<image:image><image:loc>/b.jpg</image:loc><image:title>Dawn</image:title><image:caption>The bridge. Photo by Lea Novák</image:caption></image:image>"
    papers.at["/news.xml"] = urlset(
        news(
            "/2026/bridge",
            "Bridge &amp; <![CDATA[tunnel]]>",
            more=f"{picture}<lastmod>2026-05-04T11:00:00Z</lastmod>",
        )
    )
    source = papers.sitemap(section="Campus")
    reading = source.read(SourceMemory())
    assert reading.troubles == ()
    assert reading.articles == (
        Article(
            source="harbor",
            guid="/2026/bridge",
            url=papers.site.url("/2026/bridge"),
            headline="Bridge & tunnel",
            published_at=datetime(2026, 5, 4, 10, 30, tzinfo=UTC),
            updated_at=datetime(2026, 5, 4, 11, tzinfo=UTC),
            sections=("Campus",),
            image=Image(url=papers.site.url("/b.jpg"), alt="Dawn", caption="The bridge.", credit="Lea Novák"),
            language="en",
            teaser=True,
        ),
    )
    again = source.read(reading.memory)
    assert again.unchanged
    assert again.memory == reading.memory
    papers.at["/news.xml"] = urlset(news("/2026/regatta"))
    assert links(source.read(reading.memory)) == ["regatta"]


def test_its_articles_are_read_on_their_pages(papers: Papers) -> None:
    papers.at["/news.xml"] = urlset(news("/2026/bridge"))
    papers.at["/b.jpg"] = b"picture"
    text = f"<p>{SENTENCE * 3}</p>" * 5
    page = f'<html><meta property="article:section" content="Harbour"><h1>Harbour bridge reopens</h1><div itemprop="articleBody">{text}</div></html>'
    papers.at["/2026/bridge"] = page.encode()
    source: Source = papers.sitemap(section="Campus")
    assert source.name == "harbor"
    (teaser,) = source.read(SourceMemory()).articles
    whole = source.complete(teaser)
    assert (whole.teaser, whole.words > 100, whole.sections) == (False, True, ("Harbour",))
    assert source.recheck(whole) == whole
    papers.at["/2026/bridge"] = page.replace("article:section", "x").encode()
    assert source.complete(teaser).sections == ("Campus",)
    del papers.at["/2026/bridge"]
    with pytest.raises(ArticleWithdrawn):
        source.recheck(whole)
    assert source.open_picture(Image(url=papers.site.url("/b.jpg"))) == b"picture"


def test_an_index_is_followed_to_its_news_sitemaps_on_its_own_hosts(papers: Papers) -> None:
    papers.at["/index.xml"] = index(
        "/pages.xml",
        "/news-1.xml",
        "/news-2.xml",
        "http://evil.example/news.xml",
        "javascript:news",
        "/news-3.xml",
    )
    papers.at["/news-1.xml"] = urlset(news("/a"))
    papers.at["/news-2.xml"] = gzip.compress(urlset(news("/b")))
    papers.at["/pages.xml"] = urlset("<loc>/about</loc>")
    source = papers.sitemap("/index.xml")
    reading = source.read(SourceMemory())
    assert links(reading) == ["a", "b"]
    assert len(reading.troubles) == 1
    assert "news-3.xml" in reading.troubles[0]
    assert {path for path, _ in papers.site.requests} == {
        "/index.xml",
        "/news-1.xml",
        "/news-2.xml",
        "/news-3.xml",
    }
    assert source.read(reading.memory).unchanged
    papers.at["/news-2.xml"] = urlset(news("/c"))
    assert links(source.read(reading.memory)) == ["a", "c"]
    papers.at["/news-2.xml"] = 500
    papers.at["/index.xml"] = index("/news-1.xml", "/news-4.xml")
    papers.at["/news-4.xml"] = urlset(news("/d"))
    assert links(source.read(reading.memory)) == ["a", "d"]


def test_an_index_without_news_says_what_to_do(papers: Papers) -> None:
    papers.at["/news.xml"] = index("/pages.xml")
    with pytest.raises(SourceError, match="names no news sitemap"):
        papers.sitemap().read(SourceMemory())
    papers.at["/news.xml"] = index("/news-1.xml")
    papers.at["/news-1.xml"] = 429
    with pytest.raises(SourceBusy):
        papers.sitemap().read(SourceMemory())


def test_of_a_plain_sitemap_only_what_changed_lately_is_read(papers: Papers) -> None:
    papers.at["/news.xml"] = urlset(
        "<loc>/</loc><lastmod>2026-05-04T11:00:00Z</lastmod>",
        "<loc>/news</loc><lastmod>2026-05-04T11:00:00Z</lastmod>",
        "<loc>/2026/harbour-bridge-reopens.html</loc><lastmod>2026-05-04T11:00:00Z</lastmod>",
        "<loc>/2026/a-regatta-is-rowed/</loc><lastmod>2026-05-03</lastmod>",
        "<loc>/2026/last-month-it-rained</loc><lastmod>2026-04-03</lastmod>",
        "<loc>/2026/nobody-knows-when</loc>",
    )
    source = papers.sitemap()
    reading = source.read(SourceMemory())
    assert [(a.headline, a.published_at, a.updated_at) for a in reading.articles] == [
        ("Harbour bridge reopens", None, datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("A regatta is rowed", None, None),
    ]
    assert reading.troubles == (
        "the sitemap dates no news; of its 6 pages the 4 that were changed within 48 hours are read",
    )
    page = f"<html><title>Bridge open again</title><h1>Bridge open again</h1><article><p>{SENTENCE * 12}</p></article></html>"
    papers.at["/2026/harbour-bridge-reopens.html"] = page.encode()
    assert source.complete(reading.articles[0]).headline == "Bridge open again"
    papers.at["/news.xml"] = urlset()
    assert source.read(reading.memory).articles == ()


def test_the_clock_of_the_machine_is_used_if_none_is_given(papers: Papers) -> None:
    papers.at["/news.xml"] = urlset(news("/a", when="9999-01-01"))
    (article,) = (
        SitemapSource("harbor", papers.site.url("/news.xml"), papers.fetcher).read(SourceMemory()).articles
    )
    assert article.published_at is None


def test_of_many_articles_the_newest_are_read_and_the_rest_counted(papers: Papers) -> None:
    papers.at["/news.xml"] = urlset(
        news("/old", when="2026-05-01"),
        news("/odd", when="0000-00-00"),
        news("/new", when="2026-05-04T11:00:00+02:00"),
    )
    reading = papers.sitemap(max_articles=2).read(SourceMemory())
    assert links(reading) == ["new", "old"]
    assert reading.troubles == ("and 1 more articles, which were not read",)


def test_a_broken_entry_is_a_trouble(papers: Papers) -> None:
    papers.at["/news.xml"] = urlset(
        news("/good"),
        news("/untitled", title=""),
        news("https://elsewhere.example/a"),
        news("javascript:x"),
        news("/good"),
    )
    reading = papers.sitemap().read(SourceMemory())
    assert links(reading) == ["good"]
    assert ["headline" in t or "another site" in t for t in reading.troubles] == [True] * 3


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_sitemap_that_does_not_come_is_an_error(papers: Papers, status: int) -> None:
    papers.at["/news.xml"] = urlset(news("/a"))
    memory = papers.sitemap().read(SourceMemory()).memory
    papers.at["/news.xml"] = status
    for known in (SourceMemory(), memory):
        with pytest.raises(SiteRefused):
            papers.sitemap().read(known)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no sitemap"),
        (b"hello", "no sitemap"),
        (b"<rss/>", "no sitemap"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>', "refused"),
        (b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><urlset/>', "refused"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><urlset/>'.encode("utf-16"), "refused"),
        (b"<urlset>" * 20_000, "deep"),
        (gzip.compress(b"\0" * 50_000_000), "unpacks to more than"),
        (gzip.compress(urlset(news("/a")))[:-9], "ended early"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_what_is_no_sitemap_or_hostile_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_sitemap(raw)


def test_a_sitemap_cut_off_gives_what_came_and_a_trouble() -> None:
    whole = urlset(*(news(f"/{number}") for number in range(9)))
    document = read_sitemap(whole[: len(whole) * 2 // 3])
    assert [page["loc"] for page in document.pages] == ["/0", "/1", "/2", "/3", "/4", "/5"][
        : len(document.pages)
    ]
    assert len(document.pages) >= 4
    assert "early" in document.trouble


def test_long_texts_and_lists_of_a_sitemap_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.ingest.sitemapxml._MAX_PAGES", 3)
    document = read_sitemap(urlset(*(f"<loc>/{'a' * 9000}&amp;{'&amp;b' * 500}</loc>" for _ in range(5))))
    assert len(document.pages) == 3
    assert {len(page["loc"]) for page in document.pages} == {5000}


def test_a_parser_that_gives_up_leaves_what_it_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class GivesUp(etree.XMLParser):
        def close(self) -> Any:
            error: Any = etree.XMLSyntaxError
            raise error("it is too odd", 1, 1, 1)

    monkeypatch.setattr("lxml.etree.XMLParser", GivesUp)
    document = read_sitemap(urlset(news("/a")))
    assert [page["loc"] for page in document.pages] == ["/a"]
    assert "too odd" in document.trouble


def test_prefixes_are_only_names() -> None:
    (page,) = read_sitemap(
        b"<s:urlset xmlns:s='x' xmlns:n='y'><s:url><s:loc>/a</s:loc><n:news><n:title>A</n:title></n:news></s:url></s:urlset>"
    ).pages
    assert page == {"loc": "/a", "news/title": "A", "news": ""}


# ── the feed and its witness ────────────────────────────────────────────────────────────────────────

MONDAY, SUNDAY, SATURDAY = "2026-05-04T10:00:00Z", "2026-05-03T10:00:00Z", "2026-05-02T10:00:00Z"


def test_what_the_feed_lacks_comes_from_the_sitemap(papers: Papers) -> None:
    papers.at["/feed.xml"] = rss(("/a?utm_source=rss", MONDAY), ("/b/", SATURDAY))
    papers.at["/news.xml"] = urlset(
        news("/a"), news("/b"), news("/c", "C is new", SUNDAY), news("/d", when="?")
    )
    source: Source = papers.checked()
    assert source.name == "harbor"
    reading = source.read(SourceMemory())
    assert links(reading) == ["a", "", "c"]
    assert [a.teaser for a in reading.articles] == [True, True, True]
    assert reading.troubles == (
        "the feed lacks 1 of the 4 articles that the news sitemap names; they are read from their pages",
    )
    assert set(reading.memory.validators) == {papers.site.url("/feed.xml"), papers.site.url("/news.xml")}
    again = source.read(reading.memory)
    assert again.unchanged
    assert again.memory == reading.memory


def test_when_one_of_both_changed_the_other_is_read_again(papers: Papers) -> None:
    papers.at["/feed.xml"] = rss(("/a", MONDAY))
    papers.at["/news.xml"] = urlset(news("/a"))
    source = papers.checked()
    first = source.read(SourceMemory())
    assert (links(first), first.troubles) == (["a"], ())
    papers.at["/news.xml"] = urlset(news("/a"), news("/b", when="2026-05-04T11:00:00Z"))
    second = source.read(first.memory)
    assert links(second) == ["a", "b"]
    papers.at["/feed.xml"] = rss(("/b", "2026-05-04T11:00:00Z"), ("/a", MONDAY))
    third = source.read(second.memory)
    assert (links(third), third.troubles) == (["b", "a"], ())


def test_what_the_feed_merely_forgot_is_not_lacking(papers: Papers) -> None:
    papers.at["/feed.xml"] = rss(("/b", SUNDAY), ("/a", SATURDAY))
    papers.at["/news.xml"] = urlset(news("/a", when=SATURDAY), news("/b", when=SUNDAY))
    source = papers.checked()
    first = source.read(SourceMemory())
    papers.at["/feed.xml"] = rss(("/c", MONDAY), ("/b", SUNDAY))
    papers.at["/news.xml"] = urlset(
        news("/a", when=SATURDAY), news("/b", when=SUNDAY), news("/c", when=MONDAY)
    )
    second = source.read(first.memory)
    assert (links(second), second.troubles) == (["c", "b"], ())
    # What came and went between two readings was never seen: the mark tells it from what was forgotten.
    papers.at["/feed.xml"] = rss(("/f", "2026-05-04T11:59:00Z"))
    papers.at["/news.xml"] = urlset(news("/c", when=MONDAY), news("/e", when="2026-05-04T11:00:00Z"))
    assert links(source.read(second.memory)) == ["f", "e"]


def test_a_sitemap_that_fails_is_a_trouble(papers: Papers) -> None:
    papers.at["/feed.xml"] = rss(("/a", MONDAY))
    papers.at["/news.xml"] = urlset(news("/a"))
    source = papers.checked()
    first = source.read(SourceMemory())
    papers.at["/news.xml"] = 500
    waiting = source.read(first.memory)
    assert waiting.unchanged
    assert waiting.memory == first.memory
    assert "the news sitemap: " in waiting.troubles[0]
    papers.at["/feed.xml"] = rss(("/b", MONDAY))
    second = source.read(first.memory)
    assert links(second) == ["b"]
    assert "500" in second.troubles[0]
    assert set(second.memory.validators) == set(first.memory.validators)
    assert second.memory.mark == first.memory.mark
    papers.at["/feed.xml"] = 404
    with pytest.raises(SiteRefused):
        source.read(first.memory)


def test_both_answer_for_their_articles(papers: Papers) -> None:
    papers.at["/feed.xml"] = rss(("/a", MONDAY))
    papers.at["/b.jpg"] = b"picture"
    page = f"<html><title>/a</title><h1>/a</h1><article><p>{SENTENCE * 12}</p></article></html>"
    papers.at["/a"] = page.encode()
    source = papers.checked()
    (teaser,) = source.read(SourceMemory()).articles
    whole = source.complete(teaser)
    assert whole.words > 100
    assert source.recheck(whole) == whole
    assert source.open_picture(Image(url=papers.site.url("/b.jpg"))) == b"picture"
