"""Header lines: encoded, folded, and never two where one was meant."""

from __future__ import annotations

import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given, strategies as st

from digest.render.clean import one_line
from digest.render.headers import (
    encoded_words,
    header,
    mailbox_tokens,
    phrase_tokens,
    reader_name,
    text_tokens,
)

HOSTILE = [
    "Ana Núñez",
    "سلمى الخطيب",
    "🦭 Seal 👩‍👩‍👧‍👦",
    'O\'Brien, Ana "Annie" \\ (News)',
    "a\r\nBcc: victim@example.com",
    "=?utf-8?q?a=0D=0ABcc=3A_victim=40example=2Ecom?=",
    "\u2028Bcc: x\u2029\x85\x00",
    "x" * 120,
    "é" * 120,
    ".",
]


def shown(raw: bytes) -> str:
    """Return the display name by the older decoder: the newer adds blanks before CPython gh-128110."""
    value = raw.decode().partition(": ")[2].strip()
    name, _ = parseaddr(value.replace("\r\n", ""))
    return str(make_header(decode_header(name)))


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw + b"\r\n", policy=policy.default)


@given(st.text(max_size=150))
@example("=?utf-8?q?a=0D=0ABcc=3A_x?=")
@example("a\r\nBcc: b")
def test_any_subject_comes_back_as_one_header(subject: str) -> None:
    raw = header("Subject", text_tokens(subject))
    message = read(raw)
    assert message.keys() == ["Subject"]
    assert message["Subject"] == one_line(subject)
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize("name", HOSTILE)
def test_any_display_name_comes_back_before_its_address(name: str) -> None:
    raw = header("From", mailbox_tokens(one_line(name), "ana@example.com"))
    message = read(raw)
    assert message.keys() == ["From"]
    (address,) = message["From"].addresses
    assert address.addr_spec == "ana@example.com"
    assert shown(raw) == one_line(name)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_encoded_words_are_short_and_whole(text: str) -> None:
    raw = header("Subject", encoded_words(text))
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert all(len(word) <= 75 for word in raw.split()[1:])


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert encoded_words("\ud800") == ["=?utf-8?B?Pw==?="]


def test_long_lines_are_folded_between_words() -> None:
    raw = header("Subject", text_tokens("word " * 30))
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert read(raw)["Subject"] == ("word " * 30).strip()


def test_the_first_line_is_never_empty() -> None:
    assert header("List-Archive", ["<https://" + "a" * 90 + ">"]).startswith(b"List-Archive: <https://a")


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Ana Nunez", ["Ana", "Nunez"]),
        ("Nunez, Ana", ['"Nunez, Ana"']),
        ('the "boss" \\', ['"the \\"boss\\" \\\\"']),
        ("", ['""']),
    ],
)
def test_plain_names_stay_readable(name: str, tokens: list[str]) -> None:
    assert phrase_tokens(name) == tokens


def test_an_address_without_a_name_stands_alone() -> None:
    assert mailbox_tokens("", "ana@example.com") == ["ana@example.com"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "win at http://evil.example",
        "WWW.evil.example",
        "a@b.example",
        "x" * 121,
        "\x00",
    ],
)
def test_a_name_that_plays_tricks_is_left_out(name: str) -> None:
    assert reader_name(name) == ""


def test_a_real_name_stays() -> None:
    assert reader_name("  Đặng\tThị  Hà ") == "Đặng Thị Hà"
