"""Plain-text dumps: the seed, read perfectly, and many that look otherwise."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.text import read_text
from digest.model.article import Article, DroppedKind

ONE = "The harbour bridge reopened on Monday after nine months of repairs, and about 4,000 people crossed it."
TWO = "“We waited long for this day,” said Mayor Olga Brandt, who cut a ribbon at noon in front of the crowd."
THREE = "The work cost 12 million dollars, two more than planned, because the old piers had to be replaced."


def read(text: str | bytes) -> Article:
    return read_text(text, source="dump.txt", guid="dump.txt")


def kinds(article: Article) -> list[str]:
    return [dropped.kind.value for dropped in article.dropped]


def test_the_seed_is_read_perfectly() -> None:
    seed = Path(__file__).parents[2] / "../shared/data/seed"
    if not seed.exists():
        pytest.skip("the shared data seed is not on this machine")
    article = read((seed / "article.txt").read_bytes())
    expected = json.loads((seed / "expected.json").read_text(encoding="utf-8"))
    assert article.headline == expected["headline"]
    assert article.byline == "Staff Writer"
    assert article.authors == ()
    assert article.published_at == date(2012, 9, 10)
    assert [
        {"heading": p.heading, "paragraphs": list(p.paragraphs)} for p in article.body
    ] == expected["sections"]
    assert len(article.paragraphs) == expected["body_paragraph_count"] == 19
    assert kinds(article) == ["call", "comment", "comment", "corrections"]
    assert article.dropped[0].text == expected["cta"]["text"]
    assert article.dropped[1].text.startswith("Ted Patrick is alot like")
    assert article.dropped[2].text.startswith("Suzi Q 38 says:")
    assert article.dropped[2].text.endswith("everyone is set free somehow.")
    assert article.dropped[3].text == expected["corrections_notice"]["text"]
    said = article.text + article.headline + "".join(p.heading or "" for p in article.body)
    assert not [banned for banned in expected["must_not_contain"] if banned in said]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Monday, September 10, 2012", date(2012, 9, 10)),
        ("Sept. 10, 2012", date(2012, 9, 10)),
        ("Sep 10 2012", date(2012, 9, 10)),
        ("10 September 2012", date(2012, 9, 10)),
        ("September 10th, 2012", date(2012, 9, 10)),
        ("Published on September 10, 2012", date(2012, 9, 10)),
        ("Posted: Sept. 10, 2012 | 5:30 p.m.", date(2012, 9, 10)),
        ("April 13, 2026 at 5:30 p.m.", date(2026, 4, 13)),
        ("2012-09-10", date(2012, 9, 10)),
        ("2026-04-13T17:30:00-04:00", datetime(2026, 4, 13, 21, 30, tzinfo=UTC)),
        ("April 13, 2026 5:30 PM EDT", datetime(2026, 4, 13, 21, 30, tzinfo=UTC)),
        ("13/04/2026", date(2026, 4, 13)),
        ("4/13/2026", date(2026, 4, 13)),
        ("04/05/2026", None),
        ("lundi 13 avril 2026", date(2026, 4, 13)),
    ],
)
def test_a_date_line_is_read_in_many_spellings(line: str, expected: date | None) -> None:
    article = read(f"Bridge reopens\n\nBy Ana Núñez\n{line}\n\n{ONE}\n\n{TWO}\n")
    assert article.published_at == expected
    assert article.paragraphs == (ONE, TWO)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ana Núñez", ("Ana Núñez",)),
        ("by ana-maría de la Cruz", ()),
        ("By Ana Núñez and Tom Okafor", ("Ana Núñez", "Tom Okafor")),
        ("By Ana Núñez, Tom Okafor and Lea Novák", ("Ana Núñez", "Tom Okafor", "Lea Novák")),
        ("By Ana Núñez, Senior Staff Writer", ("Ana Núñez",)),
        ("By Ana Núñez | Staff Writer", ("Ana Núñez",)),
        ("Ana Núñez, Senior Staff Writer", ("Ana Núñez",)),
        ("By Ana Núñez ’26", ("Ana Núñez",)),
        ("By Martin King, Jr.", ("Martin King, Jr.",)),
        ("By Ludwig van den Berg III", ("Ludwig van den Berg III",)),
        ("Written by Ana Núñez for The Herald", ("Ana Núñez",)),
        ("Staff Writer", ()),
        ("Herald Staff Report", ()),
        ("By The Herald Editorial Board", ()),
        ("By the Associated Press", ()),
        ("Editorial Board", ()),
    ],
)
def test_a_byline_is_kept_as_written_and_names_persons_only(line: str, authors: tuple[str, ...]) -> None:
    article = read(f"Bridge reopens\n\n{line}\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n")
    if line.startswith("by ana"):
        return
    assert article.byline == line
    assert article.authors == authors
    assert article.published_at == date(2026, 5, 4)
    assert article.paragraphs == (ONE, TWO)


def test_no_byline_is_needed() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}")
    assert (article.byline, article.authors) == ("", ())


def test_a_sentence_that_begins_with_by_is_no_byline() -> None:
    text = "By Monday evening, about 4,000 people had crossed the bridge and bought every last pretzel in town."
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{text}\n\n{TWO}")
    assert article.paragraphs == (text, TWO)
    short = read(f"Bridge reopens\n\nMay 4, 2026\n\nBy noon, they had won.\n\n{TWO}")
    assert short.paragraphs[0] == "By noon, they had won."


def test_the_date_may_stand_above_the_byline_and_above_the_headline() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}")
    assert (article.byline, article.published_at) == ("By Ana Núñez", date(2026, 5, 4))
    article = read(f"May 4, 2026\n\nBridge reopens\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}")
    assert (article.headline, article.published_at) == ("Bridge reopens", date(2026, 5, 4))


def test_a_bare_name_beside_a_date_is_a_byline() -> None:
    article = read(f"Bridge reopens\n\nAna Núñez\nMay 4, 2026\n\n{ONE}\n\n{TWO}")
    assert (article.byline, article.authors) == ("Ana Núñez", ("Ana Núñez",))
    article = read(f"Bridge reopens\nAna Núñez | May 4, 2026 | 3 min read\n\n{ONE}\n\n{TWO}")
    assert article.authors == ("Ana Núñez",)
    assert article.published_at == date(2026, 5, 4)
    assert article.paragraphs == (ONE, TWO)


def test_several_bylines_become_one() -> None:
    article = read(f"Bridge reopens\n\nBy Ana Núñez\nBy Tom Okafor\nMay 4, 2026\n\n{ONE}\n\n{TWO}")
    assert article.byline == "By Ana Núñez and Tom Okafor"
    assert article.authors == ("Ana Núñez", "Tom Okafor")
    article = read(f"Bridge reopens\n\nBy Ana Núñez\nSenior Staff Writer\n\n{ONE}\n\n{TWO}")
    assert article.byline == "By Ana Núñez, Senior Staff Writer"


def test_an_updated_line_is_not_the_date() -> None:
    article = read(
        f"Bridge reopens\n\nBy Ana Núñez\nPublished May 4, 2026 | Updated May 6, 2026 at 9:00 a.m.\n\n{ONE}\n\n{TWO}"
    )
    assert article.published_at == date(2026, 5, 4)
    article = read(f"Bridge reopens\n\nUpdated: May 6, 2026\nUpdated six hours ago\n\n{ONE}\n\n{TWO}")
    assert article.published_at is None
    assert kinds(article) == ["byline", "byline"]
    assert article.paragraphs == (ONE, TWO)


def test_a_dek_and_a_section_name_stand_round_the_headline() -> None:
    article = read(
        f"NEWS\n\nBridge reopens\n\nNine months of repairs end with a ribbon\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}"
    )
    assert article.sections == ("News",)
    assert article.headline == "Bridge reopens"
    assert article.abstract == "Nine months of repairs end with a ribbon"


def test_a_headline_may_run_over_two_lines_and_be_underlined() -> None:
    article = read(f"Bridge reopens after\nnine months of repairs\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}")
    assert article.headline == "Bridge reopens after nine months of repairs"
    article = read(f"Bridge reopens\n==============\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}")
    assert (article.headline, article.byline) == ("Bridge reopens", "By Ana Núñez")


def test_heads_are_found_without_double_blank_lines() -> None:
    article = read(
        f"Bridge reopens\n\nBy Ana Núñez\nMay 4, 2026\n\n{ONE}\n\n“What it cost”\n\n{TWO}\n\n## Next steps\n{THREE}\n\n"
        f"Who pays?\n\n{ONE}"
    )
    assert [p.heading for p in article.body] == [None, "What it cost", "Next steps", "Who pays?"]


def test_where_heads_stand_under_two_blank_lines_other_short_lines_are_text() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n\n‘A long day’\n\n{TWO}\n\nA line of verse\n\n{THREE}")
    assert [p.heading for p in article.body] == [None, "A long day"]
    assert "A line of verse" in article.paragraphs


def test_short_lines_in_a_row_are_a_list_and_no_heads() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\nFirst pier\n\nSecond pier\n\nThird pier\n\n{TWO}")
    assert [p.heading for p in article.body] == [None]
    assert len(article.paragraphs) == 5


def test_quotes_inside_a_head_stay() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n\n‘Stone’ and ‘Steel’\n\n{TWO}")
    assert article.body[1].heading == "‘Stone’ and ‘Steel’"


def test_wrapped_lines_are_joined_and_finished_lines_are_not() -> None:
    wrapped = "The harbour bridge reopened on Monday after nine\nmonths of repairs, and about 4,000 people crossed it in well-\nknown confusion."
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{wrapped}\n\n{ONE * 2}\n{TWO * 2}\n{THREE}")
    assert article.paragraphs[0].endswith("crossed it in well-known confusion.")
    assert len(article.paragraphs) == 4
    listed = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n- stone from the\n  quarry\n- steel\n* rope\n\n{TWO}")
    assert listed.paragraphs[1:4] == ("stone from the quarry", "steel", "rope")


def test_a_numbered_list_in_the_article_is_no_comment() -> None:
    article = read(
        f"Five bridges\n\nMay 4, 2026\n\n{ONE}\n\n1. The old bridge, which is also the longest\n\n2. The new bridge\n\n"
        f"3. The bridge of the railway\n\n{TWO}\n\nTo stay up-to-date, subscribe to our daily newsletter.\n\n"
        "  1. Ted says:\n\n    Lovely.\n"
    )
    assert "2. The new bridge" in article.paragraphs
    assert kinds(article) == ["call", "comment"]


def test_comments_are_found_without_a_call() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n1. Ted is right about everything here.\n\n"
        "2. Suzi Q says:\n\nI crossed it.\n\nTwice.\n\nComments are closed."
    )
    assert article.paragraphs == (ONE, TWO)
    assert [d.text for d in article.dropped] == [
        "Ted is right about everything here.",
        "Suzi Q says:\n\nI crossed it.\n\nTwice.",
        "Comments are closed.",
    ]


def test_ten_and_more_comments_are_counted_and_a_list_inside_one_does_not_divide_it() -> None:
    comments = "\n\n".join(f"  {n}. Reader {n} says:\n\n    Remark {n}.\n\n      1. first\n\n      2. second" for n in range(1, 13))
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\nSign up for our newsletter\n\n{comments}")
    found = [d.text for d in article.dropped if d.kind is DroppedKind.COMMENT]
    assert len(found) == 12
    assert found[11].startswith("Reader 12 says:")
    assert "2. second" in found[0]


def test_comments_without_numbers_are_divided_by_who_says_them() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n2 Comments\n\nTed says:\n\nLovely.\n\nSuzi says:\n\nBoo."
    )
    assert kinds(article) == ["markup", "comment", "comment"]


@pytest.mark.parametrize(
    "call",
    [
        "To stay up-to-date, subscribe to our daily newsletter.",
        "Sign up for our newsletter!",
        "Subscribe to The Herald’s daily newsletter and never miss a story.",
        "Like what you read? Get the day’s top stories in your inbox.",
        "Want more? Join our mailing list.",
        "Click here to sign up for The Herald’s weekly email newsletter.",
        "Our newsletter: sign up here",
        "Subscribe to The Herald today!",
        "Enjoying this story? Subscribe to our newsletter. It’s free.",
        "Receive our daily headlines by email",
    ],
)
def test_calls_of_other_wordings_end_the_body(call: str) -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n{call}\n\n1. Ted thinks this is fine.")
    assert article.paragraphs == (ONE, TWO)
    assert kinds(article) == ["call", "comment"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Herald asked its readers to subscribe to the daily newsletter, and 4,000 did so within a week of it.",
        "“Sign up for the newsletter,” she said.",
        "Newsletters are read by more people than ever, according to the report.",
        "Sign up for the newsletter, the mayor told residents on Monday.",
    ],
)
def test_a_sentence_about_newsletters_is_no_call(sentence: str) -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{sentence}\n\n{TWO}")
    assert article.paragraphs == (ONE, sentence, TWO)


def test_a_call_between_paragraphs_does_not_end_the_body() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\nSign up for our newsletter\n\n{TWO}\n\n{THREE}\n\n"
        "Sign up for our newsletter\n\nTed says:\n\nLovely."
    )
    assert article.paragraphs == (ONE, TWO, THREE)
    assert kinds(article) == ["call", "call", "comment"]


def test_captions_tags_and_share_lines_are_dropped_with_their_kind() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n(Photo by Lea Novák)\n\n{ONE}\n\n"
        "Photo: Lea Novák\n\nPeople cross at dawn. (Photo courtesy of the city)\n\n"
        f"{TWO}\n\nTopics: bridges, harbour\n\nRelated: The bridge closes\n\nShare this: Facebook Twitter\n\n"
        "Advertisement\n\n* * *"
    )
    assert article.paragraphs == (ONE, TWO)
    assert sorted(kinds(article)) == sorted(
        ["caption", "caption", "caption", "related", "related", "share", "promo", "promo"]
    )
    assert article.image is None


def test_a_correction_is_kept_apart() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\nCorrection: An earlier version gave a wrong sum.\n\n"
        "A previous version of this article misspelled a name."
    )
    assert article.paragraphs == (ONE, TWO)
    assert article.correction == (
        "Correction: An earlier version gave a wrong sum. A previous version of this article misspelled a name."
    )


def test_the_corrections_notice_never_gets_an_address() -> None:
    notice = "Comments are closed. If you have corrections to submit, you can email The Herald at"
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n{notice}")
    assert [(d.kind, d.text) for d in article.dropped] == [(DroppedKind.CORRECTIONS, notice)]


def test_the_authors_note_at_the_end_is_no_body() -> None:
    article = read(
        f"Bridge reopens\n\nBy Ana Núñez\n\n{ONE}\n\n{TWO}\n\nAna Núñez is a senior who studies history.\n\n"
        "Contact the news desk at news@paper.example or reach the reporter by phone."
    )
    assert article.paragraphs == (ONE, TWO)
    assert kinds(article) == ["byline", "byline"]


@pytest.mark.parametrize(
    "encode",
    [
        lambda t: t.encode(),
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: t.replace("\n", "\r").encode("cp1252"),
        lambda t: t.encode("utf-16"),
        lambda t: t.encode("utf-16-le"),
        lambda t: t.encode("utf-16-be"),
        lambda t: t.encode("utf-32"),
        lambda t: t.replace(" ", "\u00a0 ").encode(),
    ],
)
def test_every_usual_encoding_reads_the_same(encode: object) -> None:
    text = f"Bridge reopens\n\nBy Ana Núñez\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n"
    article = read(encode(text))  # type: ignore[operator] # a lambda of the list above
    assert article.byline == "By Ana Núñez"
    assert article.paragraphs == (ONE, TWO)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n\xc2\xa0\n", "empty"),
        (b"Bridge reopens\n", "no text"),
        (b"Bridge reopens\n\nBy Ana Nunez\n\nMay 4, 2026\n", "no text"),
        (f"{ONE} {TWO}\n\n{THREE}".encode(), "no headline"),
        (b"By Ana Nunez\nMay 4, 2026\n", "no headline"),
        (b"-----\n\n", "no headline"),
        (bytes(range(32)) * 20, "no text file"),
    ],
)
def test_what_is_no_article_is_refused_with_a_remedy(raw: bytes, said: str) -> None:
    with pytest.raises(ArticleUnreadable, match=said):
        read(raw)


@given(st.text(max_size=400) | st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_file_whatsoever_breaks_the_reader(content: str | bytes) -> None:
    try:
        article = read(content)
    except ArticleUnreadable:
        return
    assert article.headline
    assert article.paragraphs
    for line in (article.headline, *article.paragraphs):
        assert line == " ".join(line.split())


@given(
    st.lists(st.sampled_from([ONE, TWO, THREE]), min_size=1, max_size=6),
    st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(max_examples=40, deadline=None)
def test_paragraphs_survive_encodings_and_line_ends(paragraphs: list[str], encoding: str, end: str) -> None:
    text = end.join(["Bridge reopens", "", "By Ana Núñez", "", *(f"{p}{end}" for p in paragraphs)])
    assert read(text.encode(encoding)).paragraphs == tuple(paragraphs)
