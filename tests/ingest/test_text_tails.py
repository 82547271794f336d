"""Plain-text dumps: what ends the body, what is left out of it, and files that are no article."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.phrases import split_credit
from digest.ingest.text import read_text
from digest.model.article import Article, DroppedKind

ONE = "The harbour bridge reopened on Monday after nine months of repairs, and about 4,000 people crossed it."
TWO = "“We waited long for this day,” said Mayor Olga Brandt, who cut a ribbon at noon in front of the crowd."
THREE = "The work cost 12 million dollars, two more than planned, because the old piers had to be replaced."


def read(text: str | bytes) -> Article:
    return read_text(text, source="dump.txt", guid="dump.txt")


def kinds(article: Article) -> list[str]:
    return [dropped.kind.value for dropped in article.dropped]


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
    comments = "\n\n".join(
        f"  {n}. Reader {n} says:\n\n    Remark {n}.\n\n      1. first\n\n      2. second"
        for n in range(1, 13)
    )
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\nSign up for our newsletter\n\n{comments}"
    )
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
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n{call}\n\n1. Ted thinks this is fine."
    )
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


def test_a_name_over_its_role_is_a_byline() -> None:
    article = read(
        f"Why I walk\n\nJamie Lin ’14\nOpinions Columnist\nMonday, March 4, 2013\n\n{ONE}\n\n{TWO}"
    )
    assert article.byline == "Jamie Lin ’14, Opinions Columnist"
    assert article.authors == ("Jamie Lin",)
    assert article.abstract == ""


def test_an_updated_line_at_the_end_is_no_body() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\nUpdated May 5, 2026 at 10:15 a.m.")
    assert article.paragraphs == (ONE, TWO)
    assert article.published_at == date(2026, 5, 4)


def test_comments_under_a_name_and_a_time_are_divided() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n3 Comments\n\nBob\nMay 4, 2026 at 4:55 pm\n\nNo.\n\n"
        "Ann\nMay 5, 2026 at 1:00 am\n\nYes.\n\nAnd yes."
    )
    assert article.paragraphs == (ONE, TWO)
    assert kinds(article) == ["markup", "comment", "comment"]


def test_a_tail_without_blank_lines_is_taken_apart() -> None:
    article = read(
        f"“Hamlet”   opens\n\n Arts & Culture Staff Writer \n\nMonday, April 1, 2013  \n\n{ONE}\n\n{TWO}\n"
        "To stay up-to-date, subscribe to our daily newsletter.\n  1. Anonymous says: I loved it.\n"
        "  2. B. Good says: Me too.\nComments are closed."
    )
    assert article.headline == "“Hamlet” opens"
    assert article.byline == "Arts & Culture Staff Writer"
    assert article.paragraphs == (ONE, TWO)
    assert kinds(article) == ["call", "comment", "comment", "corrections"]


def test_lines_that_only_look_like_dates_names_or_heads_are_text() -> None:
    verse = "A line of verse that is too long for any head of a section in a paper"
    article = read(
        f"Bridge reopens\n\nBy Ana Núñez\nPublished: May 4, 2026 | May 6, 2026\n\nSmarch 4, 2026\n\n{ONE}\n\n{verse}\n\n{TWO}"
    )
    assert article.published_at == date(2026, 5, 4)
    assert article.paragraphs == (ONE, verse, TWO)
    split = read(f"Bridge reopens\n\nNews | Campus | a line of very many other words\n\n{ONE}\n\n{TWO}")
    assert len(split.paragraphs) == 3
    role = read(f"Senior Staff Writer wins prize\n\nThe Associated Press\nMay 4, 2026\n\n{ONE}\n\n{TWO}")
    assert role.authors == ()


def test_a_head_after_a_call_belongs_to_the_article_that_goes_on() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\nSign up for our newsletter\n\n{TWO}\n\n\nA head at the end\n\n{THREE}"
    )
    assert article.paragraphs == (ONE, TWO, THREE)


def test_a_caption_whose_credit_is_a_whole_sentence_has_none() -> None:
    assert split_credit("Photo: " + "word " * 15) == ("Photo: " + "word " * 15, "")


def test_questions_of_an_interview_are_no_heads() -> None:
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\nQ: When does it close?\n\n{TWO}")
    assert [p.heading for p in article.body] == [None]


def test_glued_heads_and_underlined_ones_are_heads() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n\nWhat it cost\n{TWO}\n\nWho pays\n-------\n{THREE}\n\nEnd\n==="
    )
    assert [p.heading for p in article.body] == [None, "What it cost", "Who pays"]


def test_paragraphs_that_are_indented_instead_of_divided_are_apart() -> None:
    wrapped = "   The harbour bridge reopened on Monday after nine\nmonths of slow repairs to the old piers, it is said.\n   The mayor crossed it first and then went home to\nher dinner."
    article = read(f"Bridge reopens\n\nMay 4, 2026\n\n{wrapped}\n\n{TWO}")
    assert len(article.paragraphs) == 3


def test_lines_between_prose_and_comments_do_not_become_body() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\nSign up for our newsletter\n\nA short remark\n\n{THREE}\n\n"
        "Leave a Reply\n\nRelated: The bridge closes"
    )
    assert article.paragraphs == (ONE, TWO)
    assert kinds(article) == ["call", "comment", "markup", "related"]


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
