from __future__ import annotations

import random
from datetime import UTC, timedelta
from typing import Any

import pytest

from digest.compose.cluster import cluster_articles
from digest.model.article import FiledArticle, Passage
from digest.model.links import same_link
from digest.testing.factories import MORNING, make_article

WORDS = [f"word{i}" for i in range(400)]


def story(seed: int, length: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length)) + "."  # noqa: S311 - a story, no secret


def filed(number: int, text: str, *, age: float = 1, **changes: Any) -> FiledArticle:
    body = (Passage(heading=None, paragraphs=(text,)),)
    when = MORNING - timedelta(hours=age)
    article = make_article(f"a-{number}", body=body, published_at=when, **changes)
    return FiledArticle(id=number, first_seen=MORNING, article=article)


def groups(*articles: FiledArticle) -> list[list[int]]:
    return [[a.id for a in found.articles] for found in cluster_articles(articles, zone=UTC)]


def test_different_stories_stay_apart() -> None:
    assert groups(filed(1, story(1)), filed(2, story(2)), filed(3, story(3))) == [[1], [2], [3]]


def test_a_shortened_copy_joins_the_long_version_even_when_it_is_newer() -> None:
    whole = story(1)
    assert groups(filed(1, whole, age=5), filed(2, whole[: len(whole) // 3], age=1)) == [[1, 2]]


def test_of_two_long_versions_the_newer_is_printed() -> None:
    old = story(1)
    assert groups(filed(1, old, age=5), filed(2, "Update: " + old, age=1), filed(3, old, age=9)) == [
        [2, 1, 3]
    ]


def test_an_editors_pick_is_printed_before_a_newer_version() -> None:
    assert groups(filed(1, story(1), age=5, editors_pick=True), filed(2, story(1), age=1)) == [[1, 2]]


def test_half_of_the_words_are_enough_and_less_are_not() -> None:
    words = story(1).split()
    half = " ".join([*words[:110], *story(2).split()[:90]])
    third = " ".join([*words[:60], *story(3).split()[:140]])
    assert groups(filed(1, story(1, 210)), filed(2, half)) == [[1, 2]]
    assert groups(filed(1, story(1)), filed(2, third)) == [[1], [2]]


def test_a_live_blog_that_quotes_two_stories_does_not_make_them_one() -> None:
    one, two = story(1, 60), story(2, 60)
    blog = filed(3, f"{one} {two} {story(3, 40)}")
    assert groups(filed(1, one), filed(2, two)) == [[1], [2]]
    assert groups(filed(1, one), filed(2, two), blog) == [[3, 1, 2]]
    longer = filed(4, story(1, 60) + story(4, 300))
    assert groups(longer, filed(2, two), filed(5, story(5))) == [[2], [4], [5]]


def test_short_texts_are_judged_by_link_and_words_alone() -> None:
    short = "The library is closed today because of the snow storm."
    apart = filed(2, short + " Sorry."), filed(3, short + " Really.")
    assert groups(*apart) == [[2], [3]]
    same = filed(4, short, headline="Closed"), filed(5, short.upper(), headline="CLOSED!")
    assert groups(*same) == [[4, 5]]


def test_stories_that_share_a_link_with_a_third_are_one() -> None:
    link = "https://paper.example/x"
    assert groups(
        filed(1, story(1), url=link),
        filed(2, story(2), url="https://paper.example/y", headline="One"),
        filed(3, story(2), url=link, headline="One", age=0.5),
    ) == [[3, 1, 2]]


def test_the_same_link_is_the_same_story_and_no_words_are_no_likeness() -> None:
    linked = filed(1, story(1), url="https://www.paper.example/a/?utm_source=rss#top")
    again = filed(2, story(2), url="http://paper.example/a")
    assert groups(linked, again) == [[1, 2]]
    empty = [filed(n, "", headline="…", url=None) for n in (3, 4)]
    assert groups(*empty) == [[3], [4]]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://p.example/a/", "http://www.P.example/a", True),
        ("https://p.example/a?utm_source=x&id=1&fbclid=9", "https://p.example/a?id=1#top", True),
        ("https://p.example/a?id=1", "https://p.example/a?id=2", False),
        ("https://p.example/a", "https://p.example/b", False),
        ("https://[broken", " https://[broken ", True),
    ],
)
def test_links_compare_by_page(one: str, two: str, *, same: bool) -> None:
    assert (same_link(one) == same_link(two)) is same
