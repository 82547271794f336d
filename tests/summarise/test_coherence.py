from __future__ import annotations

import pytest

from digest.model.article import Article, Passage
from digest.summarise.coherence import find_unfit, leans, read_sentences
from digest.summarise.words import OPENERS
from digest.testing.factories import make_article


@pytest.mark.parametrize(
    "sentence",
    [
        "He left the room at once.",
        "But the council said no to it.",
        "This was the third time in a year.",
        "“It is done and it is over.”",
        "“It is done,” she said after the vote.",
        "— they had come a long way.",
        "In his speech on Monday, the mayor agreed.",
        "Always trailing him with a camera was easy.",
        "In that city the river freezes.",
        "When they had left, Ana spoke.",
        "The second came a year later in Paris.",
        "Some of them stayed until the harbor froze.",
        "One of those was the mayor of Marlowe Bay.",
        "The seawall on Cannery Street has none of these things.",
        "and went home after the long day.",
        "… !",
    ],
)
def test_a_sentence_that_points_back_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The council approved the budget on Monday.",
        "“It is done,” Mayor Olga Brandt said after the vote.",
        "After Ana Núñez returned to her desk, the phone rang.",
        "In a city of 4,000 people live three mayors.",
        "Schlesinger said he liked the film.",
        "The second student to win the prize is Maya Lopez.",
        "Some of the boats in Marlowe Bay sank.",
        "With rain on the way the game was moved.",
    ],
)
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


def test_openers_are_those_of_the_article_s_language() -> None:
    assert leans("Aber der Rat lehnte es gestern ab.", OPENERS["de"])
    assert not leans("Es schneite gestern in Berlin.", OPENERS["en"])
    article = make_article(
        language="de-AT",
        body=(Passage(heading=None, paragraphs=("Der Rat tagte gestern lange. Doch er entschied nichts.",)),),
    )
    assert [sentence.leans for sentence in read_sentences(article)] == [False, True]
    assert leans("Ma il consiglio ha votato contro lunedì.", OPENERS["it"])
    assert leans("Daarna stemde de raad over de brug.", OPENERS["nl"])


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Only four words here.", "fragment"),
        ("These are the results of the vote:", "colon"),
        ("He gave a list of reasons:”", "colon"),
        ("To stay up-to-date, subscribe to our daily newsletter.", "call"),
        ("Photo by Ana Núñez for The Harbor Light.", "call"),
        ("Correction: An earlier version of this article misspelled a name.", "call"),
        ("Read the report at https://paper.example/report today.", "link"),
        ("Write to Ana at ana@paper.example about it.", "link"),
        ("The mayor said “this is the day and left.", "torn"),
        ('The mayor said "this is the day and left.', "torn"),
        ("The vote (it was close ended late.", "torn"),
    ],
)
def test_calls_captions_corrections_fragments_and_torn_quotations_are_unfit(sentence: str, rule: str) -> None:
    assert rule in find_unfit(sentence)


def test_a_quotation_of_nobody_is_unfit() -> None:
    paragraphs = (
        "The rain fell on the harbour.",
        "“We waited a long time for this day.”",
        "“It was worth it,” said Mayor Olga Brandt. “We would do it all again.”",
    )
    article = make_article(body=(Passage(heading=None, paragraphs=paragraphs),))
    assert [(sentence.fit, sentence.leans) for sentence in read_sentences(article)] == [
        (True, False),
        (False, True),
        (True, False),
        (True, True),
    ]


def test_a_head_without_a_full_stop_is_unfit_unless_the_text_has_no_full_stops() -> None:
    head, body = "What the new harbour bridge cost", "The bridge cost 12 million dollars."
    both = make_article(body=(Passage(heading=None, paragraphs=(head, body)),))
    assert [sentence.fit for sentence in read_sentences(both)] == [False, True]
    alone = make_article(body=(Passage(heading=None, paragraphs=(head,)),))
    assert [sentence.fit for sentence in read_sentences(alone)] == [True]


def test_scripts_without_spaces_have_words_too() -> None:
    assert not find_unfit("東京は雨ですが大阪は晴れです。")
    assert find_unfit("雨です。")


def article_of(*paragraphs: str) -> Article:
    return make_article(body=(Passage(heading=None, paragraphs=paragraphs),))


def test_of_a_flood_only_whole_paragraphs_at_the_top_are_read() -> None:
    article = article_of(*["The council met on Monday. It voted on the bridge."] * 9)
    found = read_sentences(article, most=120)
    assert [sentence.end for sentence in found] == [26, 50, 78, 102]


def test_of_one_endless_paragraph_whole_sentences_at_the_top_are_read() -> None:
    article = article_of("A short one comes first here.", "The council met on Monday. " * 40)
    found = read_sentences(article, most=300)
    assert len(found) == 1 + 10 - 1
    assert all(article.text[sentence.start : sentence.end] == sentence.text for sentence in found)
    assert {sentence.text for sentence in found[1:]} == {"The council met on Monday."}


def test_a_flood_without_a_sentence_has_none() -> None:
    assert read_sentences(article_of("harbor" * 100), most=50) == ()
