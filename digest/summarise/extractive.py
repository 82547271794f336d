"""Choose the sentences that say most of an article, and read well together.

Every sentence is measured (`features`), the shipped weights make a score of it (`weights`), and the best set
that keeps the rules of `coherence` is the summary (`selection`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.model.article import Article, BlockKind
from digest.model.edition import Span, Summary
from digest.summarise.coherence import Sentence, count_words, read_sentences
from digest.summarise.features import Measured, measure
from digest.summarise.selection import choose
from digest.summarise.weights import Weights, shipped_weights

_SAYS_AGAIN = 0.5  # likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A sentence as the summariser saw it, and what became of it.

    `start` and `end` count in `article.text`; `features` are those of `features.FEATURES`;
    `rejected` names the rule that kept it out, empty for a chosen one.
    """

    text: str
    start: int
    end: int
    features: Mapping[str, float]
    score: float
    chosen: bool
    rejected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    sentences: tuple[Sentence, ...]
    measured: Measured
    scores: tuple[float, ...]
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractiveSummariser:
    """Shorten articles with sentences of their own; pure, the same for the same article."""

    weights: Weights = field(default_factory=shipped_weights)

    def summarise(self, article: Article, *, sentences: int, words: int = 0) -> Summary:
        """Return at most `sentences` sentences in the article's order, each with its span.

        Of at most `words` words together, if that is more than 0. Fewer where fewer are fit to print or
        go in; none for an empty body. Never raises.
        """
        read = self._read(article, sentences, words)
        found = (read.sentences[index] for index in read.chosen)
        return Summary(spans=tuple(Span(text=one.text, start=one.start, end=one.end) for one in found))

    def examine(self, article: Article, *, sentences: int, words: int = 0) -> tuple[Examined, ...]:
        """Return every sentence of the body with what speaks for it, and why it was chosen or not."""
        read = self._read(article, sentences, words)
        return tuple(
            Examined(
                text=one.text,
                start=one.start,
                end=one.end,
                features=read.measured.rows[index],
                score=read.scores[index],
                chosen=index in read.chosen,
                rejected=_name_rule(read, index, words),
            )
            for index, one in enumerate(read.sentences)
        )

    def _read(self, article: Article, limit: int, words: int) -> _Reading:
        found = read_sentences(article)
        measured = measure(
            found,
            headline=article.headline,
            announced=f"{article.subhead}\n{article.abstract}",
            kinds=_kinds(found, article),
        )
        table = self.weights.table(article.language, sentences=limit, words=words)
        scores = tuple(table.score(row) for row in measured.rows)
        chosen = choose(
            found,
            scores,
            limit=limit,
            words=words,
            likeness=measured.likeness,
            redundancy=table.redundancy,
        )
        return _Reading(sentences=found, measured=measured, scores=scores, chosen=chosen)


def _kinds(sentences: tuple[Sentence, ...], article: Article) -> list[BlockKind]:
    """Return of each sentence what kind of block it stands in."""
    blocks = [block for block in article.blocks if block.kind is not BlockKind.HEAD]
    kinds = []
    place = 0
    for sentence in sentences:
        while place + 1 < len(blocks) and blocks[place].end < sentence.end:
            place += 1
        kinds.append(blocks[place].kind)
    return kinds


def _name_rule(read: _Reading, index: int, words: int) -> str:
    """Return the rule that kept a sentence out of the summary; empty if it is in."""
    sentence = read.sentences[index]
    if index in read.chosen or sentence.unfit:
        return sentence.unfit
    if sentence.leans and index - 1 not in read.chosen:
        return "needs the sentence before it, which was not chosen"
    if words and count_words(sentence.text) > words:
        return f"longer than {words} words"
    for place, other in enumerate(read.chosen, start=1):
        if read.measured.likeness(index, other) >= _SAYS_AGAIN:
            return f"says again what sentence {place} of the summary says"
    return "others say more"
