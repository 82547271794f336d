"""Markdown with front matter, as editors and static sites write it."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.markdown import read_markdown
from digest.model.article import Article, Image

NEW_YORK = ZoneInfo("America/New_York")
BODY = "The harbour bridge reopened on Monday.\n\n## “What it cost”\n\n- stone\n- steel\n\n> A long day.\n"


def read(front: str, body: str = BODY) -> Article:
    text = f"---\n{front}\n---\n\n{body}" if front else body
    return read_markdown(text.encode(), source="desk", guid="a.md", zone=NEW_YORK)


def test_every_key_is_read() -> None:
    article = read(
        "headline: 'Bridge: open'\nauthors: [Ana Núñez, 'Tom Okafor, News Editor']\npublished_at: 2026-04-13T17:30\n"
        "sections: [News, Campus]\nurl: https://paper.example/b?utm_source=x\nguid: b-1\nimage: ../b.jpg\nimage_alt: A bridge\n"
        "image_credit: Lea Novák\nimage_caption: At dawn\nabstract: It is open.\nlanguage: en\ncorrection: It was nine.\n"
        "editors_pick: true"
    )
    assert article.headline == "Bridge: open"
    assert article.byline == "By Ana Núñez and Tom Okafor"
    assert article.authors == ("Ana Núñez", "Tom Okafor")
    assert article.published_at == datetime(2026, 4, 13, 21, 30, tzinfo=UTC)
    assert article.sections == ("News", "Campus")
    assert article.url == "https://paper.example/b"
    assert article.guid == "b-1"
    assert article.image == Image(url="../b.jpg", alt="A bridge", credit="Lea Novák", caption="At dawn")
    assert (article.abstract, article.language, article.correction) == ("It is open.", "en", "It was nine.")
    assert article.editors_pick
    assert [(p.heading, p.paragraphs) for p in article.body] == [
        (None, ("The harbour bridge reopened on Monday.",)),
        ("What it cost", ("stone", "steel", "A long day.")),
    ]


def test_other_spellings_of_the_keys_do_too() -> None:
    article = read(
        "Title: A bridge\nauthor:\n  - name: Ana Núñez\n  - 7\ndate: 2026-04-13\nsection: News\nimage: null"
    )
    assert (article.headline, article.authors, article.published_at) == (
        "A bridge",
        ("Ana Núñez",),
        date(2026, 4, 13),
    )
    assert article.guid == "a.md"
    assert article.image is None
    assert not article.editors_pick


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("byline: By Ana Núñez, News Editor", ("Ana Núñez",)),
        ("byline: Staff Writer", ()),
        ("byline: By the harbour desk\nauthors: [Ana Núñez]", ("Ana Núñez",)),
        ("byline: The Editorial Board\nauthors: []", ()),
    ],
)
def test_a_byline_is_kept_as_written(byline: str, authors: tuple[str, ...]) -> None:
    article = read(f"title: A\n{byline}")
    assert article.byline == byline.partition("\n")[0].removeprefix("byline: ")
    assert article.authors == authors


def test_an_author_who_is_no_person_is_a_byline_only() -> None:
    article = read("title: A\nauthor: Staff Writer")
    assert (article.byline, article.authors) == ("Staff Writer", ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-04-13T17:30:00-04:00", datetime(2026, 4, 13, 21, 30, tzinfo=UTC)),
        ("2026-04-13T17:30:00", datetime(2026, 4, 13, 21, 30, tzinfo=UTC)),
        ("2026-04-13 17:30", datetime(2026, 4, 13, 21, 30, tzinfo=UTC)),
        ("'2026-04-13T17:30:00Z'", datetime(2026, 4, 13, 17, 30, tzinfo=UTC)),
        ("'2026-04-13'", date(2026, 4, 13)),
        ("April 13, 2026", date(2026, 4, 13)),
        ("''", None),
        ("null", None),
    ],
)
def test_times_without_a_zone_are_the_papers(written: str, expected: date | None) -> None:
    assert read(f"title: A\ndate: {written}").published_at == expected


def test_without_front_matter_the_first_head_is_the_headline() -> None:
    article = read("", "# A *bridge* #\n\nBy Ana Núñez\n\nText of it.\n")
    assert article.headline == "A *bridge*"
    assert article.paragraphs == ("Text of it.",)
    empty = read("", "---\n---\n# A bridge\n\nText of it.")
    assert empty.headline == "A bridge"


def test_pictures_of_the_text_are_used_where_the_front_matter_names_none() -> None:
    article = read("title: A", "![A bridge](b.jpg)\n\nText of it.")
    assert article.image == Image(url="b.jpg", alt="A bridge")


def test_markup_stays_text_and_calls_are_dropped() -> None:
    article = read(
        "title: A",
        "Text <b>of</b> it &lt;b&gt;.\n\n<script>alert(1)</script>\n\nSign up for our newsletter\n",
    )
    assert article.paragraphs[0] == "Text of it ."
    assert [d.kind.value for d in article.dropped] == ["call"]
    assert "<" not in article.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: [\n---\nx", "no valid YAML in line"),
        ("---\na: b: c\n---\nx", "no valid YAML"),
        ("---\n- a\n---\nx", "key: value"),
        ("---\ntitle: A\na: &x [1]\nb: *x\n---\nText", "anchors"),
        ("---\ntitle: A\n" + "a: b\n" * 9000 + "---\nText", "too long"),
        ("---\ntitle: A\ndate: someday\n---\nText", "someday"),
        ("---\ntitle: A\n---\n", "no text"),
        ("Only text", "no headline"),
        ("---\ntitle: 2026-13-45\ndate: 2026-13-45\n---\nText", "no"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(ArticleUnreadable, match=said):
        read_markdown(text, source="desk", guid="a.md", zone=NEW_YORK)


@given(st.text(max_size=200), st.text(alphabet="abc:-[]{}&*!'\"#\n 0123T", max_size=80))
@settings(max_examples=100, deadline=None)
def test_no_file_whatsoever_breaks_the_reader(body: str, front: str) -> None:
    for text in (body, f"---\ntitle: A\n{front}\n---\n{body}"):
        try:
            article = read_markdown(
                text.encode("utf-8", "replace"), source="desk", guid="a.md", zone=NEW_YORK
            )
        except ArticleUnreadable:
            continue
        assert article.paragraphs
