"""SNworks' fields: in all the shapes its sites have, and of somebody hostile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.fetch import Fetched
from digest.ingest.snworks import SnworksSource
from digest.ingest.snworksjson import read_article, read_listing, story_of
from digest.model.article import Article
from digest.ports import SourceMemory
from tests.newspapers.canned import CannedFetcher, as_json
from tests.newspapers.hostility import json_values, paths_in, with_field
from tests.newspapers.reading import clock
from tests.newspapers.snworks import SnworksPaper
from tests.newspapers.stories import NOW, invent, newsroom

EMPTY = SourceMemory()


def told(**fields: Any) -> Article:
    item = {"uuid": "u1", "headline": "A", "content": "<p>The ferry left on time.</p>", **fields}
    story = story_of(item, root="https://paper.example", section="News", media="hbl", width=1200)
    return story.article(source="light", base="https://paper.example/", section="", now=NOW)


def test_an_address_is_the_articles_own_or_made_of_month_and_slug() -> None:
    assert told(slug="a", published_at="2026-11-02 10:00:00").url == "https://paper.example/article/2026/11/a"
    assert told(slug="a/b", published_at="2026-11-02 10:00:00").url is None
    assert told(slug="a").url is None
    assert told(url="/article/2026/11/b").url == "https://paper.example/article/2026/11/b"


def test_an_article_without_uuid_is_known_by_its_number() -> None:
    assert told(uuid=None, id=71).guid == "71"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"published": 1795514400}, datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ({"published_at": None, "published": "1795514400"}, datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ({"published_at": "2026-11-24T05:00:00-05:00"}, datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ({"published_at": "0000-00-00 00:00:00"}, None),
        ({"published_at": "9999-12-31 00:00:00"}, None),
        ({"published": "1"}, None),
        ({"published": True}, None),
    ],
)
def test_times_are_read_in_both_ways(fields: dict[str, Any], expected: datetime | None) -> None:
    assert told(**fields).published_at == expected


@pytest.mark.parametrize("fields", [{"is_featured": True}, {"featured": "1"}, {"weight": 3}, {"weight": "5"}])
def test_what_editors_put_first_is_their_pick(fields: dict[str, Any]) -> None:
    assert told(**fields).editors_pick
    assert not told(weight="0").editors_pick


def test_a_correction_has_a_field_of_its_own() -> None:
    assert told(correction="<b>It rained.</b>").correction == "It rained."
    assert told(custom_fields={"corrections": "It rained."}).correction == "It rained."


@pytest.mark.parametrize("status", ["draft", "Unpublished"])
def test_what_says_that_it_is_not_public_is_withdrawn(status: str) -> None:
    assert told(status="1").headline == told(status="active").headline == "A"
    with pytest.raises(ArticleWithdrawn, match="is no longer published"):
        told(status=status)


PICTURE = {"type": "image", "attachment_uuid": "99999999-1111-4222-8333-000000000001", "extension": "JPG"}


@pytest.mark.parametrize(
    "change",
    [
        {"type": "video"},
        {"type": "file"},
        {"extension": "mp4"},
        {"attachment_uuid": "../../x"},
        {"attachment_uuid": 7},
    ],
)
def test_what_is_no_picture_is_none(change: dict[str, Any]) -> None:
    assert told(dominantMedia=PICTURE).image is not None
    assert told(dominantMedia=PICTURE | change).image is None


def test_the_picture_host_may_be_named_by_the_picture_itself() -> None:
    other = {
        "url": "https://s3.amazonaws.com/snwceomedia/oth-x/99999999-1111-4222-8333-000000000001.original.jpg"
    }
    image = told(dominantMedia=PICTURE | other).image
    assert image is not None
    assert image.url.startswith(
        "https://snworksceo.imgix.net/oth-x/99999999-1111-4222-8333-000000000001.sized-1000x1000.jpg"
    )


@pytest.mark.parametrize(
    "data", [None, 7, "x", [], [7], {}, {"articles": 7}, {"article": 7}, [{"articles": {}}]]
)
def test_json_that_is_neither_section_nor_article_is_refused(data: Any) -> None:
    if data not in ([], [7]):  # a section may be a bare list
        with pytest.raises(SourceError, match="without a list of articles"):
            read_listing(data)
    with pytest.raises(SourceError, match="without an article"):
        read_article(data)


def test_answers_may_be_wrapped_in_lists_or_be_bare() -> None:
    item = {"headline": "A"}
    assert read_listing([item])[0].items == [item]
    assert read_listing([{"section": {"title": "News"}, "articles": [item]}])[1] == "News"
    assert read_listing({"section": [{"title": "News"}], "articles": []})[1] == "News"
    assert [read_article(data) for data in ([{"article": [item]}], {"article": item}, item, [item])] == [
        item
    ] * 4


def test_a_section_without_a_title_is_named_by_its_slug() -> None:
    answer = as_json({"articles": [SnworksPaper(newsroom(0)).told(invent(1), "https://paper.example")]})
    light = SnworksSource(
        "light",
        "https://paper.example",
        CannedFetcher(lambda _: answer),
        sections=("student-life",),
        clock=clock(),
    )
    (article,) = light.read(EMPTY).articles
    assert article.sections == ("Student Life", "Tides")


# ── hostility ───────────────────────────────────────────────────────────────────────────────────────


ITEMS = [SnworksPaper(newsroom(0)).told(invent(number), "https://paper.example") for number in range(3)]


@settings(max_examples=150)
@given(st.sampled_from(paths_in(ITEMS[1])), json_values)
def test_whatever_stands_in_a_field_the_other_articles_are_read(path: tuple[Any, ...], value: Any) -> None:
    items = [ITEMS[0], with_field(ITEMS[1], path, value), ITEMS[2]]
    answer = as_json({"section": {"title": "News"}, "articles": items, "pagination": {"last": 1}})
    light = SnworksSource(
        "light", "https://paper.example", CannedFetcher(lambda _: answer), sections=("news",), clock=clock()
    )
    reading = light.read(EMPTY)
    assert {ITEMS[0]["uuid"], ITEMS[2]["uuid"]} <= {article.guid for article in reading.articles}
    assert len(reading.articles) + len(reading.troubles) >= 2


@settings(max_examples=100)
@given(
    st.sampled_from(paths_in({"section": {"title": "News"}, "articles": ITEMS, "pagination": {"last": 1}})),
    json_values,
)
def test_whatever_a_section_answers_only_a_source_error_is_raised(path: tuple[Any, ...], value: Any) -> None:
    data = with_field(
        {"section": {"title": "News"}, "articles": ITEMS, "pagination": {"last": 1}}, path, value
    )
    light = SnworksSource(
        "light",
        "https://paper.example",
        CannedFetcher(lambda _: as_json(data)),
        sections=("news",),
        clock=clock(),
    )
    try:
        light.read(EMPTY)
    except SourceError:
        return


@settings(max_examples=100)
@given(json_values | st.sampled_from(paths_in(ITEMS[0])), json_values)
def test_whatever_an_article_answers_only_a_source_error_is_raised(where: Any, value: Any) -> None:
    data = with_field(ITEMS[0], where, value) if isinstance(where, tuple) else where
    answers = [as_json({"articles": [ITEMS[0]]}), as_json({"article": data})]
    light = SnworksSource(
        "light",
        "https://paper.example",
        CannedFetcher(lambda url: answers["/article/" in url] if ".json" in url else Fetched(url=url)),
        sections=("news",),
        clock=clock(),
    )
    article = light.read(EMPTY).articles[0]
    try:
        assert light.recheck(article).guid == article.guid
    except SourceError:
        return


def test_a_credit_names_the_photographer_and_whose_courtesy_it_is() -> None:
    host = {"sourceURL": "https://light.example/p.jpg"}
    people = [{"name": "Lea Novák"}, {"name": "Courtesy of the city"}]
    image = told(dominantMedia=PICTURE | host | {"authors": people}).image
    assert image is not None
    assert image.credit == "Lea Novák, the city"


def test_a_section_is_called_as_people_read_it() -> None:
    def answer(url: str) -> Fetched | Exception:
        if "News%20%26%20Stuff" in url:
            return SiteRefused("nothing there", status=404)
        return as_json({"articles": [{"headline": "A", "content": "<p>The ferry left.</p>", "uuid": "u"}]})

    sections = ("News & Stuff", "arts & crafts")
    light = SnworksSource("light", "https://paper.example", CannedFetcher(answer), sections=sections)
    reading = light.read(SourceMemory())
    assert reading.troubles == ("section News & Stuff: nothing there",)
    assert reading.articles[0].sections == ("Arts & Crafts",)
