"""What comes back is read whoever wrote it, and judged so that nobody is vetoed for our fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from digest.bounces.judge import judge
from digest.bounces.reports import MAX_LETTER, read_report
from digest.model.bounce import Bounce, BounceKind

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "bounces-sisimai"
OURS = "b+abc@bounces.paper.example"


def _report(*blocks: str, to: str = OURS, prose: str = "Sorry.", extra: str = "") -> bytes:
    body = "\r\n\r\n".join(["Reporting-MTA: dns; mx.example", *blocks])
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\n{extra}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\n{prose}\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{body}\r\n\r\n--b--\r\n"
    ).encode()


def _bounce(status: str = "", diagnostic: str = "", action: str = "failed") -> Bounce:
    return Bounce(recipient="", return_path="", status=status, diagnostic=diagnostic, action=action)


def test_each_recipient_of_a_report_is_a_bounce_and_good_news_is_none() -> None:
    bounces = read_report(
        _report(
            "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1\r\n no such user",
            "Final-Recipient: rfc822; b@x.example\r\nAction: delivered\r\nStatus: 2.0.0",
            "Original-Recipient: rfc822; c@x.example\r\nAction: delayed\r\nStatus: 4.4.1",
        )
    )
    assert [(b.recipient, b.status, b.action) for b in bounces] == [
        ("a@x.example", "5.1.1", "failed"),
        ("c@x.example", "4.4.1", "delayed"),
    ]
    assert bounces[0].diagnostic == "550 5.1.1 no such user"
    assert bounces[0].return_path == OURS
    assert bounces[1].diagnostic == "Sorry."


def test_our_return_path_is_found_among_the_addresses_a_report_names() -> None:
    block = "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1"
    (bounce,) = read_report(_report(block, to="postmaster@x.example", extra=f"Delivered-To: {OURS}\r\n"))
    assert bounce.return_path == OURS
    (stranger,) = read_report(_report(block, to="postmaster@x.example"))
    assert stranger.return_path == "postmaster@x.example"


def test_a_servers_own_words_beat_a_field_that_says_nothing() -> None:
    block = "Final-Recipient: a@x.example\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.2.2 full"
    (bounce,) = read_report(_report(block))
    assert (bounce.status, bounce.action) == ("5.2.2", "failed")


def test_a_report_without_any_status_is_still_a_report() -> None:
    (bounce,) = read_report(_report("Final-Recipient: rfc822; a@x.example\r\nAction: failed"))
    assert bounce.status == ""


def test_prose_with_a_code_is_a_report_if_a_mail_system_wrote_it() -> None:
    letter = (
        b"From: MAILER-DAEMON@x.example\r\nTo: b+abc@y.example\r\n\r\n<a@x.example>: 550 user unknown\r\n"
    )
    (bounce,) = read_report(letter)
    assert (bounce.recipient, bounce.status, bounce.action) == ("a@x.example", "5.0.0", "failed")
    delayed = b"From: x@y.example\r\nSubject: Undeliverable\r\n\r\n451 4.7.1 later\r\n"
    (late,) = read_report(delayed)
    assert (late.recipient, late.status, late.action) == ("", "4.7.1", "delayed")
    html = b"From: postmaster@x.example\r\nContent-Type: text/html\r\n\r\n<p>550 5.1.1 <b>gone</b></p>\r\n"
    assert read_report(html)[0].status == "5.1.1"


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"From: ana@x.example\r\nSubject: thanks\r\n\r\nI read 550 pages.\r\n",
        b"From: MAILER-DAEMON@x.example\r\n\r\nHello.\r\n",
        b"From: MAILER-DAEMON@x.example\r\nContent-Type: image/png\r\n\r\nx\r\n",
        b"From: ana@x.example\r\nAuto-Submitted: auto-replied\r\nSubject: Mail delivery\r\n\r\n550 days\r\n",
        (
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
            b"Content-Type: message/delivery-status\r\n\r\n--b--\r\n"
        ),
    ],
)
def test_letters_that_are_no_reports_are_left_alone(letter: bytes) -> None:
    assert read_report(letter) == ()


def test_a_complaint_is_proven_by_the_letter_it_returns() -> None:
    letter = (
        "From: fbl@provider.example\r\nTo: complaints@paper.example\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        "Original-Rcpt-To: ana@x.example\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <{OURS}>\r\nTo: ana@x.example\r\n\r\nhi\r\n"
        "--b--\r\n"
    ).encode()
    (complaint,) = read_report(letter)
    assert (complaint.return_path, complaint.recipient) == (OURS, "ana@x.example")
    assert judge(complaint) is BounceKind.COMPLAINT


def test_a_complaint_may_return_headers_alone_or_nothing() -> None:
    head = 'To: x@paper.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"'
    headers = (
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nReturn-Path: {OURS}\r\nTo: ana@x.example\r\n\r\n"
    )
    (with_headers,) = read_report(f"{head}\r\n\r\n{headers}--b--\r\n".encode())
    assert (with_headers.return_path, with_headers.recipient) == (OURS, "ana@x.example")
    (bare,) = read_report(f"{head}\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n".encode())
    assert bare.return_path == "x@paper.example"


@pytest.mark.parametrize(
    ("bounce", "kind"),
    [
        (_bounce("5.1.1", "550 no such user"), BounceKind.READER_GONE),
        (_bounce("5.0.0", "User unknown"), BounceKind.READER_GONE),
        (_bounce("4.1.1", "User unknown"), BounceKind.READER_TEMPORARY),
        (_bounce("5.2.2", "mailbox full"), BounceKind.READER_TEMPORARY),
        (_bounce("5.1.1", "delayed", action="delayed"), BounceKind.READER_TEMPORARY),
        (_bounce("5.0.0", "no reason given"), BounceKind.READER_TEMPORARY),
        (_bounce("", ""), BounceKind.READER_TEMPORARY),
        (_bounce("5.7.26", "unauthenticated"), BounceKind.OUR_SIDE),
        (_bounce("5.1.1", "blocked: your IP is listed on a blocklist"), BounceKind.OUR_SIDE),
        (_bounce("5.3.4", "too big"), BounceKind.OUR_SIDE),
    ],
)
def test_the_verdict_never_blames_a_reader_in_doubt(bounce: Bounce, kind: BounceKind) -> None:
    assert judge(bounce) is kind


@given(st.binary(max_size=2000))
def test_no_bytes_make_the_reader_of_reports_raise(raw: bytes) -> None:
    for start in (b"", b"From: MAILER-DAEMON@x\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"):
        for bounce in read_report(start + raw):
            judge(bounce)


def test_a_deep_or_enormous_letter_is_survived() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)
    )
    assert read_report(deep) == ()
    assert read_report(b"Subject: x\r\n\r\n" + b"a" * (MAX_LETTER + 10)) == ()


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real bounces is not beside this checkout")
def test_real_bounces_of_many_systems_are_read_and_hardly_ever_held_against_a_reader() -> None:
    read = expected = vetoed = wrongly = gone = found = 0
    for line in (REAL / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        reason = case["recipients"][0]["reason"] if case["recipients"] else ""
        if case["agree"] is not True or reason in {"delivered", "feedback"}:
            continue
        expected += 1
        bounces = read_report((REAL / "maildir" / "bsd" / case["file"]).read_bytes())
        read += bool(bounces)
        # "filtered" is the collection's word for servers that say "user unknown" late.
        is_gone = reason in {"userunknown", "hasmoved", "filtered"}
        verdict = bool(bounces) and judge(bounces[0]) is BounceKind.READER_GONE
        vetoed += verdict
        wrongly += verdict and not is_gone
        gone += reason in {"userunknown", "hasmoved"}
        found += verdict and reason in {"userunknown", "hasmoved"}
    assert read / expected > 0.8
    assert wrongly / vetoed < 0.06
    assert found / gone > 0.6
    for letter in (REAL / "maildir" / "not").iterdir():
        assert read_report(letter.read_bytes()) == ()
