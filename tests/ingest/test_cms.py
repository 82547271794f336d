"""What a CMS tells: JSON that may hold anything, and the stories in it."""

# The quotation marks of newspapers are what is read here.

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from digest.errors import ArticleWithdrawn, SourceError
from digest.ingest.cms import fields
from digest.ingest.cms.story import Story
from digest.ingest.entries import Entry
from digest.model.article import Article
from tests.newspapers.hostility import json_values

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = "The harbour bridge reopened on Monday after nine months of repairs."

# ── fields ──────────────────────────────────────────────────────────────────────────────────────────


@given(json_values, st.lists(st.text(max_size=3) | st.integers(0, 3), max_size=3))
def test_whatever_stands_in_a_field_the_answer_has_the_type_that_was_asked_for(
    data: Any, path: list[str | int]
) -> None:
    assert isinstance(fields.text(data, *path), str)
    assert len(fields.line(data, *path)) <= fields.LINE
    assert isinstance(fields.table(data, *path), dict)
    assert isinstance(fields.rows(data, *path), list)
    assert isinstance(fields.flag(data, *path), bool)
    assert isinstance(fields.count(data, *path), int | None)
    assert all(isinstance(name, str) for name in fields.names(data, "name"))
    assert isinstance(fields.moment(fields.text(data, *path)), str)


@given(st.binary(max_size=200))
def test_bytes_are_json_or_an_error_of_the_source(body: bytes) -> None:
    try:
        fields.read_json(body, what="the posts")
    except SourceError as error:
        assert "no valid JSON where the posts should be" in str(error)  # noqa: PT017 # raised or not, both are right


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 200_000, b"1" * 10_000, b"<html>", b""])
def test_json_that_only_an_attacker_writes_is_refused(body: bytes) -> None:
    with pytest.raises(SourceError, match="look whether its address"):
        fields.read_json(body, what="an article")


def test_numbers_are_read_as_texts_where_sites_write_them_for_ids() -> None:
    data = {"int": 7, "float": 7.0, "half": 7.5, "nan": float("nan"), "huge": 10**30, "yes": True}
    assert [fields.text(data, key) for key in data] == ["7", "7", "", "", "", ""]


def test_a_mark_before_the_json_is_no_part_of_it() -> None:
    assert fields.read_json(b'\xef\xbb\xbf{"a": 1}', what="") == {"a": 1}


def test_names_are_read_however_they_are_written() -> None:
    assert fields.names("Ana Núñez", "name") == ("Ana Núñez",)
    assert fields.names(["Ana Núñez", 7, True, " "], "name") == ("Ana Núñez",)
    assert fields.names([{"title": "Ana Núñez"}, {"name": "Tom Okafor"}], "name", "title") == (
        "Ana Núñez",
        "Tom Okafor",
    )
    assert fields.names(None, "name") == fields.names(7, "name") == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-24 10:00:00", "2026-11-24 10:00:00Z"),
        ("2026-11-24T10:00:00.123", "2026-11-24T10:00:00.123Z"),
        ("2026-11-24T10:00:00-05:00", "2026-11-24T10:00:00-05:00"),
        ("1795514400", "2026-11-24T10:00:00+00:00"),
        ("1795514400.0", "2026-11-24T10:00:00+00:00"),
        ("1795514400000", "2026-11-24T10:00:00+00:00"),
        ("0000-00-00T00:00:00", "0000-00-00T00:00:00Z"),
        ("20261124", "20261124"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_time_without_a_zone_means_utc(written: str, expected: str) -> None:
    assert fields.moment(written) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), (1, True), ("Yes", True), ("0", False), (None, False)]
)
def test_a_flag_is_set_however_a_site_writes_that(value: Any, expected: bool) -> None:  # noqa: FBT001 # a table
    assert fields.flag({"sticky": value}, "sticky") is expected


# ── stories ─────────────────────────────────────────────────────────────────────────────────────────


def article_of(story: Story, *, base: str = "https://paper.example/") -> Article:
    return story.article(source="paper", base=base, section="Campus", now=NOW)


def entry(number: int = 1, *, content: str = f"<p>{ONE}</p>", **more: Any) -> Entry:
    values: dict[str, Any] = {
        "headline": f"Story {number}",
        "link": f"/story-{number}",
        "guid": f"g{number}",
        "dates": ((NOW - timedelta(hours=number)).isoformat(),),
        "content": content,
        **more,
    }
    return Entry(**values)


def test_a_story_says_what_no_feed_tells() -> None:
    told = Story(entry=entry(), correction="<b>Correction:</b> it was Tuesday.", editors_pick=True)
    article = article_of(told)
    assert (article.correction, article.editors_pick) == ("Correction: it was Tuesday.", True)
    assert article.sections == ("Campus",)
    assert not article.teaser


@pytest.mark.parametrize(
    "content", ["", " ", "<p></p>", f"<p>{ONE}</p><p>And then […]</p>", "<p>So it Continue reading →</p>"]
)
def test_a_body_that_is_missing_or_cut_makes_a_teaser(content: str) -> None:
    assert article_of(Story(entry=entry(content=content))).teaser


def test_a_body_behind_a_wall_makes_a_teaser() -> None:
    assert article_of(Story(entry=entry(), withheld=True)).teaser


def test_what_is_not_published_is_withdrawn() -> None:
    with pytest.raises(ArticleWithdrawn, match=r"“Story 1” is no longer published \(Draft\)"):
        article_of(Story(entry=entry(), status="Draft"))


def test_the_paper_itself_is_a_byline_and_no_author() -> None:
    told = Story(entry=entry(authors=("Harbor Light",)))
    article = article_of(told, base="https://www.theharborlight.example/")
    assert (article.byline, article.authors) == ("By Harbor Light", ())
    assert article_of(told).authors == ("Harbor Light",)
