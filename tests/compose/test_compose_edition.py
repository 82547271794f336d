from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from digest.compose.layout import compose_edition
from digest.compose.rank import UNSORTED
from digest.model.article import Article, FiledArticle, Passage
from digest.model.edition import Decision, Edition, EditionState, Fate, Span, Summary
from digest.model.newsletter import Newsletter
from digest.testing.factories import MORNING, make_article, make_image

DAY = date(2026, 4, 14)
PAPER = Newsletter(title="The Harbour Daily", sections=("News", "Sports"), send_at=MORNING.time())


def filed(number: int, *, seen: datetime = MORNING, words: int = 60, **changes: Any) -> FiledArticle:
    text = " ".join(random.Random(number).choices([f"w{i}" for i in range(300)], k=words)) + "."  # noqa: S311 - a story
    values: dict[str, Any] = {
        "headline": f"Story number {number} of the harbour",
        "body": (Passage(heading=None, paragraphs=(text,) if words else ()),),
    }
    return FiledArticle(id=number, first_seen=seen, article=make_article(f"a-{number}", **(values | changes)))


def first_sentence(article: Article) -> Summary:
    return Summary(spans=(Span(text=article.text, start=0, end=len(article.text)),) if article.text else ())


def compose(
    *articles: FiledArticle,
    newsletter: Newsletter = PAPER,
    now: datetime = MORNING,
    high_water: datetime | None = None,
) -> Edition:
    return compose_edition(
        newsletter, DAY, articles, summarise=first_sentence, now=now, high_water=high_water
    )


def lead_of(*articles: FiledArticle) -> int:
    edition = compose(*articles)
    assert edition.lead is not None
    return edition.lead.article_id


def fates(edition: Edition) -> dict[int, Fate]:
    return {decision.article_id: decision.fate for decision in edition.decisions}


def decision_on(edition: Edition, number: int) -> Decision:
    return next(decision for decision in edition.decisions if decision.article_id == number)


def test_a_morning_is_laid_out_in_the_newsletters_order() -> None:
    edition = compose(
        filed(1, sections=("Sports",)),
        filed(2, image=make_image()),
        filed(3),
        filed(4, sections=("Arts",)),
        filed(5, sections=()),
        filed(6, sections=("arts",)),
    )
    assert edition.state is EditionState.DRAFT
    assert edition.lead is not None
    assert edition.lead.article_id == 2
    assert [(s.name, [b.article_id for b in s.briefs]) for s in edition.sections] == [
        ("News", [3]),
        ("Sports", [1]),
        ("Arts", [4, 6]),
        (UNSORTED, [5]),
    ]
    assert edition.subject == "Story number 2 of the harbour"
    assert edition.preheader.startswith("Story number 3 of the harbour · Story number 1")
    assert edition.high_water == MORNING
    assert edition.reason == ""


def test_nothing_new_is_skipped_with_its_reason() -> None:
    mark = datetime(2026, 4, 13, 6, 30, tzinfo=UTC)
    edition = compose(high_water=mark)
    assert edition.state is EditionState.SKIPPED
    assert edition.reason == "nothing new since 13 April 2026, 06:30"
    assert edition.high_water == mark
    first = compose(filed(1, published_at=date(2020, 1, 1)))
    assert first.state is EditionState.SKIPPED
    assert first.reason == (
        "nothing new since 12 April 2026, 22:30; "
        "1 left out, such as one published before 12 April 2026, 22:30: back catalogue"
    )
    assert fates(first) == {1: Fate.LEFT_OUT}


def test_the_editors_pick_leads_before_any_picture_and_a_picture_before_a_little_score() -> None:
    assert lead_of(filed(1, image=make_image()), filed(2, editors_pick=True, sections=())) == 2
    assert lead_of(filed(1), filed(2, sections=("Sports",), image=make_image())) == 2
    assert lead_of(filed(1), filed(2, image=make_image(credit=""))) == 1


def test_a_story_of_which_nothing_can_be_quoted_leads_only_alone() -> None:
    assert lead_of(filed(1, words=0, editors_pick=True), filed(2)) == 2
    alone = compose(filed(1, words=0))
    assert alone.lead is not None
    assert alone.lead.summary == Summary()
    both = compose(filed(1, words=0, editors_pick=True), filed(2))
    assert decision_on(both, 1).reason == "headline only: no sentence of it can be quoted by itself"


def test_what_finds_no_room_is_a_headline_and_then_left_out_with_the_reason() -> None:
    tight = Newsletter(sections=("News",), max_stories=3, max_per_section=1, max_headlines=2)
    edition = compose(
        *(filed(n) for n in range(1, 5)),
        *(filed(n, sections=("Arts",)) for n in range(5, 8)),
        newsletter=tight,
    )
    assert Counter(fates(edition).values()) == {
        Fate.LEAD: 1,
        Fate.BRIEF: 2,
        Fate.HEADLINE: 2,
        Fate.LEFT_OUT: 2,
    }
    assert [brief.article_id for brief in edition.headlines] == [3, 4]
    assert all(brief.summary == Summary() for brief in edition.headlines)
    assert decision_on(edition, 3).reason == "headline only: section News already has its 1 stories"
    assert decision_on(edition, 7).reason == (
        "all 3 places for stories are taken, and all 2 places for headlines are taken"
    )


