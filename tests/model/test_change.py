"""What an editor would call a change, and when two articles are one."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from digest.model.article import Article, Passage
from digest.model.change import ChangeKind, changes_between
from digest.model.identity import is_same_article, likeness
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
