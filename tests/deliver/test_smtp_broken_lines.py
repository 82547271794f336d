"""A line that breaks, falls silent or speaks nonsense: at which stage, and what is known then."""

import asyncio
import itertools
import time
from typing import Any

import pytest

from digest.config import MailSettings
from digest.deliver.smtp import SmtpLine, SmtpTransport
from digest.errors import ServerUnavailable
from digest.model.delivery import Envelope, Reply, Stage
from digest.testing.misbehaviour import (
    CLOSE,
    HANG,
    RESET,
    Act,
    Stage as ServerStage,
    at,
    drop_after_354,
    drop_in_body,
    either,
    lose_replies,
    say,
)
from digest.testing.smtp import RecordingServer

Talk = Any
SHORT = 0.4
STAGES = [("MAIL", Stage.MAIL), ("RCPT", Stage.RCPT), ("DATA", Stage.DATA), ("dot", Stage.BODY)]


def times(where: ServerStage) -> int:
    """How often a fault must strike: MAIL is said again, once, on a fresh line."""
    return 2 if where == "MAIL" else 1


@pytest.mark.parametrize("act", [RESET, CLOSE], ids=["reset", "fin"])
@pytest.mark.parametrize("stage", ["connect", "EHLO", "AUTH"])
def test_a_line_lost_before_any_message_means_unavailable(talk: Talk, stage: ServerStage, act: Act) -> None:
    with (
        RecordingServer(misbehave=at(stage, act), login=("u", "p")) as server,
        pytest.raises(ServerUnavailable),
    ):
        talk(server, username="u", password="p")
    assert "MAIL" not in server.stages


@pytest.mark.parametrize("act", [RESET, CLOSE], ids=["reset", "fin"])
@pytest.mark.parametrize(("where", "stage"), STAGES)
def test_a_line_lost_later_says_how_far_it_had_come(
    talk: Talk, where: ServerStage, stage: Stage, act: Act
) -> None:
    with RecordingServer(misbehave=at(where, act, first=times(where))) as server:
        lost, next_one = talk(server, 2)
    assert (lost.code, lost.stage, lost.lost, lost.accepted) == (0, stage, True, False)
    assert lost.text
    assert next_one.accepted
    assert len(server.received) == 1


def test_a_line_lost_once_at_mail_is_renewed_at_no_cost(talk: Talk) -> None:
    with RecordingServer(misbehave=at("MAIL", RESET, first=1)) as server:
        assert [reply.code for reply in talk(server, 2)] == [250, 250]
    assert server.connections == 2


def test_a_line_lost_around_the_354_is_never_accepted(talk: Talk) -> None:
    # Whether the 354 was still read is a race of the network; nothing arrived either way.
    with RecordingServer(misbehave=drop_after_354()) as server:
        replies = talk(server, 3)
    assert {reply.stage for reply in replies} <= {Stage.DATA, Stage.BODY}
    assert all(reply.lost for reply in replies)
    assert server.received == ()


@pytest.mark.parametrize("turns", [0, 1])
def test_a_body_of_which_no_byte_went_out_is_not_in_doubt(message: bytes, turns: int) -> None:
    class CutBehindThe354(SmtpLine):
        async def _ask(self, stage: Stage, *command: bytes, good: int = 2) -> Reply:
            reply = await super()._ask(stage, *command, good=good)
            if stage is Stage.DATA:
                assert isinstance(self._wire, asyncio.Transport)
                self._wire.abort()
                for _ in range(turns):
                    await asyncio.sleep(0)
            return reply

    async def converse() -> Reply | None:
        mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=5)
        line = CutBehindThe354(mail, "", None)
        try:
            return await line.hand_over(
                Envelope(mail_from="", rcpt_to="reader@x.example"), message, mark=lambda: True
            )
        finally:
            await line.close()

    with RecordingServer() as server:
        reply = asyncio.run(converse())
    assert reply is not None
    assert (reply.code, reply.stage) == (0, Stage.DATA)
    assert server.received == ()


@pytest.mark.parametrize("read", [1, 20])
def test_a_line_lost_in_the_body_leaves_the_message_in_doubt(talk: Talk, read: int) -> None:
    with RecordingServer(misbehave=drop_in_body(read=read)) as server:
        (reply,) = talk(server)
    assert (reply.code, reply.stage) == (0, Stage.BODY)
    assert server.received == ()


