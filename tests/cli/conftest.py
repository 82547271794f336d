"""A paper in a temporary folder, a real mail server on loopback, and the command line in this process."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.cli.app import run as run_command_line
from digest.resources import find_shipped
from digest.testing.smtp import RecordingServer
from tests.cli.command_line import Digest, Result


@pytest.fixture
def digest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Digest:
    def call(*words: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["digest", *map(str, words)])
        capsys.readouterr()
        try:
            run_command_line()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        said = capsys.readouterr()
        return Result(code=code, out=said.out, err=said.err)

    return call


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as running:
        yield running


@pytest.fixture
def paper(tmp_path: Path, server: RecordingServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A paper with three fresh articles in a folder, and its settings."""
    folder = tmp_path / "paper"
    articles = folder / "articles" / "news"
    articles.mkdir(parents=True)
    now = datetime.now(UTC)
    for number, name in enumerate(("bridge", "library", "rowing"), start=1):
        (articles / f"{name}.md").write_text(
            f"---\nheadline: The {name} reopens after repairs\nbyline: By Ana Núñez\n"
            f"published_at: {now:%Y-%m-%dT%H:%M:%S}+00:00\nguid: {name}\n"
            f"url: https://paper.example/{name}\n"
            + (
                "image: bridge.jpg\nimage_credit: Lea Novák\nimage_alt: A bridge\n"
                if name == "bridge"
                else ""
            )
            + f"---\n\nThe {name} reopened on Monday after {number} years of repairs, the city said.\n\n"
            f"About {number},000 people came to the {name} in the first hour of the morning.\n",
            encoding="utf-8",
        )
    shutil.copy(find_shipped("seeds") / "images" / "harbor-dawn.jpg", articles / "bridge.jpg")
    (folder / "digest.toml").write_text(
        '[paper]\nname = "The Harbor Light"\nurl = "https://paper.example"\n'
        'postal_address = "1 Wharf Street"\n'
        '[web]\nbase_url = "https://news.paper.example"\nport = 0\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\n'
        '[secrets]\nkey = "a secret for tests, and only for tests!"\n'
        '[[newsletters]]\nsections = ["News"]\n'
        '[[sources]]\nname = "newsroom"\nkind = "folder"\npath = "articles"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DIGEST_CONFIG", raising=False)
    return folder
