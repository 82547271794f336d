from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from digest.compose.cluster import Cluster
from digest.compose.rank import UNSORTED, Ranked, rank_stories, section_of
from digest.model.article import FiledArticle
from digest.model.newsletter import Newsletter
from digest.testing.factories import MORNING, make_article, make_image

PAPER = Newsletter(sections=("News", "Sports", "Arts", "Opinions", "Science"))


def story(number: int = 1, *, copies: int = 0, **changes: Any) -> Cluster:
    def filed(n: int) -> FiledArticle:
        return FiledArticle(id=n, first_seen=MORNING, article=make_article(f"a-{n}", **changes))

    return Cluster(best=filed(number), copies=tuple(filed(number * 100 + n) for n in range(copies)))


def rank(*stories: Cluster) -> tuple[Ranked, ...]:
    return rank_stories(stories, PAPER, now=MORNING)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"editors_pick": True, "sections": ()}, {"image": make_image(), "sections": ("News",)}),
        ({"sections": ("News",)}, {"sections": ("Sports",)}),
        ({"sections": ("Science",)}, {"sections": ("Elsewhere",)}),
        ({"published_at": MORNING - timedelta(hours=1)}, {"published_at": MORNING - timedelta(hours=20)}),
        ({"image": make_image()}, {"image": make_image(credit="")}),
        ({"copies": 2}, {"copies": 0}),
        ({}, {"body": ()}),
    ],
)
def test_each_term_lifts_a_story(better: dict[str, Any], worse: dict[str, Any]) -> None:
    first, second = rank(story(1, **worse), story(2, **better))
    assert (first.id, second.id) == (2, 1)
    assert first.score > second.score


def test_equals_stand_in_order_of_their_ids() -> None:
    assert [ranked.id for ranked in rank(story(3), story(1), story(2))] == [1, 2, 3]


def test_the_reason_names_the_weightiest_term_first() -> None:
    (ranked,) = rank(
        story(editors_pick=True, copies=1, image=make_image(), published_at=MORNING - timedelta(minutes=90))
    )
    assert ranked.why == (
        "editor's pick, section News stands first, 1 hour old, a picture with credit, "
        "2 articles tell it, 39 words"
    )


def test_what_is_old_gains_nothing_and_what_is_from_the_future_no_more_than_new() -> None:
    old, new = rank(
        story(1, published_at=MORNING - timedelta(days=9), sections=()),
        story(2, published_at=MORNING + timedelta(days=9), sections=()),
    )[::-1]
    assert "hours old" not in old.why
    assert new.why == "0 hours old, 39 words"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (("sports",), "Sports"),
        (("Homepage", "SPORTS", "News"), "Sports"),
        (("Letters  to the\nEditor",), "Letters to the Editor"),
        (("", " "), UNSORTED),
        ((), UNSORTED),
    ],
)
def test_a_story_goes_where_the_newsletter_prints_such(named: tuple[str, ...], expected: str) -> None:
    assert section_of(make_article(sections=named), PAPER.sections) == expected
