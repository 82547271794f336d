"""Choose sentences together: the best set that keeps the rules, found exactly."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

from digest.summarise.coherence import Sentence, count_words

SHORTLIST = 48
"""How many of the best-scoring sentences are combined: most articles have fewer."""
_Chain = tuple[float, tuple[int, ...]]
_Ends = dict[tuple[int, int], _Chain]


def choose(
    sentences: Sequence[Sentence],
    scores: Sequence[float],
    *,
    limit: int,
    words: int = 0,
    likeness: Callable[[int, int], float] = lambda _one, _other: 0.0,
    redundancy: float = 0.0,
) -> tuple[int, ...]:
    """Return the best set of at most `limit` sentences that keeps the rules, in the article's order.

    A set is worth its scores and, for each two neighbours in it, `redundancy` (no more than 0) times their
    likeness. Without `words` as many as may stand together come first, then worth; with it the set of
    the greatest worth within that many words, and never nothing where anything fits. A sentence that leans
    is taken only with the one right before it. So every set is a chain from left to right, and keeping the
    best chain of each size (and number of words) that ends with each sentence finds the best of all
    (dynamic programming), among the `SHORTLIST` sentences that score best.
    """
    fit = (index for index, sentence in enumerate(sentences) if sentence.fit)
    listed = sorted(heapq.nlargest(SHORTLIST, fit, key=lambda index: (scores[index], -index)))
    ends: dict[int, _Ends] = {}
    for index in listed:
        long = count_words(sentences[index].text) if words else 0
        grown: _Ends = {}
        if sentences[index].leans:
            before = [index - 1] if index - 1 in ends else []
        else:
            before = list(ends)
            if limit > 0 and long <= words:
                grown[1, long] = (scores[index], (index,))
        for earlier in before:
            worth_here = scores[index] + redundancy * likeness(earlier, index)
            for (size, used), (worth, chain) in ends[earlier].items():
                if size < limit and used + long <= words:
                    key = (size + 1, used + long)
                    if key not in grown or worth + worth_here > grown[key][0]:
                        grown[key] = (worth + worth_here, (*chain, index))
        ends[index] = grown
    chains = [
        (0 if words else size, worth, chain)
        for end in ends.values()
        for (size, _), (worth, chain) in end.items()
    ]
    return max(chains, default=(0, 0.0, ()))[2]
