"""Feeds: RSS, RDF, Atom and JSON Feed, written by hand; what is hostile or odd in them."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from intake import Site, home, say, seeds

from digest.config import CollectSettings
from digest.errors import SourceError
from digest.ingest.feeds import FeedSource, read_feed
from digest.ingest.fetch import Fetcher
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory

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
        url="https://img.example/b.jpg", alt="A bridge at dawn", credit="Lea Novák", caption="A bridge at dawn"
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
                "attachments": [{"url": "https://paper.example/c.png", "mime_type": "image/png", "title": "C"}, 5],
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


def test_what_has_no_guid_gets_one_that_stays() -> None:
    linked = one("<title>A</title><link>https://paper.example/a</link>")
    assert linked.guid == "https://paper.example/a"
    bare = one("<title>A</title><pubDate>Mon, 04 May 2026 06:30:00 GMT</pubDate>")
    assert bare.guid == one("<title>A</title><pubDate>Mon, 04 May 2026 06:30:00 GMT</pubDate>").guid
    assert bare.guid != one("<title>B</title><pubDate>Mon, 04 May 2026 06:30:00 GMT</pubDate>").guid
    assert bare.url is None
    permalink = one("<title>A</title><guid isPermaLink='true'>https://paper.example/g</guid>")
    assert permalink.url == "https://paper.example/g"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@evil.example/",
        "https://paper.example:x/",
        "https://paper.example/\"><script>",
        "mailto:a@b.example",
        "https://" + "a" * 3000,
    ],
)
def test_links_that_are_none_are_left_out(link: str) -> None:
    escaped = link.replace("<", "&lt;").replace('"', "&quot;")
    assert one(f"<title>A</title><guid isPermaLink='false'>1</guid><link>{escaped}</link>").url is None


def test_a_guid_used_twice_loses_no_article() -> None:
    reading = read(
        rss(
            "<title>A</title><guid>1</guid>",
            "<title>B</title><guid>1</guid>",
            "<title>A</title><guid>1</guid>",
        )
    )
    assert [a.headline for a in reading.articles] == ["A", "B"]
    assert len({a.guid for a in reading.articles}) == 2
    assert len(reading.troubles) == 1


def test_a_broken_entry_is_a_trouble_and_the_others_are_read() -> None:
    reading = read(rss("<guid>1</guid><description>no headline</description>", "<title>A</title><guid>2</guid>"))
    assert [a.headline for a in reading.articles] == ["A"]
    assert "no headline" in reading.troubles[0]


def test_of_ten_thousand_articles_five_hundred_are_read_and_the_rest_counted() -> None:
    reading = read(rss(*(f"<title>A{n}</title><guid>{n}</guid>" for n in range(10_000))))
    assert len(reading.articles) == 500
    assert reading.troubles == ("and 9500 more articles, which were not read",)


def test_a_feed_without_articles_is_read() -> None:
    assert read(rss()).articles == ()


def test_a_feed_cut_off_gives_what_came_and_a_trouble() -> None:
    whole = rss(*(f"<title>A{n}</title><guid>{n}</guid>" for n in range(9)))
    reading = read(whole[: len(whole) * 2 // 3])
    assert reading.articles
    assert "not well-formed" in reading.troubles[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("hello", "no feed"),
        ("<!DOCTYPE html><html><body>x</body></html>", "web page"),
        ('<!DOCTYPE lolz [<!ENTITY lol "lol">]><rss/>', "refused"),
        ('<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd"><rss version="2.0"><channel/></rss>', "refused"),
        ('<rss version="2.0"><!ENTITY x SYSTEM "file:///etc/passwd"><channel/></rss>', "refused"),
        ("<rss version='2.0'><channel><item>" + "<a>" * 20_000 + "</a>" * 20_000 + "</item></channel></rss>", "deep"),
        ("<a>" * 20_000, "deep"),
    ],
)
def test_what_is_no_feed_or_hostile_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(text)


def test_bombs_are_seen_in_any_encoding() -> None:
    bomb = '<?xml version="1.0" encoding="{}"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><rss/>'
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig", "latin-1"):
        with pytest.raises(SourceError, match="refused"):
            read(bomb.format(encoding).encode(encoding))
    with pytest.raises(SourceError):
        read(bomb.format("utf-7").encode("utf-7"))


def test_a_doctype_inside_text_is_no_reason_to_refuse() -> None:
    article = one("<title>A</title><guid>1</guid><description><![CDATA[<p>&lt;!DOCTYPE html&gt; is a line.</p>]]></description>")
    assert article.paragraphs


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8-sig", "utf-8", ""),
        ("utf-16", "utf-16", ""),
        ("cp1252", "windows-1252", ""),
        ("latin-1", "iso-8859-1", ""),
        ("cp1252", "", ""),
        ("cp1252", "utf-8", ""),
        ("koi8-r", "koi8-r", ""),
        ("cp1251", "", "windows-1251"),
        ("utf-8", "no-such-thing", ""),
    ],
)
def test_charsets_are_found(encoding: str, declared: str, charset: str) -> None:
    word = "Мост" if encoding in {"koi8-r", "cp1251"} else "Núñez"
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = f"{declaration}<rss version='2.0'><channel><item><title>{word}</title><guid>1</guid></item></channel></rss>"
    (article,) = read(text.encode(encoding), charset=charset).articles
    assert article.headline == word


def test_nuls_and_controls_go_and_headlines_stay_on_one_line() -> None:
    (article,) = read(rss("<title>Bri\x00dge\r\nBcc: x\u2028y \x1bz</title><guid>1</guid>")).articles
    assert article.headline == "Bridge Bcc: x y z"


@pytest.mark.parametrize(
    ("item", "byline", "authors"),
    [
        ("<author>ana@paper.example (Ana Núñez)</author>", "By Ana Núñez", ("Ana Núñez",)),
        ("<author>news@paper.example</author>", "", ()),
        ("<dc:creator>admin</dc:creator>", "", ()),
        ("<dc:creator>Staff Writer</dc:creator>", "Staff Writer", ()),
        ("<dc:creator>By Ana Núñez and Tom Okafor</dc:creator>", "By Ana Núñez and Tom Okafor", ("Ana Núñez", "Tom Okafor")),
        ("<dc:creator>The Associated Press</dc:creator>", "The Associated Press", ()),
        (f"<description>&lt;p&gt;By Lea Novák&lt;/p&gt;&lt;p&gt;{ONE}&lt;/p&gt;</description>", "By Lea Novák", ("Lea Novák",)),
    ],
)
def test_bylines_come_from_wherever_they_stand(item: str, byline: str, authors: tuple[str, ...]) -> None:
    article = one(f"<title>A</title><guid>1</guid>{item}")
    assert (article.byline, article.authors) == (byline, authors)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ('<enclosure url="/b.jpg" type="image/jpeg"/>', Image(url="https://paper.example/b.jpg")),
        ('<enclosure url="/b.jpg"/>', Image(url="https://paper.example/b.jpg")),
        ('<enclosure url="/b.mp3" type="audio/mpeg"/>', None),
        ('<media:content url="https://i.example/b.png?x=1"/>', Image(url="https://i.example/b.png?x=1")),
        ('<media:content url="https://i.example/b.mp4" medium="video"/>', None),
        ('<media:thumbnail url="https://i.example/t.jpg"/>', Image(url="https://i.example/t.jpg")),
        ('<media:content url="javascript:x" medium="image"/>', None),
        (
            "<description>&lt;figure&gt;&lt;img src='/f.jpg' alt='Rowers'&gt;&lt;figcaption&gt;Rowers. "
            "Photo by Lea Novák&lt;/figcaption&gt;&lt;/figure&gt;</description>",
            Image(url="https://paper.example/f.jpg", alt="Rowers", caption="Rowers.", credit="Lea Novák"),
        ),
        (
            '<media:content url="https://paper.example/f.jpg?w=9" medium="image"/><description>&lt;figure&gt;&lt;img '
            "src='/f.jpg' alt='Rowers'&gt;&lt;figcaption&gt;Credit: Lea Novák&lt;/figcaption&gt;&lt;/figure&gt;</description>",
            Image(url="https://paper.example/f.jpg?w=9", alt="Rowers", credit="Lea Novák"),
        ),
    ],
)
def test_pictures_come_from_wherever_they_stand(item: str, expected: Image | None) -> None:
    assert one(f"<title>A</title><guid>1</guid>{item}").image == expected


def test_a_source_without_sections_gives_its_own() -> None:
    item = "<title>A</title><guid>1</guid><category>homepage</category><category> </category>"
    assert read(rss(item), section="Campus").articles[0].sections == ("Campus",)
    assert read(rss(item)).articles[0].sections == ()


def test_summaries_that_are_cut_off_or_the_bodys_beginning_are_no_abstract() -> None:
    for summary in ("Nine months of work […]", ONE, "", "Ok"):
        item = f"<title>A</title><guid>1</guid><description>{summary}</description><content:encoded>&lt;p&gt;{ONE}&lt;/p&gt;</content:encoded>"
        assert one(item).abstract == ""


def test_the_seeds_feed_is_read_whole() -> None:
    reading = read_feed(
        seeds("feed.xml").read_bytes(), name="live", url="https://harborlight.example/feed.xml", now=NOW
    )
    assert len(reading.articles) == 5
    assert reading.troubles == ()
    assert all("homepage" not in a.sections and a.byline and a.published_at and a.paragraphs for a in reading.articles)
    assert reading.articles[2].image is not None
    assert reading.articles[2].image.credit == "Saoirse Blount, The Harbor Light"
    assert reading.articles[2].image.alt


def test_the_source_asks_with_its_memory_and_says_when_nothing_changed(site: Site) -> None:
    body = rss("<title>A</title><guid>1</guid><link>/a</link>").encode()

    def answer(handler: Any) -> None:
        if handler.path == "/pic.jpg":
            say(handler, b"picture")
        elif handler.headers.get("If-None-Match") == '"1"':
            say(handler, b"", 304)
        else:
            say(handler, body, ETag='"1"', Content_Type="application/rss+xml; charset=utf-8")

    site.answer = answer
    fetcher = Fetcher(CollectSettings(timeout=3), site.allow, resolve=home)
    source = FeedSource("paper", site.url(), fetcher, "News")
    assert source.name == "paper"
    first = source.read(SourceMemory())
    assert first.articles[0].url == site.url("/a")
    assert first.articles[0].sections == ("News",)
    assert first.memory.etag == '"1"'
    again = source.read(first.memory)
    assert again.unchanged
    assert again.memory == first.memory
    assert source.open_picture(Image(url=site.url("/pic.jpg"))) == b"picture"


@given(st.text(alphabet="<>/?!&;[]abrsitemlnk=\"' \x00é", max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_feed_whatsoever_raises_anything_but_a_source_error(text: str) -> None:
    try:
        read(f"<rss version='2.0'><channel><item><title>A</title>{text}</item></channel></rss>")
    except SourceError:
        pass
