from __future__ import annotations

import gzip
import itertools
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from digest.model.article import Article, BlockKind, Passage
from digest.model.edition import Span, Summary
from digest.summarise.coherence import count_words
from digest.summarise.extractive import Examined, ExtractiveSummariser
from digest.summarise.features import FEATURES
from digest.summarise.proof import find_faults, verify
from digest.testing.factories import make_article

SHARED = Path(__file__).parents[3] / "shared" / "data" / "summaries-train"
PIECES = [
    "The council met on Monday in the old harbour hall.",
    "He said nothing about it to anybody there.",
    "“We will win,” said Mayor Olga Brandt on Monday.",
    "“It is time to go home now.”",
    "But the river rose and rose all night.",
    "Subscribe to our newsletter for more of this.",
    "Too short.",
    "No stop here at all in this line",
    "Torn “quotation that never ends in this paragraph.",
    "東京は雨ですが大阪は晴れです。",
]


def summarise(article: Article, sentences: int = 2, words: int = 0) -> Summary:
    return ExtractiveSummariser().summarise(article, sentences=sentences, words=words)


def examine(article: Article, sentences: int = 2, words: int = 0) -> tuple[Examined, ...]:
    return ExtractiveSummariser().examine(article, sentences=sentences, words=words)


def article_of(*paragraphs: str, headline: str = "Harbour") -> Article:
    return make_article(headline=headline, body=(Passage(heading=None, paragraphs=paragraphs),))


def test_sentences_stand_in_the_article_word_for_word_and_in_order() -> None:
    article = make_article()
    summary = summarise(article)
    assert summary.text.startswith("The harbour bridge reopened on Monday after nine months of repairs.")
    assert [article.text[span.start : span.end] for span in summary.spans] == [s.text for s in summary.spans]
    assert verify(summary, article)


@pytest.mark.parametrize("limit", [0, -1])
def test_no_sentences_are_wanted_none_are_given(limit: int) -> None:
    assert summarise(make_article(), limit) == Summary()


@pytest.mark.parametrize("body", [(), (Passage(heading="Head", paragraphs=()),)])
def test_an_empty_body_has_an_empty_summary(body: tuple[Passage, ...]) -> None:
    assert summarise(make_article(body=body, abstract="An abstract is no sentence of the body.")) == Summary()


def test_a_short_article_gives_what_it_has() -> None:
    assert len(summarise(article_of("The harbour bridge is open again."), 5).spans) == 1


def test_a_leaning_sentence_never_comes_without_its_predecessor() -> None:
    article = article_of(
        "He won the harbour prize on Monday in the harbour.", "Rain fell on the distant hills."
    )
    assert summarise(article, 2).text == "Rain fell on the distant hills."


def test_the_headline_draws_its_own_sentence() -> None:
    filler = [f"Paragraph {word} tells of rather different matters here." for word in ("one", "two", "three")]
    article = article_of(
        *filler, "The observatory telescope found a comet.", headline="Observatory finds comet"
    )
    assert "comet" in summarise(article, 2).text


def test_a_first_sentence_that_only_repeats_the_headline_loses() -> None:
    article = article_of(
        "The harbor bridge reopened after repairs.",
        "About 4,000 people crossed it on Monday between six and seven, the city of Marlowe Bay said.",
        headline="Harbor bridge reopens after repairs",
    )
    assert summarise(article, 1).text.startswith("About 4,000")


def test_what_stands_in_a_list_or_a_block_quotation_is_no_first_choice() -> None:
    line = "The council voted for a new harbor bridge in the old hall."
    for kind in (BlockKind.ITEM, BlockKind.QUOTE):
        kinds = (kind, BlockKind.PARAGRAPH)
        blocks = (Passage(heading="Bridge", paragraphs=(line, line), kinds=kinds),)
        (span,) = summarise(make_article(headline="", body=blocks), 1).spans
        assert span.start > 0


@pytest.mark.parametrize("words", [8, 20, 45, 60])
def test_a_number_of_words_is_kept_with_whole_sentences(words: int) -> None:
    article = article_of(
        "The council met on Monday in the old harbor hall of Marlowe Bay to vote on a new bridge.",
        "Nine of ten members said yes.",
        "The bridge will cost 12 million dollars, paid from the harbor fund over twenty years.",
        "Work begins in June and should end in two years, the engineer Olga Brandt said.",
    )
    summary = summarise(article, 4, words)
    assert 0 < count_words(summary.text) <= words
    assert verify(summary, article)


def test_where_no_sentence_goes_into_the_words_there_is_none() -> None:
    assert summarise(make_article(), 2, 3) == Summary()


def test_a_language_without_weights_has_a_summary_by_the_plain_ones() -> None:
    article = make_article(
        language="es",
        headline="El puente",
        body=(
            Passage(
                heading=None,
                paragraphs=(
                    "El puente del puerto abrió el lunes después de nueve meses de obras.",
                    "Unas cuatro mil personas cruzaron el puente del puerto en la primera hora.",
                    "Las focas duermen en la playa.",
                ),
            ),
        ),
    )
    assert summarise(article, 1).text.startswith("El puente del puerto abrió")
    assert {row.score > 0 for row in examine(article)} == {True}


