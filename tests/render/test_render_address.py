"""A print becomes a message for each reader, and every mail program reads it as it was meant."""

from __future__ import annotations

import dataclasses
import email
import re
from datetime import UTC, date, datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given, strategies as st

from digest.config import MailSettings
from digest.errors import AddressRefused, SettingsError
from digest.model.delivery import Delivery, Envelope
from digest.model.edition import PrintedEdition
from digest.model.marks import Mark
from digest.ports import Addresser
from digest.render.address import MessageAddresser
from digest.testing.factories import MORNING, SIGNER, make_printed
from digest.tokens import Purpose
from tests.render.printing_house import BASE, MAIL, PAPER, paper, print_edition

PRINTED = print_edition()
ANA = Delivery(id=7, edition_id=3, subscriber_id=9, address="ana@example.com", name="Ana Núñez")


def open_addresser(printed: PrintedEdition = PRINTED, **changes: Any) -> MessageAddresser:
    values: dict[str, Any] = {
        "published_at": MORNING,
        "signer": SIGNER,
        "paper": PAPER,
        "mail": MAIL,
        "base_url": BASE,
    }
    return MessageAddresser(printed, **(values | changes))


ADDRESSER = open_addresser()


def send(
    delivery: Delivery = ANA, addresser: MessageAddresser = ADDRESSER
) -> tuple[Envelope, bytes, EmailMessage]:
    envelope, raw = addresser.address(delivery)
    return envelope, raw, email.message_from_bytes(raw, policy=policy.default)


def bodies(message: EmailMessage) -> tuple[str, str]:
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert html.get_content_type() == "text/html"
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def headers_of(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


def longest_that_folds(raw: bytes) -> int:
    """Return the length of the longest header line but the one whose address cannot be folded."""
    return max(len(line) for line in headers_of(raw) if not line.startswith(b"List-Unsubscribe: <"))


def fill(text: str, delivery: Delivery = ANA) -> str:
    unsubscribe = SIGNER.sign(Purpose.UNSUBSCRIBE, delivery.subscriber_id)
    preferences = SIGNER.sign(Purpose.PREFERENCES, delivery.subscriber_id)
    return text.replace(Mark.UNSUBSCRIBE, f"{BASE}/unsubscribe/{unsubscribe}").replace(
        Mark.PREFERENCES, f"{BASE}/preferences/{preferences}"
    )


def test_the_addresser_stands_behind_its_port() -> None:
    addresser: Addresser = ADDRESSER
    assert addresser.address(ANA)[0].rcpt_to == "ana@example.com"


def test_a_mail_program_reads_back_exactly_what_was_printed() -> None:
    _, _, message = send()
    assert message.defects == []
    assert message["Subject"] == PRINTED.subject
    assert message["To"].addresses[0].addr_spec == "ana@example.com"
    assert message["To"].addresses[0].display_name == "Ana Núñez"
    assert bodies(message) == (fill(PRINTED.text), fill(PRINTED.html))


def test_no_mark_is_left() -> None:
    _, raw, message = send()
    assert b"mark.digest.invalid" not in raw.replace(b"=\r\n", b"")
    assert not any(Mark.UNSUBSCRIBE in body for body in bodies(message))


def test_the_envelope_names_the_delivery_and_the_one_reader() -> None:
    envelope, _, _ = send()
    local, _, domain = envelope.mail_from.partition("@")
    assert domain == "bounces.paper.example"
    assert local.startswith("b+")
    assert len(local) <= 64
    assert SIGNER.read(Purpose.RETURN_PATH, local.removeprefix("b+")) == ANA.id
    assert envelope.rcpt_to == "ana@example.com"


def test_the_tokens_open_what_they_say_for_this_reader() -> None:
    text, _ = bodies(send()[2])
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES):
        found = re.search(rf"{BASE}/{purpose}/(\S+)", text)
        assert found
        assert SIGNER.read(purpose, found.group(1)) == ANA.subscriber_id


def test_a_second_attempt_sends_the_same_bytes() -> None:
    assert ADDRESSER.address(ANA) == open_addresser().address(dataclasses.replace(ANA, attempts=3))


def test_two_readers_differ_only_where_they_must() -> None:
    _, first, one = send()
    _, second, other = send(
        dataclasses.replace(ANA, id=8, subscriber_id=10, address="bo@example.com", name="")
    )
    assert one["Message-ID"] != other["Message-ID"]
    assert [len(line) for line in first.split(b"\r\n")[2:]] == [
        len(line) for line in second.split(b"\r\n")[2:]
    ]


