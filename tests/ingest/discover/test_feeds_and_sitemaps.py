"""Sites without a known CMS: the best feed, a news sitemap, or a clear word that there is nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from digest.errors import FetchRefused, SourceError
from digest.ingest.discover.visit import MAX_REQUESTS
from tests.ingest.discover.papers import AGENT, JULY, NOVEMBER, Answer, look_at, rss, serve
from tests.ingest.intake import Site, say

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def news(*dates: str) -> Answer:
    entries = "".join(
        f"<url><loc>https://paper.example/{n}</loc><n:news><n:publication><n:name>The Harbor Light</n:name>"
        f"<n:language>en</n:language></n:publication><n:publication_date>{date}</n:publication_date></n:news></url>"
        for n, date in enumerate(dates)
    )
    return Answer(
        f'<?xml version="1.0"?><urlset xmlns="{MAP}" xmlns:n="{NEWS}">{entries}</urlset>', kind="text/xml"
    )


def index(*urls: str) -> Answer:
    listed = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return Answer(f'<sitemapindex xmlns="{MAP}">{listed}</sitemapindex>', kind="text/xml")


def test_the_feed_in_the_head_is_taken_and_tells_what_the_page_does_not(site: Site) -> None:
    serve(
        site,
        {"/": '<link rel=alternate type="application/rss+xml" href="news.rss">', "/news.rss": rss(NOVEMBER)},
    )
    found = look_at(site)
    (source,) = found.sources
    assert (source.kind, source.url) == ("feed", site.url("/news.rss"))
    assert source.why == "This feed was read: it holds 1 article."
    assert (found.name, found.language) == ("The Harbor Light", "en-US")
    assert "The name comes from the feed's title." in found.found


def test_the_fullest_of_the_fresh_feeds_is_best(site: Site) -> None:
    links = "".join(
        f'<a href="/{path}">RSS</a>' for path in ("old/rss", "small.rss", "full/feed/", "broken.rss")
    )
    serve(
        site,
        {
            "/": links,
            "/old/rss": rss(*[JULY] * 9, section="Old"),
            "/small.rss": rss(NOVEMBER, section="Small"),
            "/full/feed/": rss(NOVEMBER, NOVEMBER, section="Full"),
            "/broken.rss": "<p>no feed",
        },
    )
    urls = [(source.url, source.alternate) for source in look_at(site).sources]
    assert urls == [
        (site.url("/full/feed/"), False),
        (site.url("/small.rss"), True),
        (site.url("/old/rss"), True),
    ]


def test_an_ugly_feed_at_a_usual_place_is_found(site: Site) -> None:
    ugly = (
        "\n <rss><channel><item><title>Ferry & sails</title><description>x<br></description></item></channel>"
    )
    serve(site, {"/": "<title>Home | Harbor Light</title>", "/rss.xml": Answer(ugly, kind="text/html")})
    found = look_at(site)
    assert found.sources[0].url == site.url("/rss.xml")
    assert found.name == "Harbor Light"
    assert "/feed.xml" not in [path for path, _ in site.requests]


def test_a_feed_named_twice_is_one_source(site: Site) -> None:
    feed = rss(NOVEMBER)
    serve(site, {"/": '<a href="/feed">a</a><a href="/feed/">b</a>', "/feed": feed, "/feed/": feed})
    assert [source.url for source in look_at(site).sources] == [site.url("/feed")]


def test_comments_podcasts_and_other_sites_feeds_are_no_sources(site: Site) -> None:
    markup = (
        '<link rel="alternate" type="application/rss+xml" title="Comments on Home" href="/x.rss">'
        '<a href="/podcast/rss">Listen</a><a href="https://elsewhere.example/feed/">theirs</a>'
        '<a href="/feed/">Follow our comments</a>'
    )
    serve(site, {"/": markup, "/x.rss": rss(NOVEMBER), "/podcast/rss": rss(NOVEMBER)})
    assert look_at(site).sources == ()


def test_a_json_feed_without_dates_is_a_feed(site: Site) -> None:
    feed = {
        "title": "The Harbor Light",
        "language": "de-at",
        "items": [{"id": "1", "title": "Fähre", "url": "/1"}],
    }
    serve(site, {"/": "<p>hi", "/feed.json": Answer(json.dumps(feed), kind="application/feed+json")})
    found = look_at(site)
    assert (found.sources[0].url, found.name, found.language) == (
        site.url("/feed.json"),
        "The Harbor Light",
        "de-AT",
    )


def test_an_empty_feed_is_no_source(site: Site) -> None:
    serve(site, {"/": '<a href="/feed/">RSS</a>', "/feed/": rss()})
    assert look_at(site).sources == ()


def test_the_address_of_a_feed_will_do(site: Site) -> None:
    serve(
        site,
        {
            "/": '<title>The Harbor Light</title><a href="/feed.xml">RSS</a><a href="/sports.rss">Sports</a>',
            "/feed.xml": rss(NOVEMBER),
            "/sports.rss": rss(NOVEMBER, NOVEMBER, section="Sports"),
        },
    )
    found = look_at(site, site.url("/feed.xml"))
    assert [source.url for source in found.sources] == [site.url("/feed.xml"), site.url("/sports.rss")]
    assert (found.url, found.name) == (site.url("").rstrip("/"), "The Harbor Light")


def test_the_address_of_a_feed_will_do_where_there_is_no_home_page(site: Site) -> None:
    serve(site, {"/feed.xml": rss(NOVEMBER)})
    assert look_at(site, site.url("/feed.xml")).sources[0].url == site.url("/feed.xml")


def test_a_news_sitemap_alone_is_a_source(site: Site) -> None:
    robots = Answer(
        f"User-agent: *\nSitemap: {site.url('/all.xml')}\nsitemap:{site.url('/s/google-news.xml')}",
        kind="text/plain",
    )
    serve(
        site,
        {
            "/": "<html></html>",
            "/robots.txt": robots,
            "/s/google-news.xml": news("2026-11-23T08:00:00-05:00", "2026-07-01T08:00:00-04:00"),
        },
    )
    found = look_at(site)
    (source,) = found.sources
    assert (source.kind, source.url) == ("sitemap", site.url("/s/google-news.xml"))
    assert source.why == "This news sitemap was read: it lists 2 articles."
    assert (found.language, found.timezone) == ("en", "America/New_York")


def test_a_news_sitemap_is_found_in_the_index_at_the_usual_place(site: Site) -> None:
    serve(
        site,
        {
            "/": "<html></html>",
            "/sitemap.xml": index(site.url("/pages.xml"), site.url("/news-11.xml"), "javascript:news"),
            "/news-11.xml": news("2026-11-23"),
        },
    )
    assert look_at(site).sources[0].url == site.url("/sitemap.xml")
    serve(site, {"/": "", "/sitemap.xml": index(site.url("/news.xml")), "/news.xml": news("2026-11-23")})
    assert look_at(site).sources[0].url == site.url("/news.xml")


def test_a_news_sitemap_is_an_alternate_beside_a_feed(site: Site) -> None:
    serve(
        site,
        {
            "/": '<a href="/feed/">RSS</a>',
            "/feed/": rss(NOVEMBER),
            "/robots.txt": Answer(f"Sitemap: {site.url('/news.xml')}", kind="text/plain"),
            "/news.xml": news("2026-11-23"),
        },
    )
    assert [(s.kind, s.alternate) for s in look_at(site).sources] == [("feed", False), ("sitemap", True)]


@pytest.mark.parametrize(
    "answer",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset>&a;</urlset>',
        "<urlset",
        "",
        f'<urlset xmlns="{MAP}"><url><loc>https://paper.example/1</loc></url></urlset>',
        '<?xml version="1.0" encoding="utf-16"?><a/>',
    ],
)
def test_a_sitemap_that_is_dangerous_broken_or_not_of_news_is_no_source(site: Site, answer: str) -> None:
    serve(site, {"/": "<html></html>", "/news-sitemap.xml": Answer(answer, kind="text/xml")})
    assert look_at(site).sources == ()


def test_an_index_that_leads_in_circles_is_left(site: Site) -> None:
    circle = index(*(site.url(f"/news-{n}.xml") for n in range(9)))
    serve(
        site, {"/": "<html></html>", **{f"/news-{n}.xml": circle for n in range(9)}, "/sitemap.xml": circle}
    )
    assert look_at(site).sources == ()
    assert len(site.requests) <= MAX_REQUESTS


def test_a_site_with_nothing_says_what_to_write_and_whom_to_ask(site: Site) -> None:
    serve(site, {"/": "<p>hi</p>"})
    found = look_at(site)
    assert (found.cms, found.name, found.sources, found.sections, found.found) == ("", "", (), (), ())
    assert len(found.missing) == 6
    for asked in (
        'name = "',
        'language = "en"',
        "timezone = ",
        "colour = ",
        "sections = ",
        'kind = "folder"',
    ):
        assert any(asked in sentence for sentence in found.missing)
    assert len(site.requests) <= MAX_REQUESTS


def test_a_logo_that_mail_does_not_show_is_told_of(site: Site) -> None:
    serve(site, {"/": '<header><img src="/logo.svg"></header>'})
    found = look_at(site)
    assert found.logo == site.url("/logo.svg")
    assert any("Have a PNG of it made" in sentence for sentence in found.missing)


def test_a_home_page_that_is_empty_or_no_text_says_nothing(site: Site) -> None:
    for body in (b"", b"\x00\x01\x02" * 99):
        serve(site, {"/": Answer(body)})
        assert look_at(site).sources == ()


def test_redirects_lead_to_the_canonical_home(site: Site) -> None:
    www = f"http://www.paper.example:{site.port}"

    def answer(handler: Any) -> None:
        if not handler.headers["Host"].startswith("www."):
            say(handler, b"", 301, Location=f"{www}{handler.path}?from=bare")
        elif handler.path.startswith("/?"):
            say(handler, b'<a href="/feed/">RSS</a>', Content_Type="text/html")
        elif handler.path == "/feed/":
            say(handler, str(rss(NOVEMBER).body).encode())
        else:
            say(handler, b"", 404)

    site.answer = answer
    found = look_at(site)
    assert (found.url, found.sources[0].url) == (www, f"{www}/feed/")
    assert f"{site.url('/')} leads to {www}." in found.found


def test_a_site_without_a_scheme_is_tried_by_https_first(site: Site) -> None:
    serve(site, {"/": '<a href="/feed/">RSS</a>', "/feed/": rss(NOVEMBER)})
    found = look_at(site, f" paper.example:{site.port} ")
    assert found.sources[0].url == site.url("/feed/")
    assert "The site answers over http only. Ask its host to offer https." in found.missing


@pytest.mark.parametrize(
    "url", ["", "http://", "ftp://paper.example", "http://[::1", "http://169.254.169.254/"]
)
def test_an_address_that_is_none_is_refused_with_a_reason(site: Site, url: str) -> None:
    with pytest.raises(SourceError):
        look_at(site, url or " ")
    assert site.requests == []


def test_a_redirect_into_the_own_network_is_not_followed(site: Site) -> None:
    serve(site, {"/": Answer(status=302, location="http://10.0.0.1/")})
    with pytest.raises(FetchRefused, match="private"):
        look_at(site)


def test_a_site_that_is_down_is_an_error_with_its_remedy(site: Site) -> None:
    serve(site, {"/": 500})
    with pytest.raises(SourceError, match="the site itself has trouble"):
        look_at(site)
    assert len(site.requests) == 1


def test_a_home_page_closed_to_robots_still_leads_to_the_feed(site: Site) -> None:
    serve(site, {"/": 403, "/feed/": rss(NOVEMBER)})
    found = look_at(site)
    assert (found.name, found.sources[0].url) == ("The Harbor Light", site.url("/feed/"))
    assert any("The home page cannot be read" in sentence and AGENT in sentence for sentence in found.missing)


def test_a_home_page_closed_to_robots_still_leads_to_the_cms(site: Site) -> None:
    article = {"headline": "Ferry sails", "slug": "ferry-sails"}
    serve(site, {"/": 403, "/section/news.json": {"articles": [article]}})
    assert look_at(site).sources[0].kind == "snworks"
    serve(site, {"/": 403, "/wp-json/": {"name": "The Harbor Light", "namespaces": ["wp/v2"]}})
    found = look_at(site)
    assert (found.cms, found.name) == ("WordPress", "The Harbor Light")


def test_a_site_closed_to_robots_altogether_says_what_to_ask_its_host(site: Site) -> None:
    serve(site, {}, otherwise=403)
    with pytest.raises(SourceError, match="ask the site's host to allow the User-Agent") as caught:
        look_at(site)
    assert AGENT in str(caught.value)
    assert len(site.requests) <= MAX_REQUESTS


def test_a_guest_who_is_asked_to_wait_asks_nothing_more(site: Site) -> None:
    serve(site, {"/": "<p>hi</p>"}, otherwise=429)
    assert look_at(site).sources == ()
    assert len(site.requests) == 2


def test_a_site_that_stays_silent_is_not_asked_on(site: Site) -> None:
    links = "".join(f'<a href="/{n}/feed">RSS</a>' for n in range(4))

    def answer(handler: Any) -> None:
        if handler.path == "/":
            say(handler, links.encode())
        else:
            handler.rfile.read(1)  # until the guest hangs up

    site.answer = answer
    assert look_at(site, timeout=0.3).sources == ()
    assert len(site.requests) == 3


def test_no_more_than_twenty_addresses_are_asked(site: Site) -> None:
    links = "".join(f'<a href="/{n}/feed">RSS</a>' for n in range(99))
    stylesheet = '<link rel="stylesheet" href="/style.css">'
    serve(
        site,
        {
            "/": f'<link rel="https://api.w.org/" href="/api"><p>snworks</p>{stylesheet}{links}',
            "/robots.txt": "\n".join(f"Sitemap: {site.url(f'/news{n}.xml')}" for n in range(99)),
        },
    )
    assert look_at(site).sources == ()
    assert len(site.requests) <= MAX_REQUESTS
