"""`digest subscribers …`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import Digest

pytestmark = pytest.mark.usefixtures("paper")


def test_import_list_and_export_agree(digest: Digest, tmp_path: Path) -> None:
    table = tmp_path / "readers.csv"
    table.write_text(
        "address,name,status,language\n"
        "ana@example.org,Ana Núñez,confirmed,en\nbo@example.org,=1+1,,\nnobody,,,\n",
        encoding="utf-8",
    )
    dry = digest("subscribers", "import", table, "--consent", "fair", "--dry-run")
    assert (dry.code, "2 would be added" in dry.out) == (3, True)
    done = digest("subscribers", "import", table, "--consent", "fair", "--json")
    assert done.objects()[0]["added"] == 2
    assert done.objects()[0]["refused"][0]["line"] == 4
    exported = digest("subscribers", "list", "--csv").out
    assert "ana@example.org,Ana Núñez,confirmed,en" in exported
    assert "'=1+1" in exported, "a spreadsheet must not run a name"
    assert digest("subscribers", "list", "--status", "confirmed").out.count("@") == 1
    assert len(digest("subscribers", "list", "--json").objects()) == 2


def test_wrong_calls_say_what_is_right(digest: Digest, tmp_path: Path) -> None:
    assert "no file" in digest("subscribers", "import", tmp_path / "not-there.csv").err
    assert "pending, confirmed" in digest("subscribers", "list", "--status", "happy").err
    assert "name@example.com" in digest("subscribers", "add", "nobody").err
    assert digest("subscribers", "show", "ana@example.org").code == 2


def test_a_veto_is_for_good(digest: Digest) -> None:
    assert "not be mailed again" in digest("subscribers", "veto", "ana@example.org", "--note", "asked").out
    assert "had a veto" in digest("subscribers", "veto", "ana@example.org").out
    assert digest("subscribers", "add", "ana@example.org").code == 2
    assert digest("subscribers", "show", "ana@example.org", "--json").objects()[0]["veto"]["note"] == "asked"


def test_show_tells_how_a_consent_came_about(digest: Digest) -> None:
    digest("subscribers", "add", "ana@example.org", "--confirmed", "told me")
    assert "confirmed" in digest("subscribers", "show", "ana@example.org").out
