"""Feeds that are odd, broken or hostile; where bylines and pictures hide."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from digest.config import CollectSettings
from digest.errors import SourceError
from digest.ingest.feeds import FeedSource, read_feed
from digest.ingest.fetch import Fetcher
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory, Validators
from tests.ingest.intake import Site, home, say, seeds

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
        'https://paper.example/"><script>',
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
    reading = read(
        rss("<guid>1</guid><description>no headline</description>", "<title>A</title><guid>2</guid>")
    )
    assert [a.headline for a in reading.articles] == ["A"]
    assert "no headline" in reading.troubles[0]


def test_of_thousands_of_articles_five_hundred_are_read_and_the_rest_counted() -> None:
    reading = read(rss(*(f"<title>A{n}</title><guid>{n}</guid>" for n in range(3_000))))
    assert len(reading.articles) == 500
    assert reading.troubles == ("and 2500 more articles, which were not read",)


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
        (
            "<rss version='2.0'><channel><item>"
            + "<a>" * 20_000
            + "</a>" * 20_000
            + "</item></channel></rss>",
            "deep",
        ),
        ("<a>" * 20_000, "deep"),
    ],
)
def test_what_is_no_feed_or_hostile_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(text)


@pytest.mark.parametrize(
    "piece", ["<a", "<", "&", "</", "<a:", "&#", "<a b=c ", "<br/>", "<item>", "<a></a>"]
)
def test_floods_of_markup_are_refused_before_they_cost_time(piece: str) -> None:
    with pytest.raises(SourceError, match=r"mended|tags|deep"):
        read(
            f"<rss version='2.0'><channel><item><title>A</title>{piece * (1_000_000 // len(piece))}</item></channel></rss>"
        )


@pytest.mark.parametrize("name", ["author", "dc:creator", "managingEditor", "dc:publisher"])
def test_authors_without_end_cost_no_time(name: str) -> None:
    """The library looks for addresses in them, in quadratic time; 300 signs of them are a name."""
    long = "a" * 250_000
    for text in (long, f"{long}<!-- -->{long}", f"<![CDATA[{long}]]>{long}"):
        item = f"<title>A</title><guid>1</guid><{name}>{text}</{name}>"
        assert len(read(rss(item)).articles[0].byline) <= 303  # "By " and what is read of it
        assert read(rss("<title>A</title><guid>1</guid>", channel=f"<{name}>{text}</{name}>")).articles


def test_categories_without_end_cost_no_time() -> None:
    many = "".join(f"<category>c{number}</category>" for number in range(20_000))
    assert len(read(rss(f"<title>A</title><guid>1</guid>{many}")).articles[0].sections) == 10


def test_entries_that_never_end_are_cut_off_too() -> None:
    text = rss()[: -len("</channel></rss>")] + "<item><title>A</title>" * 350
    assert read(text, max_articles=3).articles[0].headline == "A"


def test_a_long_feed_that_is_well_formed_is_no_flood() -> None:
    text = "&lt;p&gt;The harbour bridge &amp;amp; the ferry.&lt;/p&gt;" * 20_000
    (article,) = read(rss(f"<title>A</title><guid>1</guid><description>{text}</description>")).articles
    assert 10_000 < article.words < 50_000


def test_a_short_feed_that_is_broken_is_mended() -> None:
    assert read(rss("<title>A</title><guid>1</guid>" + "<a>&nbsp;" * 300)).articles[0].headline == "A"


def test_bombs_are_seen_in_any_encoding() -> None:
    bomb = '<?xml version="1.0" encoding="{}"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><rss/>'
    for encoding in (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-8-sig",
        "latin-1",
    ):
        with pytest.raises(SourceError, match="refused"):
            read(bomb.format(encoding).encode(encoding))
    with pytest.raises(SourceError):
        read(bomb.format("utf-7").encode("utf-7"))


def test_a_doctype_inside_text_is_no_reason_to_refuse() -> None:
    article = one(
        "<title>A</title><guid>1</guid><description><![CDATA[<p>&lt;!DOCTYPE html&gt; is a line.</p>]]></description>"
    )
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
        (
            "<dc:creator>By Ana Núñez and Tom Okafor</dc:creator>",
            "By Ana Núñez and Tom Okafor",
            ("Ana Núñez", "Tom Okafor"),
        ),
        ("<dc:creator>The Associated Press</dc:creator>", "The Associated Press", ()),
        (
            f"<description>&lt;p&gt;By Lea Novák&lt;/p&gt;&lt;p&gt;{ONE}&lt;/p&gt;</description>",
            "By Lea Novák",
            ("Lea Novák",),
        ),
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
            "<description>&lt;figure&gt;&lt;img src='/f.jpg' alt='Rowers'&gt;&lt;figcaption&gt;Rowers. Photo by Lea Novák&lt;/figcaption&gt;&lt;/figure&gt;</description>",
            Image(url="https://paper.example/f.jpg", alt="Rowers", caption="Rowers.", credit="Lea Novák"),
        ),
        (
            '<media:content url="https://paper.example/f.jpg?w=9" medium="image"/><description>&lt;figure&gt;&lt;img src="/f.jpg" alt="Rowers"&gt;&lt;figcaption&gt;Credit: Lea Novák&lt;/figcaption&gt;&lt;/figure&gt;</description>',
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


def test_a_parser_that_gives_up_is_a_source_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_args: object, **_more: object) -> None:
        raise AttributeError("feedparser's own bug")

    monkeypatch.setattr("feedparser.parse", give_up)
    with pytest.raises(SourceError, match="AttributeError"):
        read(rss())


def test_the_seeds_feed_is_read_whole() -> None:
    reading = read_feed(
        seeds("feed.xml").read_bytes(), name="live", url="https://harborlight.example/feed.xml", now=NOW
    )
    assert len(reading.articles) == 5
    assert reading.troubles == ()
    assert all(
        "homepage" not in a.sections and a.byline and a.published_at and a.paragraphs
        for a in reading.articles
    )
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
    source = FeedSource("paper", site.url(), fetcher, section="News")
    assert source.name == "paper"
    first = source.read(SourceMemory())
    assert first.articles[0].url == site.url("/a")
    assert first.articles[0].sections == ("News",)
    assert first.memory.validators == {site.url(): Validators(etag='"1"')}
    again = source.read(first.memory)
    assert again.unchanged
    assert again.memory == first.memory
    assert source.open_picture(Image(url=site.url("/pic.jpg"))) == b"picture"


@given(st.text(alphabet="<>/?!&;[]abrsitemlnk=\"' \x00é", max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_feed_whatsoever_raises_anything_but_a_source_error(text: str) -> None:
    with contextlib.suppress(SourceError):
        read(f"<rss version='2.0'><channel><item><title>A</title>{text}</item></channel></rss>")


def test_a_json_feed_of_nothing_but_brackets_is_refused_before_it_fills_memory() -> None:
    with pytest.raises(SourceError, match="parts"):
        read('{"items": [' + "{}," * 300_000 + "{}]}")


def test_every_entry_of_a_shared_guid_gets_one_of_its_own_whatever_stands_beside_it() -> None:
    old = "<item><guid>0</guid><title>Budget</title><link>https://p.example/b</link></item>"
    new = "<item><guid>0</guid><title>Fire</title><link>https://p.example/f</link></item>"
    newest = "<item><guid>0</guid><title>Flood</title><link>https://p.example/w</link></item>"
    first = {one.headline: one.guid for one in read(f"<rss><channel>{new}{old}</channel></rss>").articles}
    then = {one.headline: one.guid for one in read(f"<rss><channel>{newest}{new}</channel></rss>").articles}
    assert first["Fire"] == then["Fire"] != "0"
    assert len({*first.values(), *then.values()}) == 3
