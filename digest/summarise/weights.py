"""The learned weights, as they are shipped: what each feature of a sentence counts, by what is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digest.summarise.features import FEATURES

SHIPPED = Path(__file__).with_name("weights.json")
"""Written by `benchmarks/summaries/train.py`; says itself from what, when, and how well it does."""
_LARGEST = 3
_UNKNOWN = "en"  # an article that does not name its language is read as the rules of coherence read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What features count, and how much a sentence's likeness to the one chosen before it counts."""

    weights: Mapping[str, float]
    redundancy: float = 0.0

    def score(self, row: Mapping[str, float]) -> float:
        """Return what a sentence with these features is worth, beside others of its article."""
        return sum(weight * row[name] for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The tables: `learned` by what is asked for, for the `languages` they were learned in, and `plain`.

    `plain` is the fallback for every other language: position, and likeness to the whole article.
    """

    languages: frozenset[str]
    learned: Mapping[str, Table]
    plain: Table

    def table(self, language: str | None, *, sentences: int, words: int = 0) -> Table:
        """Return the table for an article's language and the length that is asked for."""
        if (language or _UNKNOWN).casefold().split("-")[0] not in self.languages:
            return self.plain
        return self.learned["words" if words and sentences > 1 else str(max(1, min(sentences, _LARGEST)))]


def parse_weights(raw: str) -> Weights:
    """Return the weights that a JSON text holds; a feature it does not name counts nothing.

    Raises `ValueError` for text that is no JSON, or names features that nobody measures.
    """
    told = json.loads(raw)
    return Weights(
        languages=frozenset(told["languages"]),
        learned={name: _read_table(table) for name, table in told["learned"].items()},
        plain=_read_table(told["plain"]),
    )


@cache
def shipped_weights() -> Weights:
    """Return the weights that travel with the package, read once."""
    return parse_weights(SHIPPED.read_text(encoding="utf-8"))


def _read_table(told: Mapping[str, float]) -> Table:
    unknown = told.keys() - {*FEATURES, "redundancy"}
    if unknown:
        raise ValueError(f"nobody measures {', '.join(sorted(unknown))}; train the weights anew")
    weights = {name: weight for name, weight in told.items() if name in FEATURES}
    return Table(weights=weights, redundancy=told.get("redundancy", 0.0))
