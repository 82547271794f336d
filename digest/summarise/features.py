"""What can be measured of a sentence: the figures that the weights count. Pure.

Only the sentences, the headline and the lines under it, and the kinds of the blocks are looked at.
"""

# ruff: noqa: RUF001 - typographic signs are what these rules are about

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model.article import BlockKind
from digest.summarise.coherence import QUOTE_START, QUOTED, Sentence, count_words
from digest.summarise.vectors import Vector, add, compare, dot, list_terms, rank, unit, weigh_rarity
from digest.summarise.words import FIRST_AND_SECOND

FEATURES: Mapping[str, str] = {
    "bias": "always 1: what a further sentence is worth, where fewer are allowed",
    "first": "is the first sentence",
    "second": "is the second",
    "nearness": "1 / its number",
    "nearness_root": "1 / the root of its number",
    "nearness_fast": "e to the power of -its number / 4",
    "tail": "how far down the article, 0 to 1",
    "centroid": "likeness to the words of the whole article",
    "lead_centroid": "likeness to the words of the first sentences",
    "frequency": "how often the article has its words, on average",
    "topics": "share of the article's most frequent words it has",
    "known_names": "share of the article's most frequent names it has",
    "title": "share of the headline's words it has",
    "title_likeness": "likeness to the headline",
    "announced": "share of the words of subhead and abstract it has",
    "repeats": "says hardly a word that the headline does not say",
    "length": "words / 24, at most 3",
    "length_log": "logarithm of its words / 3",
    "short": "words below 10, as a share of 10",
    "long": "words beyond 40, as a share of 40, at most 1",
    "quote_start": "opens with a quotation",
    "quoted": "share of it that stands in quotation marks",
    "numbers": "has a figure",
    "names": "names in it / 5, at most 2",
    "persons": "words such as I, we and you / 3",
    "promo": "words of captions and calls",
    "leans": "needs the sentence before it",
    "leant_on": "the next sentence needs it",
    "like_first": "likeness to the first sentence",
    "like_before": "the greatest likeness to any before it",
    "rank": "PageRank among the sentences, less 1",
    "quote_block": "stands in a block quotation",
    "item_block": "stands in a list",
}
"""Every feature of a sentence, and what it says."""