@pytest.mark.parametrize("end", ["reset", "close", "hang"])
def test_a_message_that_was_accepted_without_a_word_is_in_doubt(talk: Talk, end: Any) -> None:
    with RecordingServer(misbehave=at("dot", Act(then=end, take=True), first=1)) as server:
        lost, next_one = talk(server, 2, data_timeout=SHORT)
    assert (lost.code, lost.stage) == (0, Stage.BODY)
    assert next_one.accepted
    assert len(server.received) == 2


def test_lost_replies_have_a_name(talk: Talk) -> None:
    with RecordingServer(misbehave=lose_replies(first=1)) as server:
        assert [reply.code for reply in talk(server, 2)] == [0, 250]
    assert len(server.received) == 2


SLOW = {
    "silence": HANG,
    "a byte now and then": Act(chunks=itertools.repeat(b"2"), pause=0.05),
    "half a code": Act(chunks=(b"25",), then="hang"),
    "a code without an end": Act(chunks=(b"250 ok",), then="hang"),
}


@pytest.mark.parametrize("how", ["silence", "a byte now and then"])
@pytest.mark.parametrize("stage", ["connect", "EHLO", "AUTH"])
def test_no_opening_is_waited_for_beyond_its_time(talk: Talk, stage: ServerStage, how: str) -> None:
    began = time.monotonic()
    with (
        RecordingServer(misbehave=at(stage, SLOW[how]), login=("u", "p")) as server,
        pytest.raises(ServerUnavailable),
    ):
        talk(server, username="u", password="p", timeout=SHORT)
    assert time.monotonic() - began < 20 * SHORT


@pytest.mark.parametrize(
    ("where", "stage", "how"),
    [(where, stage, "silence") for where, stage in STAGES]
    + [(where, stage, how) for where, stage in STAGES[1::2] for how in list(SLOW)[1:]],
)
def test_no_answer_is_waited_for_beyond_its_time(
    talk: Talk, where: ServerStage, stage: Stage, how: str
) -> None:
    with RecordingServer(misbehave=at(where, SLOW[how], first=times(where))) as server:
        lost, next_one = talk(server, 2, timeout=SHORT, data_timeout=SHORT)
    assert (lost.code, lost.stage) == (0, stage)
    assert next_one.accepted


def test_the_answer_to_the_body_has_a_longer_time_of_its_own(talk: Talk) -> None:
    slow = Act(chunks=(b"", b"250 at last\r\n"), pause=0.6, take=True, positive=True)
    with RecordingServer(misbehave=at("dot", slow)) as server:
        (reply,) = talk(server, timeout=0.3, data_timeout=10)
    assert reply.accepted


def test_a_reply_byte_by_byte_is_a_reply(talk: Talk) -> None:
    drip = Act(chunks=tuple(bytes([byte]) for byte in b"250-so\r\n250 slow\r\n"), positive=True, take=True)
    with RecordingServer(misbehave=either(at("RCPT", drip), at("dot", drip))) as server:
        (reply,) = talk(server)
    assert reply == Reply(code=250, text="so slow")


NONSENSE = {
    "endless lines": Act(chunks=itertools.repeat(b"250-more\r\n")),
    "ten megabytes in a line": say(b"250 " + b"x" * 10_000_000 + b"\r\n"),
    "words": say("it went well"),
    "a code of two digits": say("25"),
    "a code of no class": say("199 hm"),
    "another code of no class": say("650 hm"),
    "a question": say("334 your name?"),
    "bytes": say(b"\x00\xff\xfe\r\n"),
}


