"""SNworks, WordPress and Ghost are recognised by their pages and asked themselves."""

from __future__ import annotations

from typing import Any

import pytest

from digest.ingest.discover.cms import recognise
from tests.ingest.discover.papers import AGENT, JULY, NOVEMBER, Answer, look_at, page, rss, serve
from tests.ingest.intake import Site

SNWORKS = """<html lang="en-US"><head><title>The Harbor Light | Harbor College</title>
<link rel="alternate" type="application/rss+xml" href="/plugin/feeds/harborlight.xml" title="Top stories">
<meta name="theme-color" content="#14386b"></head><body>
<a href="/section/sports">Sports and a long line about them that is a headline</a>
<nav><a href="/section/homepage">Home</a><a href="/section/news">News</a><a href="/section/arts-culture"></a>
<a href="/section/sports">Sports</a><a href="/page/about">About</a></nav>
<header><img class="site-logo" src="https://snworksceo.imgix.net/hbl/logo.png" alt="The Harbor Light"></header>
<a href="/section/deep-dives">Deep dives</a><footer>4 Quay Street, Providence, R.I. 02912. Powered by SNworks,
Solutions by The State News</footer></body></html>"""
ARTICLE = {"headline": "Ferry sails", "slug": "ferry-sails", "published_at": "2026-11-23 13:00:00"}


@pytest.mark.parametrize(
    "answer",
    [
        {"section": {"title": "News"}, "articles": [ARTICLE], "pagination": {"last": 9}},
        [{"section": {"title": "News"}, "articles": [ARTICLE]}],
        [ARTICLE],
    ],
)
def test_snworks_is_read_as_json_with_the_sections_of_its_navigation(site: Site, answer: Any) -> None:
    serve(site, {"/": SNWORKS, "/section/news.json": answer, "/plugin/feeds/harborlight.xml": rss(NOVEMBER)})
    found = look_at(site)
    first, feed = found.sources
    assert found.cms == "SNworks"
    assert (first.kind, first.url, first.alternate) == ("snworks", site.url("").rstrip("/"), False)
    assert first.sections == ("news", "arts-culture", "sports")
    assert (feed.kind, feed.url, feed.alternate) == ("feed", site.url("/plugin/feeds/harborlight.xml"), True)
    assert found.sections == ("News", "Arts Culture", "Sports")
    assert (found.name, found.language, found.colour) == ("The Harbor Light", "en-US", "#14386b")
    assert found.logo == "https://snworksceo.imgix.net/hbl/logo.png"
    assert found.timezone == "America/New_York"
    assert (
        "The time zone is America/New_York: the times of its articles are 5 hours behind UTC and the home "
        "page names Rhode Island, US." in found.found
    )
    assert found.missing == ()
    assert len(site.requests) <= 6


def test_snworks_that_refuses_its_json_is_read_by_its_feed_and_says_whom_to_ask(site: Site) -> None:
    serve(
        site,
        {"/": SNWORKS, "/plugin/feeds/harborlight.xml": rss(NOVEMBER), "/section/news.json": 403},
        otherwise=403,
    )
    found = look_at(site)
    assert [(s.kind, s.alternate) for s in found.sources] == [("feed", False), ("snworks", True)]
    assert found.sources[1].sections == ("news", "arts-culture", "sports")
    (sentence,) = found.missing
    assert "Ask SNworks to allow our User-Agent for /section/*.json and /article/*.json" in sentence
    assert AGENT in sentence
    assert "403" in sentence


def test_snworks_whose_json_is_gone_is_read_by_its_feed(site: Site) -> None:
    serve(site, {"/": SNWORKS, "/plugin/feeds/harborlight.xml": rss(NOVEMBER)})
    found = look_at(site)
    assert found.sources[0].kind == "feed"
    assert any("does not give us its articles as JSON. Ask" in sentence for sentence in found.missing)


def test_snworks_without_json_and_without_a_feed_has_nothing_to_read_yet(site: Site) -> None:
    serve(site, {"/": SNWORKS})
    found = look_at(site)
    assert [(s.kind, s.alternate) for s in found.sources] == [("snworks", True)]
    assert any(
        "No feed, news sitemap or CMS that answers was found" in sentence for sentence in found.missing
    )


def test_snworks_without_links_to_sections_asks_for_their_slugs(site: Site) -> None:
    serve(
        site,
        {"/": "<p>Powered by SNworks</p>", "/section/news.json": {"section": {}, "articles": [ARTICLE]}},
    )
    found = look_at(site)
    assert (found.sources[0].kind, found.sources[0].sections) == ("snworks", ("news",))
    assert any("Write the slugs" in sentence for sentence in found.missing)


