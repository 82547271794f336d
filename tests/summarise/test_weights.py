from __future__ import annotations

import json

import pytest

from digest.summarise.features import FEATURES
from digest.summarise.weights import SHIPPED, Table, Weights, parse_weights, shipped_weights

ONE, TWO, THREE, WORDS, PLAIN = (Table(weights={"first": float(value)}) for value in range(5))
WEIGHTS = Weights(
    languages=frozenset({"en"}), learned={"1": ONE, "2": TWO, "3": THREE, "words": WORDS}, plain=PLAIN
)


@pytest.mark.parametrize(
    ("sentences", "words", "table"),
    [
        (1, 0, ONE),
        (2, 0, TWO),
        (3, 0, THREE),
        (7, 0, THREE),
        (0, 0, ONE),
        (-1, 0, ONE),
        (3, 45, WORDS),
        (1, 45, ONE),
    ],
)
def test_each_length_has_its_own_weights(sentences: int, words: int, table: Table) -> None:
    assert WEIGHTS.table("en", sentences=sentences, words=words) is table


@pytest.mark.parametrize(
    ("language", "table"), [(None, ONE), ("en-US", ONE), ("EN", ONE), ("es", PLAIN), ("eng", PLAIN)]
)
def test_a_language_without_weights_has_the_plain_ones(language: str | None, table: Table) -> None:
    assert WEIGHTS.table(language, sentences=1) is table


def test_what_ships_names_its_data_its_command_its_day_and_its_figures() -> None:
    told = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert "cnn_val500" in told["data"]
    assert told["command"].startswith("python -m benchmarks.summaries.train")
    assert told["date"]
    assert set(told["rouge_1_held_out"]) == set(told["learned"]) == {"1", "2", "3", "words"}
    assert shipped_weights() is shipped_weights()


def test_likeness_to_what_is_chosen_never_speaks_for_a_sentence() -> None:
    shipped = shipped_weights()
    assert all(table.redundancy <= 0 for table in (*shipped.learned.values(), shipped.plain))


def test_features_that_are_not_named_count_nothing() -> None:
    weights = parse_weights('{"languages": [], "learned": {}, "plain": {"first": 2.0}}')
    assert weights.plain.score(dict.fromkeys(FEATURES, 1.0)) == 2.0
    assert weights.plain.redundancy == 0


def test_weights_for_what_nobody_measures_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody measures colour"):
        parse_weights('{"languages": [], "learned": {}, "plain": {"colour": 2.0}}')
