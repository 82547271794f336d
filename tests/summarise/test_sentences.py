# ruff: noqa: RUF001 - signs of many scripts are the examples
from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from digest.summarise.sentences import split_sentences

SHARED = Path(__file__).parents[3] / "shared" / "data" / "sentences"
SIGNS = "aB cD1.!?…,;:\"“”«»„'’()[]{}\n\t。！？「」؟۔ ¿No.Mr. "


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Sen. Elizabeth Warren, D-Mass., met Gov. Maura Healey on Jan. 5 at No. 10.",
        "He spoke at 5 a.m. Monday about the U.S. Senate.",
        "Maya Ph.D. Lopez ’06 and J.R.R. Tolkien of St. Ives paid $1.5 million.",
        "“We will go. We will win,” she said.",
        "“Why?” Olga Brandt asked.",
        "She wrote “no. Never. Ever” on the wall.",
        'He called it "great. Really great" twice.',
        "The vote (see p. 4. It was close.) ended late.",
        "Well … he left … later and . . . never returned.",
        "What? said the mayor.",
        "Am 3. Oktober kam Frau Dr. Weiß, z. B. mit Blumen.",
        "El Sr. López vive en EE. UU. desde 2010.",
        "Er sagte: „Komm. Bleib.“ und ging.",
        "Il a dit « Non. Jamais. » hier.",
        "「はい。そうです。」と言った。",
        "1. First of all, they came.",
        "Il sig. Rossi e la dott. Bianchi vivono qui.",
        "Dhr. De Vries en mevr. Jansen kwamen, o.a. Met de fiets.",
        "The U.S. President spoke.",
        "“It is a long game.” — Ana Núñez",
        "The book’s title is “A [very. odd) thing. Here” and it sells.",
    ],
)
def test_keeps_one_sentence_whole(line: str) -> None:
    assert sentences(line) == [line]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("They left the U.S. The end.", ["They left the U.S.", "The end."]),
        ("It is plan B. The mayor knows.", ["It is plan B.", "The mayor knows."]),
        ("It rained in Jan. The rest was dry.", ["It rained in Jan.", "The rest was dry."]),
        ("It costs $5. $6 is too much.", ["It costs $5.", "$6 is too much."]),
        ("The sun. Joseph saw it.", ["The sun.", "Joseph saw it."]),
        ("“I did.” Next came Ana.", ["“I did.”", "Next came Ana."]),
        ("“I did.” The mayor left.", ["“I did.”", "The mayor left."]),
        ("“I did.” Said nobody.", ["“I did.”", "Said nobody."]),
        ("“I did.” Ana Núñez Brandt Weiß", ["“I did.”", "Ana Núñez Brandt Weiß"]),
        ("“I did.” Ana left.", ["“I did.”", "Ana left."]),
        ("Wait... Now go! Why? Because.", ["Wait...", "Now go!", "Why?", "Because."]),
        ("¿Qué pasa? ¡nada! Bien.", ["¿Qué pasa?", "¡nada!", "Bien."]),
        ("هل تعرف؟ نعم. حسنا۔ لا", ["هل تعرف؟", "نعم.", "حسنا۔", "لا"]),
        (
            "東京は雨。大阪は晴れ！「行こう。」「うん。」",
            ["東京は雨。", "大阪は晴れ！", "「行こう。」", "「うん。」"],
        ),
        ("“Open. Never closed.", ["“Open.", "Never closed."]),
        ('He said "no. "Yes," he added. Fine.', ['He said "no.', '"Yes," he added.', "Fine."]),
        ("A head\n\nA body.\n \n\n Another", ["A head", "A body.", "Another"]),
        ("One line\nof a sentence. Two.", ["One line\nof a sentence.", "Two."]),
        ("New. iPhone sales rose.", ["New.", "iPhone sales rose."]),
        ("Stop . Go.", ["Stop .", "Go."]),
        (" \n\n ", []),
        ("", []),
    ],
)
def test_ends_sentences_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.one_of(st.text(max_size=300), st.text(alphabet=SIGNS, max_size=300)))
@example("".join(mark * 40 for mark in '(["“”])' + ". "))
def test_spans_are_in_order_apart_and_leave_nothing_but_white_space(text: str) -> None:
    reached = 0
    for start, end in split_sentences(text):
        assert reached <= start < end <= len(text)
        assert not text[reached:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
        reached = end
    assert not text[reached:].strip()


@given(
    st.lists(
        st.sampled_from(["Ana left.", "Who knows?", "At 5 p.m. it rained.", "Go!"]), min_size=1, max_size=5
    ),
    st.sampled_from(["“”", "«»", '""', "()", "[]", "「」"]),
    st.sampled_from(["The mayor wrote ", "", "On Monday, "]),
)
def test_what_is_quoted_is_never_cut(quoted: list[str], signs: str, before: str) -> None:
    text = f"{before}{signs[0]}{' '.join(quoted)}{signs[1]} and went home. The end came."
    opened, closed = len(before), text.rindex(signs[1])
    assert not any(opened < end <= closed for _, end in split_sentences(text))
    assert sentences(text)[-1] == "The end came."


@given(st.lists(st.sampled_from(["Ana met Mr. Olsen.", "“Go. Now,” he said.", "It rained."]), min_size=1))
def test_paragraphs_are_split_each_by_itself(paragraphs: list[str]) -> None:
    together = sentences("\n\n".join(paragraphs))
    assert together == [sentence for paragraph in paragraphs for sentence in sentences(paragraph)]


@pytest.mark.parametrize("unit", ["(.)", "(", "e.g. ", " ", "\n ", "a. ", "'\". ", "“. ”", ".", "]"])
@pytest.mark.timeout(5)
def test_hostile_repetition_takes_no_longer_than_its_length(unit: str) -> None:
    split_sentences(unit * 20_000)


def test_finds_the_ends_that_people_marked_in_newspaper_paragraphs() -> None:
    corpus = SHARED / "pud.jsonl"
    if not corpus.exists():
        pytest.skip("the shared sentence corpus is not beside this checkout")
    found = missed = invented = 0
    for line in corpus.read_text(encoding="utf-8").splitlines():
        marked = json.loads(line)["sentences"]
        text = " ".join(marked)
        gold, place = set(), -1
        for sentence in marked[:-1]:
            place += len(sentence) + 1
            gold.add(place)
        ours = {end for _, end in split_sentences(text)} - {len(text)}
        found += len(gold & ours)
        missed += len(gold - ours)
        invented += len(ours - gold)
    assert 2 * found / (2 * found + missed + invented) >= 0.998  # 2026-11: .9992