@pytest.mark.parametrize(
    "answer", [7, {"articles": 3}, {"articles": ["x"]}, [1], "<html>", {"articles": [{}]}]
)
def test_a_page_that_only_mentions_snworks_is_not_published_by_it(site: Site, answer: Any) -> None:
    serve(
        site, {"/": "<p>We left snworks.</p>", "/section/news.json": answer if answer != 7 else Answer("7")}
    )
    assert look_at(site).cms == ""


WORDPRESS = """<html lang="en-GB"><head><link rel="https://api.w.org/" href="/wp-json/">
<link rel="alternate" type="application/rss+xml" title="Harbor &raquo; Comments Feed" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="Harbor &raquo; Feed" href="/feed/">
<link rel="stylesheet" href="/wp-content/themes/light/style.css"></head><body>
<nav><a href="/category/sport/">Sport</a><a href="/category/news/">News</a><a href="/category/arts/">Arts</a>
</nav></body></html>"""
INDEX = {
    "name": "The Harbor Light &amp; Beacon",
    "description": "News from the quay",
    "timezone_string": "Europe/London",
    "gmt_offset": 0,
    "site_logo": 41,
    "site_icon_url": "/icon.png",
    "namespaces": ["oembed/1.0", "wp/v2"],
}
CATEGORIES = [
    {"name": "News", "slug": "news", "count": 90},
    {"name": "Uncategorized", "slug": "uncategorized", "count": 50},
    {"name": "Arts &amp; Books", "slug": "arts", "count": 40},
    {"name": "Sport", "slug": "sport", "count": 30},
    {"name": "Old things", "slug": "old", "count": 3},
    "odd",
]


def test_wordpress_tells_its_name_zone_logo_and_sections(site: Site) -> None:
    serve(
        site,
        {
            "/": WORDPRESS,
            "/wp-json/": INDEX,
            "/wp-json/wp/v2/categories": CATEGORIES,
            "/wp-json/wp/v2/media/41": {"source_url": "https://paper.example/logo.png"},
            "/feed/": rss("Mon, 23 Nov 2026 08:00:00 +0000"),
            "/wp-content/themes/light/style.css": ":root{--text-primary:#900;--Primary: var(--red);--red:#A31F34}",
        },
    )
    found = look_at(site)
    assert found.cms == "WordPress"
    assert [(s.kind, s.alternate) for s in found.sources] == [("wordpress", False), ("feed", True)]
    assert found.sources[0].url == site.url("/wp-json")
    assert (found.name, found.tagline) == ("The Harbor Light & Beacon", "News from the quay")
    assert (found.language, found.timezone, found.colour) == ("en-GB", "Europe/London", "#a31f34")
    assert found.logo == "https://paper.example/logo.png"
    assert found.sections == ("Sport", "News", "Arts & Books")
    assert "The name comes from WordPress itself." in found.found
    assert "The time zone is Europe/London: WordPress says so." in found.found
    assert found.missing == ()
    assert "/comments/feed/" not in [path for path, _ in site.requests]


def test_wordpress_is_found_behind_a_query_where_its_links_are_plain(site: Site) -> None:
    serve(
        site,
        {
            "/": '<meta name="generator" content="WordPress 6.8">',
            "/?rest_route=/&_fields=name,description,timezone_string,gmt_offset,site_logo,site_icon_url,namespaces": {
                **INDEX,
                "site_logo": 0,
                "description": "Just another WordPress site",
            },
            "/?rest_route=/wp/v2/categories&orderby=count&order=desc&per_page=20&hide_empty=true"
            "&_fields=name,slug,count": CATEGORIES,
            "/feed/": rss(NOVEMBER),
        },
    )
    found = look_at(site)
    assert found.sources[0].url == site.url("/?rest_route=")
    assert found.logo == site.url("/icon.png")
    assert found.tagline == ""
    assert found.sections == ("News", "Arts & Books", "Sport", "Old things")


def test_wordpress_without_rest_is_read_by_its_feed(site: Site) -> None:
    serve(site, {"/": WORDPRESS, "/wp-json/": 401, "/feed/": rss(NOVEMBER, JULY)})
    found = look_at(site)
    assert (found.cms, found.sources[0].kind, found.sources[0].url) == (
        "WordPress",
        "feed",
        site.url("/feed/"),
    )
    assert any("REST interface of WordPress is switched off" in sentence for sentence in found.missing)
    assert found.sections == ("Sport", "News", "Arts")


