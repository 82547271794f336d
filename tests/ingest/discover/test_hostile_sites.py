"""What a site says is hostile: wrong types, controls, floods and traps lead to few words, never to an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from digest.errors import SourceError
from digest.ingest.discover.clue import line_of
from digest.ingest.discover.visit import MAX_REQUESTS
from digest.model.site import FoundSite
from tests.ingest.discover.papers import NOVEMBER, Answer, look_at, rss, serve
from tests.ingest.intake import Site, say

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ANY_SITE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEY = "0123456789abcdef0123456789"


def words(found: FoundSite) -> list[str]:
    return [
        found.url, found.cms, found.name, found.tagline, found.language, found.timezone, found.colour, found.logo,
        *found.sections, *found.found, *found.missing,
        *(word for source in found.sources for word in (source.url, source.key, source.why, *source.sections)),
    ]  # fmt: skip


def assert_harmless(found: FoundSite) -> None:
    for word in words(found):
        assert word.isprintable()
        assert len(word) <= 2200
    assert all(len(name) <= 120 for name in (found.cms, found.name, found.tagline, *found.sections))
    assert "<" not in found.name + found.tagline + "".join(found.sections)


EVIL = "\u202e\x1b[31mLight\r\nBcc: x\x00\u2028<script>alert(1)</script><b>" + "x" * 10_000


def test_everything_a_hostile_page_says_becomes_short_printable_lines(site: Site) -> None:
    hostile = json.dumps(
        {"@type": ["NewsMediaOrganization", 4, None], "name": EVIL, "logo": {"url": EVIL}, "address": EVIL}
    )
    serve(
        site,
        {
            "/": f"""<html lang="{EVIL}"><meta name="generator" content="{EVIL}"><title>{EVIL}</title>
            <meta property="og:site_name" content="{EVIL}"><meta name="description" content="&lt;i&gt;Tag">
            <meta name="theme-color" content="{EVIL}"><script type="application/ld+json">{hostile}</script>
            <script type="application/ld+json">{"[" * 100_000}</script>
            <nav><a href="/section/{EVIL}">{EVIL}</a><a href="javascript:alert(1)">News</a><a href="//[">x</a></nav>
            <link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">
            <link rel="alternate" type="application/rss+xml" href="http://10.0.0.1/feed">
            <link rel="https://api.w.org/" href="http://169.254.169.254/"><header><img src="{EVIL}" alt="logo"></header>
            <a href="/feed/">RSS</a>snworks</html>""",
            "/feed/": rss(NOVEMBER, title=EVIL.replace("<", "&lt;"), language="&#x202e;en"),
        },
    )
    found = look_at(site)
    assert_harmless(found)
    assert [source.url for source in found.sources] == [site.url("/feed/")]


def test_addresses_that_do_not_show_in_a_line_are_left_out(site: Site) -> None:
    hidden = "x\u202ey\u200b"
    told = {"namespaces": ["wp/v2"], "site_icon_url": f"/{hidden}.png"}
    serve(
        site,
        {
            "/": f"""<link rel="https://api.w.org/" href="/{hidden}/wp-json"><nav><a href="/{hidden}/feed">News</a></nav>
            <link rel="alternate" type="application/rss+xml" href="/{hidden}"><header><img class="logo" src="/{hidden}">
            <link rel="apple-touch-icon" href="/{hidden}"><link rel="https://api.w.org/" href="/api"></header>""",
            "/wp-json/": told,
            "/feed/": Answer(status=302, location='/feed"quoted"'),
            '/feed"quoted"': rss(NOVEMBER),
            "/feed%22quoted%22": rss(NOVEMBER),
        },
    )
    found = look_at(site)
    assert_harmless(found)
    assert found.logo == ""
    assert [source.kind for source in found.sources] == ["wordpress"]


def test_a_home_that_is_moved_to_an_odd_address_is_known_by_its_root(site: Site) -> None:
    serve(site, {"/": Answer(status=302, location='/a"b'), '/a"b': "<p>hi", "/a%22b": "<p>hi"})
    assert look_at(site).url == site.url("")


@ANY_SITE
@given(first=JSON, second=JSON)
@example(first={"namespaces": ["wp/v2"], "name": {"a": []}, "site_logo": 1}, second=[{"name": 4, "slug": []}])
@example(first=[[[]]], second={"settings": {"navigation": [{"url": 4}], "locale": {"a": 1}}})
def test_json_of_any_shape_is_no_error(site: Site, first: Any, second: Any) -> None:
    markup = f"""<link rel="https://api.w.org/" href="/wp-json/"><p>snworks</p><a href="/section/news">News</a>
    <script data-key="{KEY}" data-ghost="/"></script>
    <script type="application/ld+json">{json.dumps(first).replace("<", " ")}</script>"""
    serve(
        site,
        {
            "/": markup,
            "/section/news.json": Answer(json.dumps(first)),
            "/wp-json/": Answer(json.dumps(first)),
            "/wp-json/wp/v2/categories": Answer(json.dumps(second)),
            "/ghost/api/content/settings/": Answer(json.dumps(second)),
            "/feed.json": Answer(json.dumps(first)),
        },
    )
    assert_harmless(look_at(site))
    assert len(site.requests) <= MAX_REQUESTS
    site.requests.clear()


@ANY_SITE
@given(body=st.binary(max_size=300), status=st.sampled_from([200, 204, 301, 403, 404, 500]))
def test_bytes_of_any_kind_are_no_error_but_a_clear_one(site: Site, body: bytes, status: int) -> None:
    serve(site, {"/": Answer(body, status)}, otherwise=404)
    if status == 200:
        assert_harmless(look_at(site))
        return
    with pytest.raises(SourceError) as caught:
        look_at(site)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("depth", [300, 20_000])
def test_json_too_deep_to_read_is_none(site: Site, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    serve(
        site,
        {
            "/": f'<a href="/section/news">snworks</a><script type="application/ld+json">{deep}</script>',
            "/section/news.json": deep,
        },
    )
    assert look_at(site).sources == ()


def test_a_document_that_is_too_large_is_left(site: Site) -> None:
    serve(site, {"/": '<a href="/feed/">RSS</a>', "/feed/": "x" * 20_000})
    assert look_at(site, max_bytes=10_000).sources == ()


@given(st.text())
def test_a_line_is_short_printable_and_stable(text: str) -> None:
    line = line_of(text, most=40)
    assert len(line) <= 40
    assert line == line.strip()
    assert "\n" not in line


def test_what_is_no_text_says_nothing() -> None:
    assert [line_of(value) for value in (None, 4, True, ["x"], {"x": 1}, b"x")] == [""] * 6


def test_a_page_of_nothing_but_blanks_costs_no_time(site: Site) -> None:
    site.answer = lambda handler: say(handler, b" " * 1_000_000 + b"x", Content_Type="text/html")
    assert look_at(site).sources == ()
