"""`digest init URL` and `digest collect` on a paper of every kind: what its editors wrote arrives, and once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest import config
from digest.model.article import Article
from digest.newsroom import open_newsroom
from tests.cli.command_line import Digest
from tests.ingest.intake import Site
from tests.newspapers.agreement import disagreements
from tests.newspapers.ghost import GhostPaper
from tests.newspapers.plain import PlainPaper
from tests.newspapers.snworks import SnworksPaper
from tests.newspapers.stories import NOW, Newsroom, invent, newsroom
from tests.newspapers.wordpress import WordpressPaper

STORIES = 12
CORRECTION = "Correction: The mayor’s name is Brandt, not Brand."  # noqa: RUF001 - a newspaper's quotation mark
# A feed and a page say nothing of these.
UNSAID = {"abstract", "editors_pick", "updated_at"}


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def _paper(kind: str, stories: Newsroom) -> Any:
    odd = "in lists" in kind
    if kind.startswith("snworks"):
        return SnworksPaper(stories, epoch=odd, wrapped=odd, whole=not odd, own_pictures=True)
    if kind == "wordpress":
        return WordpressPaper(stories)
    if kind == "ghost":
        return GhostPaper(stories)
    return PlainPaper(stories, feed="feed" in kind, sitemap="sitemap" in kind)


def _open(folder: Path) -> config.Settings:
    return config.load(folder, {"DIGEST_COLLECT__PAUSE": "0"})


def _articles(folder: Path) -> dict[str, Article]:
    with open_newsroom(_open(folder)) as room:
        seen = room.storage.articles.seen_between(None, room.clock())
    return {(filed.article.url or "").rstrip("/").rpartition("/")[2]: filed.article for filed in seen}


@pytest.mark.parametrize(
    ("kind", "cms"),
    [
        ("snworks", "SNworks"),
        ("snworks with seconds in lists", "SNworks"),
        ("wordpress", "WordPress"),
        ("ghost", "Ghost"),
        ("an ugly feed", ""),
        ("only a news sitemap", ""),
    ],
)
def test_a_paper_arrives_whole_and_once(
    digest: Digest, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, cms: str
) -> None:
    monkeypatch.setenv("DIGEST_COLLECT__PAUSE", "0")
    stories = newsroom(STORIES)
    stories.edit(2, at=NOW, correction=CORRECTION)
    site.answer = _paper(kind, stories).answer
    host = f"127.0.0.1:{site.port}"
    folder = tmp_path / "paper"

    made = digest("init", f"http://{host}", folder, "--allow-host", host, "--json")
    assert (made.code, made.err.count("wrote")) == (0, 3)
    (found,) = made.objects()
    assert found["name"] == "The Harbor Light"
    assert found["cms"] == cms
    paper = tomllib.loads((folder / "digest.toml").read_text(encoding="utf-8"))["paper"]
    assert paper["name"] == "The Harbor Light"

    first = digest("--config", folder, "collect", "--json")
    assert (first.code, [one["error"] for one in first.objects()]) == (0, [None])
    assert sum(one["new"] for one in first.objects()) == STORIES

    told = _articles(folder)
    skipped = set() if cms else UNSAID
    wrong = {
        story.slug: {
            name: pair for name, pair in disagreements(told[story.slug], story).items() if name not in skipped
        }
        for story in stories.stories
    }
    assert {slug: differences for slug, differences in wrong.items() if differences} == {}
    for article in told.values():
        assert article.image is None or article.image.printable

    second = digest("--config", folder, "collect", "--json")
    assert [(one["new"], one["changed"]) for one in second.objects()] == [(0, 0)]
    health = digest("--config", folder, "sources", "--json")
    assert [one["standing"] for one in health.objects()] == ["well"]


@pytest.mark.parametrize("kind", ["snworks", "wordpress", "ghost", "an ugly feed"])
def test_the_first_edition_mails_no_back_catalogue(
    digest: Digest, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("DIGEST_COLLECT__PAUSE", "0")
    old = [invent(number, published=NOW - timedelta(days=30 + number)) for number in range(20)]
    site.answer = _paper(kind, Newsroom(old)).answer
    host = f"127.0.0.1:{site.port}"
    assert digest("init", f"http://{host}", tmp_path / "paper", "--allow-host", host).code == 0
    assert digest("--config", tmp_path / "paper", "collect").code == 0
    built = digest("--config", tmp_path / "paper", "build", "--json")
    assert built.code == 0
    (edition,) = built.objects()
    assert edition["stories"] == 0
    assert "back catalogue" in edition["reason"]


def test_a_feed_that_leaves_stories_out_is_completed_by_the_news_sitemap(
    digest: Digest, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_COLLECT__PAUSE", "0")
    stories = newsroom(STORIES)
    site.answer = PlainPaper(stories, sitemap=True, omitted=3).answer
    root = f"http://127.0.0.1:{site.port}"
    (tmp_path / "digest.toml").write_text(
        '[secrets]\nkey = "a secret for tests, and only for tests!"\n[[sources]]\nname = "paper"\n'
        f'url = "{root}/feed.xml"\nsitemap = "{root}/news-sitemap.xml"\n'
        f'allow_hosts = ["127.0.0.1:{site.port}"]\n',
        encoding="utf-8",
    )
    (result,) = digest("--config", tmp_path, "collect", "--json").objects()
    assert result["new"] == STORIES
    assert any("the feed lacks 3 of the 12" in trouble for trouble in result["troubles"])
    assert len(_articles(tmp_path)) == STORIES


def test_a_site_that_cannot_be_read_leaves_no_half_made_folder(
    digest: Digest, site: Site, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{site.port}"
    site.close()
    result = digest("init", f"http://{host}", tmp_path / "paper", "--allow-host", host)
    assert result.code == 1
    assert not (tmp_path / "paper").exists()


def test_a_stale_or_failing_source_ends_with_findings(
    digest: Digest, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_COLLECT__PAUSE", "0")
    (tmp_path / "digest.toml").write_text(
        '[secrets]\nkey = "a secret for tests, and only for tests!"\n[[sources]]\nname = "paper"\n'
        f'url = "http://127.0.0.1:{site.port}/feed.xml"\nallow_hosts = ["127.0.0.1:{site.port}"]\n',
        encoding="utf-8",
    )
    site.answer = lambda handler: handler.send_error(503)
    collected = digest("--config", tmp_path, "collect")
    assert collected.code == 1
    shown = digest("--config", tmp_path, "sources")
    assert shown.code == 3
    assert "paper: failing" in shown.out
    assert "last error" in shown.out


def test_an_articles_address_leads_to_the_paper(digest: Digest, site: Site, tmp_path: Path) -> None:
    stories = newsroom(3)
    paper = PlainPaper(stories)
    site.answer = paper.answer
    host = f"127.0.0.1:{site.port}"
    address = paper.address(stories.stories[0], f"http://{host}")
    (found,) = digest("init", address, tmp_path / "paper", "--allow-host", host, "--json").objects()
    assert (found["name"], found["url"]) == ("The Harbor Light", f"http://{host}")


def test_a_site_without_its_scheme_is_no_folder(
    digest: Digest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = digest("init", "paper.example")
    assert refused.code == 2
    assert "write https://paper.example" in refused.err
    assert digest("init", "./paper.example").code == 0


def test_a_site_that_keeps_robots_out_is_told_who_asks(digest: Digest, site: Site, tmp_path: Path) -> None:
    site.answer = lambda handler: handler.send_error(403)
    host = f"127.0.0.1:{site.port}"
    refused = digest("init", f"http://{host}", tmp_path / "paper", "--allow-host", host)
    assert refused.code == 1
    assert f"+http://{host}" in refused.err
    assert "--feed ADDRESS" in refused.err
    private = digest("init", f"http://{host}", tmp_path / "paper")
    assert "--allow-host HOST:PORT" in private.err