@pytest.mark.parametrize(
    ("told", "foot", "zone"),
    [
        (-5, "Quay, Providence, RI 02912", "America/New_York"),
        ("-4", "Quay, Providence, RI 02912", "America/New_York"),
        (-8, "Quay, Providence, RI 02912", ""),
        (-6, "Quay, Austin, TX 78701", ""),
        (-5, "", ""),
        (0, "Quay, Providence, RI 02912", "America/New_York"),
        ("x", "Quay, Providence, RI 02912", "America/New_York"),
        (99, "Quay, Providence, RI 02912", "America/New_York"),
        (10**400, "Quay, Providence, RI 02912", "America/New_York"),
        ([], "Quay, Providence, RI 02912", "America/New_York"),
    ],
)
def test_an_offset_of_wordpress_proves_a_zone_only_with_a_place(
    site: Site, told: Any, foot: str, zone: str
) -> None:
    serve(
        site,
        {
            "/": f'<html lang="en-US"><link rel="https://api.w.org/" href="/wp-json/"><p>{foot}</html>',
            "/wp-json/": {**INDEX, "timezone_string": "", "gmt_offset": told, "site_logo": True},
            "/wp-json/wp/v2/categories": {"code": "odd"},
        },
    )
    found = look_at(site)
    assert found.timezone == zone
    assert found.sources[0].kind == "wordpress"


def test_a_logo_that_wordpress_does_not_give_is_its_icon(site: Site) -> None:
    index = {**INDEX, "site_icon_url": "https://paper.example/i.png"}
    serve(site, {"/": WORDPRESS, "/wp-json/": index, "/wp-json/wp/v2/media/41": {"source_url": 4}})
    assert look_at(site).logo == "https://paper.example/i.png"
    serve(site, {"/": WORDPRESS, "/wp-json/": {**INDEX, "site_icon_url": 4, "site_logo": 10**30}})
    assert look_at(site).logo == ""


KEY = "0123456789abcdef0123456789"
GHOST = f"""<html lang="en"><head><meta name="generator" content="Ghost 5.9">
<script defer src="/portal.js" data-key="nonsense" data-ghost="/"></script>
<script defer src="/portal.js" data-ghost="/" data-key="{KEY}" data-api="/ghost/api/content/"></script></head></html>"""


def test_ghost_is_read_with_the_key_of_its_pages(site: Site) -> None:
    settings = {
        "title": "The Harbor Light",
        "description": "News from the quay",
        "timezone": "America/Halifax",
        "locale": "en-ca",
        "accent_color": "#FF1A75",
        "logo": "/content/logo.png",
        "navigation": [
            {"label": "Home", "url": "/"},
            {"label": "Sea", "url": "/tag/sea/"},
            {"label": "Land", "url": "https://paper.example/tag/land/"},
            {"label": "About", "url": "/about/"},
            4,
        ],
    }
    serve(
        site,
        {"/": GHOST, f"/ghost/api/content/settings/?key={KEY}": {"settings": settings}, "/rss/": rss(JULY)},
    )
    found = look_at(site)
    source = found.sources[0]
    assert (source.kind, source.url, source.key) == ("ghost", site.url("").rstrip("/"), KEY)
    assert (found.cms, found.name, found.tagline) == ("Ghost", "The Harbor Light", "News from the quay")
    assert (found.language, found.timezone, found.colour) == ("en-CA", "America/Halifax", "#ff1a75")
    assert found.logo == site.url("/content/logo.png")
    assert found.sections == ("Sea", "Land")
    assert found.missing == ()


@pytest.mark.parametrize(
    "markup",
    [GHOST, '<meta name="generator" content="Ghost 5.9">'],
)
def test_ghost_without_a_key_that_works_is_read_by_its_feed(site: Site, markup: str) -> None:
    serve(site, {"/": markup, "/rss/": rss(JULY), f"/ghost/api/content/settings/?key={KEY}": {"errors": []}})
    found = look_at(site)
    assert (found.cms, found.sources[0].kind, found.sources[0].url) == ("Ghost", "feed", site.url("/rss/"))
    assert any("Add a custom integration in Ghost's settings" in sentence for sentence in found.missing)


def test_odd_settings_of_ghost_say_nothing(site: Site) -> None:
    odd = {
        "title": 4,
        "timezone": "../../etc",
        "navigation": "x",
        "logo": {"a": 1},
        "accent_color": "#000",
        "locale": [],
    }
    serve(site, {"/": GHOST, f"/ghost/api/content/settings/?key={KEY}": {"settings": odd}})
    found = look_at(site)
    assert (found.name, found.timezone, found.sections, found.logo, found.colour) == ("", "", (), "", "")
    assert found.sources[0].kind == "ghost"


@pytest.mark.parametrize(
    ("markup", "name", "feed"),
    [
        ('<meta name="generator" content="Drupal 10 (https://www.drupal.org)">', "Drupal", ""),
        ('<meta name="generator" content="Wix.com Website Builder">', "Wix", "/blog-feed.xml"),
        ('<img src="https://bloximages.example/x.png">', "BLOX", "/search/?f=rss"),
        ('<meta name="generator" content="Hugo 0.150">substackcdn.com', "Hugo", ""),
        ("<p>plain</p>", "", ""),
    ],
)
def test_other_generators_are_named(markup: str, name: str, feed: str) -> None:
    told = recognise(page(markup))
    assert told.cms == name
    assert any(feed in url for url in told.feeds) if feed else told.feeds == ()
