"""What an editor would call a change, and when two articles are one."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from digest.model.article import Article, Passage
from digest.model.change import ChangeKind, changes_between
from digest.model.identity import is_other_article, is_rewritten, is_same_article, likeness, told_apart
from digest.model.links import same_link
from digest.testing.factories import MORNING, make_article, make_image


def _kinds(**changes: Any) -> list[ChangeKind]:
    old = make_article()
    new = dataclasses.replace(old, **changes)
    found = changes_between(old, new, article_id=7, now=MORNING)
    assert all((change.article_id, change.at) == (7, MORNING) for change in found)
    return [change.kind for change in found]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"image": make_image(), "sections": ("Arts",), "updated_at": MORNING}, []),
        ({"headline": "Another"}, [ChangeKind.HEADLINE]),
        ({"url": "https://paper.example/moved"}, [ChangeKind.MOVED]),
        ({"url": None}, []),
        ({"byline": "By Bo"}, [ChangeKind.UPDATED]),
        ({"subhead": "What it means"}, [ChangeKind.UPDATED]),
        ({"body": (Passage(heading=None, paragraphs=("Short.",)),)}, [ChangeKind.UPDATED]),
        ({"correction": "Correction: no.", "headline": "No"}, [ChangeKind.CORRECTED, ChangeKind.HEADLINE]),
    ],
)
def test_only_what_readers_notice_is_a_change(changes: dict[str, Any], kinds: list[ChangeKind]) -> None:
    assert _kinds(**changes) == kinds


def test_a_correction_that_is_taken_back_is_no_correction() -> None:
    old = make_article(correction="Correction: no.")
    assert changes_between(old, make_article(), article_id=1, now=MORNING) == ()


def test_a_change_says_what_it_was_and_is() -> None:
    (change,) = changes_between(make_article(), make_article(headline="Another"), article_id=1, now=MORNING)
    assert (change.before, change.after) == (make_article().headline, "Another")


TWIN = make_article("twin", url=make_article().url, headline=make_article().headline)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TWIN, True),
        (dataclasses.replace(TWIN, url=None), True),
        (dataclasses.replace(TWIN, headline=f" {TWIN.headline.upper()}  "), True),
        (dataclasses.replace(TWIN, headline="Another"), True),
        (dataclasses.replace(TWIN, published_at=None), True),
        (dataclasses.replace(TWIN, headline="Another", published_at=MORNING), False),
        (dataclasses.replace(TWIN, url="https://paper.example/b", published_at=MORNING), False),
        (dataclasses.replace(TWIN, url=None, published_at=None), False),
        (dataclasses.replace(TWIN, url=None, headline="Another"), False),
    ],
)
def test_two_of_link_headline_and_time_make_the_same_article(other: Article, *, same: bool) -> None:
    assert is_same_article(make_article(), other) is same
    assert is_same_article(other, make_article()) is same


def test_a_likeness_needs_a_time_and_takes_any_text() -> None:
    assert likeness(make_article(published_at=None)) is None
    assert likeness(make_article()) == likeness(make_article("b", headline=make_article().headline))
    assert likeness(make_article()) != likeness(make_article(published_at=MORNING + timedelta(days=1)))
    assert likeness(make_article(headline="half \ud800 a pair"))


def test_a_link_that_cannot_be_parsed_is_only_like_itself() -> None:
    assert same_link(" http://[broken ") == "http://[broken"


BRIEFING = make_article("w1", url="https://paper.example/briefing", headline="Morning briefing")


def test_the_next_briefing_under_the_same_link_and_headline_is_a_new_one() -> None:
    later = dataclasses.replace(BRIEFING, guid="w2", published_at=MORNING + timedelta(days=2))
    assert not is_same_article(BRIEFING, later)
    assert is_same_article(BRIEFING, dataclasses.replace(later, published_at=MORNING.date()))


FIRE = make_article(
    "0",
    url="https://paper.example/fire",
    headline="Fire at the old mill",
    published_at=MORNING,
    body=(Passage(heading=None, paragraphs=("The old mill burned down in the night, the crew said.",)),),
)
OTHER = dataclasses.replace(make_article("0"), headline="Budget passes")


@pytest.mark.parametrize(
    ("new", "other"),
    [
        (FIRE, True),
        (dataclasses.replace(FIRE, body=()), True),
        (dataclasses.replace(FIRE, url=None), True),
        (dataclasses.replace(FIRE, url=OTHER.url), False),
        (dataclasses.replace(FIRE, headline=OTHER.headline), False),
        (dataclasses.replace(FIRE, published_at=OTHER.published_at), False),
        (dataclasses.replace(FIRE, body=OTHER.body), False),
    ],
)
def test_a_guid_stands_for_another_article_if_nothing_agrees(new: Article, *, other: bool) -> None:
    assert is_other_article(OTHER, new) is other


def test_what_is_told_apart_has_a_guid_of_its_own_that_stays() -> None:
    assert told_apart(FIRE).guid == told_apart(dataclasses.replace(FIRE, byline="By Bo")).guid
    assert told_apart(FIRE).guid != told_apart(OTHER).guid
    assert len(told_apart(dataclasses.replace(FIRE, guid="x" * 5000)).guid) < 1000


def test_an_article_is_rewritten_if_neither_headline_nor_text_is_left() -> None:
    assert is_rewritten(OTHER, FIRE)
    assert not is_rewritten(OTHER, dataclasses.replace(FIRE, headline="Budget fails"))
    assert not is_rewritten(OTHER, dataclasses.replace(FIRE, body=OTHER.body))
