"""A print on the public pages carries nobody's token."""

from __future__ import annotations

from digest.model.marks import MARK_HOST
from digest.render.archive import print_archive
from digest.testing.factories import make_printed
from tests.render.printing_house import BASE, find, full_edition, page_of, print_edition


def test_personal_links_lead_to_the_front_door() -> None:
    page = print_archive(print_edition(), base_url=BASE)
    assert MARK_HOST not in page
    assert find(page_of(page), "//a[. = 'Unsubscribe']/@href") == [f"{BASE}/"]


def test_the_rest_of_the_page_is_what_readers_were_sent() -> None:
    printed = print_edition()
    page = print_archive(printed, base_url=BASE)
    assert page.split("<body", 1)[1].replace(f'{BASE}/"', "") == printed.html.split("<body", 1)[1].replace(
        f'{MARK_HOST}preferences"', ""
    ).replace(f'{MARK_HOST}unsubscribe"', "")


def test_it_says_where_it_lives_and_how_to_show_it() -> None:
    printed = print_edition(full_edition(subject='Cats & "dogs"'))
    page = page_of(print_archive(printed, base_url=BASE, site_name="A & B"))
    tags = dict(zip(find(page, "//meta/@property"), find(page, "//meta[@property]/@content"), strict=True))
    address = f"{BASE}/daily/2026-04-14"
    assert find(page, "//link[@rel='canonical']/@href") == [address]
    assert tags["og:url"] == address
    assert tags["og:type"] == "article"
    assert tags["og:site_name"] == "A & B"
    assert tags["og:title"] == 'Cats & "dogs"'
    assert tags["og:image"] == "https://news.paper.example/media/bridge.jpg"
    assert tags["og:description"].startswith("Also today: two more bridges")


def test_a_page_without_picture_or_description_has_neither_tag() -> None:
    printed = make_printed()
    page = print_archive(
        make_printed(html=printed.html.replace("<body>", "<head></head><body>")), base_url=BASE
    )
    assert 'property="og:title"' in page
    assert "og:image" not in page
    assert "og:description" not in page
    assert "og:site_name" not in page
