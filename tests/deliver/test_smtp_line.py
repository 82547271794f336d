"""A line to a real server: what each answer means, and what a well-behaved client says."""

import asyncio
from typing import Any

import pytest

from digest.config import MailSettings
from digest.deliver.smtp import SmtpTransport
from digest.errors import AddressRefused, ServerRefusesUs, ServerUnavailable
from digest.model.delivery import Envelope, Reply, Stage
from digest.testing.misbehaviour import (
    Stage as ServerStage,
    at,
    close_after,
    greylist,
    refuse_bulk,
    reject,
    say,
)
from digest.testing.smtp import RecordingServer

Talk = Any


def codes(replies: list[Reply | None]) -> list[int]:
    return [reply.code for reply in replies if reply is not None]


def test_letters_arrive_as_they_are_on_one_line(talk: Talk, message: bytes) -> None:
    with RecordingServer() as server:
        replies = talk(server, 3)
    assert codes(replies) == [250, 250, 250]
    assert all(reply.accepted for reply in replies)
    assert server.connections == 1
    assert [letter.rcpt_to for letter in server.received] == [f"reader{n}@x.example" for n in range(3)]
    assert {letter.mail_from for letter in server.received} == {"b+7@bounces.paper.example"}
    assert {letter.content for letter in server.received} == {message}
    assert server.stages[-1] == "QUIT"


def test_the_mark_is_written_behind_rcpt_and_before_data(talk: Talk) -> None:
    seen = []
    with RecordingServer() as server:

        def mark() -> bool:
            seen.append(server.stages[-1])
            return True

        talk(server, mark=mark)
    assert seen == ["RCPT"]


def test_without_a_mark_nothing_is_sent_and_the_line_goes_on(talk: Talk) -> None:
    answers = iter([False, True])
    with RecordingServer() as server:
        replies = talk(server, 2, mark=lambda: next(answers))
    assert replies[0] is None
    assert replies[1].accepted
    assert [letter.rcpt_to for letter in server.received] == ["reader1@x.example"]
    assert server.connections == 1
    assert server.stages.count("RSET") == 1


def test_a_refused_recipient_never_sees_data_or_a_mark(talk: Talk) -> None:
    marks = []

    def mark() -> bool:
        marks.append(server.stages[-1])
        return True

    with RecordingServer(misbehave=reject({"reader0@x.example"})) as server:
        replies = talk(server, 2, mark=mark)
    assert replies[0] == Reply(code=550, text="5.1.1 no such user here", stage=Stage.RCPT)
    assert replies[1].accepted
    assert server.stages.count("DATA") == 1
    assert marks == ["RCPT"]
    assert server.connections == 1


@pytest.mark.parametrize("code", [450, 451, 452, 550, 551, 552, 553, 554])
@pytest.mark.parametrize(
    ("where", "stage"), [("RCPT", Stage.RCPT), ("DATA", Stage.DATA), ("dot", Stage.BODY)]
)
def test_a_refusal_of_one_reader_is_a_reply_and_the_next_is_mailed(
    talk: Talk, where: ServerStage, stage: Stage, code: int
) -> None:
    with RecordingServer(misbehave=at(where, say(f"{code} no"), first=1)) as server:
        replies = talk(server, 2)
    assert replies[0] == Reply(code=code, text="no", stage=stage)
    assert replies[1].accepted
    assert server.connections == 1
    assert len(server.received) == 1


def test_greylisting_is_a_reply_too(talk: Talk) -> None:
    with RecordingServer(misbehave=greylist(first=2)) as server:
        assert codes(talk(server, 3)) == [451, 451, 250]


@pytest.mark.parametrize("code", [450, 451, 452, 500, 530, 550, 552, 554])
def test_any_refusal_of_the_sender_stops_everything(talk: Talk, code: int) -> None:
    with (
        RecordingServer(misbehave=at("MAIL", say(f"{code} not from you"))) as server,
        pytest.raises(ServerRefusesUs, match="nobody was rejected") as refusal,
    ):
        talk(server)
    assert (refusal.value.code, refusal.value.text) == (code, "not from you")


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "dot"])
@pytest.mark.parametrize(
    "text", ["550 5.7.25 ptr", "550 5.7.30 x", "550 5.7.515 Access denied", "530 auth", "535 5.7.8 bad"]
)
def test_what_bulk_senders_are_told_stops_everything(talk: Talk, stage: ServerStage, text: str) -> None:
    with RecordingServer(misbehave=at(stage, say(text))) as server, pytest.raises(ServerRefusesUs):
        talk(server)
    assert server.received == ()


def test_a_bulk_refusal_over_several_lines_is_read_whole(talk: Talk) -> None:
    with RecordingServer(misbehave=refuse_bulk()) as server, pytest.raises(ServerRefusesUs) as refusal:
        talk(server)
    assert (
        refusal.value.text == "5.7.26 This mail has been blocked because 5.7.26 the sender is unauthenticated"
    )


@pytest.mark.parametrize(
    "text", ["550 5.7.1 x", "550 5.7.2 x", "550 5.7.250 x", "450 5.7.26 x", "550 see 5.7.26"]
)
def test_other_policy_refusals_are_about_one_reader(talk: Talk, text: str) -> None:
    with RecordingServer(misbehave=at("RCPT", say(text), first=1)) as server:
        assert codes(talk(server, 2)) == [int(text[:3]), 250]


