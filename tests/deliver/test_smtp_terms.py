"""What must be agreed before mail goes: greeting, login, size, and seven bits or eight."""

import socket
from typing import Any

import aiosmtplib
import pytest

from digest.deliver import smtp
from digest.errors import ServerRefusesUs
from digest.model.delivery import Reply
from digest.testing.misbehaviour import at, either, say
from digest.testing.smtp import RecordingServer

Talk = Any


def codes(replies: list[Reply | None]) -> list[int]:
    return [reply.code for reply in replies if reply is not None]


@pytest.mark.parametrize("code", [500, 502, 550])
def test_a_server_without_ehlo_is_greeted_with_helo(talk: Talk, code: int) -> None:
    with RecordingServer(misbehave=at("EHLO", say(f"{code} what?"))) as server:
        assert codes(talk(server, 2)) == [250, 250]
    assert len(server.received) == 2


def test_a_server_that_takes_neither_ehlo_nor_helo_refuses_us(talk: Talk) -> None:
    rude = either(at("EHLO", say("550 go away")), at("HELO", say("550 go away")))
    with RecordingServer(misbehave=rude) as server, pytest.raises(ServerRefusesUs, match="EHLO"):
        talk(server)


def test_a_temporary_refusal_of_our_greeting_pauses(talk: Talk) -> None:
    with (
        RecordingServer(misbehave=at("EHLO", say("451 4.7.1 not now"))) as server,
        pytest.raises(ServerRefusesUs),
    ):
        talk(server)


def test_a_login_is_given_where_one_is_set(talk: Talk) -> None:
    with RecordingServer(login=("digest", "s3cret")) as server:
        assert codes(talk(server, 2, username="digest", password="s3cret")) == [250, 250]
    assert server.stages.count("AUTH") == 1


def test_a_wrong_password_pauses_and_is_not_repeated_in_words(talk: Talk) -> None:
    with RecordingServer(login=("digest", "s3cret")) as server, pytest.raises(ServerRefusesUs) as refusal:
        talk(server, username="digest", password="wr0ng")
    assert refusal.value.code == 535
    assert "wr0ng" not in str(refusal.value)
    assert server.received == ()


def test_a_server_that_wants_a_login_we_do_not_have_pauses(talk: Talk) -> None:
    with RecordingServer(login=("digest", "s3cret")) as server, pytest.raises(ServerRefusesUs, match="530"):
        talk(server)


def test_a_server_that_offers_no_login_pauses(talk: Talk) -> None:
    with RecordingServer() as server, pytest.raises(ServerRefusesUs, match="AUTH"):
        talk(server, username="digest", password="pw")


def test_an_edition_larger_than_the_server_takes_pauses_with_clear_words(talk: Talk) -> None:
    big = b"Subject: x\r\n\r\n" + b"x" * 60 + b"\r\n"
    with (
        RecordingServer(size_limit=50) as server,
        pytest.raises(ServerRefusesUs, match="takes messages of 50 bytes and this one has 76") as refusal,
    ):
        talk(server, message=big)
    assert refusal.value.code == 552
    assert "MAIL" not in server.stages


def test_a_server_without_8bitmime_gets_seven_bit_mail_only(talk: Talk) -> None:
    with RecordingServer(eight_bit=False) as server:
        assert codes(talk(server)) == [250]
        with pytest.raises(ServerRefusesUs, match="quoted-printable"):
            talk(server, message="Subject: x\r\n\r\nNúñez\r\n".encode())
    assert len(server.received) == 1


def test_a_server_with_8bitmime_is_told_of_eight_bits(talk: Talk) -> None:
    eight = "Subject: x\r\n\r\nNúñez\r\n".encode()
    with RecordingServer() as server:
        assert codes(talk(server, message=eight)) == [250]
    assert server.received[0].content == eight


@pytest.mark.parametrize(
    ("host_name", "address", "said"),
    [
        ("mail.paper.example", "192.0.2.7", "mail.paper.example"),
        ("laptop", "192.0.2.7", "[192.0.2.7]"),
        ("laptop", "2001:db8::7", "[IPv6:2001:db8::7]"),
        ("my laptop.local", "192.0.2.7", "[192.0.2.7]"),
    ],
)
def test_we_introduce_ourselves_by_a_full_name_or_by_our_address(
    monkeypatch: pytest.MonkeyPatch, host_name: str, address: str, said: str
) -> None:
    class Connected(aiosmtplib.SMTP):
        def get_transport_info(self, key: str) -> Any:
            assert key == "sockname"
            return (address, 50_000)

    monkeypatch.setattr(socket, "gethostname", lambda: host_name)
    assert smtp._own_name(Connected()) == said
