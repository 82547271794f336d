"""Article pages: small ones written by hand, and other people's, measured against floors."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from digest.ingest.page import read_page
from digest.model.article import Article, Image

PARAGRAPHS = tuple(
    f"Paragraph {n} of the story says that the harbour bridge reopened on Monday after {n} months of slow repairs."
    for n in range(2, 9)
)
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def read(html: str, **more: str) -> Article:
    return read_page(html.encode(), source="s", guid="g", **more)


def page(head: str = "", above: str = "", below: str = "", body: str = BODY, lang: str = "en") -> str:
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body><header><nav>News Sports</nav></header>"
        f"<article>{above}<div class='entry-content'>{body}</div></article>{below}<footer>© The Paper</footer></body></html>"
    )


def test_a_page_becomes_an_article() -> None:
    article = read(
        page(
            head="<title>Bridge reopens | The Paper</title><meta property='og:site_name' content='The Paper'>"
            "<meta property='og:image' content='/img/bridge-1024x683.jpg'><meta property='article:section' content='News'>"
            "<link rel='canonical' href='https://paper.example/bridge?utm_source=x'>"
            "<meta name='description' content='Nine months of work are over.'>",
            above="<h1>Bridge reopens</h1><p class='byline'>By Ana Núñez and Tom Okafor, Staff Writers</p>"
            "<time datetime='2026-05-04T06:30:00-04:00'>today</time>"
            "<figure><img src='/img/bridge-640x400.jpg' alt='A bridge'><figcaption>At dawn. Photo by Lea Novák</figcaption></figure>",
            below="<section id='comments'><h2>1 Comment</h2><ol><li class='comment'>Lovely.</li></ol></section>"
            "<div class='related-posts'>Read next: other story</div><p>Subscribe to our newsletter</p>",
            body=f"{BODY}<p>To stay up-to-date, subscribe to our daily newsletter.</p>",
        ),
        url="https://paper.example/2026/05/03/bridge",
    )
    assert article.headline == "Bridge reopens"
    assert article.byline == "By Ana Núñez and Tom Okafor, Staff Writers"
    assert article.authors == ("Ana Núñez", "Tom Okafor")
    assert article.published_at == datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
    assert article.url == "https://paper.example/bridge"
    assert article.language == "en"
    assert article.sections == ("News",)
    assert article.abstract == "Nine months of work are over."
    assert article.paragraphs == PARAGRAPHS
    assert article.image == Image(
        url="https://paper.example/img/bridge-1024x683.jpg",
        alt="A bridge",
        caption="At dawn.",
        credit="Lea Novák",
    )
    assert sorted(d.kind.value for d in article.dropped) == ["call", "call", "comment", "related"]


def ld(**data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


@pytest.mark.parametrize(
    ("head", "above", "authors"),
    [
        (
            ld(**{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ana Núñez"}}),
            "",
            ("Ana Núñez",),
        ),
        (
            ld(**{"@type": ["Article"], "author": ["Ana Núñez", {"@type": "Organization", "name": "AP"}]}),
            "",
            ("Ana Núñez",),
        ),
        (
            ld(
                **{
                    "@graph": [
                        {"@type": "BlogPosting", "author": {"@id": "#ana"}},
                        {"@type": "Person", "@id": "#ana", "name": "Ana Núñez"},
                    ]
                }
            ),
            "",
            ("Ana Núñez",),
        ),
        (
            ld(**{"@type": "WebPage", "author": "Nobody Here"}),
            "<p class='author'>Ana Núñez</p>",
            ("Ana Núñez",),
        ),
        (
            "<script type='application/ld+json'>{broken</script>",
            "<a rel='author'>Ana Núñez</a>",
            ("Ana Núñez",),
        ),
        ("<meta name='author' content='Ana Núñez, Tom Okafor'>", "", ("Ana Núñez", "Tom Okafor")),
        (
            "<meta name='author' content='The Paper'><meta property='og:site_name' content='The Paper'>",
            "",
            (),
        ),
        ("<meta property='article:author' content='https://facebook.com/ana'>", "", ()),
        ("", "<div class='post-byline'>By Ana Núñez<br>Senior Staff Writer</div>", ("Ana Núñez",)),
        ("", "<p>By <a href='/staff/ana'>Ana Núñez</a> <span>May 4, 2026</span></p>", ("Ana Núñez",)),
        ("", "<p class='byline'>Staff Writer</p>", ()),
        ("", "<div id='comments'><p class='author'>Ted Reader</p></div>", ()),
        ("", "", ()),
    ],
)
def test_authors_are_persons_from_the_surest_place(head: str, above: str, authors: tuple[str, ...]) -> None:
    article = read(page(head=f"<title>Bridge reopens</title>{head}", above=f"<h1>Bridge reopens</h1>{above}"))
    assert article.authors == authors
    if "Staff Writer<" in above and not authors:
        assert article.byline == "Staff Writer"


@pytest.mark.parametrize(
    ("head", "above", "url", "expected"),
    [
        (
            ld(**{"@type": "Article", "datePublished": "2026-05-04T10:00:00Z"}),
            "",
            "",
            datetime(2026, 5, 4, 10, tzinfo=UTC),
        ),
        (
            "<meta property='article:published_time' content='2026-05-04T10:00:00Z'>",
            "",
            "",
            datetime(2026, 5, 4, 10, tzinfo=UTC),
        ),
        ("", "<span itemprop='datePublished' content='2026-05-04'>x</span>", "", date(2026, 5, 4)),
        ("", "<time>May 4, 2026</time>", "", date(2026, 5, 4)),
        ("", "<time>Updated May 6, 2026</time>", "", None),
        ("", "<p class='post-date'>Posted on May 4, 2026 | Updated May 6, 2026</p>", "", date(2026, 5, 4)),
        ("", "", "https://paper.example/2026/5/4/bridge", date(2026, 5, 4)),
        ("", "<aside><time datetime='2026-01-01'>x</time></aside>", "", None),
        ("<meta name='date' content='0000-00-00'>", "", "", None),
        ("", "", "", None),
    ],
)
def test_the_date_comes_from_the_surest_place_or_is_none(
    head: str, above: str, url: str, expected: date | None
) -> None:
    html = page(
        head=f"<title>Bridge reopens</title>{head}",
        above=f"<h1>Bridge reopens</h1>{above}",
        below="<div class='comment'><time datetime='2020-01-01'>then</time></div>",
    )
    topbar = html.replace("<header>", "<header><nav><span class='date'>May 9, 2026</span></nav>")
    assert read(topbar, url=url).published_at == expected


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        (
            "<title>Bridge reopens - The Paper</title>",
            "<h1>The Paper</h1><h2>Bridge reopens</h2>",
            "Bridge reopens",
        ),
        (
            "<title>The Paper | Bridge reopens</title><meta property='og:site_name' content='The Paper'>",
            "<h1>The Paper</h1>",
            "Bridge reopens",
        ),
        ("<meta property='og:title' content='Bridge &amp;amp; tunnel'>", "<h1>Menu</h1>", "Bridge & tunnel"),
        (
            "<title>Bridge reopens after nine months | The Paper</title>",
            "",
            "Bridge reopens after nine months",
        ),
        (
            ld(**{"@type": "NewsArticle", "headline": "Bridge reopens", "publisher": {"name": "The Paper"}}),
            "",
            "Bridge reopens",
        ),
        ("", "<h1>Bridge reopens</h1>", "Bridge reopens"),
        ("<title></title>", "<h1> </h1><h1>Bridge reopens</h1>", "Bridge reopens"),
    ],
)
def test_the_headline_is_the_head_that_agrees_with_what_the_page_says(
    head: str, above: str, expected: str
) -> None:
    assert read(page(head=head, above=above)).headline == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://paper.example/", "https://paper.example/story"),
        ("/other", "https://paper.example/other"),
        ("javascript:x", "https://paper.example/story"),
    ],
)
def test_a_canonical_address_is_believed_unless_it_is_the_front_page(written: str, expected: str) -> None:
    html = page(
        head=f"<title>Bridge reopens</title><link rel=canonical href='{written}'>",
        above="<h1>Bridge reopens</h1>",
    )
    assert read(html, url="https://paper.example/story").url == expected


def test_a_file_keeps_the_paths_of_its_pictures() -> None:
    figure = "<figure><img src='../b.jpg'><figcaption>Rowers. Photo by Lea Novák</figcaption></figure>"
    article = read(page(head="<title>Bridge reopens</title>", above=f"<h1>Bridge reopens</h1>{figure}"))
    assert article.image == Image(url="../b.jpg", caption="Rowers.", credit="Lea Novák")
    assert article.url is None
    logo = page(
        head="<title>Bridge reopens</title><meta property='og:image' content='https://x.example/logo.png'>"
    )
    assert read(logo).image is None
    captioned = "<figure><img src='../c.jpg'><figcaption>Rowers at dawn</figcaption></figure>"
    article = read(page(head="<title>Bridge reopens</title>", above=captioned))
    assert article.image == Image(url="../c.jpg", caption="Rowers at dawn")


def test_pages_with_other_containers_are_read() -> None:
    for opening, closing in (
        ("<div itemprop='articleBody'>", "</div>"),
        ("<div class='storyBody story-body'>", "</div>"),
        ("<article>", "</article>"),
        ("<main>", "</main>"),
        ("<div class='x'>", "</div>"),
        ("<div itemprop='articleBody'>", "</div><div itemprop='articleBody'><p>More</p></div>"),
        ("<div itemprop='articleBody'><p>Short.</p></div><div class='entry-content'>", "</div>"),
        ("<article class='comment'>Lovely</article><div class='field-name-body'>", "</div>"),
    ):
        article = read(
            f"<html><title>Bridge reopens today</title><body><h1>Bridge reopens today</h1>{opening}{BODY}{closing}</body>"
        )
        assert article.paragraphs == PARAGRAPHS, opening


def test_a_short_story_is_read_too() -> None:
    html = "<html><title>Bridge reopens today</title><body><h1>Bridge reopens today</h1><article><p>It is open.</p></article>"
    assert read(html).paragraphs == ("It is open.",)


def test_a_story_that_is_a_table_is_read_from_its_container() -> None:
    table = "<table><tr><td>Pier</td><td>9 tons</td></tr><tr><td>Arch</td><td>4 tons</td></tr></table>"
    article = read(
        page(
            head="<title>What the bridge weighs</title>", above="<h1>What the bridge weighs</h1>", body=table
        )
    )
    assert article.paragraphs == ("Pier | 9 tons", "Arch | 4 tons")


def test_comments_outside_any_known_frame_do_not_reach_the_body() -> None:
    comments = "<div class='thread' id='comments'><ol><li class='comment'><p>I saw it myself, and it was lovely.</p></li></ol></div>"
    plain = f"<html><title>Bridge reopens today</title><body><div><h1>Bridge reopens today</h1>{BODY}</div>{comments}"
    article = read(plain)
    assert article.paragraphs == PARAGRAPHS
    assert [d.kind.value for d in article.dropped] == ["comment"]
