"""The words of sentences as vectors: how rare, how alike, how central.

Words are weighed by how rare they are within the one article (tf-idf), so nothing has to be known of the
language but its stop words.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from digest.summarise.words import STOP

Vector = Mapping[str, float]
_TERM = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
COMMON = 64
_DAMPING = 0.85
_ROUNDS = 12


def list_terms(text: str) -> list[str]:
    """Return what counts as a word: folded, without stop words; sign pairs where no spaces are set."""
    terms = [word for word in _TERM.findall(text.casefold()) if word not in STOP]
    for run in _WIDE.findall(text):
        terms += [run[i : i + 2] for i in range(len(run) - 1)]
    return terms


def weigh_rarity(bags: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return of each term how rare it is: the logarithm of the sentences for each that has it."""
    spread = Counter(term for bag in bags for term in bag)
    return {term: math.log((1 + len(bags)) / (0.5 + count)) for term, count in spread.items()}


def unit(vector: Vector) -> Vector:
    """Return a vector of the same direction and length one; empty for one of no length."""
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {term: value / length for term, value in vector.items()} if length else {}


def add(vectors: Iterable[Vector]) -> Vector:
    """Return the sum of vectors."""
    total: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for term, value in vector.items():
            total[term] += value
    return total


def dot(one: Vector, other: Vector) -> float:
    """Return the product of two vectors: their cosine, if both are of length one."""
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)


def compare(vectors: Sequence[Vector]) -> tuple[Mapping[int, float], ...]:
    """Return of each vector which others it shares terms with, and their products (as `dot`).

    A term that `COMMON` have already is passed over: it tells little apart, and a flood of one takes no time.
    """
    places: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    alike: tuple[defaultdict[int, float], ...] = tuple(defaultdict(float) for _ in vectors)
    for index, vector in enumerate(vectors):
        for term, value in vector.items():
            having = places[term]
            if len(having) < COMMON:
                for earlier, theirs in having:
                    alike[index][earlier] += value * theirs
                having.append((index, value))
    for index, row in enumerate(alike):
        for earlier in [other for other in row if other < index]:
            alike[earlier][index] = row[earlier]
    return alike


def rank(alike: Sequence[Mapping[int, float]]) -> list[float]:
    """Return how central each is among all by whom it resembles; 1 is the average, a loner has least.

    PageRank over likeness (Mihalcea & Tarau 2004, "TextRank"; Erkan & Radev 2004, "LexRank").
    """
    rest = 1 - _DAMPING
    shares = [1 / total if (total := sum(row.values())) else 0.0 for row in alike]
    ranks = [1.0] * len(alike)
    for _ in range(_ROUNDS):
        given = [value * share for value, share in zip(ranks, shares, strict=True)]
        ranks = [rest + _DAMPING * sum(given[other] * value for other, value in row.items()) for row in alike]
    return ranks
