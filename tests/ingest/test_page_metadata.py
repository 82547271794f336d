"""What a page says of itself: headline that two places agree on, writers, days, the line under the headline."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from digest.ingest.htmltree import parse_page
from digest.ingest.page import agreed_headline
from digest.ingest.pagemeta import PageMeta, read_meta


def meta(head: str = "", body: str = "", url: str = "") -> PageMeta:
    return read_meta(parse_page(f"<html><head>{head}</head><body>{body}</body></html>".encode()), url=url)


def ld(**data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **data})}</script>"


TITLE = "<title>Bridge reopens today | The Harbor Light</title>"
SITE = "<meta property='og:site_name' content='The Harbor Light'>"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (TITLE, "<h1>Bridge reopens today</h1>", "Bridge reopens today"),
        (
            "<meta property='og:title' content='Bridge reopens'>",
            "<h1>Bridge Reopens!</h1>",
            "Bridge Reopens!",
        ),
        (
            "<meta name='twitter:title' content='Bridge reopens'>" + ld(headline="Bridge reopens"),
            "",
            "Bridge reopens",
        ),
        (TITLE + ld(headline="Bridge reopens today"), "<h1>Menu</h1>", "Bridge reopens today"),
        ("<meta property='og:title' content='A'><meta name='twitter:title' content='A'>", "<h1>B</h1>", ""),
        (TITLE, "", ""),
        ("", "<h1>Bridge reopens</h1><h1>Bridge reopens</h1>", ""),
        (SITE + "<title>The Harbor Light</title>", "<h1>The Harbor Light</h1>", ""),
        (ld(headline=["", 7]), "<h1></h1>", ""),
    ],
)
def test_a_headline_is_agreed_on_by_two_places_at_least(head: str, body: str, expected: str) -> None:
    raw = f"<html><head>{head}</head><body>{body}<p>x</p></body></html>".encode()
    assert agreed_headline(raw, url="https://paper.example/a") == expected


def test_a_page_that_cannot_be_read_has_no_agreed_headline() -> None:
    assert agreed_headline(b"") == ""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ld(dateModified="2026-05-05T10:00:00Z"), datetime(2026, 5, 5, 10, tzinfo=UTC)),
        (
            "<meta property='article:modified_time' content='2026-05-05T12:00:00+02:00'>",
            datetime(2026, 5, 5, 10, tzinfo=UTC),
        ),
        (ld(dateModified=["yesterday", 7, None]), None),
        ("<meta property='article:modified_time' content='2026-05-05'>", None),
        ("", None),
    ],
)
def test_the_last_change_is_a_moment_or_nothing(head: str, expected: datetime | None) -> None:
    assert meta(head).modified_at == expected


@pytest.mark.parametrize(
    ("head", "body", "url", "expected"),
    [
        ("", "<p class='date'>2026年5月4日</p>", "", date(2026, 5, 4)),
        ("", "<p class='date'>更新 2026年5月4日</p>", "", None),
        ("", "<dl class='date'><dt>2026.05.14</dt><dd>一覧へ</dd></dl>", "", date(2026, 5, 14)),
        (
            "",
            "<aside><time itemprop='datePublished' datetime='2026-05-04'>x</time></aside>",
            "",
            date(2026, 5, 4),
        ),
        (
            "",
            "<div class='related'><time itemprop='datePublished' datetime='2026-05-04'>x</time></div>",
            "",
            None,
        ),
        (
            "<link rel=canonical href='https://paper.example/b'>",
            "",
            "https://paper.example/2026/05/04/b",
            date(2026, 5, 4),
        ),
        ("", "<relative-time datetime='2026-05-04'>May 4, 2026</relative-time>", "", date(2026, 5, 4)),
        (
            "",
            "<aside>May 9, 2026</aside><p>Updated May 8, 2026</p>",
            "",
            None,
        ),
    ],
)
def test_days_are_read_where_papers_put_them(head: str, body: str, url: str, expected: date | None) -> None:
    found = meta(f"<title>Bridge reopens</title>{head}", f"<h1>Bridge reopens</h1>{body}", url)
    assert found.published_at == expected


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (
            "<meta name='author' content='Harbor Holdings'><meta property='article:author' content='Ana Roe'>",
            "<p class='byline'>By Ana Roe</p>",
            ("Ana Roe",),
        ),
        (
            "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ana Roe'>",
            "",
            ("Ana Roe",),
        ),
        (
            "<meta name='twitter:label1' content='Time'><meta name='twitter:data1' content='Two Minutes'>",
            "",
            (),
        ),
        (
            "",
            "<div><a href='/author/ana'>Ana Roe</a> <a href='/author/bo'>Bo Lund</a></div><p><a href='/staff/x'>Cy Poe</a></p>",
            ("Ana Roe", "Bo Lund"),
        ),
        ("", "<footer><a href='/author/ana'>Ana Roe</a></footer><a href='/author/x'>all stories</a>", ()),
    ],
)
def test_writers_are_those_the_page_shows(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert meta(f"<title>Bridge reopens</title>{head}", f"<h1>Bridge reopens</h1>{body}").authors == authors


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ({"@type": "Organization", "name": "The Harbor Light"}, "The Harbor Light"),
        ([{"@type": "NewsMediaOrganization", "name": "The Harbor Light"}], "The Harbor Light"),
        ({"@type": "Organization", "name": "x" * 101}, ""),
        ({"@type": "Person", "name": "admin"}, ""),
        ({"@type": "Organization"}, ""),
        ("The Harbor Light", ""),
    ],
)
def test_a_house_that_wrote_an_article_itself_is_a_byline_and_no_writer(author: object, byline: str) -> None:
    found = meta(ld(author=author, publisher={"name": "The Harbor Light"}))
    assert (found.byline, found.authors) == (byline, ())


def test_the_subhead_is_named_so_or_is_how_the_page_describes_itself() -> None:
    line = "Four thousand people crossed it before the sun went down over the harbour, the city counted."
    head = f"<title>Bridge reopens</title><meta name='description' content='{line}'>"
    assert meta(head, f"<h1>Bridge reopens</h1><aside><p>{line}</p></aside><p>{line}</p>").subhead == line
    assert (
        meta(
            "<title>Bridge reopens</title>", f"<h1>Bridge reopens</h1><ul></ul><p class='dek'>{line}</p>"
        ).subhead
        == line
    )
    assert meta(head, f"<h1>Bridge reopens</h1><p>{'other ' * 5}</p>").subhead == ""
    assert meta(head, f"<p>{line}</p>").subhead == ""
