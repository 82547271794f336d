from __future__ import annotations

import itertools

from hypothesis import given, strategies as st

from digest.summarise.coherence import Sentence
from digest.summarise.selection import SHORTLIST, choose

KINDS = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(-5, 9), st.integers(1, 6)), max_size=7)


def sentences_of(kinds: list[tuple[bool, bool, int, int]]) -> list[Sentence]:
    return [
        Sentence(text="word " * long, start=i, end=i, unfit="" if fit else "a call", leans=leans)
        for i, (fit, leans, _, long) in enumerate(kinds)
    ]


def likeness(one: int, other: int) -> float:
    return (one * 3 + other * 5) % 4


@given(KINDS, st.integers(0, 4), st.integers(-3, 0), st.integers(0, 12))
def test_no_other_set_of_sentences_is_better(
    kinds: list[tuple[bool, bool, int, int]], limit: int, redundancy: int, words: int
) -> None:
    found = sentences_of(kinds)

    def allowed(chosen: tuple[int, ...]) -> bool:
        short = not words or sum(kinds[i][3] for i in chosen) <= words
        return short and all(found[i].fit and (not found[i].leans or i - 1 in chosen) for i in chosen)

    def worth(chosen: tuple[int, ...]) -> tuple[int, float]:
        alike = sum(likeness(one, other) for one, other in itertools.pairwise(chosen))
        size = min(len(chosen), 1) if words else len(chosen)
        return size, sum(kinds[i][2] for i in chosen) + redundancy * alike

    sets = [
        chosen
        for size in range(limit + 1)
        for chosen in itertools.combinations(range(len(kinds)), size)
        if allowed(chosen)
    ]
    chosen = choose(
        found,
        [float(score) for _, _, score, _ in kinds],
        limit=limit,
        words=words,
        likeness=likeness,
        redundancy=redundancy,
    )
    assert allowed(chosen)
    assert worth(chosen) == max(map(worth, sets))


def test_of_a_flood_the_best_are_combined() -> None:
    kinds = [(True, False, number, 5) for number in range(3 * SHORTLIST)]
    chosen = choose(sentences_of(kinds), [float(number) for number in range(3 * SHORTLIST)], limit=2)
    assert chosen == (3 * SHORTLIST - 2, 3 * SHORTLIST - 1)


def test_of_equals_the_earlier_are_chosen() -> None:
    kinds = [(True, False, 1, 5)] * 2 * SHORTLIST
    assert max(choose(sentences_of(kinds), [1.0] * 2 * SHORTLIST, limit=3)) < SHORTLIST
