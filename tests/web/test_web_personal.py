"""Pages behind a token: a GET shows a button, a POST presses it, and each token opens its own door only."""

from __future__ import annotations

import dataclasses

import pytest

from digest.model.subscriber import SubscriberStatus
from digest.testing.factories import SIGNER
from digest.tokens import Purpose
from tests.web.house import ANA, DAILY, WEEKLY, House

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
DOORS = {
    Purpose.CONFIRM: [("GET", "/confirm/{}"), ("POST", "/confirm/{}")],
    Purpose.UNSUBSCRIBE: [
        ("GET", "/unsubscribe/{}"),
        ("POST", "/unsubscribe/{}"),
        ("POST", "/unsubscribe/{}/undo"),
    ],
    Purpose.PREFERENCES: [("GET", "/preferences/{}"), ("POST", "/preferences/{}")],
}
MATRIX = [
    (bearer, purpose, method, path)
    for bearer in Purpose
    for purpose, doors in DOORS.items()
    for method, path in doors
]


@pytest.mark.parametrize(("bearer", "purpose", "method", "path"), MATRIX)
def test_a_token_opens_the_doors_of_its_purpose_and_no_other(
    bearer: Purpose, purpose: Purpose, method: str, path: str
) -> None:
    house = House()
    reader = house.settle_in()
    before = house.snapshot()
    answer = house.ask(method, path.format(SIGNER.sign(bearer, reader.id)), data={"intent": "save"})
    if bearer is purpose:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 404
        assert house.snapshot() == before


@pytest.mark.parametrize(("method", "path"), [door for doors in DOORS.values() for door in doors])
def test_every_bad_token_gets_the_same_polite_page(method: str, path: str) -> None:
    house = House()
    tokens = ["x", "a" * 37, "\N{LATIN SMALL LETTER DOTLESS I}" * 37, "%00" * 37, "ab" * 400, "🗞" * 9]
    answers = house.visit(*[(method, path.format(token), {"data": {"intent": "save"}}) for token in tokens])
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {house.get("/no/such/page").content}


# ── confirm ─────────────────────────────────────────────────────────────────────────────────────────


def test_looking_at_the_link_shows_a_button_and_confirms_nothing() -> None:
    house = House()
    house.sign_up()
    page = house.get(house.link(Purpose.CONFIRM))
    assert '<form method="post"' in page.text
    assert house.status() is SubscriberStatus.PENDING


def test_the_button_confirms_and_says_when_the_next_edition_comes() -> None:
    house = House()
    house.sign_up()
    house.publish()
    answer = house.post(house.link(Purpose.CONFIRM))
    assert "Welcome" in answer.text
    assert "Wednesday, April 15, 2026" in answer.text
    assert "Harbour bridge reopens" in answer.text
    assert house.status() is SubscriberStatus.CONFIRMED


def test_a_weekly_reader_is_told_the_right_day() -> None:
    house = House(dataclasses.replace(WEEKLY, name="daily", weekdays=(1,)))
    house.sign_up()
    assert "Tuesday, April 21, 2026" in house.post(house.link(Purpose.CONFIRM)).text


def test_pressing_the_button_again_is_answered_kindly() -> None:
    house = House()
    house.settle_in()
    for answer in (house.post(house.link(Purpose.CONFIRM)), house.get(house.link(Purpose.CONFIRM))):
        assert answer.status_code == 200
        assert "you are subscribed" in answer.text


def test_a_link_that_is_too_old_says_what_to_do() -> None:
    house = House()
    house.sign_up()
    house.clock.advance(days=8)
    for answer in (house.get(house.link(Purpose.CONFIRM)), house.post(house.link(Purpose.CONFIRM))):
        assert answer.status_code == 410
        assert "Subscribe again" in answer.text
    assert house.status() is SubscriberStatus.PENDING


def test_the_welcome_goes_out_behind_the_confirmation() -> None:
    rounds: list[int] = []

    async def send() -> None:
        rounds.append(1)

    house = House(send_notices=send)
    house.settle_in()
    house.post(house.link(Purpose.CONFIRM))
    assert len(rounds) == 2


# ── unsubscribe ─────────────────────────────────────────────────────────────────────────────────────


def test_looking_at_the_unsubscribe_link_changes_nothing() -> None:
    house = House()
    house.settle_in()
    page = house.get(house.link(Purpose.UNSUBSCRIBE))
    assert "<button>Unsubscribe</button>" in page.text
    assert house.status() is SubscriberStatus.CONFIRMED


@pytest.mark.parametrize(
    "body",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {"content": b"anything at all", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ],
)
def test_one_click_unsubscribes_in_any_encoding_without_cookie_or_redirect(body: dict[str, object]) -> None:
    house = House()
    house.settle_in()
    answer = house.post(house.link(Purpose.UNSUBSCRIBE), **body)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert house.status() is SubscriberStatus.UNSUBSCRIBED


def test_unsubscribing_twice_gives_the_same_answer_twice() -> None:
    house = House()
    house.settle_in()
    first = house.post(house.link(Purpose.UNSUBSCRIBE), data=ONE_CLICK)
    kept = house.snapshot()
    second = house.post(house.link(Purpose.UNSUBSCRIBE), data=ONE_CLICK)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert house.snapshot() == kept


def test_an_unsubscribe_link_never_expires() -> None:
    house = House()
    house.settle_in()
    house.clock.advance(days=3000)
    assert house.post(house.link(Purpose.UNSUBSCRIBE), data=ONE_CLICK).status_code == 200
    assert house.status() is SubscriberStatus.UNSUBSCRIBED