def test_examining_says_of_every_sentence_why_it_is_in_or_out() -> None:
    article = article_of(
        "The council of Marlowe Bay voted on Monday for a new harbor bridge. It will cost 12 million dollars.",
        "The council of Marlowe Bay voted for a new harbor bridge on Monday, the mayor said.",
        "Subscribe to our newsletter for more of this.",
        "Seals slept on the far beach of the island all through the long night. They snored.",
        "Rain fell.",
        headline="Council votes for bridge",
    )
    found = examine(article, 1)
    assert [article.text[one.start : one.end] for one in found] == [one.text for one in found]
    assert all(one.features.keys() == FEATURES.keys() for one in found)
    assert [one.chosen for one in found] == [not one.rejected for one in found]
    assert [span.text for span in summarise(article, 1).spans] == [one.text for one in found if one.chosen]
    rules = [one.rejected for one in found]
    assert sorted(rules[0:1] + rules[2:3]) == ["", "says again what sentence 1 of the summary says"]
    assert rules[3] == "a call, a credit, a correction or a link"
    assert rules[4] == "others say more"
    assert rules[5] == rules[6] == "a fragment of fewer than 5 words"


def test_examining_names_what_is_missing_before_a_sentence_and_what_is_too_long() -> None:
    article = article_of(
        "Rain fell on the hills of the island all through that long and cold night, and on.",
        "He said nothing about it.",
        "The mayor of the island came home at noon.",
    )
    assert [one.rejected for one in examine(article, 2, 10)] == [
        "longer than 10 words",
        "needs the sentence before it, which was not chosen",
        "",
    ]


@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), max_size=5),
    st.integers(0, 5),
    st.sampled_from([0, 0, 12, 45]),
    st.sampled_from([None, "en", "de", "ja"]),
)
def test_every_summary_passes_its_own_proof(
    paragraphs: list[list[str]], limit: int, words: int, language: str | None
) -> None:
    body = (Passage(heading=None, paragraphs=tuple(" ".join(pieces) for pieces in paragraphs)),)
    article = make_article(headline="Harbour", body=body, language=language)
    summary = summarise(article, limit, words)
    assert len(summary.spans) <= limit
    assert not words or count_words(summary.text) <= words
    assert find_faults(summary, article) == ()


@given(st.text(max_size=400), st.text(max_size=60), st.integers(0, 4))
def test_no_text_makes_it_fail(text: str, headline: str, limit: int) -> None:
    article = article_of(text, headline=headline)
    assert verify(summarise(article, limit), article)


PROVED = article_of(
    "The council met in the old harbour hall on Tuesday. He said nothing about it at all. Too short.",
    "Rain fell on the hills all night.",
)


def span(text: str) -> Span:
    start = PROVED.text.index(text)
    return Span(text=text, start=start, end=start + len(text))


@pytest.mark.parametrize(
    ("spans", "fault"),
    [
        ([Span(text="The Harbour", start=0, end=11)], "does not stand"),
        ([Span(text="", start=3, end=3)], "does not stand"),
        ([Span(text="x", start=-1, end=900)], "does not stand"),
        ([span("The council")], "not one whole sentence"),
        ([span("Too short.\n\nRain fell on the hills all night.")], "not one whole sentence"),
        ([span("Too short.")], "fragment"),
        ([span("He said nothing about it at all.")], "needs the sentence before it"),
        ([span("Rain fell on the hills all night."), span("Too short.")], "out of the article's order"),
    ],
)
def test_the_proof_names_what_is_wrong(spans: list[Span], fault: str) -> None:
    summary = Summary(spans=tuple(spans))
    assert any(fault in found for found in find_faults(summary, PROVED))
    assert not verify(summary, PROVED)


def rouge_1(summary: str, reference: str) -> float:
    ours, theirs = (Counter(re.findall(r"[a-z0-9]+", text.lower())) for text in (summary, reference))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


@pytest.mark.parametrize("corpus", ["cnn_val500", "cnndm_train_100", "cnndm_train_200", "inshorts_even"])
def test_summaries_say_more_of_what_people_wrote_than_the_first_sentences_do(corpus: str) -> None:
    if not (SHARED / f"{corpus}.jsonl.gz").exists():
        pytest.skip("the shared summaries are not beside this checkout")
    with gzip.open(SHARED / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, 100)]
    # The weights have seen these; benchmarks/summaries measures them on folds that they have not.
    for limit in (1, 2):
        ours = first = 0.0
        for row in rows:
            article = article_of(" ".join(" ".join(row["sents"]).split()), headline=row.get("title") or "")
            ours += rouge_1(summarise(article, limit).text, row["ref"])
            first += rouge_1(" ".join(row["sents"][:limit]), row["ref"])
        assert ours > first


@pytest.mark.parametrize(
    "flood",
    [
        "Alpha beta gamma delta eps. " * 740,
        " ".join(f"Alpha{number} beta{number} gamma delta eps." for number in range(600)),
        "The council of the city met on day five. He said no to that. " * 330,
        "“a b c d e.” " * 1600,
        "(" * 20_000,
        "a" * 30_000,
    ],
)
@pytest.mark.timeout(10)
def test_no_flood_takes_long(flood: str) -> None:
    article = article_of(flood)
    for sentences, words in ((2, 0), (3, 45), (20, 200)):
        assert verify(summarise(article, sentences, words), article)
