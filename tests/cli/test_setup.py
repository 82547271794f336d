"""`digest init`, `doctor`, `article`, and the command line itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import typer

from digest import config
from digest.cli.app import COMMANDS, LateGroup, app
from digest.resources import find_shipped
from tests.cli.command_line import Digest


def test_init_writes_settings_that_load_and_a_key_nobody_else_reads(digest: Digest, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = digest(
        "init", folder, "--name", 'The "Quoted" Light', "--feed", "https://paper.example/feed.xml"
    )
    assert result.code == 0, result.err
    settings = config.load(folder / "digest.toml", {})
    assert settings.paper.name == 'The "Quoted" Light'
    assert settings.sources[0].url == "https://paper.example/feed.xml"
    assert (folder / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_init_again_changes_nothing(digest: Digest, tmp_path: Path) -> None:
    digest("init", tmp_path, "--templates")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert "stays as it is" in digest("init", tmp_path, "--templates", "--name", "Other").out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_over_a_file_is_refused(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert digest("init", tmp_path / "x").code == 2


def test_the_example_holds_every_key_and_nothing_is_switched_on() -> None:
    example = (find_shipped("config") / "digest.example.toml").read_text(encoding="utf-8")
    assert all(group in ({}, [{}]) for group in tomllib.loads(example).values())
    for name, field in config.Settings.model_fields.items():
        assert f"[{name}]" in example or name == "root", field.description


@pytest.mark.usefixtures("paper")
def test_doctor_is_content_with_a_paper_that_can_send(digest: Digest) -> None:
    result = digest("doctor", "--json")
    assert [line for line in result.objects() if line["severity"] == "must"] == []
    assert result.code == 0


def test_doctor_names_what_must_be_mended(digest: Digest, paper: Path) -> None:
    settings = paper / "digest.toml"
    text = settings.read_text().split("[[sources]]")[0].replace('host = "127.0.0.1"', 'host = "mail.invalid"')
    settings.write_text(text)
    result = digest("doctor")
    assert result.code == 3
    assert "sources.none" in result.out
    assert "mail.tls" in result.out
    assert "mail.server" in result.out
    assert "mail.server" not in digest("doctor", "--offline").out


def test_a_newsroom_without_a_key_says_what_to_do(digest: Digest, paper: Path) -> None:
    settings = paper / "digest.toml"
    settings.write_text(settings.read_text().replace('key = "a secret for tests, and only for tests!"', ""))
    result = digest("collect")
    assert (result.code, "digest init" in result.err) == (2, True)


def test_article_reports_in_the_stable_form(digest: Digest, paper: Path) -> None:
    (paper / "empty.txt").write_text("")
    result = digest("article", "--json", paper / "articles" / "news" / "bridge.md", paper / "empty.txt")
    assert result.code == 1, "one of them could not be read"
    assert "empty.txt" in result.err
    (article,) = result.objects()
    assert {
        "source",
        "headline",
        "byline",
        "authors",
        "published_at",
        "sections",
        "text",
        "image",
        "url",
        "language",
        "dropped",
    } <= article.keys()
    assert article["text"] == "\n\n".join(p for s in article["sections"] for p in s["paragraphs"])
    assert article["image"]["credit"] == "Lea Novák"


def test_article_reads_a_dump_without_its_comments(digest: Digest) -> None:
    dump = find_shipped("seeds") / "articles" / "science" / "oyster-reef.txt"
    shown = digest("article", dump)
    (article,) = digest("article", "--json", dump).objects()
    kinds = {dropped["kind"] for dropped in article["dropped"]}
    assert {"call", "comment", "corrections"} <= kinds
    assert "headline" in shown.out
    assert "subscribe to our daily newsletter" not in article["text"]
    assert article["published_at"] == "2026-04-13"


def test_every_command_has_help_with_an_example(digest: Digest) -> None:
    names = ["init", "doctor", "collect", "article", "sources", "build", "preview", "explain", "check"]
    names += ["approve", "summarise"]
    names += ["publish", "run", "send", "status", "deliveries", "pause", "resume", "bounces", "serve", "demo"]
    calls = [[name] for name in names]
    calls += [["subscribers", name] for name in ("add", "import", "list", "unsubscribe", "veto", "show")]
    listed = digest("--help").out
    for call in calls:
        assert call[0] in listed
        shown = digest(*call, "--help")
        assert (shown.code, "Example: digest" in shown.out) == (0, True), call


def test_the_list_of_commands_says_what_each_commands_own_help_says() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, LateGroup)
    for name, (module, line) in COMMANDS.items():
        command = group.get_command(None, name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == line
        part = typer.Typer()
        import_module(f"digest.cli.{module}").register(part)
        offered = typer.main.get_group(part).commands
        assert set(offered) <= set(COMMANDS), "a command that nobody could call"
    assert group.get_command(None, "nonsense") is None


def test_version_and_no_arguments(digest: Digest) -> None:
    assert digest("--version").out.startswith("digest ")
    assert "Usage" in (digest().out + digest().err)


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys; sys.argv = ['digest', '--help']\n"
        "from digest.cli.app import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "slow = {'pydantic', 'sqlalchemy', 'premailer', 'starlette', 'httpx', 'aiosmtplib', 'rich', 'lxml'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.splitlines()[-1] == "[]"


def test_output_into_a_closed_pipe_is_no_error(paper: Path) -> None:
    command = (
        f"{sys.executable} -m digest article --json {' '.join(['articles/news/bridge.md'] * 300)} | head -n 1"
    )
    done = subprocess.run(  # noqa: S602 - our own command
        command, shell=True, cwd=paper, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert json.loads(done.stdout)["headline"]
    assert "Traceback" not in done.stderr
