"""What a page tells of its colour, logo, name, sections, language and zone; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from digest.ingest.discover import look, masthead, place, zones
from digest.ingest.discover.clue import Clue
from digest.ingest.discover.navigation import section_names, section_slugs
from digest.ingest.discover.place import Times, dates_in, times_of
from tests.ingest.discover.papers import NOW, page

NOTHING = Clue()


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("#A31F34", "#a31f34"),
        (" #a34 ", "#aa3344"),
        ("rgb(163, 31, 52)", "#a31f34"),
        ("hsl(0, 100%, 25%)", "#800000"),
        ("Navy", "#000080"),
        ("#a31f34ff", "#a31f34"),
        *(
            (none, "")
            for none in ("#fff", "#000", "#777", "#fefdf8", "#a31f3480", "rgb(999,0,0)", "currentColor")
        ),
        *((none, "") for none in ("", "url(x)", None, 7, ["#a31f34"], "#" * 10_000)),
    ],
)
def test_white_black_greys_and_nonsense_are_no_colours(written: object, colour: str) -> None:
    assert look.colour_of(written) == colour


@pytest.mark.parametrize(
    ("markup", "colour"),
    [
        (
            (
                '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#111b99">'
                '<meta name="theme-color" content="#ffffff"><meta name="theme-color" content="#a31f34">'
            ),
            "#a31f34",
        ),
        ('<meta name="msapplication-TileColor" content="#a31f34">', "#a31f34"),
        (
            ('<meta name="msapplication-TileColor" content="#da532c"><link rel="mask-icon" color="#14386b">'),
            "#14386b",
        ),
        ("<style>:root{--accent:#123abc;--brand-colour:#a31f34}</style>", "#a31f34"),
        ("<style>:root{--primary:var(--nowhere);--primary-hover:#123abc;--main:#a31f34}</style>", "#a31f34"),
        ("<style>:root{--wp--preset--color--accent:#a31f34}</style>", "#a31f34"),
        ("<style>a{color:#a31f34}</style>", ""),
        ("<style></style>", ""),
    ],
)
def test_the_colour_is_what_the_page_declares_as_its_own(markup: str, colour: str) -> None:
    assert look.colour(page(markup), NOTHING).value == colour


def test_the_cms_knows_the_colour_best() -> None:
    told = Clue("#14386b", "Ghost itself")
    assert look.colour(page('<meta name="theme-color" content="#a31f34">'), told) is told


def test_the_sites_own_stylesheet_is_the_themes_first() -> None:
    links = "".join(
        f'<link rel="stylesheet" href="{href}">'
        for href in ("https://cdn.example/a.css", "/a.css", "/themes/b.css")
    )
    assert look.stylesheet(page(links)) == "https://harborlight.example/themes/b.css"
    assert look.stylesheet(page('<link rel="stylesheet" href="https://cdn.example/a.css">')) == ""


@pytest.mark.parametrize(
    ("markup", "logo"),
    [
        (
            (
                '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","publisher":{"@type":"Organization",'
                '"logo":{"url":"/ld.png"}}}]}</script><link rel="apple-touch-icon" href="/touch.png">'
            ),
            "/ld.png",
        ),
        (
            ('<script type="application/ld+json">[{"@type":"Organization","logo":["/ld.png"]}];</script>'),
            "/ld.png",
        ),
        (
            (
                '<script type="application/ld+json">{"@type":"Organization","logo":{"contentUrl":"/c.png"}}</script>'
            ),
            "/c.png",
        ),
        ('<header><a class="brand"><img src="/x.png" alt="The Harbor Light logo"></a></header>', "/x.png"),
        ('<div class="masthead"><img data-src="/x.png" src="data:image/gif;base64,R0"></div>', "/x.png"),
        (
            (
                '<header><img src="/sponsor-logo.png"><img src="/hello.png"></header><meta property="og:logo" content="/og.png">'
            ),
            "/og.png",
        ),
        (
            ('<p><img src="/story-about-a-logo.png"></p><link rel="apple-touch-icon" href="/touch.png">'),
            "/touch.png",
        ),
        (
            ('<header><img src="/logo.svg"></header><link rel="apple-touch-icon" href="/touch.png">'),
            "/touch.png",
        ),
        ('<header><img src="/logo.svg?x"></header>', "/logo.svg?x"),
        (
            (
                '<script type="application/ld+json">{"@type":"Organization","logo":[]}</script><header><img></header>'
            ),
            "",
        ),
        ('<script type="application/ld+json">{"@type":"Organization","logo":"javascript:1"}</script>', ""),
    ],
)
def test_the_logo_is_one_that_mail_can_show_if_there_is_one(markup: str, logo: str) -> None:
    expected = f"https://harborlight.example{logo}" if logo else ""
    assert look.logo(page(markup), NOTHING).value == expected


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<meta property="og:site_name" content="The Harbor Light"><title>Home</title>', "The Harbor Light"),
        (
            ('<meta property="og:site_name" content="Home"><title>Front Page | The Harbor Light</title>'),
            "The Harbor Light",
        ),
        ("<title>Harbor College's paper - The Harbor Light</title>", "The Harbor Light"),
        ("<title>Welcome to the Quay News | Harbor College</title>", "the Quay News"),
        (
            (
                '<script type="application/ld+json">[{"@type":"Organization","name":"Harbor College"},'
                '{"@type":"NewsMediaOrganization","name":"The &quot;Harbor&quot; Light"}]</script>'
            ),
            'The "Harbor" Light',
        ),
        (
            (
                '<script type="application/ld+json">{"@type":"WebSite"</script><meta name="application-name" content="Light">'
            ),
            "Light",
        ),
        (
            '<meta property="og:site_name" content="Harbor College: its paper | Harbor Light">',
            "Harbor Light",
        ),
        ("<title>Home</title>", "The Feed's Light"),
    ],
)
def test_the_name_is_no_word_that_any_site_uses(markup: str, name: str) -> None:
    assert masthead.name(page(markup), NOTHING, "The Feed's Light | RSS").value == name


def test_a_tagline_is_short_and_not_the_name() -> None:
    short = page('<meta name="description" content="News from the quay">')
    assert (
        masthead.tagline(short, Clue("The Harbor Light", "x"), "the harbor light").value
        == "News from the quay"
    )
    long = page(f'<meta name="description" content="{"News from the quay. " * 9}">')
    assert masthead.tagline(long, NOTHING, "The Harbor Light").value == ""


def _navigation(*links: str) -> str:
    return "<ul class='main-menu'>" + "".join(
        f"<li><a href='{link}'>{link.rpartition('/')[2]}</a>" for link in links
    )


def test_sections_are_what_the_navigation_links_to_as_such() -> None:
    marked = _navigation(
        "/category/News",
        "/category/Sports",
        "/category/Arts",
        "/Donate",
        "/Weather",
        "https://x.example/category/Ads",
    )
    assert section_names(page(marked)) == ("News", "Sports", "Arts")
    plain = _navigation("/News", "/Sports", "/About", "/Home", "/news.pdf", "/a/b/c/Deep", "/" + "Long" * 20)
    assert section_names(page(plain)) == ("News", "Sports")
    assert section_names(page("<p><a href='/News'>News</a>")) == ()
    assert len(section_names(page(_navigation(*(f"/Part{n}" for n in range(40)))))) == 12


def test_sections_that_articles_name_count_most() -> None:
    markup = page(_navigation("/News", "/Sports", "/Weather", "/Arts"))
    assert section_names(markup, ("arts", "NEWS", "Sports")) == ("News", "Sports", "Arts")
    assert section_names(markup, ("arts",)) == ("News", "Sports", "Weather", "Arts")


def test_without_a_navigation_the_slugs_of_the_whole_page_count() -> None:
    slugs = section_slugs(
        page(
            "<a href='/section/news'>News</a><a href='/section/top-stories'>Top</a><a href='/section/news'>x</a>"
        )
    )
    assert slugs == {"news": "News"}


def times(*moments: str) -> Times:
    return times_of(dates_in("".join(f"<pubDate>{moment}</pubDate>" for moment in moments)), now=NOW)


WINTER, SUMMER = "Mon, 12 Jan 2026 08:00:00 {}", "Mon, 13 Jul 2026 08:00:00 {}"
EST, EDT = WINTER.format("-0500"), SUMMER.format("EDT")


def test_times_tell_offsets_only_where_one_is_not_zero() -> None:
    assert (
        times(WINTER.format("GMT"), SUMMER.format("+0000"), "2026-05-04", "Mon, 12 Jan 2026 08:00:00") == ()
    )
    assert len(times(WINTER.format("GMT"), SUMMER.format("+0100"))) == 2
    assert list(dates_in('{"date_published": "2026-01-12T08:00:00-05:00"}')) == ["2026-01-12T08:00:00-05:00"]
    assert times(SUMMER.format("XYZ"), "nonsense and more -0500") == ()


ADDRESS = (
    '<script type="application/ld+json">{{"@type":"NewsMediaOrganization","address":'
    '{{"addressRegion":"{}","addressCountry":{}}}}}</script>'
)


@pytest.mark.parametrize(
    ("markup", "url", "written", "zone"),
    [
        (ADDRESS.format("RI", '"US"'), "https://x.example", (), "America/New_York"),
        (ADDRESS.format("Ontario", '{"name":"Canada"}'), "https://x.example", (EST,), "America/Toronto"),
        (ADDRESS.format("", '["odd"]'), "https://x.example", (), ""),
        (
            (
                '<script type="application/ld+json">{"@type":"Organization","address":[4,"1 Quay, Reno, Nev. 89501","1 Quay, Reno, NV 89501"]}</script>'
            ),
            "https://x.example",
            (),
            "America/Los_Angeles",
        ),
        ("<footer>1 Quay, Austin, TX 78701", "https://x.example", (), ""),
        (
            "<footer>1 Quay, Austin, TX 78701",
            "https://x.example",
            (WINTER.format("-0600"),),
            "America/Chicago",
        ),
        ("<footer>1 Quay, Providence, Rhode Island 02912", "https://x.example", (WINTER.format("PST"),), ""),
        ('<meta name="geo.region" content="AU-VIC">', "https://x.example", (), "Australia/Melbourne"),
        ("<p>hi", "https://x.example.ie", (), "Europe/Dublin"),
        ("<p>hi", "https://x.example.co", (), ""),
        ("<p>hi", "https://light.example.edu", (), ""),
        ("<p>hi", "https://light.example.edu", (EST,), "America/New_York"),
        ("<p>hi", "https://light.example.edu", (WINTER.format("-0700"),), ""),
        ('<html lang="de-AT">', "https://x.example", (), ""),
        ('<html lang="de-AT">', "https://x.example", (WINTER.format("+0100"),), "Europe/Vienna"),
        ('<html lang="en-US">', "https://x.example", (WINTER.format("CST"),), "America/Chicago"),
        ("<p>hi", "https://x.example", (EST, EDT), "America/New_York"),
        ("<p>hi", "https://x.example", (EST,), ""),
        ("<p>hi", "https://x.example", (), ""),
    ],
)
def test_a_zone_is_told_only_with_proof(markup: str, url: str, written: tuple[str, ...], zone: str) -> None:
    found = place.zone(page(markup, url), NOTHING, None, times(*written))
    assert found.value == zone
    assert bool(found.where) == bool(zone or written)


def test_a_zone_comes_with_its_proof_in_words() -> None:
    found = place.zone(page("<p>1 Quay, Providence, R.I. 02912"), NOTHING, None, times(EST, EDT))
    assert found.where == (
        "the times of its articles are 5 or 4 hours behind UTC and the home page names Rhode Island, US"
    )
    assert place.zone(page("<p>hi"), NOTHING, 5.5, ()).where == "its clock is 5.5 hours ahead of UTC"
    assert place.zone(page("<p>hi"), NOTHING, 1.0, ()).where == "its clock is 1 hour ahead of UTC"
    told = Clue("Europe/Berlin", "WordPress says so")
    assert place.zone(page("<p>hi"), told, None, ()) is told


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("America/New_York", "America/New_York"),
        ("UTC", "UTC"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        *(
            (odd, "")
            for odd in (
                "America/Nowhere",
                "America",
                "../../etc/passwd",
                "-5",
                "",
                None,
                4,
                "America/Argentina",
            )
        ),
    ],
)
def test_only_known_names_of_zones_are_believed(written: object, name: str) -> None:
    assert place.zone_name(written) == name


def test_the_language_is_that_of_the_cms_the_page_the_feed() -> None:
    told = Clue("fr", "Ghost itself")
    assert place.language(page('<html lang="en">'), told, "de").value == "fr"
    assert place.language(page('<html lang="en_us">'), NOTHING, "de").value == "en-US"
    assert place.language(page('<meta property="og:locale" content="es_MX">'), NOTHING, "de").value == "de"
    assert place.language(page('<meta property="og:locale" content="es_MX">'), NOTHING, "").value == "es-MX"
    assert place.language(page('<html lang="the language of the sea">'), NOTHING, "").value == ""


def test_every_place_of_the_tables_keeps_zones_that_exist() -> None:
    places = [
        *zones._BY_COUNTRY.values(),
        *(p for table in zones._BY_REGION.values() for p in table.values()),
    ]
    assert {zone for _, kept in places for zone in kept} <= available_timezones()
    assert set(zones.SHIFTING) <= available_timezones()
    winter, summer = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)
    ways = {
        tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in (winter, summer)) for zone in zones.SHIFTING
    }
    assert len(ways) == len(zones.SHIFTING)


@pytest.mark.parametrize(
    ("region", "country", "name"),
    [
        ("R.I.", "", "Rhode Island, US"),
        ("rhode island", "USA", "Rhode Island, US"),
        ("WA", "Australia", "Western Australia, Australia"),
        ("WA", "", "Washington, US"),
        ("Bayern", "Germany", "Germany"),
        ("", "united kingdom", "United Kingdom"),
        ("", "Scotland", "United Kingdom"),
        ("Québec", "CA", "Quebec, Canada"),
        ("Nowhere", "", None),
        ("", "", None),
        ("", "Atlantis", None),
    ],
)
def test_places_are_known_by_code_and_by_name(region: str, country: str, name: str | None) -> None:
    found = zones.find_place(region, country)
    assert (found[0] if found else None) == name
