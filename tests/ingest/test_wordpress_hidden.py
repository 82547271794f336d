"""WordPress that hides who wrote a post: what Yoast tells instead, bylines in the text, boxes about authors."""

from __future__ import annotations

from typing import Any

import pytest

from digest.ingest.wordpressjson import story_of
from digest.model.article import Article, Image
from tests.newspapers.stories import NOW

SITE = "https://paper.example"
DENIED = [{"code": "rest_forbidden", "message": "Sorry", "data": {"status": 401}}]
CLOSED = {"author": DENIED, "wp:featuredmedia": DENIED, "wp:term": [DENIED]}
ARTICLE = {
    "@type": "NewsArticle",
    "author": {"name": "Ana Núñez", "@id": "#a"},
    "articleSection": ["News", "City"],
}
OWNER = {"@type": ["Person", "Organization"], "name": "The Harbor Light"}


def post(**fields: Any) -> Article:
    item = {"id": 7, "title": {"rendered": "A"}, "content": {"rendered": "<p>The ferry left.</p>"}, **fields}
    return story_of(item, site=SITE).article(source="light", base=f"{SITE}/", section="", now=NOW)


@pytest.mark.parametrize(
    "head",
    [
        {"author": "Ana Núñez"},
        {"schema": {"@graph": [OWNER, ARTICLE, ARTICLE]}},
        {"schema": {"@graph": [7, OWNER, {"@type": "Person"}, {"@type": "Person", "name": "Ana Núñez"}]}},
    ],
)
def test_an_author_whom_wordpress_hides_is_told_by_yoast(head: dict[str, Any]) -> None:
    assert post(_embedded=CLOSED, yoast_head_json=head).authors == ("Ana Núñez",)
    named = CLOSED | {"author": [{"name": "Tom Okafor"}]}
    assert post(_embedded=named, yoast_head_json=head).authors == ("Tom Okafor",)


def test_sections_that_wordpress_hides_are_told_by_yoast() -> None:
    head = {"schema": {"@graph": [ARTICLE]}}
    assert post(_embedded=CLOSED, yoast_head_json=head).sections == ("News", "City")
    named = CLOSED | {"wp:term": [[{"id": 3, "taxonomy": "category", "name": "Arts"}]]}
    assert post(_embedded=named, yoast_head_json=head).sections == ("Arts",)


def test_a_picture_that_wordpress_hides_is_told_by_yoast() -> None:
    head = {"og_image": [{"url": f"{SITE}/p.jpg"}]}
    assert post(_embedded=CLOSED, yoast_head_json=head).image == Image(url=f"{SITE}/p.jpg")
    assert post(featured_media=9, yoast_head_json=head).image == Image(url=f"{SITE}/p.jpg")
    assert post(featured_media=0, yoast_head_json=head).image is None
    media = {"wp:featuredmedia": [{"source_url": f"{SITE}/q.jpg"}]}
    assert post(_embedded=media, yoast_head_json=head).image == Image(url=f"{SITE}/q.jpg")


@pytest.mark.parametrize("account", ["admin", "Webmaster", "Paper Staff", "Paper"])
@pytest.mark.parametrize(
    "above",
    [
        "<p><strong>By Ana Núñez</strong></p><p><em>Staff Writer</em></p>",
        "<h4>By Ana Núñez</h4><h5>Staff Writer</h5>",
        "<p>By Ana Núñez<br>Staff Writer</p>",
        "<p><strong>By Ana Núñez, Staff Writer</strong></p>",
    ],
)
def test_a_byline_in_the_text_counts_where_the_account_is_nobody(account: str, above: str) -> None:
    article = post(
        content={"rendered": f"{above}<p>The ferry left.</p>"}, _embedded={"author": [{"name": account}]}
    )
    assert article.authors == ("Ana Núñez",)
    assert article.byline.startswith("By Ana Núñez")
    assert [block.text for block in article.blocks] == ["The ferry left."]


def test_boxes_about_the_author_are_no_text() -> None:
    boxes = (
        "<div class='pp-multiple-authors-boxes-wrapper'><h2>Author</h2><ul><li>Ana<p>Ana rows.</p></li></ul></div>"
        "<div class='saboxplugin-wrap'><div class='saboxplugin-desc'>Ana likes boats and writes often.</div></div>"
        "<div class='wp-block-post-author'><p>Ana</p></div><div class='wp-block-post-author-name'>Ana</div>"
    )
    article = post(content={"rendered": f"<p>The ferry left.</p>{boxes}"})
    assert [block.text for block in article.blocks] == ["The ferry left."]
    assert (article.byline, article.authors) == ("", ())
