"""Measure summaries against what people wrote, beside the lead and the usual libraries, in one run.

`python -m benchmarks.summaries.run` prints the tables of README.md. With numpy and scipy the weights are
trained anew without each fold and measured on it; without them only the shipped weights are measured, on
articles they were trained on. sumy stands beside where it is installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from benchmarks.summaries.corpus import FOLDS, SETS, Story, read_stories, take_lead
from benchmarks.summaries.rouge import rouge_l, rouge_n
from benchmarks.summaries.train import learn_folds, study
from digest.summarise.coherence import count_words, leans
from digest.summarise.extractive import ExtractiveSummariser
from digest.summarise.proof import verify
from digest.summarise.weights import Weights, shipped_weights

ASKED = {"one sentence": (1, 0), "two sentences": (2, 0), "three sentences": (3, 0), "45 words": (3, 45)}
SUMY = {"LexRank": "lex_rank", "TextRank": "text_rank", "LSA": "lsa", "SumBasic": "sum_basic", "Luhn": "luhn"}
Method = Callable[[Story, int, int], list[str]]


@dataclass(slots=True)
class Score:
    """What became of the summaries of one method."""

    rouge: list[tuple[float, float, float]] = field(default_factory=list)
    corpora: list[str] = field(default_factory=list)
    dangling: int = 0
    verbatim: int = 0
    seconds: float = 0.0

    def count(self, story: Story, said: Sequence[str], seconds: float) -> None:
        """Compare one summary with what somebody wrote."""
        text = " ".join(said)
        self.rouge.append(
            (
                rouge_n(text, story.reference, 1),
                rouge_n(text, story.reference, 2),
                rouge_l(text, story.reference),
            )
        )
        self.corpora.append(story.corpus)
        self.dangling += dangles(story.article.text, said)
        self.verbatim += all(sentence in story.article.text for sentence in said)
        self.seconds += seconds

    def show(self, name: str) -> str:
        """Return a row of the table."""
        ones = [
            f"{100 * statistics.mean(one for (one, _, _), of in self._scored() if of == corpus):.1f}"
            for corpus in SETS
        ]
        means = [f"{100 * statistics.mean(column):.1f}" for column in zip(*self.rouge, strict=True)]
        number = len(self.rouge)
        shares = [f"{100 * self.dangling / number:.1f} %", f"{100 * self.verbatim / number:.0f} %"]
        return f"| {' | '.join([name, *ones, *means, *shares, f'{1000 * self.seconds / number:.1f}'])} |"

    def _scored(self) -> zip[tuple[tuple[float, float, float], str]]:
        return zip(self.rouge, self.corpora, strict=True)


def dangles(text: str, said: Sequence[str]) -> bool:
    """Say whether a sentence leans on one that is not printed before it, by the rules of `coherence`."""
    for before, sentence in pairwise(["", *said]):
        place = text.find(sentence)
        if leans(sentence) and not (before and text[:place].rstrip().endswith(before)):
            return True
    return False


def take_ours(story: Story, sentences: int, words: int, *, weights: Mapping[int, Weights]) -> list[str]:
    """Return the extract by the weights of the story's fold; a summary that fails its proof stops the run."""
    summariser = ExtractiveSummariser(weights=weights[story.fold])
    summary = summariser.summarise(story.article, sentences=sentences, words=words)
    if not verify(summary, story.article):
        raise AssertionError(f"the summary of {story.article.guid} fails its proof")
    return [span.text for span in summary.spans]


def take_sumy(story: Story, sentences: int, words: int, *, method: Any, document: Any) -> list[str]:
    """Return what a method of sumy chooses; with `words`, as many of its first as fit, and one at least."""
    said = [str(one) for one in method(document(story), sentences)]
    while words and len(said) > 1 and sum(map(count_words, said)) > words:
        said.pop()
    return said


def sumy_methods() -> dict[str, Method]:
    """Return sumy's methods on the very sentences the lead has, without stemming; none if it is absent."""
    if importlib.util.find_spec("sumy") is None:
        print("sumy is not installed; its methods are left out.\n")
        return {}
    models = importlib.import_module("sumy.models.dom")
    stop = importlib.import_module("digest.summarise.words").STOP

    class Tokens:
        """Words as ROUGE counts them: sumy's own tokenizer fetches its models from the network."""

        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(re.findall(r"[a-z0-9]+", text.lower()))

    def document(story: Story) -> Any:
        sentences = [models.Sentence(sentence, Tokens()) for sentence in story.marked]
        return models.ObjectDocumentModel([models.Paragraph(sentences)])

    methods: dict[str, Method] = {}
    for name, module in SUMY.items():
        made = getattr(importlib.import_module(f"sumy.summarizers.{module}"), f"{_camel(module)}Summarizer")()
        made.stop_words = stop
        methods[f"sumy {name}"] = partial(take_sumy, method=made, document=document)
    return methods


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def our_methods(stories: Sequence[Story]) -> dict[str, Method]:
    """Return the extract by plain weights, by the shipped ones, and held out if they can be trained here."""
    shipped = shipped_weights()
    plain = Weights(languages=frozenset(), learned={}, plain=shipped.plain)
    methods: dict[str, Method] = {
        "position + centroid": partial(take_ours, weights=dict.fromkeys(range(FOLDS), plain))
    }
    if importlib.util.find_spec("numpy") and importlib.util.find_spec("scipy"):
        methods["**ours, held out**"] = partial(take_ours, weights=learn_folds(study(stories)))
    else:
        print("numpy and scipy are not installed; nothing is trained, so nothing is held out.\n")
    methods["ours, as shipped (seen)"] = partial(take_ours, weights=dict.fromkeys(range(FOLDS), shipped))
    return methods


def measure_method(method: Method, stories: Sequence[Story], sentences: int, words: int) -> Score:
    """Return how one method does on all stories."""
    score = Score()
    for story in stories:
        started = time.process_time()
        said = method(story, sentences, words)
        score.count(story, said, time.process_time() - started)
    return score


def main() -> int:
    """Print a table for each length."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    stories = read_stories()
    methods: dict[str, Method] = {"the first sentences": take_lead, **sumy_methods(), **our_methods(stories)}
    for asked, (sentences, words) in ASKED.items():
        print(f"### {asked[0].upper()}{asked[1:]}\n")
        print(f"| Method | {' | '.join(SETS)} | ROUGE-1 | ROUGE-2 | ROUGE-L | Dangling | Verbatim | ms |")
        print("|---" * (len(SETS) + 7) + "|")
        for name, method in methods.items():
            print(measure_method(method, stories, sentences, words).show(name), flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
