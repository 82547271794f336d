"""Choose the sentences that say most of an article, and read well together.

Every sentence gets a score: where it stands, how near it is to the words of the whole article
(tf-idf, cosine to the centroid), how many words of the headline it takes up, and how long it is. The
summary is the best-scoring set that keeps the rules of `coherence`, found exactly.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from digest.model.article import Article
from digest.model.edition import Span, Summary
from digest.summarise.coherence import Sentence, count_words, read_sentences
from digest.summarise.words import STOP

_WORD = re.compile(r"[^\W_]+")
_Chain = tuple[float, tuple[int, ...]]
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each term counts. Tuned on the training sets, not on the one the figures are from."""

    position: float = 1.0
    centroid: float = 0.6
    title: float = 0.6
    length: float = 0.25
    ideal_words: int = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractiveSummariser:
    """Shorten articles with sentences of their own; pure, the same for the same article."""

    weights: Weights = Weights()

    def summarise(self, article: Article, *, sentences: int) -> Summary:
        """Return at most `sentences` sentences in the article's order, each with its span.

        Fewer where fewer are fit to print; none for an empty body. Never raises.
        """
        found = read_sentences(article)
        scores = score_sentences(found, article.headline, self.weights)
        chosen = choose(found, scores, limit=sentences)
        return Summary(
            spans=tuple(Span(text=found[i].text, start=found[i].start, end=found[i].end) for i in chosen)
        )


def score_sentences(sentences: Sequence[Sentence], headline: str, weights: Weights) -> list[float]:
    """Return what each sentence is worth; about -1 to 2, more is better."""
    bags = [Counter(_terms(sentence.text)) for sentence in sentences]
    spread = Counter(term for bag in bags for term in bag)
    rarity = {term: math.log((1 + len(bags)) / (0.5 + count)) for term, count in spread.items()}
    vectors = [{term: count * rarity[term] for term, count in bag.items()} for bag in bags]
    lengths = [math.sqrt(sum(value * value for value in vector.values())) for vector in vectors]
    centroid: defaultdict[str, float] = defaultdict(float)
    for vector, length in zip(vectors, lengths, strict=True):
        for term, value in vector.items():
            centroid[term] += value / length
    norm = math.sqrt(sum(value * value for value in centroid.values()))
    title = set(_terms(headline))
    scores = []
    for index, (sentence, vector, length) in enumerate(zip(sentences, vectors, lengths, strict=True)):
        near = (
            sum(value * centroid[term] for term, value in vector.items()) / (length * norm) if vector else 0.0
        )
        taken_up = len(title & vector.keys()) / len(title) if title else 0.0
        excess = abs(count_words(sentence.text) - weights.ideal_words) / weights.ideal_words
        scores.append(
            weights.position / math.sqrt(1 + index)
            + weights.centroid * near
            + weights.title * taken_up
            - weights.length * min(excess, 2.0)
        )
    return scores


def choose(sentences: Sequence[Sentence], scores: Sequence[float], *, limit: int) -> tuple[int, ...]:
    """Return the best set of at most `limit` sentences that keeps the rules, in order.

    As many as may stand together, then the highest sum. A sentence that leans is taken only with the
    one right before it, so every set is a chain of choices from left to right, and trying the best
    chain of each size that does or does not end here (dynamic programming) finds the best of all.
    """
    skipped: dict[int, _Chain] = {0: (0.0, ())}
    taken: dict[int, _Chain] = {}
    for index, (sentence, score) in enumerate(zip(sentences, scores, strict=True)):
        best = {**skipped}
        for size, chain in taken.items():
            best[size] = max(chain, best.get(size, chain))
        grown: dict[int, _Chain] = {}
        if sentence.fit:
            for size, (worth, chosen) in (taken if sentence.leans else best).items():
                if size < limit:
                    grown[size + 1] = (worth + score, (*chosen, index))
        skipped, taken = best, grown
    chains = [(size, *chain) for state in (skipped, taken) for size, chain in state.items()]
    return max(chains)[2]


def _terms(text: str) -> list[str]:
    """Return what counts as a word: folded, without stop words; sign pairs where no spaces are set."""
    words = [word for word in _WORD.findall(text.casefold()) if word not in STOP]
    for run in _WIDE.findall(text):
        words += [run[i : i + 2] for i in range(len(run) - 1)]
    return words
