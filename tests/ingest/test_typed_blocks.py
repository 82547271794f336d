"""Paragraphs, quotations and items as typed blocks: out of HTML, Markdown and plain text, with their places."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import pytest

from digest.ingest.clean import clean_html
from digest.ingest.markup import plain
from digest.ingest.passages import Collector
from digest.model.article import BlockKind, Passage
from tests.ingest.typed import dropped, dump, markdown, typed

ONE = "The harbour bridge reopened on Monday after nine months of repairs, and about 4,000 people crossed it."
TWO = "“We waited long for this day,” said Mayor Olga Brandt, who cut a ribbon at noon in front of the crowd."
THREE = "The work cost 12 million dollars, two more than planned, because the old piers had to be replaced."
SAID = "Nobody asked the fishermen what they thought of the new piers."
LINKS = (
    "<li><a href='/a'>Old bridge closes for nine months</a></li> "
    "<li><a href='/b'>Fishermen ask for a second pier</a> (May 4)</li><li> </li>"
)


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<p>{ONE}</p><blockquote><p>{SAID}</p></blockquote>", [("p", ONE), ("q", SAID)]),
        (f"<blockquote>{SAID}<br><br>Nobody.</blockquote>{ONE}", [("q", SAID), ("q", "Nobody."), ("p", ONE)]),
        (f"<p>{ONE}</p><ul><li>stone</li><li>steel</li></ul>", [("p", ONE), ("i", "stone"), ("i", "steel")]),
        (f"<ol><li>stone</ol><p>{ONE}", [("i", "stone"), ("p", ONE)]),
        (f"<li>stone<li>steel</li><p>{ONE}</p>", [("i", "stone"), ("i", "steel"), ("p", ONE)]),
        (
            "<ul><li>steel<ul><li>screws</li></ul>bars</li></ul>",
            [("i", "steel"), ("i", "screws"), ("i", "bars")],
        ),
        (f"<ul><li><p>{ONE}</p><p>{THREE}</p></li></ul>", [("i", ONE), ("i", THREE)]),
        (f"<ul><li>stone<blockquote>{SAID}</blockquote></li></ul>", [("i", "stone"), ("q", SAID)]),
        (
            f"<blockquote>{SAID}<ul><li>stone</li></ul>No.</blockquote>",
            [("q", SAID), ("q", "stone"), ("q", "No.")],
        ),
        (f"<blockquote><blockquote>{SAID}</blockquote>No.</blockquote>", [("q", SAID), ("q", "No.")]),
        ("<dl><dt>Opens</dt><dd>at noon</dd></dl>", [("i", "Opens"), ("i", "at noon")]),
        (
            "<table><tr><th>Pier</th><th>Tons</th></tr><tr><td>East</td><td>9</td></tr></table>",
            [("p", "Pier | Tons"), ("p", "East | 9")],
        ),
        ("<h2>What it cost</h2><ul><li>stone</li></ul>", [("h", "What it cost"), ("i", "stone")]),
        ("<ul><li><b>Stone</b></li><li><b>Steel</b></li></ul>", [("i", "Stone"), ("i", "Steel")]),
        ("<blockquote><strong>We did it</strong></blockquote>", [("q", "We did it")]),
        (f"<figure><blockquote>{SAID}</blockquote></figure><p>{ONE}</p>", [("q", SAID), ("p", ONE)]),
        (f"<p>{ONE}</p><ul><li>April 13, 2026</li></ul>", [("p", ONE), ("i", "April 13, 2026")]),
    ],
)
def test_blocks_of_html_say_what_they_are(markup: str, expected: list[tuple[str, str]]) -> None:
    assert typed(clean_html(markup)) == expected


def test_where_all_is_plain_nothing_is_said_of_kinds() -> None:
    plain_one, mixed = clean_html(f"<p>{ONE}</p><h2>What now</h2><p>{TWO}</p><ul><li>stone</ul>").passages
    assert plain_one == Passage(heading=None, paragraphs=(ONE,))
    assert mixed.kinds == (BlockKind.PARAGRAPH, BlockKind.ITEM)


# ── lists of links, pull quotes ─────────────────────────────────────────────────────────────────────


def test_a_list_of_links_to_other_stories_is_no_body() -> None:
    cleaned = clean_html(f"<p>{ONE}</p><ul>{LINKS}</ul><p>{TWO}</p><p>{THREE}</p>")
    assert typed(cleaned) == [("p", ONE), ("p", TWO), ("p", THREE)]
    assert dropped(cleaned) == [
        ("related", "Old bridge closes for nine months Fishermen ask for a second pier (May 4)")
    ]
    assert typed(markdown(f"{ONE}\n\n- [Old bridge closes for months](/a)\n\n{TWO}")) == [
        ("p", ONE),
        ("p", TWO),
    ]


@pytest.mark.parametrize(
    "items",
    [
        "<li>nine tons of stone from <a href='/q'>the quarry</a></li><li>steel</li>",
        "<li><a href='/b'>Olga Brandt</a></li><li><a href='/n'>Ana Núñez</a></li>",
        "<li><a href='/b'>The city that paid for it</a></li><li>The state, which did not</li>",
        "<li><a name='top'>The city that paid for it</a></li>",
        "<li>stone</li>",
    ],
)
def test_a_list_of_facts_is_body_with_and_without_links(items: str) -> None:
    cleaned = clean_html(f"<p>{ONE}</p><ul>{items}</ul><p>{TWO}</p>")
    assert [kind for kind, _ in typed(cleaned)] == ["p", *"i" * items.count("<li>"), "p"]
    assert dropped(cleaned) == []


def test_a_long_list_of_links_that_is_the_article_is_body() -> None:
    items = "".join(f"<li><a href='/{n}'>Story {n} of this week in the harbour</a></li>" for n in range(20))
    assert len(typed(clean_html(f"<p>{ONE}</p><ol>{items}</ol>"))) == 21


def test_a_quotation_may_hold_a_list_of_links_and_an_empty_list_is_nothing() -> None:
    quoted = clean_html(f"<blockquote><ul>{LINKS}</ul></blockquote><ul></ul><p>{ONE}</p>")
    assert [kind for kind, _ in typed(quoted)] == ["q", "q", "p"]
    assert dropped(quoted) == []


def test_an_item_that_leads_to_another_story_is_no_body() -> None:
    cleaned = clean_html(f"<p>{ONE}</p><ul><li>stone</li><li>Related: The bridge closes</li></ul>")
    assert typed(cleaned) == [("p", ONE), ("i", "stone")]
    assert dropped(cleaned) == [("related", "Related: The bridge closes")]


def test_titles_under_a_related_head_are_no_body() -> None:
    cleaned = clean_html(
        f"<p>{ONE}</p><h3>Related stories</h3><ul><li>Bridge closes</li></ul><p>{TWO}</p><p>{THREE}</p>"
    )
    assert typed(cleaned) == [("p", ONE), ("p", TWO), ("p", THREE)]
    assert dropped(cleaned) == [("related", "Related stories"), ("related", "Bridge closes")]


@pytest.mark.parametrize(
    "speaker", ["", "<p>— Olga Brandt</p>", "<cite>Mayor of the old harbour town</cite>"]
)
def test_a_quotation_that_repeats_the_text_is_a_pull_quote(speaker: str) -> None:
    pulled = f"<blockquote><p>“We waited long for this day”</p>{speaker}</blockquote>"
    cleaned = clean_html(f"<p>{ONE}</p>{pulled}<p>{TWO}</p>")
    assert typed(cleaned) == [("p", ONE), ("p", TWO)]
    assert {kind for kind, _ in dropped(cleaned)} == {"promo"}


@pytest.mark.parametrize(
    "quoted",
    [
        "<p>We waited</p>",
        f"<p>{SAID}</p>",
        f"<p>We waited long for this day</p><p>{SAID}</p>",
    ],
)
def test_a_quotation_that_says_more_than_the_text_stays(quoted: str) -> None:
    cleaned = clean_html(f"<p>{ONE}</p><blockquote>{quoted}</blockquote><p>{TWO}</p>")
    assert {kind for kind, _ in typed(cleaned)} == {"p", "q"}
    assert dropped(cleaned) == []


def test_an_article_of_quotations_without_end_has_no_pull_quotes() -> None:
    cleaned = clean_html(f"<p>{TWO}</p>" + "<blockquote>We waited long for this day</blockquote>" * 201)
    assert len(typed(cleaned)) == 202


# ── plain text and Markdown ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{ONE}\n\n- stone\n- steel\n\n{TWO}", [("p", ONE), ("i", "stone"), ("i", "steel"), ("p", TWO)]),
        (
            f"{ONE}\n\n1. stone\n\n2. steel\n\n{TWO}",
            [("p", ONE), ("i", "1. stone"), ("i", "2. steel"), ("p", TWO)],
        ),
        (
            f"{ONE}\n\n• stone from the old quarry of the town,\n  grey.\n  It is old.\n• steel.\nSo it was.\n\n{THREE}",
            [
                ("p", ONE),
                ("i", "stone from the old quarry of the town, grey."),
                ("i", "It is old."),
                ("i", "steel."),
                ("p", "So it was."),
                ("p", THREE),
            ],
        ),
        (f"{ONE}\n\n> {SAID}\n\n{THREE}", [("p", ONE), ("q", SAID), ("p", THREE)]),
        (
            f"{ONE}\n> Nobody asked\n> the fishermen.\n>\n> > - Nobody\nat all.\n\n{THREE}",
            [
                ("p", ONE),
                ("q", "Nobody asked the fishermen."),
                ("q", "Nobody"),
                ("p", "at all."),
                ("p", THREE),
            ],
        ),
        (
            f"{ONE}\n\n\n> What now\n\n{THREE}\n\n> ## No head\n> {SAID}",
            [("p", ONE), ("q", "What now"), ("p", THREE), ("q", f"## No head {SAID}")],
        ),
        (
            f"{ONE}\n\n>5 percent more, they said.\n\n{THREE}",
            [("p", ONE), ("p", ">5 percent more, they said."), ("p", THREE)],
        ),
    ],
)
def test_blocks_of_plain_text_say_what_they_are(body: str, expected: list[tuple[str, str]]) -> None:
    assert typed(dump(body)) == expected


def test_blocks_of_markdown_say_what_they_are() -> None:
    article = markdown(
        f"{ONE}\n\n> {SAID}\n> - stone\n\n## What it cost\n\n1. stone\n   - grey\n\n   More.\n2. steel\n\n"
        "| Pier | Tons |\n|--|--|\n| East | 9 |\n"
    )
    assert typed(article) == [
        ("p", ONE),
        ("q", SAID),
        ("q", "stone"),
        ("h", "What it cost"),
        ("i", "stone"),
        ("i", "grey"),
        ("i", "More."),
        ("i", "steel"),
        ("p", "Pier | Tons"),
        ("p", "East | 9"),
    ]


# ── what is left out takes its kind with it ─────────────────────────────────────────────────────────


def test_dropped_remarks_and_blurbs_take_their_kinds_with_them() -> None:
    collector = Collector(authors=("Ana Núñez",))
    collector.paragraph(ONE)
    collector.paragraph(SAID, BlockKind.QUOTE)
    collector.head("About the author")
    collector.paragraph("Ana Núñez covers the harbour.", BlockKind.ITEM)
    collector.paragraph("— Ana Núñez")
    assert collector.passages() == (
        Passage(heading=None, paragraphs=(ONE, SAID), kinds=(BlockKind.PARAGRAPH, BlockKind.QUOTE)),
    )
    assert [kind for kind, _ in dropped(collector)] == ["byline", "byline", "markup"]
    remarks = clean_html(
        f"<ul><li>stone</li></ul><p>{ONE}</p><ol><li>1. Bob says: Fine.</li><li>2. No.</li></ol>"
    )
    assert typed(remarks) == [("i", "stone"), ("p", ONE)]


@pytest.mark.parametrize(
    "line",
    [
        "Tom Okafor contributed to this report.",
        "Ana Núñez and J. P. Okafor contributed reporting from Thayer.",
        "Additional reporting by Tom Okafor",
        "Edited by Tom Okafor",
        "The opinions expressed here are those of the author.",
        "About the author: Ana Núñez rows.",
    ],
)
def test_credits_at_the_end_are_no_body(line: str) -> None:
    assert typed(clean_html(f"<p>{ONE}</p><p>{line}</p>")) == [("p", ONE)]
    assert typed(clean_html(f"<p>{line}</p><p>{ONE}</p>")) != [("p", ONE)]


@pytest.mark.parametrize("line", ["Updated 5:14 p.m.", "Last updated at 17.14", "Updated: 5:14 p.m. EDT"])
def test_a_line_with_the_time_of_an_update_is_no_body(line: str) -> None:
    cleaned = clean_html(f"<p>{line}</p><p>{ONE}</p>")
    assert typed(cleaned) == [("p", ONE)]
    assert dropped(cleaned) == [("byline", line)]


@pytest.mark.parametrize(
    "text",
    [
        "Updated rules for the harbour take effect at 5:14 p.m. on Monday, the office said.",
        "Updated 12:30 buses, 1:30 ferries and every other line of the old timetable are printed below this notice.",
        "Tom Okafor contributed to the new bridge with his own money, “which was a lot.”",
        "Tom Okafor contributed to this.",
    ],
)
def test_a_sentence_that_begins_like_a_credit_is_body(text: str) -> None:
    assert typed(clean_html(f"<p>{ONE}</p><p>{text}</p>")) == [("p", ONE), ("p", text)]


def test_a_line_that_leads_to_the_comments_is_no_body_and_ends_nothing() -> None:
    cleaned = clean_html(f"<p>{ONE}</p><p>View comments</p><p>{TWO}</p>")
    assert typed(cleaned) == [("p", ONE), ("p", TWO)]
    assert dropped(cleaned) == [("markup", "View comments")]


def test_a_sign_without_width_hides_no_tag() -> None:
    hidden = "a &lt;scr\u200bipt&gt;alert(1)&lt;/scr\u2060ipt&gt; b"
    assert typed(clean_html(f"<p>{hidden}</p>")) == [("p", "a alert(1) b")]
    assert plain(hidden) == "a b"