@pytest.mark.parametrize(
    ("where", "stage"),
    [("MAIL", Stage.MAIL), ("RCPT", Stage.RCPT), ("DATA", Stage.DATA), ("dot", Stage.BODY)],
)
def test_421_defers_one_reader_and_the_line_is_opened_anew(
    talk: Talk, where: ServerStage, stage: Stage
) -> None:
    # A used line is renewed before MAIL at no cost, so there it takes two to be told.
    twice = 2 if where == "MAIL" else 1
    with RecordingServer(misbehave=at(where, say("421 4.3.2 closing", then="close"), first=twice)) as server:
        replies = talk(server, 2)
    assert replies[0] == Reply(code=421, text="4.3.2 closing", stage=stage)
    assert replies[1].accepted
    assert server.connections == 1 + twice


@pytest.mark.parametrize("stage", ["connect", "EHLO", "AUTH"])
def test_421_before_the_first_message_means_unavailable(talk: Talk, stage: ServerStage) -> None:
    with (
        RecordingServer(misbehave=at(stage, say("421 busy")), login=("digest", "pw")) as server,
        pytest.raises(ServerUnavailable),
    ):
        talk(server, username="digest", password="pw")


@pytest.mark.parametrize("with_421", [False, True])
def test_a_server_that_closes_after_some_messages_costs_no_attempt(talk: Talk, with_421: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with RecordingServer(misbehave=close_after(2, with_421=with_421)) as server:
        replies = talk(server, 7)
    assert codes(replies) == [250] * 7
    assert len(server.received) == 7
    assert server.connections == 4


def test_a_server_that_was_restarted_meanwhile_costs_no_attempt(message: bytes) -> None:
    envelope = Envelope(mail_from="", rcpt_to="reader@x.example")

    async def converse() -> list[Reply | None]:
        first = RecordingServer().start()
        mail = MailSettings(host=first.host, port=first.port, tls="none", timeout=5)
        async with SmtpTransport(mail).open() as line:
            replies = [await line.hand_over(envelope, message, mark=lambda: True)]
            first.close()
            second = RecordingServer(port=first.port).start()
            try:
                replies.append(await line.hand_over(envelope, message, mark=lambda: True))
            finally:
                second.close()
            with pytest.raises(ServerUnavailable, match=r"\[mail\] host"):
                await line.hand_over(envelope, message, mark=lambda: True)
            return replies

    assert codes(asyncio.run(converse())) == [250, 250]


def test_nobody_there_means_unavailable(talk: Talk) -> None:
    server = RecordingServer().start()
    server.close()
    with pytest.raises(ServerUnavailable, match="see that it runs"):
        talk(server)


def test_554_as_a_greeting_refuses_us_for_good(talk: Talk) -> None:
    with (
        RecordingServer(misbehave=at("connect", say("554 5.7.1 no service for you"))) as server,
        pytest.raises(ServerRefusesUs, match="554"),
    ):
        talk(server)


@pytest.mark.parametrize("text", ["450 later", "999 what", "wibble", "1"])
def test_any_other_greeting_means_unavailable(talk: Talk, text: str) -> None:
    with RecordingServer(misbehave=at("connect", say(text))) as server, pytest.raises(ServerUnavailable):
        talk(server)


@pytest.mark.parametrize(
    "address",
    [
        "a@x>\r\nRCPT TO:<v@x",
        "a@x.example SIZE=1",
        "a b@x.example",
        "a\x00@x.example",
        "<a@x.example>",
        "a@x.example (comment)",
        "group: a@x.example;",
        '"a b"@x.example',
        "a@[127.0.0.1]",
        "a\u2028@x.example",
        "ñ@x.example",
        "a@x.example\n",
        "",
        "a",
        "a@b@c.example",
        "a" * 250 + "@x.example",
    ],
)
def test_a_wicked_address_is_refused_before_anything_is_said(message: bytes, address: str) -> None:
    async def converse() -> None:
        mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=5)
        async with SmtpTransport(mail).open() as line:
            before = list(server.stages)
            with pytest.raises(AddressRefused):
                await line.hand_over(Envelope(mail_from="", rcpt_to=address), message, mark=lambda: True)
            if address:
                with pytest.raises(AddressRefused):
                    await line.hand_over(
                        Envelope(mail_from=address, rcpt_to="a@x.example"), message, mark=lambda: True
                    )
            assert server.stages == before
            reply = await line.hand_over(
                Envelope(mail_from="", rcpt_to="a@x.example"), message, mark=lambda: True
            )
            assert reply is not None
            assert reply.accepted

    with RecordingServer() as server:
        asyncio.run(converse())


def test_words_from_the_server_become_one_printable_line(talk: Talk) -> None:
    wicked = say(b"550-5.1.1 \x1b[31m<b>no\x07\x00</b>\r\n550 \xff\xfe " + b"y" * 900 + b"\r\n")
    with RecordingServer(misbehave=at("RCPT", wicked, first=1)) as server:
        text = talk(server)[0].text
    assert len(text) <= 500
    assert text.isprintable()
    assert text.startswith("5.1.1  [31m<b>no  </b> \ufffd\ufffd")
    text.encode()


def test_a_message_with_a_lone_newline_is_not_sent(talk: Talk) -> None:
    with RecordingServer() as server, pytest.raises(ValueError, match="lone CR or LF"):
        talk(server, message=b"Subject: x\r\n\r\na\n.\nMAIL FROM:<b@x>\r\n")
    assert "MAIL" not in server.stages


def test_an_error_in_the_mark_cuts_the_line_before_data(message: bytes) -> None:
    envelope = Envelope(mail_from="", rcpt_to="reader@x.example")

    def broken() -> bool:
        raise RuntimeError("the ledger is gone")

    async def converse() -> None:
        mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=5)
        async with SmtpTransport(mail).open() as line:
            with pytest.raises(RuntimeError, match="ledger"):
                await line.hand_over(envelope, message, mark=broken)
            await line.hand_over(envelope, message, mark=lambda: True)

    with RecordingServer() as server:
        asyncio.run(converse())
    assert server.stages.count("DATA") == 1
    assert server.connections == 2
