"""Learn the weights of the extractive summariser, and write them where they are shipped.

`python -m benchmarks.summaries.train` (numpy and scipy must be installed: the product itself needs neither)
takes some minutes. The objective is what is measured: of each article every set of sentences that may stand
together is listed with its ROUGE; the weights make scores of the sets, the scores a probability of each
(softmax), and what is maximised is the expected ROUGE-1 + ROUGE-2 with a penalty on large weights (minimum
risk training: Och 2003, Smith & Eisner 2006). Nothing is drawn at random.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.summaries.corpus import FOLDS, SETS, Story, read_stories, take_lead
from benchmarks.summaries.rouge import grams, rouge_n
from digest.summarise.coherence import Sentence, count_words, read_sentences
from digest.summarise.extractive import ExtractiveSummariser
from digest.summarise.features import FEATURES, Measured, measure
from digest.summarise.weights import SHIPPED, Weights, parse_weights

COLUMNS = (*FEATURES, "redundancy")
PLAIN = {
    "nearness_root": 1.0,
    "centroid": 0.6,
    "repeats": -2.0,
    "short": -1.0,
    "quote_block": -1.0,
    "item_block": -1.0,
}
"""The fallback for languages without weights: position and centroid, and the same tastes as `BY_HAND`."""
BY_HAND = {"announced": 3.0, "repeats": -20.0, "short": -6.0, "quote_block": -2.0, "item_block": -2.0}
"""What no set shows (lines under the headline, kinds of blocks), and what readers mind and ROUGE does not: a
sentence that repeats the headline, or says five words."""
REWARD = 10.0  # how sharply better sets are preferred, beside the penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A length that a layout may ask for, and how it is trained."""

    sentences: int
    words: tuple[int, ...] = (0,)
    looked_at: int  # the first sentences of an article of which sets are made
    penalty: float