def test_the_headers_are_those_of_a_list() -> None:
    _, _, message = send()
    day = f"{BASE}/daily/2026-04-14"
    derived = SIGNER.derive("message-id", 3, 9)
    expected = {
        "From": "The Harbor Light <newsletter@paper.example>",
        "Date": "Tue, 14 Apr 2026 10:30:00 +0000",
        "Message-ID": f"<{derived}@paper.example>",
        "Reply-To": "editors@paper.example",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "List-Id": "The Harbor Light <daily.paper.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": "<mailto:editors@paper.example?subject=help>",
        "List-Subscribe": f"<{BASE}/>",
        "List-Owner": "<mailto:editors@paper.example>",
        "List-Post": "NO",
        "List-Archive": f"<{BASE}/daily>",
        "Archived-At": f"<{day}>",
        "Precedence": "bulk",
        "Feedback-ID": "20260414:daily:edition:paperexample",
        "CFBL-Address": "fbl@bounces.paper.example; report=arf",
    }
    assert {name: str(message[name]) for name in expected} == expected
    assert message["Auto-Submitted"] is None


def test_one_click_stands_there_in_clear_bytes() -> None:
    _, raw, _ = send()
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, 9).encode()
    assert (
        b"\r\nList-Unsubscribe: <https://news.paper.example/unsubscribe/" + token + b">,\r\n"
        b" <mailto:u+" + token + b"@bounces.paper.example>\r\n"
    ) in raw
    assert b"ana@example.com" not in raw.replace(b"<ana@example.com>", b"", 1)


def test_one_click_stays_in_clear_bytes_under_a_long_address() -> None:
    base = "https://" + "long." * 30 + "paper.example"
    _, raw, message = send(addresser=open_addresser(base_url=base))
    (line,) = (line for line in headers_of(raw) if line.startswith(b"List-Unsubscribe:"))
    assert line.startswith(b"List-Unsubscribe: <" + base.encode())
    assert max(map(len, headers_of(raw))) <= 998
    assert f"{base}/unsubscribe/" in bodies(message)[0]


def test_no_header_stands_twice_and_no_line_is_too_long() -> None:
    _, raw, message = send()
    names = [name.lower() for name in message.keys()]  # noqa: SIM118 - a message's keys repeat
    assert len(names) == len(set(names))
    assert longest_that_folds(raw) <= 78
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_the_wire_needs_no_care() -> None:
    _, raw, _ = send()
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert b"\n." not in raw
    assert b"\nFrom " not in raw
    assert raw.endswith(b"--\r\n")
    assert not re.search(rb"[ \t]\r\n", raw)


def test_the_boundary_stands_in_no_part() -> None:
    _, raw, message = send()
    assert raw.count(message.get_boundary().encode()) == 4  # type: ignore[union-attr] # it has one
    assert message.get_boundary() == f"=_{SIGNER.derive('boundary', 'daily', '2026-04-14')}"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("Ana", "Ana"),
        ("🦭 Robbe", "🦭 Robbe"),
        ("سلمى الخطيب", "سلمى الخطيب"),
        ("דנה לוי", "דנה לוי"),
        ("O'Brien, Ana", "O'Brien, Ana"),
        ('Ana "the boss" \\ B', 'Ana "the boss" \\ B'),
        ("<script>alert(1)</script>", ""),
        ("a\r\nBcc: victim", "a Bcc: victim"),
        ("=?utf-8?q?x=0D=0ABcc=3A?=", "= ?utf-8?q?x=0D=0ABcc=3A?="),
        ("=SUM(A1)", "=SUM(A1)"),
        ("Ana " * 30, ("Ana " * 30).strip()),
        ("x" * 121, ""),
    ],
)
def test_any_name_reaches_its_reader_or_is_left_out(name: str, shown: str) -> None:
    _, raw, message = send(dataclasses.replace(ANA, name=name))
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "ana@example.com"
    assert message["To"].addresses[0].display_name.replace(" ", "") == shown.replace(" ", "")
    assert message["Bcc"] is None
    assert longest_that_folds(raw) <= 78


