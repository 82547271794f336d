"""The archive shows what was published, and only that; pictures go by the hash in their name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from digest.model.edition import EditionState
from digest.testing.factories import make_edition
from tests.web.house import DAILY, WEEKLY, House

NAME = "0123456789abcdef0123456789abcdef.jpg"


def test_the_archive_lists_editions_by_month_the_newest_first() -> None:
    house = House()
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)):
        house.publish(day, subject=f"News of {day}")
    page = house.get("/daily").text
    places = [
        page.index(words)
        for words in (
            "April 2026",
            "News of 2026-04-02",
            "News of 2026-04-01",
            "March 2026",
            "News of 2026-03-31",
        )
    ]
    assert places == sorted(places)
    assert page == house.get("/daily/").text


def test_an_archive_without_editions_invites_to_wait_for_the_first() -> None:
    assert "still to come" in House().get("/daily/").text


def test_an_edition_without_a_preheader_is_listed_by_its_subject() -> None:
    house = House()
    house.publish(preheader="")
    assert "Harbour bridge reopens" in house.get("/daily/").text


def test_a_published_edition_is_shown_as_the_newsroom_prints_it() -> None:
    house = House(archive_html=lambda filed: f"<p style='color:red'>{filed.edition.subject}</p>")
    house.publish()
    answer = house.get("/daily/2026-04-14")
    assert answer.text == "<p style='color:red'>Harbour bridge reopens</p>"
    assert "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("state", [EditionState.DRAFT, EditionState.APPROVED, EditionState.SKIPPED])
def test_what_is_not_published_is_not_shown(state: EditionState) -> None:
    house = House()
    house.storage.editions.save(make_edition())
    if state is not EditionState.DRAFT:
        house.storage.editions.save(make_edition(state=state))
    assert house.get("/daily/2026-04-14").status_code == 404
    assert "Harbour" not in house.get("/daily/").text
    assert house.get("/latest").status_code == 404


@pytest.mark.parametrize(
    "path", ["/daily/20260414", "/daily/2026-04-15", "/daily/x", "/daily/2026-W16-2", "/weekly", "/nobody/"]
)
def test_addresses_that_lead_nowhere_get_a_polite_page(path: str) -> None:
    house = House()
    house.publish()
    answer = house.get(path)
    assert answer.status_code == 404
    assert "does not exist" in answer.text


def test_latest_leads_to_the_newest_edition_of_all_newsletters_whatever_the_host_header_says() -> None:
    house = House(DAILY, WEEKLY)
    house.publish(date(2026, 4, 14))
    house.publish(date(2026, 4, 17), newsletter="weekly")
    answer = house.get("/latest", headers={"Host": "evil.example"})
    assert answer.status_code == 302
    assert answer.headers["location"] == "/weekly/2026-04-17"


def test_pages_below_a_path_link_below_that_path() -> None:
    house = House(base_url="https://paper.example/news")
    house.publish()
    assert house.get("/latest").headers["location"] == "/news/daily/2026-04-14"
    assert 'action="/news/subscribe"' in house.get("/").text
    assert 'href="/news/daily/2026-04-14"' in house.get("/daily/").text


@pytest.mark.parametrize("path", ["/", "/daily/", "/no/such/page", "/confirm/x"])
def test_no_page_is_built_from_the_host_header(path: str) -> None:
    assert "evil.example" not in House().get(path, headers={"Host": "evil.example"}).text


def test_a_picture_is_served_for_ever(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xd8picture")
    answer = House(media=tmp_path).get(f"/media/{NAME}")
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8picture")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    drawing = NAME.replace(".jpg", ".png")
    (tmp_path / drawing).write_bytes(b"\x89PNG")
    assert House(media=tmp_path).get(f"/media/{drawing}").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.key",
        "..%2fsecret.key",
        "%2e%2e%2fsecret.key",
        "secret.key",
        NAME.upper(),
        NAME + "%00",
        NAME + "%0a",
        "f" * 32 + ".jpg",
        "a" * 32,
    ],
)
def test_nothing_but_a_picture_leaves_the_folder(tmp_path: Path, name: str) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / NAME).write_bytes(b"picture")
    (media / "secret.key").write_text("secret")
    (tmp_path / "secret.key").write_text("secret")
    (media / ("a" * 32)).mkdir()
    answer = House(media=media).get(f"/media/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_the_privacy_page_says_whom_to_write_to() -> None:
    page = House(corrections_email="desk@paper.example", postal_address="1 Quay").get("/privacy").text
    assert "mailto:desk@paper.example" in page
    assert "1 Quay" in page
