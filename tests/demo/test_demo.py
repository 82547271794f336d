"""The demo: the whole job on real input, once; and a second time nobody gets a second copy."""

from __future__ import annotations

import csv
import email
import email.policy
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from digest.cli.app import run
from digest.demo.morning import Shown, play
from digest.resources import find_shipped

SEEDS = find_shipped("seeds")


def _expected_readers() -> set[str]:
    with (SEEDS / "subscribers.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["address"].strip().lower()
            for row in csv.DictReader(lines)
            if row["status"] == "confirmed" and not row["note"].startswith("veto")
        }


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shown, Shown, dict[str, bytes], list[str]]:
    """Play the demo twice in one folder; return both results, the first inbox, and what was said."""
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    first = play(folder, say=said.append)
    letters = {path.name: path.read_bytes() for path in first.inbox.glob("*.eml")}
    second = play(folder, say=said.append)
    return first, second, letters, said


Played = tuple[Shown, Shown, dict[str, bytes], list[str]]


def test_exactly_the_confirmed_unvetoed_readers_each_have_one_letter(played: Played) -> None:
    _, _, letters, _ = played
    recipients = Counter(
        str(email.message_from_bytes(raw, policy=email.policy.default)["To"].addresses[0].addr_spec).lower()
        for raw in letters.values()
    )
    assert set(recipients) == _expected_readers()
    assert set(recipients.values()) == {1}


def test_the_demo_asks_nobody_but_this_machine(played: Played) -> None:
    *_, said = played
    assert not [line for line in said if "is not known" in line or "only its beginning" in line]


def test_the_books_balance(played: Played) -> None:
    first, _, letters, _ = played
    assert first.books.audience == first.books.accepted == len(letters)
    assert first.books.balance


def test_a_second_run_sends_no_second_copies(played: Played) -> None:
    first, second, letters, said = played
    assert {path.name: path.read_bytes() for path in second.inbox.glob("*.eml")} == letters
    assert second.books == first.books
    assert any("0 new, 0 changed" in line or "not modified" in line for line in said[len(said) // 2 :])


def test_the_morning_after_is_skipped_with_the_reason(played: Played) -> None:
    first, second, _, _ = played
    assert (first.next_state, second.next_state) == ("skipped", "skipped")
    assert "nothing new" in first.next_reason


def test_no_comment_call_or_corrections_line_reaches_the_edition(played: Played) -> None:
    first, _, letters, _ = played
    raw = next(iter(letters.values()))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    shown = re.sub(r"\s+", " ", " ".join([*bodies, first.html.read_text(), first.text.read_text()]))
    for unwanted in ("subscribe to our daily newsletter", "Comments are closed", " says:"):
        assert unwanted not in shown
    dump = (SEEDS / "articles" / "news" / "heat-plan.txt").read_text(encoding="utf-8")
    comments = dump.split("newsletter.", 1)[1]
    for sentence in re.findall(r"[A-Z][^.!?\n]{30,}[.!?]", comments):
        assert sentence not in shown


def test_near_duplicates_are_told_once(played: Played) -> None:
    first, *_ = played
    text = first.text.read_text(encoding="utf-8")
    assert sum("water main" in line.lower() and len(line) < 110 for line in text.splitlines()) >= 1
    assert text.lower().count("water main break") <= 2


def test_a_picture_without_credit_is_not_shown(played: Played) -> None:
    first, _, _, said = played
    assert any("no credit" in line for line in said)
    shown = set(re.findall(r"media/([0-9a-f]+\.jpg)", first.html.read_text(encoding="utf-8")))
    assert shown
    assert all((first.html.parent / "media" / name).is_file() for name in shown)


def test_the_inbox_can_be_looked_at_without_a_mail_program(played: Played) -> None:
    first, _, letters, _ = played
    page = first.inbox_page.read_text(encoding="utf-8")
    for target in re.findall(r'href="([^"]+)"', page):
        assert (first.inbox_page.parent / target).is_file(), target
    assert page.count('class="letter"') == len(letters)
    assert "<script" not in page


def test_the_last_line_of_json_is_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["digest", "demo", "--keep", str(tmp_path / "kept"), "--json"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last["books"]) == {
        "audience",
        "accepted",
        "rejected",
        "deferred",
        "suppressed",
        "expired",
        "uncertain",
    }
    assert last["books"]["audience"] == sum(last["books"].values()) - last["books"]["audience"]
    assert len(list(Path(last["inbox"]).glob("*.eml"))) == last["books"]["accepted"]
    assert Path(last["html"]).is_file()