@pytest.mark.parametrize("act", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize(("where", "stage"), [pair for pair in STAGES if pair[0] != "DATA"])
def test_nonsense_is_as_good_as_a_lost_line(talk: Talk, where: ServerStage, stage: Stage, act: Act) -> None:
    with RecordingServer(misbehave=at(where, act, first=times(where))) as server:
        lost, next_one = talk(server, 2)
    assert (lost.code, lost.stage) == (0, stage)
    assert lost.text.isprintable()
    assert next_one.accepted


def test_a_250_in_place_of_the_354_is_no_permission(talk: Talk) -> None:
    with RecordingServer(misbehave=at("DATA", say("250 sure"), first=1)) as server:
        lost, next_one = talk(server, 2)
    assert (lost.code, lost.stage) == (0, Stage.DATA)
    assert next_one.accepted
    assert len(server.received) == 1


TWO = b"250 one\r\n250 two\r\n"


@pytest.mark.parametrize("stage", ["connect", "EHLO", "AUTH"])
def test_two_replies_glued_at_the_opening_mean_unavailable(talk: Talk, stage: ServerStage) -> None:
    code = {"connect": b"220", "EHLO": b"250", "AUTH": b"235"}[stage]
    glued = say(code + b" one\r\n250 two\r\n")
    with (
        RecordingServer(misbehave=at(stage, glued), login=("u", "p")) as server,
        pytest.raises(ServerUnavailable, match=r"more than one reply|AUTH"),
    ):
        talk(server, username="u", password="p")


@pytest.mark.parametrize(("where", "stage"), STAGES[:2])
def test_two_replies_glued_end_the_line_before_the_body(talk: Talk, where: ServerStage, stage: Stage) -> None:
    with RecordingServer(misbehave=at(where, say(TWO), first=times(where))) as server:
        lost, next_one = talk(server, 2)
    assert (lost.code, lost.stage) == (0, stage)
    assert "more than one reply" in lost.text
    assert next_one.accepted


def test_a_250_glued_to_the_354_is_not_taken_for_acceptance(talk: Talk) -> None:
    with RecordingServer(misbehave=at("DATA", say(b"354 go\r\n250 done\r\n"), first=1)) as server:
        lost, next_one = talk(server, 2)
    assert (lost.code, lost.stage) == (0, Stage.DATA)
    assert next_one.accepted
    assert [letter.rcpt_to for letter in server.received] == ["reader1@x.example"]


def test_a_reply_glued_to_the_last_one_is_not_the_next_messages(talk: Talk) -> None:
    glued = at("dot", say(b"250 mine\r\n550 not yours\r\n"), first=1)
    with RecordingServer(misbehave=glued) as server:
        assert [reply.code for reply in talk(server, 2)] == [250, 250]
    assert server.connections == 2


def test_an_unsolicited_line_between_messages_is_not_the_next_ones_reply(message: bytes) -> None:
    envelope = Envelope(mail_from="", rcpt_to="reader@x.example")

    async def converse() -> list[Reply | None]:
        mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=5)
        async with SmtpTransport(mail).open() as line:
            replies = [await line.hand_over(envelope, message, mark=lambda: True)]
            await asyncio.sleep(0.3)  # the stray line comes in the silence between two messages
            replies.append(await line.hand_over(envelope, message, mark=lambda: True))
            return replies

    stray = Act(chunks=(b"250 mine\r\n", b"550 5.1.1 stray\r\n"), pause=0.05, take=True, positive=True)
    with RecordingServer(misbehave=at("dot", stray, first=1)) as server:
        replies = asyncio.run(converse())
    assert [reply.code for reply in replies if reply] == [250, 250]


def test_a_line_that_does_not_take_rset_is_given_up(talk: Talk) -> None:
    rude = either(at("RCPT", say("550 no"), first=1), at("RSET", RESET))
    with RecordingServer(misbehave=rude) as server:
        assert [reply.code for reply in talk(server, 2)] == [550, 250]
    assert server.connections == 2


def test_a_server_that_does_not_say_goodbye_is_left_anyway(talk: Talk) -> None:
    with RecordingServer(misbehave=at("QUIT", HANG)) as server:
        assert [reply.code for reply in talk(server, timeout=SHORT)] == [250]


def test_a_sender_that_is_cancelled_leaves_no_half_conversation(message: bytes) -> None:
    envelope = Envelope(mail_from="", rcpt_to="reader@x.example")

    async def converse() -> None:
        mail = MailSettings(host=server.host, port=server.port, tls="none", timeout=30)
        transport = SmtpTransport(mail)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SHORT), transport.open():
                raise AssertionError("the greeting never comes")
        async with transport.open() as line:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(SHORT):
                    await line.hand_over(envelope, message, mark=lambda: True)
            reply = await line.hand_over(envelope, message, mark=lambda: True)
            assert reply is not None
            assert reply.accepted

    slow = either(at("connect", HANG, first=1), at("RCPT", HANG, first=1))
    with RecordingServer(misbehave=slow) as server:
        asyncio.run(converse())
    assert len(server.received) == 1
