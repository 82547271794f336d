"""Plain-text dumps: the seed, read perfectly, and many that look otherwise."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digest.ingest.text import read_text
from digest.model.article import Article

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
    assert [{"heading": p.heading, "paragraphs": list(p.paragraphs)} for p in article.body] == expected[
        "sections"
    ]
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
    text = (
        "By Monday evening, about 4,000 people had crossed the bridge and bought every last pretzel in town."
    )
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
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n\n‘A long day’\n\n{TWO}\n\nA line of verse\n\n{THREE}"
    )
    assert [p.heading for p in article.body] == [None, "A long day"]
    assert "A line of verse" in article.paragraphs


def test_short_lines_in_a_row_are_a_list_and_no_heads() -> None:
    article = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\nFirst pier\n\nSecond pier\n\nThird pier\n\n{TWO}"
    )
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
    listed = read(
        f"Bridge reopens\n\nMay 4, 2026\n\n{ONE}\n\n- stone from the\n  quarry\n- steel\n* rope\n\n{TWO}"
    )
    assert listed.paragraphs[1:4] == ("stone from the quarry", "steel", "rope")