@given(st.text(max_size=130))
def test_any_name_at_all_leaves_the_message_whole(name: str) -> None:
    _, raw, message = send(dataclasses.replace(ANA, name=name))
    assert message["To"].addresses[0].addr_spec == "ana@example.com"
    assert bodies(message) == (fill(PRINTED.text), fill(PRINTED.html))
    assert len(message.keys()) == 21
    assert raw.isascii()


@given(
    st.text(max_size=70),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300),
)
def test_any_print_comes_back(subject: str, text: str, html: str) -> None:
    printed = make_printed(
        subject=subject, text=f"{text}{Mark.UNSUBSCRIBE}{text}\n", html=f"{html}{Mark.PREFERENCES}\n"
    )
    _, _, message = send(addresser=open_addresser(printed))
    parts = [cast(bytes, part.get_payload(decode=True)).decode() for part in message.iter_parts()]
    expected = [fill(printed.text), fill(printed.html)]
    assert [part.replace("\r\n", "\n") for part in parts] == expected
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    "address", ["josé@example.com", "a b@example.com", "a@x>\r\nRCPT TO:<v@x.example", "", "a@b"]
)
def test_an_address_that_cannot_be_mailed_is_refused_for_this_reader_only(address: str) -> None:
    with pytest.raises(AddressRefused):
        ADDRESSER.address(dataclasses.replace(ANA, address=address))
    assert ADDRESSER.address(ANA)[0].rcpt_to == "ana@example.com"


@pytest.mark.parametrize(
    ("address", "mailed"),
    [
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("o'brien+news@Example.COM", "o'brien+news@example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_unusual_address_is_mailed_in_its_one_form(address: str, mailed: str) -> None:
    envelope, _, message = send(dataclasses.replace(ANA, address=address))
    assert envelope.rcpt_to == mailed
    assert message["To"].addresses[0].addr_spec == mailed


@given(st.from_regex(r"[A-Za-z0-9_+.-]{1,20}@[a-z0-9.-]{1,20}", fullmatch=True))
def test_the_quick_look_at_an_address_agrees_with_the_full_rule(address: str) -> None:
    from digest.model.subscriber import parse_address  # noqa: PLC0415 - only this test compares

    try:
        expected = parse_address(address)
    except AddressRefused:
        with pytest.raises(AddressRefused):
            ADDRESSER.address(dataclasses.replace(ANA, address=address))
    else:
        assert ADDRESSER.address(dataclasses.replace(ANA, address=address))[0].rcpt_to == expected


def test_names_outside_ascii_are_encoded_words_in_every_header() -> None:
    addresser = open_addresser(paper=paper(name="Đặng & Söhne"), title="ضوء الميناء")
    _, raw, message = send(addresser=addresser)
    assert message["From"].addresses[0].display_name == "Đặng & Söhne"
    assert raw.isascii()
    assert b"List-Id: =?utf-8?B?" in raw
    assert b"\r\nList-Id:" in raw
    assert b"<daily.paper.example>" in raw


def test_the_sender_may_have_a_name_of_its_own() -> None:
    mail = MailSettings(from_name="Ana at the Light", from_address="ana@a.bc")
    _, _, message = send(addresser=open_addresser(mail=mail))
    assert str(message["From"]) == "Ana at the Light <ana@a.bc>"
    assert message["Feedback-ID"].endswith(":abc00")


def test_the_date_is_told_in_utc() -> None:
    local = datetime(2026, 4, 14, 6, 30, tzinfo=timezone(timedelta(hours=-4)))
    assert send(addresser=open_addresser(published_at=local))[2]["Date"] == "Tue, 14 Apr 2026 10:30:00 +0000"
    assert datetime(2026, 4, 14, 10, 30, tzinfo=UTC) == local


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        open_addresser(published_at=MORNING.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("setting", "value"),
    [("from_address", "josé@paper.example"), ("reply_to", "a!@-b.example"), ("bounce_domain", "..")],
)
def test_settings_that_nobody_can_mail_are_named(setting: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"mail\.{setting}"):
        open_addresser(mail=MAIL.model_copy(update={setting: value}))


def test_days_and_newsletters_have_their_own_boundary() -> None:
    boundaries = {
        send(addresser=open_addresser(printed))[2].get_boundary()
        for printed in (
            make_printed(),
            make_printed(day=date(2026, 4, 15)),
            make_printed(newsletter="weekly"),
        )
    }
    assert len(boundaries) == 3
