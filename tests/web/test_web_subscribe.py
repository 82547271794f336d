"""The form: one answer for everybody, few letters, and no foothold for robots."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time

import httpx
import pytest

from digest.model.subscriber import SubscriberStatus, SuppressionReason
from digest.tokens import Purpose
from tests.web.house import ANA, DAILY, WEEKLY, House

EVIL = "\"><script>alert('x')</script>"


def test_the_front_page_has_one_form_with_a_label_for_every_field() -> None:
    page = House().get("/").text
    assert page.count("<form") == 1
    assert page.count("<button") == 1
    assert 'for="email"' in page
    assert 'for="name"' in page
    assert page == House().get("/subscribe").text


@pytest.mark.parametrize(
    ("hour", "promise"), [(6, "The morning in"), (13, "The afternoon in"), (18, "The evening in")]
)
def test_the_promise_names_the_part_of_the_day_in_which_the_letter_comes(hour: int, promise: str) -> None:
    newsletter = dataclasses.replace(DAILY, send_at=DAILY.send_at.replace(hour=hour))
    assert promise in House(newsletter).get("/").text


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ((0, 1, 2, 3, 4, 5, 6), "Every day at 6:30"),
        ((4, 3, 2, 1, 0), "Monday to Friday at 6:30"),
        ((5, 6), "Saturday and Sunday at 6:30"),
        ((2,), "Every Wednesday at 6:30"),
        ((0, 2, 4), "Every Monday, Wednesday and Friday at 6:30"),
    ],
)
def test_the_front_page_says_how_often_letters_come(weekdays: tuple[int, ...], words: str) -> None:
    assert words in House(dataclasses.replace(DAILY, weekdays=weekdays)).get("/").text


def test_the_front_page_leads_to_the_latest_edition_once_there_is_one() -> None:
    house = House()
    assert "Latest edition" not in house.get("/").text
    house.publish()
    page = house.get("/").text
    assert 'href="/daily/2026-04-14"' in page
    assert "Harbour bridge reopens" in page


def test_signing_up_queues_a_letter_and_says_to_look_for_it() -> None:
    house = House()
    answer = house.sign_up(name="Ana Núñez")
    assert answer.status_code == 200
    assert "check your mail" in answer.text
    assert house.letters() == [ANA]
    assert house.reader().name == "Ana Núñez"


def test_the_words_of_the_form_are_kept_with_the_consent() -> None:
    house = House()
    house.sign_up()
    (proof,) = house.storage.subscribers.consents(house.reader().id)
    assert proof.wording in house.get("/").text
    assert proof.page == "https://news.example/subscribe"


def test_a_paper_whose_newsletter_has_its_own_name_is_not_named_twice() -> None:
    house = House(dataclasses.replace(DAILY, title="The Paper"))
    page = house.get("/").text
    assert "the newsletter The Paper by email" in page
    assert "The newsletter ·" in page


def test_both_encodings_of_a_form_are_read() -> None:
    house = House()
    fields = {"email": (None, ANA), "form": (None, house.form_token())}
    assert house.post("/subscribe", files=fields).status_code == 200
    assert house.letters() == [ANA]


def test_the_answer_has_the_same_bytes_for_every_kind_of_address() -> None:
    house = House()
    house.settle_in("confirmed@example.com")
    house.sign_up("pending@example.com")
    house.post(house.link(Purpose.UNSUBSCRIBE, house.settle_in("left@example.com")))
    house.storage.subscribers.suppress("vetoed@example.com", SuppressionReason.COMPLAINT, now=house.clock())
    house.clock.advance(days=2)
    answers = [
        house.sign_up(f"{kind}@example.com") for kind in ("new", "confirmed", "pending", "left", "vetoed")
    ]
    assert len({answer.content for answer in answers}) == 1
    assert len({(answer.status_code, tuple(answer.headers.items())) for answer in answers}) == 1


def test_the_answer_comes_after_a_fixed_time() -> None:
    house = House(answer_after=0.2)
    token = house.form_token()
    began = time.monotonic()
    house.post("/subscribe", data={"email": ANA, "form": token})
    assert time.monotonic() - began >= 0.2


def test_two_hundred_requests_for_one_victim_make_one_letter() -> None:
    house = House()
    data = {"email": "victim@example.com", "form": house.form_token()}
    answers = house.visit(*[("POST", "/subscribe", {"data": data})] * 200)
    assert {answer.status_code for answer in answers} == {200}
    assert house.letters() == ["victim@example.com"]


def test_requests_at_the_same_moment_make_one_letter_too() -> None:
    house = House()
    data = {"email": "victim@example.com", "form": house.form_token()}

    async def flood() -> None:
        transport = httpx.ASGITransport(house.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://visitor.example") as client:
            await asyncio.gather(*[client.post("/subscribe", data=data) for _ in range(40)])

    asyncio.run(flood())
    assert house.letters() == ["victim@example.com"]


def test_everybody_together_may_sign_up_so_often_a_minute() -> None:
    house = House(per_minute=2)
    answers = [house.sign_up(f"r{number}@example.com") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "60"
    assert 'value="r2@example.com"' in answers[2].text
    house.clock.advance(minutes=1)
    assert house.sign_up("r3@example.com").status_code == 200


@pytest.mark.parametrize("address", ["ana", "ana@localhost", "a b@example.com", "ana@exa\x00mple.com", ""])
def test_what_is_no_address_comes_back_with_the_reason_beside_the_field(address: str) -> None:
    house = House()
    answer = house.sign_up(address)
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="email-trouble"' in answer.text
    assert 'id="email-trouble"' in answer.text
    assert house.letters() == []


@pytest.mark.parametrize("token", ["", "nonsense", "0-" + "0" * 32, "491200-ü"])
def test_a_form_that_was_not_made_here_gets_a_fresh_one_with_everything_still_filled_in(token: str) -> None:
    house = House()
    answer = house.sign_up(name="Ana", form=token)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{ANA}"' in answer.text
    assert 'value="Ana"' in answer.text
    assert house.letters() == []


def test_a_form_is_good_for_a_day() -> None:
    house = House()
    token = house.form_token()
    house.clock.advance(hours=23)
    assert house.post("/subscribe", data={"email": ANA, "form": token}).status_code == 200
    house.clock.advance(hours=3)
    assert house.post("/subscribe", data={"email": ANA, "form": token}).status_code == 400


def test_who_fills_in_the_field_that_nobody_sees_gets_no_letter() -> None:
    house = House()
    answer = house.sign_up(website="https://spam.example")
    assert answer.status_code == 400
    assert "spam.example" not in answer.text
    assert house.letters() == []


def test_an_empty_body_and_a_file_for_an_address_are_answered_politely() -> None:
    house = House()
    assert house.post("/subscribe").status_code == 400
    assert house.post("/subscribe", files={"email": ("a.txt", b"x")}).status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "idna", "no-such", "undefined"])
def test_odd_character_sets_are_answered_politely(charset: str) -> None:
    house = House()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800+2AA-\xff@example.com\r\n'
        b'--x\r\nContent-Disposition: form-data; name="form"\r\n\r\n' + house.form_token().encode()
    )
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    answer = house.post("/subscribe", content=body + b"\r\n--x--\r\n", headers={"Content-Type": kind})
    assert answer.status_code in {400, 422}
    assert house.letters() == []


def test_a_damaged_multipart_body_is_answered_politely() -> None:
    answer = House().post(
        "/subscribe", content=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data"}
    )
    assert answer.status_code == 400
    assert "did not arrive in one piece" in answer.text


@pytest.mark.parametrize("field", ["email", "name", "newsletter", "form"])
def test_markup_in_a_field_is_never_written_out_as_markup(field: str) -> None:
    house = House()
    answer = house.post("/subscribe", data={"email": "x", "form": house.form_token(), field: EVIL})
    assert "<script" not in answer.text.lower()
    assert EVIL not in answer.text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Ana \r\n Núñez\t", "Ana Núñez"),
        ("J.R. Tolkien", "J.R. Tolkien"),
        ("Ana\u202e\u200bNúñez", "Ana Núñez"),
        ("Buy at www.spam.example", ""),
        ("https://spam.example", ""),
        ("win now spam.example", ""),
        (EVIL, ""),
        ("x" * 61, ""),
    ],
)
def test_a_name_is_kept_on_one_line_and_only_if_it_is_no_message(written: str, kept: str) -> None:
    house = House()
    house.sign_up(name=written)
    assert house.reader().name == kept


def test_one_of_several_newsletters_is_chosen() -> None:
    house = House(DAILY, WEEKLY)
    assert house.get("/").text.count('type="radio"') == 2
    house.sign_up(newsletter="weekly")
    assert house.status(newsletter="weekly") is SubscriberStatus.PENDING
    assert house.storage.subscribers.find("daily", ANA) is None


def test_a_newsletter_that_is_not_on_offer_cannot_be_chosen() -> None:
    house = House(DAILY, WEEKLY)
    assert house.sign_up(newsletter="secret").status_code == 400
    assert house.letters() == []


def test_letters_go_out_behind_the_answer_and_the_line_is_closed() -> None:
    rounds: list[int] = []

    async def send() -> None:
        rounds.append(len(house.letters()))

    house = House(send_notices=send)
    answer = house.sign_up()
    assert rounds == [1]
    assert answer.headers["connection"] == "close"


def test_a_letter_that_cannot_be_sent_does_not_spoil_the_answer() -> None:
    async def send() -> None:
        raise OSError("no mail server")

    house = House(send_notices=send)
    assert house.sign_up().status_code == 200
    assert house.letters() == [ANA]


def test_letters_go_out_in_a_thread_of_their_own_so_that_printing_holds_up_no_page() -> None:
    printing, served = threading.Event(), threading.Event()
    beside: list[bool] = []

    async def send() -> None:
        printing.set()
        beside.append(served.wait(timeout=10))  # as printing does, it keeps its own event loop busy

    house = House(send_notices=send)
    data = {"email": ANA, "form": house.form_token()}

    async def go() -> None:
        transport = httpx.ASGITransport(house.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://visitor.example") as client:
            asking = asyncio.create_task(client.post("/subscribe", data=data))
            assert await asyncio.to_thread(printing.wait, 10)
            assert (await client.get("/privacy")).status_code == 200
            served.set()
            await asking

    asyncio.run(go())
    assert beside == [True]


def test_rounds_of_letters_never_overlap_and_many_requests_share_one() -> None:
    running, most, rounds = 0, 0, 0

    async def send() -> None:
        nonlocal running, most, rounds
        running, rounds = running + 1, rounds + 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1

    house = House(send_notices=send)
    token = house.form_token()

    async def go() -> None:
        transport = httpx.ASGITransport(house.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://visitor.example") as client:
            forms = [{"email": f"r{number}@example.com", "form": token} for number in range(20)]
            await asyncio.gather(*[client.post("/subscribe", data=form) for form in forms])

    asyncio.run(go())
    assert most == 1
    assert rounds < 20