def test_copies_of_a_story_are_named_with_the_one_that_is_printed() -> None:
    body = filed(1).article.body
    edition = compose(filed(1, body=body), filed(2, body=body, published_at=MORNING), filed(3))
    assert fates(edition)[1] is Fate.DUPLICATE
    assert decision_on(edition, 1).reason == (
        "it tells the same story as “Story number 2 of the harbour” (article 2)"
    )
    assert {brief.article_id for brief in edition.stories} == {2, 3}


def test_a_brief_says_only_what_may_be_printed() -> None:
    edition = compose(
        filed(1, image=make_image(credit=" "), byline="By\r\nAna", headline="The\tbridge", language="es")
    )
    lead = edition.lead
    assert lead is not None
    assert (lead.image, lead.byline, lead.headline, lead.language) == (None, "By Ana", "The bridge", "es")
    assert lead.url == "https://paper.example/2026/04/a-1"
    assert lead.published_at == MORNING - timedelta(hours=12)


def test_corrections_of_the_window_are_printed_once_each() -> None:
    edition = compose(
        filed(1, correction="The name is\nNúñez."),
        filed(2, correction="the name is Núñez.", url="https://www.paper.example/2026/04/a-1/"),
        filed(3, correction=" "),
        filed(4, correction="It was Tuesday.", url=None),
        filed(5, correction="The name is Núñez."),
    )
    assert [(c.text, c.url) for c in edition.corrections] == [
        ("The name is Núñez.", "https://paper.example/2026/04/a-1"),
        ("It was Tuesday.", None),
        ("The name is Núñez.", "https://paper.example/2026/04/a-5"),
    ]


@st.composite
def mornings(draw: st.DrawFn) -> tuple[FiledArticle, ...]:
    count = draw(st.integers(0, 12))
    return tuple(
        filed(
            number,
            seen=MORNING - timedelta(minutes=draw(st.integers(-100, 3000))),
            words=draw(st.sampled_from([0, 8, 60])),
            headline=draw(st.sampled_from(["", "One headline", f"Story {number}"])),
            url=draw(st.sampled_from([None, "https://p.example/x", f"https://p.example/{number}"])),
            published_at=draw(st.sampled_from([None, MORNING, DAY, MORNING - timedelta(days=5)])),
            sections=draw(st.sampled_from([(), ("News",), ("Arts", "sports")])),
            editors_pick=draw(st.booleans()),
            source=draw(st.sampled_from(["one", "two"])),
        )
        for number in range(1, count + 1)
    )


MARKS = st.one_of(st.none(), st.integers(0, 3000).map(lambda minutes: MORNING - timedelta(minutes=minutes)))
TIGHT = Newsletter(sections=("News", "Sports"), max_stories=4, max_per_section=2, max_headlines=2)


@given(mornings(), MARKS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_every_article_has_one_fate_no_story_runs_twice_and_order_changes_nothing(
    articles: tuple[FiledArticle, ...], mark: datetime | None, shuffler: random.Random
) -> None:
    edition = compose(*articles, newsletter=TIGHT, high_water=mark)
    considered = {a.id for a in articles if a.first_seen <= MORNING and (mark is None or a.first_seen > mark)}
    decided = [decision.article_id for decision in edition.decisions]
    assert sorted(decided) == sorted(considered)
    printed = [brief.article_id for brief in edition.stories]
    assert len(set(printed)) == len(printed)
    named = {Fate.LEAD, Fate.BRIEF, Fate.HEADLINE}
    assert set(printed) == {number for number, fate in fates(edition).items() if fate in named}
    links = [brief.url for brief in edition.stories if brief.url]
    assert len(set(links)) == len(links)
    assert all(decision.reason for decision in edition.decisions)
    assert len(edition.briefs) <= TIGHT.max_stories
    assert (edition.state is EditionState.SKIPPED) is bool(edition.reason) is (not edition.stories)
    shuffled = list(articles)
    shuffler.shuffle(shuffled)
    assert compose(*shuffled, newsletter=TIGHT, high_water=mark) == edition


@given(mornings(), MARKS, st.integers(0, 3000))
@settings(max_examples=60)
def test_two_windows_in_a_row_miss_nothing_and_share_nothing(
    articles: tuple[FiledArticle, ...], mark: datetime | None, minutes: int
) -> None:
    early = MORNING - timedelta(minutes=minutes)
    first = compose(*articles, now=early, high_water=mark)
    second = compose(*articles, now=MORNING, high_water=first.high_water)
    both = [d.article_id for edition in (first, second) for d in edition.decisions]
    whole = compose(*articles, now=MORNING, high_water=mark)
    assert sorted(both) == sorted(decision.article_id for decision in whole.decisions)


@pytest.mark.timeout(20)
def test_five_hundred_long_articles_take_no_longer_than_a_breath() -> None:
    edition = compose(*(filed(n, words=600) for n in range(1, 501)))
    assert len(edition.decisions) == 500


def test_a_picture_is_printed_once() -> None:
    picture = make_image()
    edition = compose(*(filed(number, image=picture) for number in (1, 2, 3)), filed(4))
    assert [brief.image is not None for brief in edition.briefs] == [True, False, False, False]
    other = compose(filed(1, image=picture), filed(2, image=make_image(url="https://x.example/b.jpg")))
    assert all(brief.image for brief in other.briefs)
