"""WordPress' fields: of its core, of plugins for newspapers, and of somebody hostile."""

# The quotation marks of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from digest.errors import ArticleWithdrawn, SourceError
from digest.ingest.fetch import Fetched
from digest.ingest.wordpress import WordpressSource
from digest.ingest.wordpressjson import story_of
from digest.model.article import Article, Image
from digest.ports import SourceMemory
from tests.newspapers.canned import CannedFetcher, as_json
from tests.newspapers.hostility import json_values, paths_in, with_field
from tests.newspapers.reading import clock
from tests.newspapers.stories import NOW, invent, newsroom
from tests.newspapers.wordpress import WordpressPaper

EMPTY = SourceMemory()
SITE = "https://paper.example"


ITEMS = [WordpressPaper(newsroom(0)).told(invent(number), SITE) for number in range(3)]


def told(item: Any) -> Article:
    return story_of(item, site=SITE).article(source="light", base=f"{SITE}/", section="", now=NOW)


def post(**fields: Any) -> Article:
    return told(
        {"id": 7, "title": {"rendered": "A"}, "content": {"rendered": "<p>The ferry left.</p>"}, **fields}
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"wps_subtitle": "It rained &amp; rained"},
        {"secondary_title": "It rained &amp; rained"},
        {"meta": {"newspack_post_subtitle": "It rained &amp; rained"}},
        {"newspack_post_subtitle": ["It rained &amp; rained"]},
        {"acf": {"subtitle": "<p>It rained &amp; rained</p>"}},
        {"acf": {"deck": "It rained &amp; rained"}},
        {"acf": {"subheadline": "It rained &amp; rained"}},
        {"meta": {"mytheme_subtitle": "It rained &amp; rained"}},
        {"meta": {"_secondary_title": ["", "x"], "their_subtitle": ["It rained &amp; rained"]}},
    ],
)
def test_a_subtitle_is_found_in_the_field_of_any_plugin(fields: dict[str, Any]) -> None:
    assert post(**fields).subhead == "It rained & rained"


def terms(*taxonomies: tuple[str, str]) -> dict[str, Any]:
    return {"wp:term": [[{"id": n, "taxonomy": t, "name": name} for n, (t, name) in enumerate(taxonomies)]]}


@pytest.mark.parametrize(
    "fields",
    [
        {"coauthors": [{"display_name": "Ana Núñez"}, {"display_name": "Tom Okafor"}]},
        {"authors": [{"display_name": "Ana Núñez"}, {"displayName": "Tom Okafor"}]},
        {"coauthors": [17, 18], "ppma_author": [{"name": "Ana Núñez"}, {"name": "Tom Okafor"}]},
        {"_embedded": terms(("author", "Ana Núñez"), ("author", "cap-tom"), ("author", "Tom Okafor"))},
        {"custom_fields": {"writer": ["Ana Núñez", "Tom Okafor"]}},
        {"meta": {"writer": "Ana Núñez and Tom Okafor"}},
        {"parsely": {"meta": {"creator": ["Ana Núñez", "Tom Okafor"]}}},
        {"parsely": {"meta": {"author": [{"name": "Ana Núñez"}, {"name": "Tom Okafor"}]}}},
    ],
)
def test_authors_are_found_in_the_field_of_any_plugin(fields: dict[str, Any]) -> None:
    embedded = {"author": [{"name": "admin"}], **fields.pop("_embedded", {})}
    article = post(_embedded=embedded, **fields)
    assert (article.byline, article.authors) == ("By Ana Núñez and Tom Okafor", ("Ana Núñez", "Tom Okafor"))


@pytest.mark.parametrize(
    ("name", "byline"),
    [("admin", ""), ("Staff Writer", "Staff Writer"), ("The Harbor Light", "The Harbor Light")],
)
def test_generic_names_are_bylines_and_no_authors(name: str, byline: str) -> None:
    article = post(_embedded={"author": [{"name": name}]})
    assert (article.byline, article.authors) == (byline, ())


def test_an_account_that_may_not_be_seen_is_no_author() -> None:
    article = post(_embedded={"author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID."}]})
    assert (article.byline, article.authors) == ("", ())


@pytest.mark.parametrize(
    "fields",
    [
        {"meta": {"_yoast_wpseo_primary_category": "2"}},
        {"yoast_primary_category": 2},
        {"meta": {"rank_math_primary_category": 2}},
        {"primary_category": {"term_id": 2, "name": "Campus"}},
        {"primary_category": "Campus"},
    ],
)
def test_the_primary_category_comes_first(fields: dict[str, Any]) -> None:
    embedded = terms(
        ("category", "Uncategorized"), ("category", "News"), ("category", "Campus"), ("post_tag", "Tides")
    )
    assert post(_embedded=embedded).sections == ("News", "Campus")
    assert post(_embedded=embedded, **fields).sections == ("Campus", "News")


