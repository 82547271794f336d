# ruff: noqa: RUF001 - typographic signs are what newspapers print
from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from digest.model.article import BlockKind, Passage
from digest.summarise.coherence import read_sentences
from digest.summarise.features import FEATURES, Measured, measure
from digest.testing.factories import make_article

BODY = (
    "The harbor bridge reopened on Monday after nine months of repairs.",
    "Mayor Olga Brandt crossed the harbor bridge first.",
    "She waved to Olga Brandt’s mother.",
    "“We are glad,” said Ana Núñez, who runs the ferry.",
    "See the video below for 12 pictures of seals.",
)


def measured(
    *sentences: str, headline: str = "", announced: str = "", kinds: tuple[BlockKind, ...] = ()
) -> Measured:
    article = make_article(body=(Passage(heading=None, paragraphs=sentences),))
    return measure(read_sentences(article), headline=headline, announced=announced, kinds=kinds)


def rows(*sentences: str, headline: str = "", announced: str = "") -> tuple[Mapping[str, float], ...]:
    return measured(*sentences, headline=headline, announced=announced).rows


def test_every_feature_is_measured_of_every_sentence() -> None:
    assert all(row.keys() == FEATURES.keys() for row in rows(*BODY))


def test_where_a_sentence_stands_is_told() -> None:
    first, second, third, *_ = rows(*BODY)
    assert (first["first"], second["first"], second["second"], third["second"]) == (1, 0, 1, 0)
    for name in ("nearness", "nearness_root", "nearness_fast"):
        assert first[name] > second[name] > third[name] > 0
    assert first["tail"] == 0
    assert second["tail"] == pytest.approx(0.2)
    assert (second["leant_on"], third["leans"], third["leant_on"]) == (1, 1, 0)


def test_a_sentence_about_what_the_article_is_about_is_nearer_to_it() -> None:
    found = rows(*BODY)
    for name in ("centroid", "lead_centroid", "frequency", "topics", "rank", "known_names"):
        assert found[1][name] > found[4][name], name


def test_the_headline_and_what_stands_under_it_are_compared() -> None:
    found = rows(*BODY, headline="Mayor crosses bridge", announced="Ana Núñez is glad")
    assert found[1]["title"] == pytest.approx(2 / 3)
    assert found[1]["title_likeness"] > found[4]["title_likeness"] == 0
    assert found[3]["announced"] == 1 > found[0]["announced"] == 0


@pytest.mark.parametrize(
    ("sentence", "repeats"),
    [
        ("The harbor bridge has reopened after repairs.", 1),
        ("The harbor bridge reopened on Monday after repairs.", 1),
        ("The harbor bridge reopened on Monday after nine months of repairs.", 0),
        ("The council spoke of the bridge at length.", 0),
    ],
)
def test_a_sentence_that_says_only_what_the_headline_says_is_known(sentence: str, repeats: int) -> None:
    assert rows(sentence, headline="Harbor bridge reopens after repairs")[0]["repeats"] == repeats


def test_without_a_headline_nothing_repeats_it() -> None:
    assert {row["repeats"] + row["title"] + row["title_likeness"] for row in rows(*BODY)} == {0}


def test_what_a_sentence_looks_like_is_told() -> None:
    _, _, third, fourth, fifth = rows(*BODY)
    assert (fourth["quote_start"], fifth["quote_start"]) == (1, 0)
    assert fourth["quoted"] == pytest.approx(14 / len(BODY[3]))
    assert fourth["persons"] == pytest.approx(1 / 3)
    assert fourth["names"] == pytest.approx(0.4)
    assert (fifth["promo"], fifth["numbers"], third["promo"], third["numbers"]) == (1, 1, 0, 0)
    assert third["short"] == pytest.approx(0.4)
    assert fifth["short"] == pytest.approx(0.1)
    (long,) = rows(" ".join(["word"] * 60) + ".")
    assert (long["length"], long["long"], long["short"]) == (2.5, 0.5, 0)


def test_a_sentence_that_says_the_same_again_is_like_what_was_before() -> None:
    found = measured(BODY[0], BODY[4], BODY[0])
    assert found.rows[2]["like_first"] == found.rows[2]["like_before"] == pytest.approx(1)
    assert found.likeness(0, 2) == found.likeness(2, 0) == pytest.approx(1)
    assert found.likeness(0, 1) == 0


def test_blocks_of_quotations_and_lists_are_known() -> None:
    kinds = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM)
    found = measured(*BODY[:3], kinds=kinds).rows
    assert [(row["quote_block"], row["item_block"]) for row in found] == [(0, 0), (1, 0), (0, 1)]


def test_nothing_has_no_features() -> None:
    assert measured().rows == ()


@given(st.lists(st.text(min_size=1, max_size=60), max_size=6), st.text(max_size=40))
def test_no_text_makes_a_figure_that_is_none(sentences: list[str], headline: str) -> None:
    found = measured(*sentences, headline=headline)
    assert all(-1 <= value <= 1000 for row in found.rows for value in row.values())
    assert all(
        found.likeness(one, other) <= 1.000001
        for one in range(len(found.rows))
        for other in range(len(found.rows))
    )
