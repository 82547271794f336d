from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, strategies as st

from digest.compose.wording import clean_line, shorten, word_preheader, word_subject
from digest.model.newsletter import Newsletter

DAY = date(2026, 4, 14)
PAPER = Newsletter(title="The Harbour Daily")


@pytest.mark.parametrize(
    ("line", "limit", "expected"),
    [
        ("Bridge reopens", 14, "Bridge reopens"),
        ("Bridge reopens today", 14, "Bridge…"),
        ("Bridge reopens today", 15, "Bridge reopens…"),
        ("Bridge, reopens", 10, "Bridge…"),
        ("A Donaudampfschifffahrt", 10, "A Donauda…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("ae\u0301e\u0301e\u0301e\u0301", 5, "ae\u0301…"),
        ("👩\u200d👩\u200d👧\u200d👦!", 4, "…"),
        ("\u0301" * 9, 4, "…"),
    ],
)
def test_lines_are_cut_between_words_and_signs(line: str, limit: int, expected: str) -> None:
    assert shorten(line, limit) == expected


def test_a_headline_brings_nothing_into_a_header() -> None:
    hostile = "Bridge\r\nBcc: all@paper.example\x00 \u202ereopens\u2028 =?utf-8?q?x?="
    assert word_subject(hostile, PAPER, DAY) == "Bridge Bcc: all@paper.example reopens utf-8?q?x?="
    assert word_subject("\n", PAPER, DAY) == "The Harbour Daily 2026-04-14"


@given(st.text(max_size=200))
def test_a_subject_is_one_line_of_at_most_70_characters(headline: str) -> None:
    subject = word_subject(headline, PAPER, DAY)
    assert 0 < len(subject) <= 70
    assert "=?" not in subject
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in subject)


def preheader(*others: str, lead: str = "Bridge reopens", summary: str = "") -> str:
    return word_preheader(word_subject(lead, PAPER, DAY), lead, others, summary, PAPER, DAY)


def test_the_preheader_tells_what_else_is_new() -> None:
    assert preheader(
        "Bridge reopens", "Library never closes", "Rowers win", "Library never closes", "\n"
    ) == (
        "Library never closes · Rowers win · The news of 14 April 2026, brought to you by The Harbour Daily"
    )
    assert preheader("Library never closes", summary="It was closed for nine months of repairs.") == (
        "Library never closes · It was closed for nine months of repairs."
    )
    assert preheader() == "The news of 14 April 2026, brought to you by The Harbour Daily"
    assert preheader("A library that never closes any more, says mayor").endswith("says mayor")
    assert preheader("e" + "\u0301" * 200).startswith("The news of 14 April 2026")


@given(
    st.text(max_size=90),
    st.lists(st.text(max_size=90), max_size=9),
    st.text(max_size=200),
    st.text(max_size=40),
)
def test_a_preheader_has_40_to_130_characters_and_repeats_nothing(
    lead: str, others: list[str], summary: str, title: str
) -> None:
    newsletter = Newsletter(title=title)
    subject = word_subject(lead, newsletter, DAY)
    line = word_preheader(subject, lead, others, summary, newsletter, DAY)
    assert 40 <= len(line) <= 130
    assert line not in {subject, clean_line(lead)}
    assert clean_line(line) == line