BODY = "".join(
    f"<p>By paragraph {n} the harbor lay calm and the crews counted “{n} boats” again.</p>" for n in range(9)
)


@pytest.mark.parametrize(
    "excerpt",
    [
        "<p>By paragraph 0 the harbor lay calm and the crews counted &#8220;0 boats&#8221; again. By paragraph [&hellip;]</p>",
        '<p>By paragraph 0 the harbor lay calm and the crews counted <a href="/x">Continue reading</a></p>',
        "<p>By paragraph 0 the harbor lay calm and the crews counted again … Read More &raquo;</p>",
        "<p>By paragraph 0 the harbor lay calm</p>",
        "",
    ],
)
def test_an_excerpt_that_wordpress_made_by_itself_is_no_abstract(excerpt: str) -> None:
    assert post(content={"rendered": BODY}, excerpt={"rendered": excerpt}).abstract == ""


def test_an_excerpt_that_somebody_wrote_is_the_abstract() -> None:
    article = post(
        content={"rendered": BODY},
        excerpt={"rendered": "<p>How calm a harbor &#8211; and a crew &#8211; can be.</p>"},
    )
    assert article.abstract == "How calm a harbor – and a crew – can be."


@pytest.mark.parametrize(
    ("fields", "published_at", "updated_at"),
    [
        (
            {"date_gmt": "2026-11-24T10:00:00", "modified_gmt": "2026-11-24T11:00:00"},
            datetime(2026, 11, 24, 10, tzinfo=UTC),
            datetime(2026, 11, 24, 11, tzinfo=UTC),
        ),
        ({"date_gmt": "0000-00-00T00:00:00", "date": "2026-11-24T05:00:00"}, date(2026, 11, 24), None),
        ({"date_gmt": "9999-12-31T00:00:00", "modified_gmt": "0000-00-00T00:00:00"}, None, None),
    ],
)
def test_times_are_believed_as_far_as_they_can_be(
    fields: dict[str, Any], published_at: date | None, updated_at: datetime | None
) -> None:
    article = post(**fields)
    assert (article.published_at, article.updated_at) == (published_at, updated_at)


@pytest.mark.parametrize(
    ("fields", "guid"),
    [
        ({"guid": {"rendered": "http://old.example/?p=7"}}, "http://old.example/?p=7"),
        ({"guid": {"rendered": f"{SITE}/?post_type=story&#038;p=7"}}, f"{SITE}/?post_type=story&p=7"),
        ({"guid": {"rendered": "http://old.example/?p=55"}}, f"{SITE}/?p=7"),
        ({"guid": {"rendered": "http://old.example/a-slug"}}, f"{SITE}/?p=7"),
        ({}, f"{SITE}/?p=7"),
        ({"id": None, "link": "/a"}, f"{SITE}/a"),
    ],
)
def test_a_guid_stays_the_same_and_holds_the_number(fields: dict[str, Any], guid: str) -> None:
    assert post(**fields).guid == guid


def media(**fields: Any) -> dict[str, Any]:
    return {"_embedded": {"wp:featuredmedia": [{"source_url": "/wp-content/boats.jpg", **fields}]}}


@pytest.mark.parametrize(
    "fields",
    [
        {"media_credit": "Lea Novák"},
        {"media_credit": {"credit": "Lea Novák"}},
        {"meta": {"_media_credit": ["Photo by Lea Novák"]}},
        {"newspack_media_credit": "Lea Novák"},
        {"acf": {"credit": "Lea Novák"}},
        {"caption": {"rendered": "<p>Boats. (Photo by Lea Novák)</p>"}},
        {"media_details": {"image_meta": {"credit": "Lea Novák"}}},
    ],
)
def test_a_credit_is_found_in_the_field_of_any_plugin(fields: dict[str, Any]) -> None:
    image = post(**media(**fields)).image
    assert image is not None
    assert image.credit == "Lea Novák"


def test_what_is_no_picture_gives_way_to_the_next_best() -> None:
    fallback = {"jetpack_featured_media_url": f"{SITE}/jet.jpg"}
    assert post(**media(media_type="file"), **fallback).image == Image(url=f"{SITE}/jet.jpg")
    assert post(**fallback).image == Image(url=f"{SITE}/jet.jpg")
    assert post(**media(media_type="file")).image is None
    assert post(**media(media_type="image")).image == Image(url=f"{SITE}/wp-content/boats.jpg")


