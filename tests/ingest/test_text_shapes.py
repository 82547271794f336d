"""Plain-text dumps of other papers and years: shapes of heads, bylines, dates, comments and calls."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

from datetime import date

import pytest

from digest.ingest.text import read_text
from digest.model.article import Article

ONE = "The harbour bridge reopened on Monday after nine months of repairs, and about 4,000 people crossed it before the sun went down."
TWO = "“We waited long for this day,” said Mayor Olga Brandt, who cut a ribbon at noon in front of the crowd and then walked over."
THREE = "The work cost 12 million dollars, two more than planned, because the old piers had to be replaced one after the other."
BODY = f"{ONE}\n\n{TWO}\n\n{THREE}"
HEAD = "Bridge reopens after long repairs"
CLOSED = "Comments are closed. If you have corrections to submit, you can email The Herald at"


def read(text: str) -> Article:
    return read_text(text, source="dump.txt", guid="dump.txt")


def kinds(article: Article) -> list[str]:
    return [dropped.kind.value for dropped in article.dropped]


def heads(article: Article) -> list[str | None]:
    return [passage.heading for passage in article.body]


def tailed(tail: str) -> Article:
    return read(f"{HEAD}\n\nStaff Writer\nMay 4, 2026\n\n{BODY}\n\n{tail}")


@pytest.mark.parametrize(
    ("lines", "authors", "byline"),
    [
        ("The Associated Press", (), "The Associated Press"),
        ("Special to The Herald", (), "Special to The Herald"),
        ("By Ana Núñez, Arts & Culture Editor", ("Ana Núñez",), None),
        ("Ana Núñez and Tom Okafor", ("Ana Núñez", "Tom Okafor"), None),
        ("Ana Núñez, Yale Daily News", ("Ana Núñez",), None),
        ("Ana Núñez | Daily Northwestern", ("Ana Núñez",), None),
        ("Story by Ana Núñez | Photos by Tom Okafor", ("Ana Núñez",), None),
        ("Author: Ana Núñez", ("Ana Núñez",), None),
        ("— Ana Núñez", ("Ana Núñez",), None),
        ("By Ana Núñez\nThe Stanford Daily", ("Ana Núñez",), "By Ana Núñez, The Stanford Daily"),
        (
            "By Ana Núñez\nDaily Staff Writer\nana@daily.example",
            ("Ana Núñez",),
            "By Ana Núñez, Daily Staff Writer",
        ),
        ("Ana Núñez\nStaff Writer\nTom Okafor\nContributing Writer", ("Ana Núñez", "Tom Okafor"), None),
        ("By Ana Núñez\nAnd Tom Okafor", ("Ana Núñez", "Tom Okafor"), "By Ana Núñez and Tom Okafor"),
        ("Lea Novák / Herald\n\nBy Ana Núñez", ("Ana Núñez",), "By Ana Núñez"),
        ("Von Anna Müller", ("Anna Müller",), "Von Anna Müller"),
        ("Por Ana Núñez", ("Ana Núñez",), "Por Ana Núñez"),
    ],
)
def test_bylines_of_many_papers_are_read(lines: str, authors: tuple[str, ...], byline: str | None) -> None:
    article = read(f"{HEAD}\n\n{lines}\nMay 4, 2026\n\n{BODY}")
    assert article.headline == HEAD
    assert article.authors == authors
    assert byline is None or article.byline == byline
    assert article.published_at == date(2026, 5, 4)
    assert article.paragraphs == (ONE, TWO, THREE)


def test_a_name_right_under_the_headline_is_a_byline_without_a_date_too() -> None:
    article = read(f"{HEAD}\n\nAna Núñez\n\n{BODY}")
    assert (article.byline, article.authors) == ("Ana Núñez", ("Ana Núñez",))
    assert heads(article) == [None]
    paper = read(f"{HEAD}\n\nBy Ana Núñez\n\nThe Stanford Daily\n\nMay 4, 2026\n\n{BODY}")
    assert (paper.byline, paper.published_at) == ("By Ana Núñez, The Stanford Daily", date(2026, 5, 4))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("9/25/12", date(2012, 9, 25)),
        ("9/25/85", date(1985, 9, 25)),
        ("9-25-2012", date(2012, 9, 25)),
        ("09/10/12", None),
        ("Posted Mon, 09/10/2012 - 01:30", date(2012, 9, 10)),
        ("Mon, 00/10/2012", None),
        ("Mon, 02/12/2012", None),
        ("Issue date: Monday, September 10, 2012", date(2012, 9, 10)),
        ("Issue date: 9/25/2012 Section: News", date(2012, 9, 25)),
        ("Providence, R.I. – Monday, September 10, 2012", date(2012, 9, 10)),
        ("September 10, 2012 in News", date(2012, 9, 10)),
        ("September 2012", None),
        ("Fall 2012", None),
        ("Monday, September 10", None),
        ("10 de septiembre de 2012", date(2012, 9, 10)),
        ("Le 10 septembre 2012", date(2012, 9, 10)),
        ("10 سبتمبر 2012", date(2012, 9, 10)),
    ],
)
def test_date_lines_of_many_papers_are_read_and_are_never_body(line: str, expected: date | None) -> None:
    article = read(f"{HEAD}\n\nBy Ana Núñez\n{line}\n\n{BODY}")
    assert article.published_at == expected
    assert article.paragraphs == (ONE, TWO, THREE)
    assert heads(article) == [None]


def test_a_published_line_below_the_text_gives_the_date() -> None:
    article = read(f"{HEAD}\n\nBy Ana Núñez\n\n{BODY}\n\nMay 1, 2026\n\nPublished May 4, 2026")
    assert article.published_at == date(2026, 5, 4)


@pytest.mark.parametrize(
    "above", ["News / Campus Life", f"Home » News » {HEAD}", "The Brown Daily Herald", f"{HEAD} | The Herald"]
)
def test_what_stands_above_the_headline_is_not_the_headline(above: str) -> None:
    article = read(f"{above}\n\n{HEAD}\n\nBy Ana Núñez\nMay 4, 2026\n\n{BODY}")
    assert article.headline == HEAD
    assert article.paragraphs == (ONE, TWO, THREE)


def test_a_line_that_opens_anew_under_the_headline_is_its_dek() -> None:
    article = read(f"{HEAD}\nMayor cuts a ribbon before a large crowd\n\nBy Ana Núñez\n\n{BODY}")
    assert (article.headline, article.abstract) == (HEAD, "Mayor cuts a ribbon before a large crowd")
    joined = read(
        f"Bridge reopens for the people of\nThayer Street and of the old town\n\nBy Ana Núñez\n\n{BODY}"
    )
    assert joined.headline == "Bridge reopens for the people of Thayer Street and of the old town"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("‘What now?’", "What now?"),
        ("Bridges, bridges, bridges!", "Bridges, bridges, bridges!"),
        ("1. The beginning", "1. The beginning"),
        ("II. The end", "II. The end"),
    ],
)
def test_heads_of_many_shapes_stand_under_two_blank_lines(written: str, expected: str) -> None:
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\n{TWO}\n\n\n{written}\n\n{THREE}")
    assert heads(article) == [None, expected]


def test_a_short_line_glued_over_a_long_one_is_a_head() -> None:
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n‘A long day’\n{ONE}\n\nWhat it cost\n{THREE * 2}\n{TWO}")
    assert heads(article) == ["A long day", "What it cost"]
    dense = read(f"{HEAD}\nMay 4, 2026\n{ONE}\n{TWO}\n‘What it cost’\n{THREE * 2}\n{CLOSED}")
    assert heads(dense) == [None, "What it cost"]
    assert kinds(dense) == ["corrections"]


def test_three_blank_lines_everywhere_do_not_make_every_short_line_a_head() -> None:
    article = read(
        f"{HEAD}\n\n\n\nMay 4, 2026\n\n\n\n{ONE}\n\n\n\nFirst\n\n\n\nSecond\n\n\n\n{TWO}\n\n\n\n{THREE}"
    )
    assert heads(article) == [None]


def test_the_questions_of_a_labelled_interview_are_text() -> None:
    asked = ("Herald: How did it begin?", ONE, "What comes next?", TWO)
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n" + "\n\n".join(asked))
    assert article.paragraphs == asked


def test_the_salutation_of_a_letter_is_text() -> None:
    assert read(f"Letter: Bridge\n\nMay 4, 2026\n\nTo the Editor:\n\n{ONE}").paragraphs == (
        "To the Editor:",
        ONE,
    )


@pytest.mark.parametrize(
    "tail",
    [
        "Bob on May 5, 2026 at 3:04 pm said:\n\nIt is a fine bridge.\n\nReply",
        "Bob says:\n\nIt is fine.\n\nAnn on May 5, 2026 at 3:04 pm said:\n\nIt is not.",
        "Bob says:\n\nIt is a fine bridge.\n\nMay 5, 2026 at 3:04 pm\n\nAnn says:\n\nIt is not.",
        f"Bob says:\n\nIt is a fine bridge.\n\n{CLOSED}",
        f"  1. It is a fine bridge.\n\n    Really.\n\n  2. No.\n\n{CLOSED}",
        (
            "Subscribe to our daily newsletter.\n\nI crossed it, and it was a day that will stay with me for all my life.\n\n"
            "My mother crossed it too, and she was as happy as she had been in many, many years."
        ),
        "Comentarios\n\nPedro dice:\n\nMuy bien.\n\nLos comentarios están cerrados.",
        "Log in or register to post comments\n\nPost new comment\n\nYour name: *",
        "blog comments powered by Disqus",
    ],
)
def test_comments_of_many_shapes_never_reach_the_body(tail: str) -> None:
    assert tailed(tail).paragraphs == (ONE, TWO, THREE)


def test_a_list_inside_a_comment_without_number_does_not_divide_it() -> None:
    article = tailed("1 Comment\n\nAnn on May 5, 2026 at 3:04 pm said:\n\nNo:\n\n1. money\n\n2. noise")
    assert kinds(article) == ["markup", "comment"]


def test_the_articles_own_list_is_not_the_beginning_of_comments_with_other_numbers() -> None:
    article = tailed("1. stone from the quarry\n\n2. steel\n\n9. Ann says:\n\nNo.\n\n10. Bob says:\n\nYes.")
    assert article.paragraphs[3:] == ("1. stone from the quarry", "2. steel")
    closed = tailed(f"1. stone from the quarry\n\n2. steel\n\n{CLOSED}")
    assert closed.paragraphs[3:] == ("1. stone from the quarry", "2. steel")
    indented = tailed(f"  1. stone from the quarry\n\n  2. steel\n\n{ONE}\n\n{CLOSED}")
    assert indented.paragraphs[-1] == ONE
    assert len(tailed("  1. stone from the quarry\n\n  2. steel").paragraphs) == 5


def test_who_speaks_in_the_article_is_no_commenter() -> None:
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\nBrandt says:\n\n{TWO}\n\n{CLOSED}")
    assert article.paragraphs == (ONE, "Brandt says:", TWO)
    last = read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\nBrandt says:")
    assert last.paragraphs == (ONE, "Brandt says:")


def test_one_paragraph_after_a_call_is_still_the_article() -> None:
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\nSign up for our newsletter\n\n{TWO}")
    assert article.paragraphs == (ONE, TWO)


@pytest.mark.parametrize(
    "notice",
    [
        "Commenting on this article is closed.",
        "Comments on this story are closed.",
        "Comments Off on Bridge reopens",
        "Comments closed",
        "Comments are cl",
        "Corrections? Email the editor at desk@paper.example.",
        "Did we make a mistake? Tell us.",
        "Got a news tip or a correction? Write to desk@paper.example.",
        "Comments are closed. If you have corrections to submit, you can email\nThe Herald at desk@paper.example.",
        "Die Kommentare sind geschlossen.",
    ],
)
def test_notices_of_other_wordings_are_no_body(notice: str) -> None:
    article = tailed(notice)
    assert article.paragraphs == (ONE, TWO, THREE)
    assert kinds(article) == ["corrections"]


@pytest.mark.parametrize(
    "call",
    [
        "Want the news in your inbox every morning? Subscribe here.",
        "Newsletter",
        "Enter your e-mail address to get our headlines:",
        "Email address: [      ] Subscribe",
        "To receive The Herald by email, click here.",
        "Never miss a story: subscribe to Today in The Herald.",
        "For daily updates, follow us on Twitter and subscribe to our newsletter.",
        "Our daily newsletter brings you the day’s top stories. Sign up now.",
        "Abonnez-vous à notre infolettre quotidienne.",
        "Sign up for news from the old\nharbour in our newsletter",
    ],
)
def test_calls_of_still_other_wordings_end_the_body(call: str) -> None:
    article = tailed(f"{call}\n\n  1. Bob thinks it is fine.\n\n  2. Ann says:\n\n    No.")
    assert article.paragraphs == (ONE, TWO, THREE)
    assert kinds(article) == ["call", "comment", "comment"]


@pytest.mark.parametrize(
    "text",
    [
        "Comments are closed on the forum that students built, the office said, until new rules are written.",
        "“Subscribe to our daily newsletter,” the poster read.",
    ],
)
def test_a_sentence_that_begins_like_the_furniture_is_text(text: str) -> None:
    assert read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\n{text}\n\n{TWO}").paragraphs == (ONE, text, TWO)


@pytest.mark.parametrize(
    "line",
    [
        "People cross the bridge at dawn. Lea Novák / Herald",
        "People cross the bridge at dawn. (Lea Novák/The Stanford Daily)",
        "Herald file photo",
        "Like 12",
    ],
)
def test_credits_and_counters_are_no_body(line: str) -> None:
    assert read(f"{HEAD}\n\nMay 4, 2026\n\n{line}\n\n{BODY}").paragraphs == (ONE, TWO, THREE)


def test_a_list_that_begins_elsewhere_than_at_one_is_text() -> None:
    article = tailed(f"3. stone from the quarry\n\n5. steel\n\n1. rope\n\n7. tar\n\n{CLOSED}")
    assert article.paragraphs[3:] == ("3. stone from the quarry", "5. steel", "1. rope", "7. tar")


def test_a_finished_credit_does_not_swallow_the_paragraph_glued_under_it() -> None:
    article = read(f"{HEAD}\n\nMay 4, 2026\n\n{ONE}\n\nPhoto by Lea Novák.\n{TWO}\n\n{THREE}")
    assert article.paragraphs == (ONE, TWO, THREE)


def test_titles_under_a_related_line_are_no_body() -> None:
    article = tailed("Related Articles\n\nCity approves plan\n\nStudents protest rents\n\nTags: bridges")
    assert article.paragraphs == (ONE, TWO, THREE)
    assert kinds(article) == ["related"] * 4


@pytest.mark.parametrize(
    "blurb", ["Contact Ana Núñez at ana ‘at’ paper.edu.", "E-mail: ana@paper.example", "Twitter: @ana"]
)
def test_addresses_of_the_author_at_the_end_are_no_body(blurb: str) -> None:
    assert tailed(blurb).paragraphs == (ONE, TWO, THREE)
