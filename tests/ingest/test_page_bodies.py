"""Which blocks of a page are its article: what two readings and the page's own containers agree on."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.htmltree import decode_page, parse_page
from digest.ingest.page import agreed_headline, read_page
from digest.ingest.pagelines import is_blurb, page_kind
from digest.ingest.pageunits import common, units
from digest.ingest.pagevotes import Reading
from digest.model.article import Article

PARAGRAPHS = tuple(
    f"Paragraph {n} of the story says that the harbour bridge reopened on Monday after {n} months of slow repairs."
    for n in range(2, 9)
)
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)


def read(body: str, head: str = "") -> Article:
    html = f"<html><head><title>Bridge reopens today</title>{head}</head><body><h1>Bridge reopens today</h1>{body}</body></html>"
    return read_page(html.encode(), source="s", guid="g")


def divided(html: str) -> list[tuple[str, str]]:
    tree = parse_page(f"<html><body>{html}</body></html>".encode())
    return [(node.tag, "".join(node.itertext()).strip()) for node in units(tree)]


def test_text_beside_blocks_and_between_double_breaks_becomes_paragraphs_of_its_own() -> None:
    assert divided("<div>One <b>two</b> three<p>Four</p> <br>five<!-- no --><i>six</i><hr></div>") == [
        ("p", "One two three"),
        ("p", "Four"),
        ("p", "fivesix"),
        ("hr", ""),
    ]
    assert divided("<div>One<br><br>two<br>three<br> <br><br><b>four</b></div>") == [
        ("p", "One"),
        ("p", "twothree"),
        ("p", "four"),
    ]
    assert divided("<div><b>One</b><script>x()</script> two</div>")[0] == ("div", "Onex() two")


def test_the_innermost_element_around_some_is_found() -> None:
    tree = parse_page(
        b"<html><body><div><section><p>1</p><p>2</p></section><ul><li>3</li></ul></div></body></html>"
    )
    one, two = tree.iter("p")
    (item,) = tree.iter("li")
    assert common([one, two]).tag == "section"
    assert common([one, item]).tag == "div"
    assert common([one]).tag == "section"
    assert common([tree]).tag == "html"


def test_a_reading_has_short_blocks_as_lines_and_long_ones_for_the_most_part() -> None:
    reading = Reading(
        frozenset({"yes"}), "thebridgereopenedonmondayafterninemonthsofslowrepairssaidthecityyes"
    )
    assert reading.has("Yes!")
    assert not reading.has("No")
    assert reading.has("after nine months of")
    assert not reading.has("after ten months of slow")
    assert reading.has(
        "The bridge reopened on Monday (its day) after nine months of slow repairs, said the city."
    )
    assert not reading.has(
        "The mayor opened an entirely different bridge in a different town on the other side."
    )


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Subscribe to our daily newsletter", "call"),
        ("Lesen Sie auch", "related"),
        ("Top stories", "related"),
        ("We may receive a commission if you buy through affiliate links on this page.", "promo"),
        ("Beitragsbild: Der Hafen am Morgen", "caption"),
        ("For the latest, download the Harbor Light app.", "promo"),
        ("If you liked this, would you consider supporting our work?", "promo"),
        ("Please log in to leave a comment here", "markup"),
        ("harborlight.example.com", "promo"),
        ("The council met on Monday and […]", "related"),
        ("The council met on Monday.", None),
        ("Advertisers pay a commission, he said.", None),
        ("“Click here,” the poster read, and hundreds did.", None),
        ("long " * 70, None),
        ("<" * 6_000, None),
    ],
)
def test_lines_that_pages_set_among_paragraphs_are_known(line: str, kind: str | None) -> None:
    found = page_kind(line)
    assert (found.value if found else None) == kind


def test_a_blurb_says_who_somebody_is_and_where_to_follow_them() -> None:
    assert is_blurb("Ana Roe is the founder of The Harbor Light. Follow her for more.")
    assert not is_blurb("Ana Roe is the founder of The Harbor Light.")
    assert not is_blurb("“Follow me,” she said; it was late.")


def test_lines_that_are_no_text_are_dropped_with_their_kind() -> None:
    article = read(
        f"<article>{BODY}<p>Auch interessant</p><p><a href='/b'>Another story of this week</a></p>"
        "<p>Ana Roe is the founder of The Harbor Light and writes about ships, bridges and the people who build both "
        "of them. Follow her on Instagram.</p></article>"
    )
    assert article.paragraphs == PARAGRAPHS
    assert {"related", "byline"} <= {d.kind.value for d in article.dropped}


def test_a_page_of_nothing_but_calls_has_no_article() -> None:
    with pytest.raises(ArticleUnreadable, match="no article text"):
        read("<article><p>" + "Subscribe to our daily newsletter here now. </p><p>" * 9 + "</p></article>")


def test_a_paragraph_set_as_a_head_and_a_table_set_as_a_figure_are_text() -> None:
    first = "The bridge over the harbour has reopened after nine months, and four thousand people crossed it."
    table = "<figure><table><tr><td>Pier</td><td>9 tons of old stone</td></tr></table></figure>"
    article = read(f"<article><h2>{first}</h2>{BODY[:400]}{table}{BODY[400:]}</article>")
    assert article.paragraphs[0] == first
    assert any("9 tons of old stone" in line for line in article.paragraphs)


def test_a_place_that_opens_a_paragraph_is_text() -> None:
    article = read(f"<article><p><span class='dateline'>HARBOR —</span> {PARAGRAPHS[0]}</p>{BODY}</article>")
    assert article.paragraphs[0].startswith("HARBOR — Paragraph 2")


def test_what_only_the_eager_reading_has_needs_a_container_of_its_own() -> None:
    lead = "<div class='teaser'><p>The city council will meet again on Thursday to talk about the budget of the port.</p></div>"
    for outside in (lead, f"<div>{lead * 3}</div>"):
        article = read(f"<div class='entry-content'>{BODY}</div>{outside}")
        assert article.paragraphs[: len(PARAGRAPHS)] == PARAGRAPHS


def test_a_story_in_two_named_containers_is_read_whole() -> None:
    half = len(PARAGRAPHS) // 2
    first, second = ("".join(f"<p>{p}</p>" for p in part) for part in (PARAGRAPHS[:half], PARAGRAPHS[half:]))
    article = read(f"<div class='entry-content'>{first}</div><div>{second}</div>")
    assert article.paragraphs == PARAGRAPHS


def test_the_line_under_the_headline_is_the_subhead() -> None:
    line = "Four thousand people crossed it before the sun went down, the city counted"
    article = read(f"<p class='subtitle'>{line}</p><article>{BODY}</article>")
    assert line in (article.subhead, article.paragraphs[0])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<meta charset=iso-8859-1>Núñez".encode(), "<meta charset=iso-8859-1>Núñez"),
        ("é".encode() * 50 + b"\xfc", "é" * 50 + "\ufffd"),
        ("<meta charset=iso-8859-1>Núñez".encode("latin-1"), "<meta charset=iso-8859-1>Núñez"),
        ("<meta charset=utf-16>Núñez".encode("latin-1"), "<meta charset=utf-16>Núñez"),
    ],
)
def test_a_page_that_is_utf8_is_read_so_whatever_it_says(raw: bytes, expected: str) -> None:
    assert decode_page(raw) == expected


def test_what_stands_below_more_elements_than_an_article_has_is_cut_off() -> None:
    tree = parse_page(b"<html><body><div>" + b"<i>x</i>" * 30_000 + b"</div><p>below</p></body></html>")
    assert 15_000 < len(list(tree.iter())) <= 20_001
    assert not tree.findall(".//p")


@pytest.mark.parametrize("unit", ["<div>", "<a", "<li>one two"])
def test_a_huge_page_takes_no_time(unit: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ArticleUnreadable):
        read(f"<article>{BODY}</article>" + unit * (5_000_000 // len(unit)))
    assert time.perf_counter() - start < 20


@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [b"<p>", b"</p>", b"<br><br>", b"<table><tr><td>", b"<a href='http://[::1'>", b"<img src='//['>", b"\x00",
             b"\xff", b"<time>May 4, 2026", b"<h1>", b"<meta property='og:image' content='http://['>", b"<figure>",
             b"<link rel=canonical href='//[x'>", b"<script type='application/ld+json'>{\"@type\":\"Article\",\"author\":[[7]]}",
             b"The harbour bridge reopened on Monday after nine months of slow repairs. ", b"<!--", b"<svg>", b"<div class=comment>"]
        ),
        max_size=40,
    ).map(b"".join)
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_odd_bytes_raise_nothing_but_unreadable(junk: bytes) -> None:
    whole = b"<title>Bridge reopens</title><article>" + BODY.encode() + junk
    for raw in (junk, whole):
        with contextlib.suppress(ArticleUnreadable):
            read_page(raw, source="s", guid="g", url="https://paper.example/a")
        agreed_headline(raw)
