"""Read other people's articles with the summaries people wrote of them; they lie beside the checkout."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from digest.model.article import Article, Passage
from digest.summarise.coherence import count_words

DATA = Path(__file__).parents[3] / "shared" / "data" / "summaries-train"
SETS = ("cnn_val500", "cnndm_train_100", "cnndm_train_200", "inshorts_even")
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article, its sentences as the set marks them, and what somebody wrote of it."""

    corpus: str
    article: Article
    marked: tuple[str, ...]
    reference: str
    fold: int


def read_stories() -> list[Story]:
    """Return the stories of all sets, each in one of `FOLDS` folds by the hash of its name.

    The sets keep no paragraphs, so a body is one. Raises `SystemExit` where they are absent.
    """
    if not DATA.is_dir():
        raise SystemExit(f"the articles are not in {DATA}; put them there to train or measure")
    return [
        _read(corpus, line)
        for corpus in SETS
        for line in gzip.decompress((DATA / f"{corpus}.jsonl.gz").read_bytes()).decode("utf-8").splitlines()
    ]


def take_lead(story: Story, sentences: int, words: int) -> list[str]:
    """Return the first sentences as the set marks them; the first one in any case."""
    said = list(story.marked[:sentences])
    while words and len(said) > 1 and sum(map(count_words, said)) > words:
        said.pop()
    return said


def _read(corpus: str, line: str) -> Story:
    told = json.loads(line)
    marked = tuple(" ".join(sentence.split()) for sentence in told["sents"])
    name = f"{corpus}/{told['id']}"
    return Story(
        corpus=corpus,
        article=Article(
            source=corpus,
            guid=name,
            url=None,
            headline=told.get("title") or "",
            body=(Passage(heading=None, paragraphs=(" ".join(marked),)),),
        ),
        marked=marked,
        reference=told["ref"],
        fold=int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS,
    )
