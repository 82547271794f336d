"""The walk of a morning, command by command, as an operator goes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.testing.misbehaviour import greylist
from digest.testing.smtp import RecordingServer
from tests.cli.command_line import Digest

pytestmark = pytest.mark.usefixtures("paper")


def _readers(digest: Digest, *addresses: str) -> None:
    for address in addresses:
        result = digest("subscribers", "add", address, "--confirmed", "told me")
        assert result.code == 0, result.err


def test_a_morning_command_by_command(digest: Digest, server: RecordingServer, tmp_path: Path) -> None:
    _readers(digest, "ana@example.org", "bo@example.org")
    assert digest("subscribers", "add", "cy@example.org").out.startswith("cy@example.org: pending\n")
    (collected,) = digest("collect", "--json").objects()
    assert (collected["new"], collected["error"]) == (3, None)
    (built,) = digest("build", "--json").objects()
    assert (built["state"], built["stories"]) == ("draft", 3)
    assert digest("check").code == 0
    page = digest("preview", "--export", tmp_path / "shown").out.strip()
    assert Path(page).is_file()
    (published,) = digest("publish", "--json").objects()
    assert published["state"] == "published"
    sent = digest("send")
    assert sent.code == 0, sent.err
    assert "the books balance" in sent.out
    assert sorted(letter.rcpt_to for letter in server.received) == ["ana@example.org", "bo@example.org"]
    (status,) = digest("status", "--json").objects()
    assert status["books"] == {
        "audience": 2,
        "accepted": 2,
        "rejected": 0,
        "deferred": 0,
        "suppressed": 0,
        "expired": 0,
        "uncertain": 0,
        "to_do": 0,
    }
    assert digest("deliveries", "--state", "accepted").out.count("@example.org") == 2


def test_run_does_it_all_and_a_second_run_mails_nobody(digest: Digest, server: RecordingServer) -> None:
    _readers(digest, "ana@example.org")
    (first,) = digest("run", "--json").objects()
    (second,) = digest("run", "--json").objects()
    assert first == second
    assert len(server.received) == 1


def test_a_day_with_nothing_new_is_skipped_with_the_reason(digest: Digest, paper: Path) -> None:
    for article in (paper / "articles" / "news").glob("*.md"):
        article.unlink()
    result = digest("run")
    assert result.code == 0
    assert "skipped: nothing new" in result.out
    (status,) = digest("status", "--json").objects()
    assert (status["state"], status["books"]["audience"]) == ("skipped", 0)


def test_a_reader_who_leaves_is_not_mailed(digest: Digest, server: RecordingServer) -> None:
    _readers(digest, "ana@example.org", "bo@example.org")
    assert "unsubscribed" in digest("subscribers", "unsubscribe", "bo@example.org").out
    assert digest("run").code == 0
    assert [letter.rcpt_to for letter in server.received] == ["ana@example.org"]


def test_readers_who_must_wait_give_exit_code_4(
    digest: Digest, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "misbehave", greylist(first=99))
    _readers(digest, "ana@example.org")
    result = digest("run")
    assert result.code == 4, result.out
    assert "deferred" in result.out
    (waiting,) = digest("deliveries", "--json").objects()
    assert (waiting["state"], waiting["code"]) == ("deferred", 451)
    assert waiting["next_at"] > datetime.now(UTC).isoformat()


def test_a_server_that_is_away_gives_exit_code_75_and_resume_goes_on(
    digest: Digest, server: RecordingServer, paper: Path
) -> None:
    _readers(digest, "ana@example.org")
    settings = paper / "digest.toml"
    right = settings.read_text()
    settings.write_text(
        right.replace(f"port = {server.port}", "port = 9\nmax_failures = 1\nconnections = 1\ntimeout = 1")
    )
    result = digest("run")
    assert result.code == 75
    assert server.received == ()
    settings.write_text(right)
    assert "rests" in digest("status").out
    assert digest("resume").code == 0
    assert digest("send").code == 0
    assert len(server.received) == 1


def test_pause_is_the_stop_button(digest: Digest, server: RecordingServer) -> None:
    _readers(digest, "ana@example.org")
    digest("collect")
    digest("build")
    digest("publish")
    digest("pause", "--why", "wrong lead")
    assert digest("send").code == 75
    assert server.received == ()
    assert "wrong lead" in digest("status").out


def test_an_edition_that_needs_approval_waits(digest: Digest, server: RecordingServer, paper: Path) -> None:
    settings = paper / "digest.toml"
    settings.write_text(settings.read_text().replace("[[newsletters]]", "[[newsletters]]\napproval = true"))
    _readers(digest, "ana@example.org")
    assert digest("run").code == 75
    assert digest("run", "--json").objects()[0]["state"] == "draft"
    assert digest("publish").code == 3
    assert "approved" in digest("approve").out
    assert digest("run").code == 0
    assert len(server.received) == 1


def test_a_source_that_is_away_gives_exit_code_1_and_is_shown(digest: Digest, paper: Path) -> None:
    settings = paper / "digest.toml"
    settings.write_text(
        settings.read_text() + '[[sources]]\nname = "gone"\nkind = "folder"\npath = "not-there"\n'
    )
    result = digest("collect")
    assert result.code == 1
    assert "newsroom: 3 new" in result.out
    assert "last error" in digest("sources").out
    by_name = {line["source"]: line for line in digest("sources", "--json").objects()}
    assert by_name["newsroom"]["articles"] == 3
    assert by_name["gone"]["last_success"] is None


def test_commands_that_come_too_early_say_what_to_do(digest: Digest) -> None:
    for words, code, remedy in (
        (("send",), 2, "digest build"),
        (("publish",), 3, "digest build"),
        (("status",), 2, "digest build"),
        (("deliveries",), 2, "no edition"),
        (("build", "--day", "tomorrow"), 2, "2026-04-14"),
        (("build", "--newsletter", "weekly"), 2, "daily"),
        (("deliveries", "--state", "sent"), 2, "accepted"),
    ):
        result = digest(*words)
        assert (result.code, remedy in result.err) == (code, True), (words, result.err)


def test_a_bounce_comes_home(digest: Digest, server: RecordingServer, tmp_path: Path) -> None:
    _readers(digest, "ana@example.org")
    digest("run")
    (letter,) = server.received
    report = tmp_path / "report.eml"
    report.write_bytes(
        (
            f"From: MAILER-DAEMON@mx.example\nTo: {letter.mail_from}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
            "Final-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
        ).encode()
    )
    assert "reader gone" in digest("bounces", report).out
    (status,) = digest("status", "--json").objects()
    assert (status["bounced"], status["books"]["accepted"], status["balance"]) == (1, 1, True)
    assert "hard bounce" in digest("subscribers", "show", "ana@example.org").out
    assert digest("bounces", report, "--json").objects()[0]["suppressed"] is False


def test_every_article_is_explained_before_and_after_publication(digest: Digest) -> None:
    assert "no article was considered" in digest("explain").out
    digest("collect")
    told = digest("explain", "--json").objects()
    assert sorted(one["place"] for one in told) == [1, 2, 3]
    for one in told:
        assert one["score"] == pytest.approx(sum(term["worth"] for term in one["terms"]), abs=1e-3)
        assert one["story"] == one["article"]
        assert one["reason"]
        assert one["first_seen"]
    assert told[0]["fate"] == "lead"
    shown = digest("explain")
    assert shown.out.startswith("lead (1): ")
    assert "score" in shown.out
    digest("run")
    assert digest("explain", "--json").objects() == told
    assert digest("explain", "2020-01-01").code == 0
    assert digest("explain", "yesterday").code == 2


def test_a_summary_is_shown_with_its_places_and_its_reasons(digest: Digest, paper: Path) -> None:
    stories = sorted((paper / "articles").rglob("*.md"))
    told = digest("summarise", "--json", "--sentences", "1", *stories, "missing.md")
    assert told.code == 1
    assert "missing.md" in told.err
    articles = digest("article", "--json", *stories).objects()
    for one, article in zip(told.objects(), articles, strict=True):
        assert set(one) == {"source", "sentences", "ms"}
        assert one["source"] == article["source"]
        (sentence,) = one["sentences"]
        assert article["text"][sentence["start"] : sentence["end"]] == sentence["text"]
    (examined,) = digest("summarise", "--json", "--features", stories[0]).objects()
    assert any(one["rejected"] for one in examined["examined"]) or len(examined["examined"]) <= 2
    assert all(one["features"] for one in examined["examined"])
    assert "(" in digest("summarise", "--features", stories[0]).out
    short = digest("summarise", "--json", "--words", "12", stories[0]).objects()[0]["sentences"]
    assert sum(len(one["text"].split()) for one in short) <= 12
