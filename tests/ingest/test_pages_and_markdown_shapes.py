"""Markdown and pages whose furniture only its words give away."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from digest.errors import ArticleUnreadable
from digest.ingest.clean import clean_html
from digest.ingest.markdown import read_markdown
from digest.ingest.page import read_page
from digest.model.article import Article

ONE = "The harbour bridge reopened on Monday after nine months of repairs, and about 4,000 people crossed it before the sun went down."
TWO = "“We waited long for this day,” said Mayor Olga Brandt, who cut a ribbon at noon in front of the crowd and then walked over."
THREE = "The work cost 12 million dollars, two more than planned, because the old piers had to be replaced one after the other."
CALL = "To stay up-to-date, subscribe to our daily newsletter."
BODY = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"


def markdown(text: str) -> Article:
    return read_markdown(text, source="a.md", guid="a.md", zone=UTC)


def page(body: str, head: str = "") -> Article:
    return read_page(
        f"<html><head><title>Bridge reopens</title>{head}</head><body>{body}</body></html>".encode(),
        source="a.html",
        guid="a.html",
        url="",
    )


def test_byline_and_date_lines_under_a_markdown_headline_are_read() -> None:
    article = markdown(f"Bridge reopens\n===\n\n*By Ana Núñez*\nMay 4, 2026\nUpdated May 5, 2026\n\n{ONE}\n")
    assert article.headline == "Bridge reopens"
    assert (article.byline, article.authors) == ("By Ana Núñez", ("Ana Núñez",))
    assert article.published_at == date(2026, 5, 4)
    with pytest.raises(ArticleUnreadable, match="no text"):
        markdown("# Bridge reopens\n\nStaff Writer\n")


def test_comments_below_a_call_in_markdown_are_no_body() -> None:
    article = markdown(
        f"# Bridge reopens\n\n{ONE}\n\n## Costs\n\n{THREE}\n\n{CALL}\n\n1. Ted is alot like Ai.\n\n2. Suzi Q says:\n\n    Lovely.\n"
    )
    assert article.paragraphs == (ONE, THREE)
    assert [d.kind.value for d in article.dropped] == ["call", "comment", "comment", "comment"]


def test_front_matter_may_be_toml_and_its_people_and_pictures_mappings() -> None:
    article = markdown(f'+++\ntitle = "Bridge"\ndate = 2026-05-04\n+++\n{ONE}\n')
    assert (article.headline, article.published_at) == ("Bridge", date(2026, 5, 4))
    article = markdown(
        f"---\ntitle: Bridge\nauthor: {{name: Ana Núñez}}\nimage: {{url: b.jpg, alt: A bridge}}\n---\n{ONE}\n"
    )
    assert article.authors == ("Ana Núñez",)
    assert article.image is not None
    assert (article.image.url, article.image.alt) == ("b.jpg", "A bridge")


@pytest.mark.parametrize(
    ("text", "said"),
    [("+++\ntitle = \n+++\nx", "no valid TOML"), (f"---\ntitle: Bridge\n\n{ONE}", "no end")],
)
def test_broken_front_matter_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ArticleUnreadable, match=said):
        markdown(text)


def test_comments_that_only_their_words_give_away_are_no_body_of_a_page() -> None:
    numbered = clean_html(f"{BODY}<p>1. Bob says: Fine.</p><p>2. Ann says: No.</p>")
    assert [p for passage in numbered.passages for p in passage.paragraphs] == [ONE, TWO, THREE]
    personal = clean_html(f"{BODY}<p>{CALL}</p><p>I love it.</p><p>Comments are closed.</p>")
    assert [p for passage in personal.passages for p in passage.paragraphs] == [ONE, TWO, THREE]
    goes_on = clean_html(f"<p>{ONE}</p><p>{CALL}</p><p>{TWO}</p>")
    assert [p for passage in goes_on.passages for p in passage.paragraphs] == [ONE, TWO]


def test_a_generic_byline_and_a_plain_date_line_of_a_page_are_read() -> None:
    article = page(
        f"<h1>Bridge reopens</h1><p>May 4, 2026</p>{BODY}", "<meta name=author content='Staff Writer'>"
    )
    assert (article.byline, article.authors) == ("Staff Writer", ())
    assert article.published_at == date(2026, 5, 4)
    later = page(
        f"<h1>Bridge reopens</h1><p>Updated May 4, 2026</p><p>{ONE} {TWO}</p>{BODY}<p>May 4, 2026</p>"
    )
    assert later.published_at is None


def test_the_items_of_a_list_of_comments_are_recorded_each() -> None:
    article = page(
        f"<article><h1>Bridge reopens</h1>{BODY}</article><ol class=comment-list><li>Ted: fine.</li><li>Ann: no.</li></ol>"
    )
    assert [d.kind.value for d in article.dropped] == ["comment", "comment"]


def test_a_linked_name_has_no_space_before_its_comma() -> None:
    page = (
        "<html><body><article><h1>Comet brightens</h1>"
        '<p class="byline">By <a rel="author" href="/staff/w">Wilhelmina Achebe</a>, Science Editor</p>'
        + "<p>The comet brightened sixfold in one night, two sophomores said on Monday morning.</p>" * 4
        + "</article></body></html>"
    )
    article = read_page(page.encode(), source="page", guid="g")
    assert article.byline == "By Wilhelmina Achebe, Science Editor"
    assert article.authors == ("Wilhelmina Achebe",)