ASKED = {
    "1": Asked(sentences=1, looked_at=200, penalty=0.03),
    "2": Asked(sentences=2, looked_at=60, penalty=0.01),
    "3": Asked(sentences=3, looked_at=30, penalty=0.01),
    "words": Asked(sentences=3, words=(45, 60), looked_at=30, penalty=0.02),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A story, read and measured once."""

    story: Story
    sentences: tuple[Sentence, ...]
    measured: Measured


def study(stories: Sequence[Story]) -> list[Lesson]:
    """Read and measure the stories as the summariser does."""
    lessons = []
    for story in stories:
        found = read_sentences(story.article)
        measured = measure(found, headline=story.article.headline)
        lessons.append(Lesson(story=story, sentences=found, measured=measured))
    return lessons


def learn(lessons: Sequence[Lesson]) -> dict[str, dict[str, float]]:
    """Return the table of each length, as `weights.json` holds it."""
    return {name: _learn_table(lessons, asked) for name, asked in ASKED.items()}


def list_sets(sentences: Sequence[Sentence], asked: Asked, words: int) -> list[tuple[int, ...]]:
    """Return every set that `selection.choose` may choose among an article's first sentences."""
    looked_at = sentences[: asked.looked_at]
    long = [count_words(sentence.text) for sentence in looked_at]
    sizes: list[list[tuple[int, ...]]] = [[()]]
    for _ in range(asked.sentences):
        sizes.append(
            [
                (*earlier, index)
                for earlier in sizes[-1]
                for index in range(earlier[-1] + 1 if earlier else 0, len(looked_at))
                if looked_at[index].fit and (not looked_at[index].leans or index - 1 in earlier[-1:])
                if not words or sum(long[place] for place in earlier) + long[index] <= words
            ]
        )
    if words:
        return [one for size in sizes[1:] for one in size]
    return next((size for size in reversed(sizes[1:]) if size), [])


def _learn_table(lessons: Sequence[Lesson], asked: Asked) -> dict[str, float]:
    np, optimize = _numerics()
    listed = [
        (lesson, sets)
        for lesson in lessons
        for words in asked.words
        if len(sets := list_sets(lesson.sentences, asked, words)) > 1
    ]
    described = [_describe(lesson, sets) for lesson, sets in listed]
    rows = np.vstack([rows for rows, _ in described])
    rewards = REWARD * np.concatenate([rewards for _, rewards in described])
    sizes = np.array([len(sets) for _, sets in listed])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    rows /= spread

    def risk(weights: Any) -> tuple[float, Any]:
        scores = rows @ weights
        likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, begins), sizes))
        likely /= np.repeat(np.add.reduceat(likely, begins), sizes)
        expected = np.add.reduceat(likely * rewards, begins)
        slope = rows.T @ (likely * (rewards - np.repeat(expected, sizes))) / len(sizes)
        penalty = asked.penalty * float(weights @ weights)
        return penalty - float(expected.mean()), 2 * asked.penalty * weights - slope

    found = optimize.minimize(
        risk, np.zeros(len(COLUMNS)), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    learned = {
        name: round(float(weight), 4)
        for name, weight in zip(COLUMNS, found.x / spread, strict=True)
        if weight
    }
    learned["redundancy"] = min(learned.get("redundancy", 0.0), 0.0)
    return {**learned, **BY_HAND}


def _describe(lesson: Lesson, sets: Sequence[tuple[int, ...]]) -> tuple[Any, Any]:
    """Return the summed features of each set with its redundancy, and its ROUGE-1 + ROUGE-2."""
    np, _ = _numerics()
    chosen = np.zeros((len(sets), len(lesson.sentences)))
    redundancy = np.zeros((len(sets), 1))
    for place, one in enumerate(sets):
        chosen[place, list(one)] = 1.0
        redundancy[place] = sum(map(lesson.measured.likeness, one, one[1:]))
    rewards = np.zeros(len(sets))
    for size in (1, 2):
        wanted = grams(lesson.story.reference, size)
        said = [grams(sentence.text, size) for sentence in lesson.sentences]
        counts = np.array([[bag[gram] for gram in wanted] for bag in said], dtype=float)
        shared = np.minimum(chosen @ counts, list(wanted.values())).sum(axis=1)
        length = chosen @ [bag.total() for bag in said]
        rewards += 2 * shared / (length + wanted.total())
    features = np.array([[row[name] for name in FEATURES] for row in lesson.measured.rows])
    return np.hstack([chosen @ features, redundancy]), rewards


def _numerics() -> tuple[Any, Any]:
    """Return numpy and scipy's optimisers; they are for training only, so nothing else installs them."""
    try:
        return importlib.import_module("numpy"), importlib.import_module("scipy.optimize")
    except ModuleNotFoundError as error:
        raise SystemExit(f"{error.name} is not installed; `pip install numpy scipy` to train") from error


def learn_folds(lessons: Sequence[Lesson]) -> dict[int, Weights]:
    """Return for each fold the weights that were learned without it."""
    folds = {}
    for fold in range(FOLDS):
        seen = [lesson for lesson in lessons if lesson.story.fold != fold]
        folds[fold] = parse_weights(describe_weights(learn(seen), len(seen), {}))
    return folds


def judge(lessons: Sequence[Lesson], folds: Mapping[int, Weights]) -> dict[str, dict[str, str]]:
    """Return ROUGE-1 by length and set on the folds that the weights have not seen, beside the lead."""
    figures: dict[str, dict[str, str]] = {}
    for name, asked in ASKED.items():
        figures[name] = {}
        for corpus in SETS:
            ours, lead = [], []
            for story in (lesson.story for lesson in lessons if lesson.story.corpus == corpus):
                summary = ExtractiveSummariser(weights=folds[story.fold]).summarise(
                    story.article, sentences=asked.sentences, words=asked.words[0]
                )
                ours.append(rouge_n(summary.text, story.reference, 1))
                lead.append(
                    rouge_n(" ".join(take_lead(story, asked.sentences, asked.words[0])), story.reference, 1)
                )
            figures[name][corpus] = (
                f"{100 * statistics.mean(ours):.1f}, lead {100 * statistics.mean(lead):.1f}"
            )
    return figures


def describe_weights(
    learned: Mapping[str, Mapping[str, float]], stories: int, figures: Mapping[str, Mapping[str, str]]
) -> str:
    """Return `weights.json`: the tables, where they are from, and what they did on folds held out."""
    told = {
        "about": "What each feature of a sentence (features.py) counts for the extractive summariser.",
        "command": "python -m benchmarks.summaries.train",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "data": f"{', '.join(SETS)}: {stories} articles with summaries people wrote",
        "rouge_1_held_out": figures,
        "by_hand": sorted(BY_HAND),
        "languages": ["en"],
        "learned": learned,
        "plain": PLAIN,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Train on every set and write the weights."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    lessons = study(read_stories())
    figures = judge(lessons, learn_folds(lessons))
    SHIPPED.write_text(describe_weights(learn(lessons), len(lessons), figures), encoding="utf-8")
    print(f"{SHIPPED} holds the weights of {len(lessons)} articles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