@pytest.mark.parametrize(
    ("details", "url"),
    [
        (
            {
                "width": 1600,
                "height": 900,
                "sizes": {"large": {"width": 1024, "height": 576, "source_url": "/l.jpg"}},
            },
            "/wp-content/boats.jpg",
        ),
        (
            {
                "width": 4000,
                "height": 2250,
                "sizes": {"large": {"width": 1024, "height": 576, "source_url": "/l.jpg"}},
            },
            "/l.jpg",
        ),
        (
            {
                "width": 4000,
                "height": 2250,
                "sizes": {"square": {"width": 1024, "height": 1024, "source_url": "/s.jpg"}},
            },
            "/wp-content/boats.jpg",
        ),
        (
            {
                "width": 4000,
                "height": 2250,
                "sizes": {"broken": {"width": 1024, "height": 576}, "x": {"width": 3}, "y": 7},
            },
            "/wp-content/boats.jpg",
        ),
        (
            {
                "width": 4000,
                "height": 2250,
                "sizes": {"2048": {"width": 2048, "height": 1152, "source_url": "/t.jpg"}},
            },
            "/wp-content/boats.jpg",
        ),
        ({"width": 4000, "sizes": 7}, "/wp-content/boats.jpg"),
    ],
)
def test_a_size_is_chosen_that_shows_the_whole_picture(details: dict[str, Any], url: str) -> None:
    image = post(**media(media_details=details)).image
    assert image is not None
    assert image.url == f"{SITE}{url}"


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"lang": "de"}, "de"),
        ({"wpml_current_locale": "fr_CA"}, "fr-CA"),
        ({"yoast_head_json": {"og_locale": "en_US"}}, "en-US"),
    ],
)
def test_a_language_is_found_where_plugins_write_it(fields: dict[str, Any], language: str) -> None:
    assert post(**fields).language == language


def test_a_post_behind_a_password_is_left_out_and_named() -> None:
    locked = ITEMS[0] | {"content": {"rendered": "", "protected": True}}
    light = WordpressSource(
        "light", SITE, CannedFetcher(lambda _: as_json([locked, ITEMS[1]])), clock=clock()
    )
    reading = light.read(EMPTY)
    assert [article.guid for article in reading.articles] == [told(ITEMS[1]).guid]
    assert reading.troubles == (f"“{told(ITEMS[0]).headline}” asks for a password, so it is not mailed",)
    with pytest.raises(ArticleWithdrawn, match="asks for a password, so it is not mailed; take it out"):
        told(locked)


def test_a_sticky_post_is_the_editors_pick_and_a_correction_has_a_field() -> None:
    article = post(sticky=True, acf={"correction": "It rained."})
    assert (article.editors_pick, article.correction) == (True, "It rained.")


def test_a_post_that_is_no_longer_public_is_withdrawn_whatever_its_status_code() -> None:
    item = ITEMS[1] | {"status": "private"}
    light = WordpressSource("light", SITE, CannedFetcher(lambda _: as_json(item)), clock=clock())
    with pytest.raises(ArticleWithdrawn, match=r"is no longer published \(private\)"):
        light.recheck(told(ITEMS[1]))
    light = WordpressSource("light", SITE, CannedFetcher(lambda _: as_json([])), clock=clock())
    with pytest.raises(SourceError, match="without a post"):
        light.recheck(told(ITEMS[1]))


# ── hostility ───────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=200)
@given(st.sampled_from(paths_in(ITEMS[2])), json_values)
def test_whatever_stands_in_a_field_the_other_articles_are_read(path: tuple[Any, ...], value: Any) -> None:
    items = [ITEMS[0], ITEMS[1], with_field(ITEMS[2], path, value)]
    headers = {"x-wp-totalpages": "1", "x-wp-total": "3"}
    light = WordpressSource("light", SITE, CannedFetcher(lambda _: as_json(items, **headers)), clock=clock())
    reading = light.read(EMPTY)
    assert {told(ITEMS[0]), told(ITEMS[1])} <= set(reading.articles)


@settings(max_examples=100)
@given(json_values, st.text(), st.text())
def test_whatever_the_site_answers_only_a_source_error_is_raised(data: Any, total: str, pages: str) -> None:
    answer = as_json(data, **{"x-wp-totalpages": pages, "x-wp-total": total})
    light = WordpressSource("light", SITE, CannedFetcher(lambda _: answer), sections=("news",), clock=clock())
    for act in (lambda: light.read(EMPTY), lambda: light.recheck(told(ITEMS[0]))):
        try:
            act()
        except SourceError:
            continue


@settings(max_examples=100)
@given(st.sampled_from(paths_in(ITEMS[0])), json_values)
def test_whatever_a_post_answers_only_a_source_error_is_raised(path: tuple[Any, ...], value: Any) -> None:
    item = with_field(ITEMS[0], path, value)
    light = WordpressSource(
        "light",
        SITE,
        CannedFetcher(lambda url: as_json(item) if "/wp-json/" in url else Fetched(url=url)),
        clock=clock(),
    )
    try:
        assert light.recheck(told(ITEMS[0])).guid == f"{SITE}/?p=1"
    except SourceError:
        return
