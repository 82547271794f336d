"""Bodies survive every mail server: quoted-printable, with holes."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given, strategies as st

from digest.render.quoted import encode

MARK = "https://mark.digest.invalid/unsubscribe"
HOLES = {MARK: ("https://news.paper.example/unsubscribe/", b"\0unsubscribe\0")}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400)
LINES = st.lists(
    st.sampled_from(
        ["From here", ".", "..", "From ", "a b ", "=?", "\t", " ", "é" * 90, "x" * 200, "", "🦭"]
    ),
    max_size=12,
)


def decoded(encoded: bytes) -> str:
    return quopri.decodestring(encoded).decode().replace("\r\n", "\n")


def safe(encoded: bytes) -> bool:
    lines = encoded.split(b"\r\n")
    return all(
        len(line) <= 76
        and not line.startswith((b".", b"From "))
        and not line.endswith((b" ", b"\t"))
        and b"\r" not in line
        and b"\n" not in line
        and line.isascii()
        for line in lines
    )


@given(TEXTS)
def test_any_text_comes_back_and_is_safe_on_the_wire(text: str) -> None:
    assert decoded(encode(text)) == text
    assert safe(encode(text))


@given(LINES)
def test_nasty_lines_come_back_and_are_safe_on_the_wire(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert decoded(encode(text)) == text
    assert safe(encode(text))


@given(TEXTS, TEXTS, st.booleans())
def test_a_hole_stands_alone_on_its_line(before: str, after: str, twice: bool) -> None:  # noqa: FBT001 - drawn
    text = before + MARK + after + (MARK if twice else "")
    encoded = encode(text, HOLES)
    lines = encoded.split(b"\r\n")
    assert sum(line.rstrip(b"=") == b"\0unsubscribe\0" for line in lines) == text.count(MARK)
    filled = encoded.replace(b"\0unsubscribe\0", b"a" * 37)
    assert safe(filled)
    assert decoded(filled) == text.replace(MARK, "https://news.paper.example/unsubscribe/" + "a" * 37)


def test_a_mark_that_begins_like_another_is_not_mistaken_for_it() -> None:
    holes = {"https://m/a": ("", b"\0a\0"), "https://m/ab": ("", b"\0ab\0")}
    assert encode("https://m/ab", holes) == b"\0ab\0"


def test_lines_end_in_crlf_whatever_they_ended_in() -> None:
    assert encode("a\nb\r\nc\rd\n") == b"a\r\nb\r\nc\r\nd\r\n"


def test_a_character_is_never_cut_in_two() -> None:
    for line in encode("a" * 70 + "🦭🦭").split(b"=\r\n"):
        quopri.decodestring(line).decode()


@pytest.mark.parametrize(
    ("text", "encoded"),
    [(".", b"=2E"), ("From me", b"=46rom me"), ("a ", b"a=20"), ("=", b"=3D"), ("\ud800", b"=3F")],
)
def test_what_mail_changes_is_encoded(text: str, encoded: bytes) -> None:
    assert encode(text) == encoded
