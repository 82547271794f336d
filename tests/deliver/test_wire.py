"""What goes on the wire: dots, addresses, sizes, and words from strangers."""

import pytest
from hypothesis import given, strategies as st

from digest.deliver.wire import check_path, is_about_us, mail_options, read_text, stuff
from digest.errors import AddressRefused
from digest.model.delivery import Reply, Stage
from digest.model.subscriber import parse_address

LINE = st.text(alphabet=st.sampled_from(".ab ñ\t=-"), max_size=8).map(str.encode)
MESSAGES = st.lists(LINE).map(lambda lines: b"".join(line + b"\r\n" for line in lines))


def unstuff(wire: bytes) -> bytes:
    """Read a body as a server does, line by line up to the lone dot (RFC 5321 4.5.2)."""
    lines: list[bytes] = []
    for line in wire.split(b"\r\n"):
        if line == b".":
            return b"".join(lines)
        lines.append(line.removeprefix(b".") + b"\r\n")
    raise AssertionError("there was no lone dot")


@given(MESSAGES)
def test_every_message_arrives_as_it_was_and_ends_once(message: bytes) -> None:
    wire = stuff(message)
    assert unstuff(wire) == message
    assert wire.endswith(b".\r\n")
    assert wire.split(b"\r\n").count(b".") == 1


def test_a_message_without_a_last_line_end_gets_one() -> None:
    assert stuff(b"a") == b"a\r\n.\r\n"


@given(st.binary(max_size=60))
def test_no_bytes_at_all_can_smuggle_a_second_message(raw: bytes) -> None:
    try:
        wire = stuff(raw)
    except ValueError:
        assert raw.count(b"\r\n") != raw.count(b"\n") or raw.count(b"\r\n") != raw.count(b"\r")
    else:
        # However leniently a server reads line ends, it finds the one lone dot at the end.
        lenient = wire.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert lenient.split(b"\n").count(b".") == 1


@given(st.text(alphabet="ab.@<>()[]\\\"', :;=+-_/\r\n\t\0ñ\u2028", max_size=20))
def test_an_address_that_passes_can_be_nothing_but_an_address(written: str) -> None:
    try:
        address = check_path(written)
    except AddressRefused:
        return
    assert address == written
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set('<>()[],;: \\"')
    assert address.count("@") == 1


@given(st.emails())
def test_every_address_a_form_takes_can_be_mailed(written: str) -> None:
    try:
        address = parse_address(written)
    except AddressRefused:
        return
    assert check_path(address) == address


def test_only_a_return_path_may_be_empty() -> None:
    assert check_path("", may_be_empty=True) == ""
    with pytest.raises(AddressRefused, match="name@example"):
        check_path("")


@given(st.text(max_size=700))
def test_whatever_a_server_says_becomes_one_storable_line(words: str) -> None:
    hostile = words.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    text = read_text(hostile)
    assert len(text) <= 500
    assert len(text.splitlines()) <= 1
    text.encode()


@pytest.mark.parametrize(
    ("code", "text", "about_us"),
    [
        (550, "5.7.24 SPF", False),
        (550, "5.7.25 reverse DNS", True),
        (550, "5.7.26 unauthenticated", True),
        (554, "5.7.30 DMARC", True),
        (550, "5.7.31 x", False),
        (550, "5.7.515 Access denied", True),
        (550, "5.7.5150 x", False),
        (421, "5.7.26 x", False),
        (250, "5.7.26 x", False),
        (530, "", True),
        (535, "", True),
        (550, "mentions 5.7.26", False),
    ],
)
def test_refusals_of_bulk_senders_are_told_from_refusals_of_readers(
    code: int,
    text: str,
    about_us: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert is_about_us(Reply(code=code, text=text, stage=Stage.RCPT)) is about_us


@pytest.mark.parametrize("limit", ["", "0", "junk", "100", "1" * 400, "-3", "²"])
def test_a_size_that_is_no_limit_is_none(limit: str) -> None:
    assert mail_options({"size": limit}, b"x" * 100) == ["SIZE=100"]


def test_what_the_server_does_not_announce_is_not_used() -> None:
    assert mail_options({}, b"plain") == []
    assert mail_options({"8bitmime": ""}, "ñ".encode()) == ["BODY=8BITMIME"]
    with pytest.raises(ValueError, match="7-bit"):
        mail_options({}, "ñ".encode())
    with pytest.raises(ValueError, match="takes messages of 99 bytes"):
        mail_options({"size": " 99 "}, b"x" * 100)