def test_who_was_erased_is_told_that_nothing_comes_any_more() -> None:
    house = House()
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, 4711)
    answer = house.post(f"/unsubscribe/{token}", data=ONE_CLICK)
    assert answer.status_code == 200
    assert "Nothing more will be sent" in answer.text
    assert house.get(f"/unsubscribe/{token}").status_code == 404


def test_leaving_can_be_undone_by_a_button() -> None:
    house = House()
    house.settle_in()
    goodbye = house.post(house.link(Purpose.UNSUBSCRIBE))
    undo = house.link(Purpose.UNSUBSCRIBE) + "/undo"
    assert f'action="{undo}"' in goodbye.text
    assert undo in house.get(house.link(Purpose.UNSUBSCRIBE)).text
    answer = house.post(undo)
    assert answer.status_code == 200
    assert "you are subscribed" in answer.text
    assert house.status() is SubscriberStatus.CONFIRMED


def test_a_day_later_there_is_no_way_back_but_the_form() -> None:
    house = House()
    house.settle_in()
    house.post(house.link(Purpose.UNSUBSCRIBE))
    house.clock.advance(hours=25)
    assert "/undo" not in house.get(house.link(Purpose.UNSUBSCRIBE)).text
    assert house.post(house.link(Purpose.UNSUBSCRIBE) + "/undo").status_code == 410
    assert house.status() is SubscriberStatus.UNSUBSCRIBED


def test_who_never_confirmed_is_not_offered_to_come_back() -> None:
    house = House()
    house.sign_up()
    assert "/undo" not in house.post(house.link(Purpose.UNSUBSCRIBE)).text


def test_undoing_nothing_says_that_all_is_well() -> None:
    house = House()
    house.settle_in()
    assert house.post(house.link(Purpose.UNSUBSCRIBE) + "/undo").status_code == 200


def test_a_newsletter_that_is_no_longer_published_can_still_be_left() -> None:
    house = House()
    reader = house.storage.subscribers.add(
        "bygone", ANA, status=SubscriberStatus.CONFIRMED, now=house.clock()
    )
    answer = house.post(house.link(Purpose.UNSUBSCRIBE, reader))
    assert "bygone will no longer be sent" in answer.text
    assert house.status(newsletter="bygone") is SubscriberStatus.UNSUBSCRIBED


# ── preferences ─────────────────────────────────────────────────────────────────────────────────────


def test_the_preferences_show_what_is_received() -> None:
    house = House(DAILY, WEEKLY)
    house.settle_in()
    page = house.get(house.link(Purpose.PREFERENCES)).text
    assert 'value="daily" checked' in page
    assert 'value="weekly" checked' not in page


def test_newsletters_are_switched_on_and_off() -> None:
    house = House(DAILY, WEEKLY)
    house.settle_in()
    data = {"intent": "save", "newsletter": ["weekly", "unknown"]}
    answer = house.post(house.link(Purpose.PREFERENCES), data=data)
    assert 'role="status"' in answer.text
    assert 'value="weekly" checked' in answer.text
    assert house.status() is SubscriberStatus.UNSUBSCRIBED
    assert house.status(newsletter="weekly") is SubscriberStatus.CONFIRMED


def test_everything_is_left_with_one_button() -> None:
    house = House(DAILY, WEEKLY)
    house.settle_in()
    house.post(house.link(Purpose.PREFERENCES), data={"intent": "save", "newsletter": ["daily", "weekly"]})
    answer = house.post(house.link(Purpose.PREFERENCES), data={"intent": "leave", "newsletter": "daily"})
    assert "nothing more will be sent" in answer.text
    assert {house.status(), house.status(newsletter="weekly")} == {SubscriberStatus.UNSUBSCRIBED}


def test_a_post_without_a_button_changes_nothing() -> None:
    house = House()
    house.settle_in()
    before = house.snapshot()
    assert house.post(house.link(Purpose.PREFERENCES), data=ONE_CLICK).status_code == 400
    assert house.snapshot() == before


def test_an_address_that_was_never_confirmed_cannot_be_switched_on() -> None:
    house = House()
    house.sign_up()
    answer = house.post(house.link(Purpose.PREFERENCES), data={"intent": "save", "newsletter": "daily"})
    assert "never confirmed" in answer.text
    assert house.status() is SubscriberStatus.PENDING


# ── what personal pages give away ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("purpose", list(DOORS))
def test_personal_pages_show_only_as_much_of_an_address_as_its_owner_needs(purpose: Purpose) -> None:
    house = House()
    house.sign_up("ana.nunez@example.com")
    page = house.get(house.link(purpose, house.reader("ana.nunez@example.com")))
    assert "a…@example.com" in page.text
    assert "nunez" not in page.text


@pytest.mark.parametrize("purpose", list(DOORS))
def test_personal_pages_are_kept_by_nobody_and_listed_nowhere(purpose: Purpose) -> None:
    house = House()
    house.settle_in()
    for method in ("GET", "POST"):
        headers = house.ask(method, house.link(purpose), data={"intent": "save"}).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex"


def test_markup_in_an_address_or_a_title_is_never_written_out_as_markup() -> None:
    house = House(dataclasses.replace(DAILY, title="<script>1</script>"), name="<b>Paper</b>")
    house.settle_in("<i>@example.com".replace("<i>", "'&{}"))
    for purpose in DOORS:
        page = house.get(house.link(purpose, house.reader("'&{}@example.com"))).text
        assert "<script" not in page
        assert "<b>Paper" not in page
