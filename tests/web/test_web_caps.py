"""The form cannot be turned on somebody: letters are counted by mailbox, sign-ups by network."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request

from digest.testing.factories import MORNING
from digest.web.caps import SIGN_UPS_AN_HOUR, HourlyMeter, Recent, mailbox_of, network_of
from tests.web.house import ANA, DAILY, WEEKLY, House


def from_network(house: House, visitor: str, email: str) -> httpx.Response:
    fields = {"email": email, "form": house.form_token()}
    return house.post("/subscribe", data=fields, headers={"X-Forwarded-For": f"203.0.113.99, {visitor}"})


def seen(peer: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = (peer, 1) if peer is not None else None
    return network_of(Request({"type": "http", "headers": headers, "client": client}))


def test_however_many_sub_addresses_of_one_mailbox_are_given_it_gets_one_letter() -> None:
    house = House()
    token = house.form_token()
    forms = [{"email": f"ana+{number}@example.com", "form": token} for number in range(300)]
    answers = house.visit(*[("POST", "/subscribe", {"data": form}) for form in forms])
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert house.letters() == ["ana+0@example.com"]
    assert len(list(house.storage.subscribers.iterate())) == 1


def test_a_mailbox_is_written_to_again_after_a_day() -> None:
    house = House(DAILY, WEEKLY)
    house.sign_up("ana+one@example.com")
    house.clock.advance(hours=23)
    house.sign_up("Ana@EXAMPLE.com", newsletter="weekly")
    assert len(house.letters()) == 1
    house.clock.advance(hours=1)
    house.sign_up("ana+two@example.com")
    assert house.letters() == ["ana+one@example.com", "ana+two@example.com"]


def test_only_a_letter_starts_the_pause_of_a_mailbox() -> None:
    house = House()
    house.settle_in()
    house.clock.advance(days=2)
    house.sign_up(ANA)
    house.sign_up("ana+work@example.com")
    assert house.letters()[-1] == "ana+work@example.com"


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ana+News+2@Example.com", "ana@example.com"),
        ("a.n.a@gmail.com", "a.n.a@gmail.com"),
        ("+ana@example.com", "+ana@example.com"),
        ("+ana+x@example.com", "+ana@example.com"),
    ],
)
def test_a_mailbox_is_the_address_without_its_tag_and_with_its_dots(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


def test_one_network_may_sign_up_so_often_an_hour_and_others_do_not_suffer() -> None:
    house = House()
    answers = [
        from_network(house, f"198.51.100.{number}", f"r{number}@example.com")
        for number in range(SIGN_UPS_AN_HOUR + 1)
    ]
    assert [answer.status_code for answer in answers] == [200] * SIGN_UPS_AN_HOUR + [429]
    assert "on your network" in answers[-1].text
    assert from_network(house, "192.0.2.1", "elsewhere@example.com").status_code == 200
    house.clock.advance(hours=1)
    assert from_network(house, "198.51.100.1", "later@example.com").status_code == 200


def test_what_one_network_has_too_much_of_takes_nothing_from_everybody() -> None:
    house = House(per_minute=SIGN_UPS_AN_HOUR + 1)
    for number in range(50):
        from_network(house, "198.51.100.7", f"r{number}@example.com")
    assert from_network(house, "192.0.2.1", "elsewhere@example.com").status_code == 200


def test_a_known_and_an_unknown_address_count_alike_for_the_network() -> None:
    house = House()
    house.settle_in()
    answers = [from_network(house, "198.51.100.1", ANA) for _ in range(SIGN_UPS_AN_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [200] * SIGN_UPS_AN_HOUR + [429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("198.51.100.9", (), "198.51.100.0/24"),
        ("198.51.100.9", ("192.0.2.1",), "198.51.100.0/24"),
        ("127.0.0.1", ("192.0.2.1, 198.51.100.9",), "198.51.100.0/24"),
        ("127.0.0.1", ("192.0.2.1", "198.51.100.9"), "198.51.100.0/24"),
        ("::1", ("2001:db8:1:2:3::4",), "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.9", (), "198.51.100.0/24"),
        ("::ffff:127.0.0.1", ("198.51.100.9",), "198.51.100.0/24"),
    ],
)
def test_a_network_is_read_from_a_proxy_on_this_machine_only(
    peer: str, forwarded: tuple[str, ...], network: str
) -> None:
    assert seen(peer, *forwarded) == network


@pytest.mark.parametrize("peer", [None, "testclient", "127.0.0.1", "172.17.0.1", "fe80::1%eth0"])
def test_a_proxy_that_names_nobody_is_not_taken_for_one_visitor(peer: str | None) -> None:
    assert seen(peer) == ""
    assert HourlyMeter(0).admit("", MORNING)


def test_what_is_remembered_stays_bounded_and_the_oldest_goes_first() -> None:
    recent, meter = Recent(timedelta(hours=24), most=2), HourlyMeter(1, most=2)
    for key in "abc":
        recent.add(key, MORNING)
        assert meter.admit(key, MORNING)
    assert [recent.holds(key, MORNING) for key in "abc"] == [False, True, True]
    assert [meter.admit(key, MORNING) for key in "cba"] == [False, False, True]
    recent.add("d", MORNING + timedelta(hours=24))
    assert not recent.holds("c", MORNING + timedelta(hours=24))