_NUMBER = re.compile(r"\d")
_NAME = re.compile(r"(?<=[^\s.!?:“\"] )[A-ZÀ-Þ][\w’'-]*")
_PLAIN = "“”\"’'.,;:!?()"
_PROMO = re.compile(
    r"\b(?:pictured|picture|photo|video|scroll|click|watch|below|above|exclusive|here[’']s|editor)\b",
    re.IGNORECASE,
)
_LEAD = 4  # sentences that a newspaper opens with
_IDEAL = 24  # words
_SHORT = 10  # words
_LONG = 40  # words
_TOPICS = 10
_KNOWN = 4  # names
_STEM = 5  # letters by which "reopened" and "reopens" are the same word


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An article's sentences in figures: the `FEATURES` of each, and whom it is like and how much."""

    rows: tuple[Mapping[str, float], ...]
    alike: tuple[Mapping[int, float], ...]

    def likeness(self, one: int, other: int) -> float:
        """Return how much of their words two sentences share, 0 to 1: the cosine of their tf-idf."""
        return self.alike[one].get(other, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    """What is the same for all sentences of an article."""

    bags: Sequence[Counter[str]]
    total: Counter[str]
    topics: frozenset[str]
    names: frozenset[str]
    centroid: Vector
    lead: Vector
    title: frozenset[str]
    title_vector: Vector
    announced: frozenset[str]


def measure(
    sentences: Sequence[Sentence],
    *,
    headline: str = "",
    announced: str = "",
    kinds: Sequence[BlockKind] = (),
) -> Measured:
    """Return the features of an article's sentences.

    `announced` is what the paper says under the headline; `kinds` says of each sentence what block it
    stands in, all paragraphs if it is empty.
    """
    bags = [Counter(list_terms(sentence.text)) for sentence in sentences]
    rarity = weigh_rarity(bags)
    vectors = [unit({term: count * rarity[term] for term, count in bag.items()}) for bag in bags]
    alike = compare(vectors)
    total = sum(bags, Counter[str]())
    names = Counter(name for sentence in sentences for name in _list_names(sentence.text))
    title = frozenset(list_terms(headline))
    whole = _Article(
        bags=bags,
        total=total,
        topics=frozenset(_most(total, _TOPICS)),
        names=frozenset(_most(names, _KNOWN)),
        centroid=unit(add(vectors)),
        lead=unit(add(vectors[:_LEAD])),
        title=title,
        title_vector=unit({term: rarity.get(term, 0.0) for term in title}),
        announced=frozenset(list_terms(announced)),
    )
    ranks = rank(alike)
    rows = tuple(
        {
            **_place(index, sentences),
            **_weigh_words(bags[index], vectors[index], whole),
            **_weigh_names(sentence.text, whole),
            **_look(sentence.text),
            "like_first": alike[index].get(0, 0.0) if index else 0.0,
            "like_before": max(
                (value for other, value in alike[index].items() if other < index), default=0.0
            ),
            "rank": ranks[index] - 1,
            "quote_block": float(kinds[index] is BlockKind.QUOTE) if kinds else 0.0,
            "item_block": float(kinds[index] is BlockKind.ITEM) if kinds else 0.0,
        }
        for index, sentence in enumerate(sentences)
    )
    return Measured(rows=rows, alike=alike)


def _place(index: int, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Measure where a sentence stands, and between whom."""
    follows = sentences[index + 1 : index + 2]
    return {
        "bias": 1.0,
        "first": float(index == 0),
        "second": float(index == 1),
        "nearness": 1 / (1 + index),
        "nearness_root": 1 / math.sqrt(1 + index),
        "nearness_fast": math.exp(-index / 4),
        "tail": index / len(sentences),
        "leans": float(sentences[index].leans),
        "leant_on": float(any(sentence.leans for sentence in follows)),
    }


def _weigh_words(bag: Counter[str], vector: Vector, whole: _Article) -> dict[str, float]:
    """Measure what a sentence speaks of, beside the article and what the paper says over it."""
    counted = sum(count * whole.total[term] for term, count in bag.items())
    return {
        "centroid": dot(vector, whole.centroid),
        "lead_centroid": dot(vector, whole.lead),
        "frequency": 10 * counted / max(1, bag.total() * whole.total.total()),
        "topics": len(whole.topics & bag.keys()) / _TOPICS,
        "title": len(whole.title & bag.keys()) / max(1, len(whole.title)),
        "title_likeness": dot(vector, whole.title_vector),
        "announced": len(whole.announced & bag.keys()) / max(1, len(whole.announced)),
        "repeats": float(_repeats(bag, whole.title)),
    }


def _repeats(bag: Mapping[str, int], title: frozenset[str]) -> bool:
    """Say whether all but one of a sentence's words stand in the headline too, whatever their endings."""
    stems = {term[:_STEM] for term in bag}
    known = {term[:_STEM] for term in title}
    return bool(known) and len(stems & known) > 1 and len(stems - known) <= 1


def _weigh_names(text: str, whole: _Article) -> dict[str, float]:
    """Measure whom a sentence names."""
    names = _list_names(text)
    return {"names": min(len(names) / 5, 2.0), "known_names": len(whole.names & names) / _KNOWN}


def _look(text: str) -> dict[str, float]:
    """Measure what a sentence looks like by itself."""
    long = count_words(text)
    plain = [word.strip(_PLAIN).casefold() for word in text.split()]
    return {
        "length": min(long / _IDEAL, 3.0),
        "length_log": math.log(1 + long) / 3,
        "short": max(0.0, 1 - long / _SHORT),
        "long": max(0.0, min(long / _LONG - 1, 1.0)),
        "quote_start": float(QUOTE_START.match(text) is not None),
        "quoted": sum(map(len, QUOTED.findall(text))) / len(text),
        "numbers": float(_NUMBER.search(text) is not None),
        "persons": sum(word in FIRST_AND_SECOND for word in plain) / 3,
        "promo": float(_PROMO.search(text) is not None),
    }


def _list_names(text: str) -> set[str]:
    """Return the words in capitals that do not open a sentence or a quotation."""
    return {name.casefold() for name in _NAME.findall(text)}


def _most(counted: Mapping[str, int], number: int) -> list[str]:
    """Return the most frequent, the same ones whatever their order."""
    return sorted(counted, key=lambda term: (-counted[term], term))[:number]
