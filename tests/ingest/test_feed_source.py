"""Feeds: RSS, RDF, Atom and JSON Feed, written by hand; what is hostile or odd in them."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from digest.config import CollectSettings
from digest.errors import ArticleWithdrawn, SourceError
from digest.ingest.feeds import FeedSource, read_feed
from digest.ingest.fetch import Fetcher
from digest.model.article import Article, Image
from digest.ports import Reading, Source, SourceMemory
from digest.testing.factories import make_article
from tests.ingest.intake import Site, home, say

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
URL = "https://paper.example/feed.xml"
ONE = "The harbour bridge reopened on Monday after nine months of repairs."
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)


def read(text: str | bytes, **more: Any) -> Reading:
    raw = text.encode() if isinstance(text, str) else text
    return read_feed(raw, name="paper", url=URL, now=NOW, **more)


def rss(*items: str, channel: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><title>P</title>{channel}{body}</channel></rss>'


def one(item: str, **more: Any) -> Article:
    reading = read(rss(item, **more))
    assert reading.troubles == ()
    (article,) = reading.articles
    return article


def test_an_rss_item_becomes_an_article() -> None:
    article = one(
        "<title>Bridge &amp;amp; tunnel &lt;b&gt;reopen&lt;/b&gt;</title><link>/2026/bridge?utm_source=rss&amp;id=7&amp;fbclid=x</link>"
        "<guid isPermaLink='false'>b-7</guid><dc:creator>Ana Núñez</dc:creator><dc:creator>Tom Okafor</dc:creator>"
        "<pubDate>Mon, 04 May 2026 06:30:00 EDT</pubDate><category>News</category><category>homepage</category>"
        "<category>Top Stories</category><category>Campus</category><description>Nine months of work are over.</description>"
        f"<content:encoded><![CDATA[<h2>“Costs”</h2><p>{ONE}</p><p>Subscribe to our newsletter!</p>]]></content:encoded>"
        '<media:content url="https://img.example/b.jpg" medium="image"><media:credit>Photo by Lea Novák</media:credit>'
        '<media:description type="plain">A bridge at dawn</media:description></media:content>',
        channel="<language>en-us</language>",
    )
    assert article.source == "paper"
    assert article.guid == "b-7"
    assert article.url == "https://paper.example/2026/bridge?id=7"
    assert article.headline == "Bridge & tunnel reopen"
    assert article.byline == "By Ana Núñez and Tom Okafor"
    assert article.authors == ("Ana Núñez", "Tom Okafor")
    assert article.published_at == datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
    assert article.sections == ("News", "Campus")
    assert article.abstract == "Nine months of work are over."
    assert [(p.heading, p.paragraphs) for p in article.body] == [("Costs", (ONE,))]
    assert [d.kind.value for d in article.dropped] == ["call"]
    assert article.language == "en-US"
    assert article.image == Image(
        url="https://img.example/b.jpg",
        alt="A bridge at dawn",
        credit="Lea Novák",
        caption="A bridge at dawn",
    )


def test_rdf_atom_and_old_rss_are_read() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>P</title></channel>'
        "<item rdf:about='https://paper.example/1'><title>One</title><link>https://paper.example/1</link>"
        "<dc:date>2026-05-04T10:00:00+02:00</dc:date><dc:creator>Ana Núñez</dc:creator></item></rdf:RDF>"
    )
    (article,) = read(rdf).articles
    assert (article.headline, article.published_at) == ("One", datetime(2026, 5, 4, 8, tzinfo=UTC))
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>P</title><entry><title type="html">A &amp;lt; B</title>'
        "<id>tag:1</id><link href='https://paper.example/1'/><updated>2026-05-04T10:00:00Z</updated>"
        "<author><name>By Ana Núñez, Staff Writer</name></author>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{ONE}</p></div></content></entry></feed>"
    )
    (article,) = read(atom).articles
    assert (article.headline, article.guid, article.language) == ("A < B", "tag:1", "de")
    assert article.authors == ("Ana Núñez",)
    assert article.paragraphs == (ONE,)
    old = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>P</title>'
        "<item><title>One</title><link>https://paper.example/1</link></item></channel></rss>"
    )
    assert read(old).articles[0].guid == "https://paper.example/1"


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "P",
        "language": "en",
        "authors": [{"name": "Staff Writer"}],
        "items": [
            {
                "id": 7,
                "url": "https://paper.example/7",
                "title": "A < B & C",
                "content_html": f"<p>{ONE}</p>",
                "summary": "Short & good words",
                "date_published": "2026-05-04T10:00:00-04:00",
                "authors": [{"name": "Ana Núñez"}, {"url": "x"}],
                "tags": ["News", 3, "featured"],
                "image": "/b.jpg",
            },
            {
                "id": "8",
                "external_url": "https://paper.example/8",
                "title": "Two",
                "content_text": f"{ONE}\n\n5 < 7 <b>",
                "attachments": [
                    {"url": "https://paper.example/c.png", "mime_type": "image/png", "title": "C"},
                    5,
                ],
            },
            {"id": True, "tags": "x", "attachments": 4},
            "nonsense",
        ],
    }
    reading = read(json.dumps(feed))
    first, second = reading.articles
    assert len(reading.troubles) == 2
    assert (first.guid, first.headline, first.sections) == ("7", "A < B & C", ("News",))
    assert first.abstract == "Short & good words"
    assert first.image == Image(url="https://paper.example/b.jpg")
    assert second.byline == "Staff Writer"
    assert second.authors == ()
    assert second.paragraphs == (ONE, "5 < 7")
    assert second.image == Image(url="https://paper.example/c.png", alt="C")


@pytest.mark.parametrize("text", ["{", "[]", '{"items": 3}', "[" * 100_000, '{"a": ' * 100_000])
def test_json_that_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="JSON"):
        read(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 04 May 2026 06:30:00 -0400", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
        ("Mon, 04 May 2026 06:30:00 GMT", datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),
        ("Mon, 04 May 2026 12:30:00 CEST", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
        ("Mon, 04 May 2026 06:30 EST", datetime(2026, 5, 4, 11, 30, tzinfo=UTC)),
        ("04 May 26 06:30:00 IST", datetime(2026, 5, 4, 1, 0, tzinfo=UTC)),
        ("4 May 2026 06:30:00 ET", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
        ("2026-05-04T06:30:00.123Z", datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),
        ("2026-05-04T06:30:00+05:30", datetime(2026, 5, 4, 1, 0, tzinfo=UTC)),
        ("20260504T063000Z", datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),
        ("20260504", date(2026, 5, 4)),
        ("2026-05-04", date(2026, 5, 4)),
        ("2026-05-04T06:30:00", date(2026, 5, 4)),
        ("2026-05-04T0630Z", datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),
        ("4 May 2026 13:30 p.m. GMT", date(2026, 5, 4)),
        ("Mon, 04 May 2026 06:30:00", date(2026, 5, 4)),
        ("Mon, 04 May 2026 06:30:00 XYZ", date(2026, 5, 4)),
        ("Mon, 04 May 2026 06:30:00 +9900", date(2026, 5, 4)),
        ("Mon, 04 May 2026 25:30:00 GMT", date(2026, 5, 4)),
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1970-01-01T00:00:00Z", None),
        ("1806-01-01", None),
        ("9999-12-31T23:59:59Z", None),
        ("Wed, 30 Nov -0001 00:00:00 +0000", None),
        ("2031-01-01T00:00:00Z", None),
        ("2026-05-05T23:00:00Z", datetime(2026, 5, 5, 23, 0, tzinfo=UTC)),
        ("1746000000", None),
        ("yesterday", None),
        ("Mon, 32 May 2026 06:30:00 GMT", None),
        ("04 Foo 2026", None),
        ("", None),
    ],
)
def test_dates_are_read_by_ourselves(written: str, expected: date | None) -> None:
    assert one(f"<title>A</title><guid>1</guid><pubDate>{written}</pubDate>").published_at == expected


# ── what an entry leaves out ────────────────────────────────────────────────────────────────────────

LINKED = "<title>A</title><guid isPermaLink='false'>1</guid><link>https://paper.example/a</link>"
APPEARED = "<p>The post <a href='https://paper.example/a'>A</a> appeared first on <a href='https://paper.example'>The Harbor Light</a>.</p>"


def entry_of(words: int, end: str = "", item: str = LINKED) -> Article:
    text = " ".join(f"word{number}" for number in range(words))
    paragraphs = "".join(f"<p>{text[at : at + 300]}.</p>" for at in range(0, len(text), 300))
    body = paragraphs.removesuffix(".</p>") + (f"{end}</p>" if not end.startswith("<p>") else f".</p>{end}")
    return one(f"{item}<description><![CDATA[{body}]]></description>")


@pytest.mark.parametrize(
    "end",
    [
        "…",
        " ...",
        " [&hellip;]",
        " [...]",
        "… <a href='/a'>Continue reading</a>",
        "<p><a href='/a'>Read more »</a></p>",
        "… <a href='/a'>Continue reading<span> “A”</span> →</a>",
    ],
)
@pytest.mark.parametrize("words", [40, 100, 400])
def test_a_text_that_is_cut_off_is_a_teaser(words: int, end: str) -> None:
    assert entry_of(words, end).teaser
    assert entry_of(words, end + APPEARED).teaser


def test_a_short_text_is_a_teaser_and_a_longer_one_is_none() -> None:
    assert one(LINKED).teaser
    assert entry_of(50, ".").teaser
    assert not entry_of(75, ".").teaser
    assert not entry_of(300, ".").teaser


def test_what_wordpress_sets_under_every_text_makes_only_short_ones_teasers() -> None:
    assert entry_of(100, APPEARED).teaser
    assert not entry_of(200, APPEARED).teaser


def test_an_entry_without_address_is_no_teaser_for_it_can_be_read_nowhere() -> None:
    assert not one("<title>A</title><guid isPermaLink='false'>1</guid>").teaser


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><dcterms:modified>2026-05-04T09:00:00Z</dcterms:modified>", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><dc:modified>2026-05-04T09:00:00Z</dc:modified>", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><a10:updated>2026-05-04T09:00:00Z</a10:updated>", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><a10:updated>2026-05-04T08:00:00Z</a10:updated>", None),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><a10:updated>2026-05-03T08:00:00Z</a10:updated>", None),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><a10:updated>2026-05-04</a10:updated>", None),
        ("<pubDate>2026-05-04T08:00:00Z</pubDate><a10:updated>9999-05-04T08:00:00Z</a10:updated>", None),
        ("<pubDate>2026-05-04</pubDate><a10:updated>2026-05-04T09:00:00Z</a10:updated>", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ("<pubDate>2026-05-04</pubDate><a10:updated>2026-05-03T09:00:00Z</a10:updated>", None),
        ("<pubDate>soon</pubDate><dc:modified>2026-05-04T09:00:00Z</dc:modified>", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ("<dc:date>2026-05-04T09:00:00Z</dc:date>", None),
    ],
)  # fmt: skip
def test_an_article_was_updated_if_it_changed_after_it_was_published(
    item: str, expected: datetime | None
) -> None:
    text = rss(f"{LINKED}{item}").replace(
        "<rss ", '<rss xmlns:dcterms="http://purl.org/dc/terms/" xmlns:a10="http://www.w3.org/2005/Atom" '
    )
    assert read(text).articles[0].updated_at == expected


def test_a_json_feed_says_when_its_items_were_changed() -> None:
    item = {
        "id": "1",
        "title": "A",
        "date_published": "2026-05-04T08:00:00Z",
        "date_modified": "2026-05-04T09:00:00Z",
    }
    (article,) = read(json.dumps({"items": [item]})).articles
    assert article.updated_at == datetime(2026, 5, 4, 9, tzinfo=UTC)


def test_the_line_under_the_headline_is_the_subhead() -> None:
    assert one(f"{LINKED}<subtitle>Nine months of work</subtitle>").subhead == "Nine months of work"
    assert one(f"{LINKED}<subhead>Nine &lt;b&gt;months&lt;/b&gt;</subhead>").subhead == "Nine months"
    assert one(f"{LINKED}<subtitle>A</subtitle>").subhead == ""
    assert one(f"{LINKED}<subtitle>{'A b ' * 200}</subtitle>").subhead == ""
    assert one(f"{LINKED}<media:description>A bridge</media:description>").subhead == ""


def test_how_many_articles_are_read_is_the_callers_choice() -> None:
    reading = read(rss(*(f"<title>A{n}</title><guid>{n}</guid>" for n in range(9))), max_articles=3)
    assert len(reading.articles) == 3
    assert reading.troubles == ("and 6 more articles, which were not read",)


def test_teasers_of_a_feed_are_completed_and_looked_at_again_on_their_pages(site: Site) -> None:
    text = f"<p>{ONE}</p>" * 12
    page = f"<html><title>A</title><h1>A</h1><div itemprop='articleBody'>{text}</div></html>".encode()
    feed = rss("<title>A</title><guid isPermaLink='false'>1</guid><link>/a</link>").encode()
    site.answer = lambda handler: say(handler, feed if handler.path == "/feed.xml" else page)
    source: Source = FeedSource(
        "paper", site.url(), Fetcher(CollectSettings(timeout=3), site.allow, resolve=home)
    )
    (teaser,) = source.read(SourceMemory()).articles
    assert teaser.teaser
    whole = source.complete(teaser)
    assert (whole.paragraphs[0], whole.teaser) == (ONE, False)
    assert source.recheck(whole) == whole
    site.answer = lambda handler: say(handler, b"", 410)
    with pytest.raises(ArticleWithdrawn):
        source.recheck(whole)


def test_a_feed_whose_pages_are_not_to_be_read_is_all_there_is(site: Site) -> None:
    fetcher = Fetcher(CollectSettings(), site.allow, resolve=home)
    source = FeedSource("paper", site.url(), fetcher, pages=False)
    teaser = make_article("a", teaser=True, url=site.url("/a"))
    assert source.complete(teaser) == teaser
    assert source.recheck(teaser) == teaser
    assert site.requests == []
