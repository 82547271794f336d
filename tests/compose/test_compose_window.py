from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.compose.window import Window, choose_window, effective_time, headline_of
from digest.model.article import FiledArticle
from digest.model.newsletter import Newsletter
from digest.testing.factories import MORNING, make_article

DAY = date(2026, 4, 14)
DAILY = Newsletter(zone=ZoneInfo("America/New_York"))  # due at 10:30 UTC


def filed(number: int = 1, *, seen: datetime = MORNING, **changes: Any) -> FiledArticle:
    return FiledArticle(id=number, first_seen=seen, article=make_article(f"a-{number}", **changes))


def window(
    *articles: FiledArticle,
    high_water: datetime | None = None,
    now: datetime = MORNING,
    since: datetime | None = None,
) -> Window:
    known = {"paper": since} if since else None
    return choose_window(articles, DAILY, DAY, now=now, high_water=high_water, sources_since=known)


def ids(found: Window) -> list[int]:
    return [article.id for article in found.inside]


def reason(found: Window) -> str:
    (decision,) = found.left_out
    return decision.reason


def test_what_was_seen_since_the_mark_up_to_now_belongs_whatever_its_time_of_day() -> None:
    mark = MORNING - timedelta(days=1)
    found = window(
        filed(1, seen=mark),
        filed(2, seen=mark + timedelta(microseconds=1)),
        filed(3, seen=MORNING),
        filed(4, seen=MORNING + timedelta(microseconds=1)),
        high_water=mark,
    )
    assert ids(found) == [2, 3]
    assert found.left_out == ()
    assert found.high_water == MORNING


def test_the_mark_stays_where_nothing_was_considered() -> None:
    mark = MORNING - timedelta(days=1)
    assert window(high_water=mark).high_water == mark
    assert window().high_water is None


def test_the_first_edition_reaches_back_36_hours_before_it_is_due() -> None:
    begin = DAILY.due(DAY) - timedelta(hours=36)
    found = window(filed(1, published_at=begin), filed(2, published_at=begin - timedelta(seconds=1)))
    assert ids(found) == [1]
    assert reason(found) == "published before 12 April 2026, 18:30: back catalogue"
    assert found.high_water == MORNING


@pytest.mark.parametrize(("day", "expected"), [(11, []), (12, [1]), (13, [1]), (14, [1])])
def test_a_bare_date_counts_if_any_of_its_local_day_is_within(day: int, expected: list[int]) -> None:
    assert ids(window(filed(1, published_at=date(2026, 4, day)))) == expected


def test_without_a_date_the_first_reading_of_a_source_is_its_back_catalogue() -> None:
    first = MORNING - timedelta(hours=5)
    found = window(
        filed(1, seen=first, published_at=None),
        filed(2, seen=first + timedelta(hours=2), published_at=None),
        filed(3, seen=first + timedelta(hours=2), published_at=None, source="other"),
    )
    assert ids(found) == [2]
    assert [decision.article_id for decision in found.left_out] == [1, 3]
    assert {decision.reason for decision in found.left_out} == {
        "without a date, there already when its source was first read: back catalogue"
    }


def test_without_a_date_an_article_of_a_known_source_is_new_when_first_seen() -> None:
    mark = MORNING - timedelta(days=1)
    assert ids(window(filed(1, published_at=None), high_water=mark, since=mark)) == [1]
    assert ids(window(filed(1, published_at=None), high_water=mark)) == []


@pytest.mark.parametrize(("days", "expected"), [(0, [1]), (3, [1]), (7, [1]), (8, []), (3000, [])])
def test_a_known_source_may_back_date_by_a_week_but_not_mail_its_archive(
    days: int, expected: list[int]
) -> None:
    mark = MORNING - timedelta(days=1)
    article = filed(1, published_at=mark - timedelta(days=days))
    assert ids(window(article, high_water=mark, since=mark)) == expected


def test_without_a_date_an_article_of_long_ago_is_not() -> None:
    long_ago = MORNING - timedelta(days=9)
    found = window(
        filed(1, seen=long_ago, published_at=None),
        filed(2, seen=long_ago + timedelta(days=1), published_at=None),
    )
    assert ids(found) == []


def test_a_date_in_the_future_counts_as_published_when_seen() -> None:
    article = filed(1, published_at=MORNING + timedelta(days=30))
    assert ids(window(article)) == [1]
    assert effective_time(article, UTC) == MORNING


def test_a_source_added_later_does_not_bring_its_back_catalogue() -> None:
    mark = MORNING - timedelta(days=1)
    found = window(
        filed(1, published_at=mark - timedelta(hours=36)),
        filed(2, published_at=mark - timedelta(hours=37)),
        high_water=mark,
    )
    assert ids(found) == [1]
    assert "back catalogue" in reason(found)


def test_an_article_without_a_headline_is_left_out_under_its_address() -> None:
    found = window(filed(1, headline=" \n"))
    assert reason(found) == "without a headline"
    assert found.left_out[0].headline == "https://paper.example/2026/04/a-1"
    assert headline_of(make_article("g-9", headline="", url=None)) == "g-9"


def test_the_same_article_twice_counts_once_and_order_makes_no_difference() -> None:
    one, two = filed(1), filed(2)
    assert window(two, one, two) == window(one, two)
    assert ids(window(two, one, two)) == [1, 2]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, MORNING),
        (date(2026, 4, 13), datetime(2026, 4, 13, 4, tzinfo=UTC)),
        (MORNING - timedelta(hours=1), MORNING - timedelta(hours=1)),
    ],
)
def test_the_time_an_article_counts_from(published: datetime | date | None, expected: datetime) -> None:
    assert effective_time(filed(1, published_at=published), DAILY.zone) == expected


def test_what_the_paper_took_back_is_left_out() -> None:
    gone = FiledArticle(id=1, first_seen=MORNING, article=make_article("a"), withdrawn_at=MORNING)
    assert "withdrawn by the paper" in reason(window(gone))


def test_what_stood_in_an_earlier_edition_is_left_out_when_it_comes_back() -> None:
    found = choose_window(
        [filed(1), filed(2)], DAILY, DAY, now=MORNING, high_water=None, printed={1: date(2026, 4, 13)}
    )
    assert ids(found) == [2]
    assert reason(found) == "it stood in the edition of 13 April 2026"
