"""Prove a summary: nothing in it that the article does not say, and nothing that dangles."""

from __future__ import annotations

from digest.model.article import Article
from digest.model.edition import Summary
from digest.summarise.coherence import read_sentences


def find_faults(summary: Summary, article: Article) -> tuple[str, ...]:
    """Return what is wrong with a summary, in words for the editors; empty if it may be printed.

    Every span must be one whole sentence of `article.text`, word for word, in the article's order and
    within one paragraph; none may be unfit to print or lean on a sentence that is not there.
    """
    text = article.text
    sentences = read_sentences(article)
    places = {(sentence.start, sentence.end): index for index, sentence in enumerate(sentences)}
    faults: list[str] = []
    before: int | None = None
    reached = 0
    for number, span in enumerate(summary.spans, start=1):
        if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.text:
            faults.append(f"sentence {number} does not stand in the article where the summary says")
            continue
        if span.start < reached:
            faults.append(f"sentence {number} is out of the article's order")
        reached = max(reached, span.end)
        here = places.get((span.start, span.end))
        if here is None:
            faults.append(f"sentence {number} is not one whole sentence of the article")
        elif not sentences[here].fit:
            faults.append(f"sentence {number} is a head, a fragment, a torn quotation or a call")
        elif sentences[here].leans and (before is None or before != here - 1):
            faults.append(f"sentence {number} needs the sentence before it to be understood")
        before = here
    return tuple(faults)


def verify(summary: Summary, article: Article) -> bool:
    """Say whether a summary may be printed."""
    return not find_faults(summary, article)
