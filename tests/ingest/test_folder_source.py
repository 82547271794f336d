"""A folder as a source: order, sections, links that lead out, pictures, and nothing read twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.config import CollectSettings
from digest.errors import ArticleUnreadable, ArticleWithdrawn, SourceError
from digest.ingest import folder as folder_module
from digest.ingest.fetch import Fetcher
from digest.ingest.folder import FolderSource
from digest.ingest.inputs import read_input
from digest.model.article import Image
from digest.ports import Source, SourceMemory
from tests.ingest.intake import Site, home, say, seeds, shared

TEXT = "Bridge reopens\n\nBy Ana Núñez\nMay 4, 2026\n\nThe harbour bridge reopened on Monday.\n"
PAGE = (
    "<html lang=en><title>Bridge reopens</title><h1>Bridge reopens</h1><article><p>{}</p></article>".format(
        "The harbour bridge reopened on Monday after nine months of repairs. " * 12
    )
)
NOTHING = SourceMemory()


def write(root: Path, name: str, content: str | bytes = TEXT) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_articles_come_sorted_with_their_sub_folder_as_section(tmp_path: Path) -> None:
    write(tmp_path, "student-life/b.txt")
    write(tmp_path, "news/2026/a.md", "---\ntitle: A\nsection: Own\n---\nText.")
    write(tmp_path, "news/c.HTML", PAGE)
    write(tmp_path, "z.txt")
    write(tmp_path, ".hidden.txt")
    write(tmp_path, ".git/x.txt")
    write(tmp_path, "notes.pdf")
    reading = FolderSource("desk", tmp_path, "Other").read(NOTHING)
    assert reading.troubles == ()
    assert [(a.guid, a.sections) for a in reading.articles] == [
        ("news/2026/a.md", ("Own",)),
        ("news/c.HTML", ("News",)),
        ("student-life/b.txt", ("Student Life",)),
        ("z.txt", ("Other",)),
    ]
    assert {a.source for a in reading.articles} == {"desk"}
    assert FolderSource("desk", tmp_path).read(NOTHING).articles[-1].sections == ()
    assert FolderSource("desk", tmp_path).name == "desk"


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt")
    source = FolderSource("desk", tmp_path)
    first = source.read(NOTHING)
    assert source.read(first.memory).unchanged
    os.utime(path, ns=(1, 1))
    assert not source.read(first.memory).unchanged
    write(tmp_path, "b.txt")
    second = source.read(first.memory)
    assert len(second.articles) == 2
    path.unlink()
    assert len(source.read(second.memory).articles) == 1
    assert not FolderSource("desk", tmp_path, zone=ZoneInfo("Asia/Tokyo")).read(second.memory).unchanged


def test_the_mark_is_all_a_folder_remembers(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    memory = FolderSource("desk", tmp_path).read(NOTHING).memory
    assert memory == SourceMemory(mark=memory.mark)
    assert len(memory.mark) == 32
    assert not FolderSource("desk", tmp_path).read(SourceMemory(mark="another")).unchanged


def test_a_file_is_whole(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    source: Source = FolderSource("desk", tmp_path)
    (article,) = source.read(NOTHING).articles
    assert not article.teaser
    assert source.complete(article) is article


def test_a_file_is_looked_at_again_even_where_it_was_moved(tmp_path: Path) -> None:
    path = write(tmp_path, "news/a.md", "---\ntitle: A\nguid: bridge\n---\nText.")
    source = FolderSource("desk", tmp_path)
    (article,) = source.read(NOTHING).articles
    assert source.recheck(article) == article
    path.rename(tmp_path / "b.md")
    write(tmp_path, "b.md", "---\ntitle: A, corrected\nguid: bridge\n---\nText.")
    assert source.recheck(article).headline == "A, corrected"


def test_a_file_that_is_gone_is_a_withdrawal(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt")
    source = FolderSource("desk", tmp_path)
    (article,) = source.read(NOTHING).articles
    path.unlink()
    with pytest.raises(ArticleWithdrawn, match=r"a\.txt"):
        source.recheck(article)


def test_unreadable_files_are_troubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "empty.txt", "")
    write(tmp_path, "large.txt", "x" * 3000)
    write(tmp_path, "good.txt")
    write(tmp_path, "same.md", "---\ntitle: A\nguid: good.txt\n---\nText.")
    monkeypatch.setattr(folder_module, "MAX_FILE", 2000)
    reading = FolderSource("desk", tmp_path).read(NOTHING)
    assert [a.guid for a in reading.articles] == ["good.txt"]
    assert [t.partition(":")[0] for t in reading.troubles] == ["empty.txt", "large.txt", "same.md"]


def test_large_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "large.txt", b"x" * 1001)
    with pytest.raises(SourceError, match="larger than"):
        folder_module.read_file(path, most=1000)
    with pytest.raises(SourceError, match="does not exist"):
        folder_module.read_file(tmp_path / "none.txt")
    with pytest.raises(SourceError, match="is no file"):
        folder_module.read_file(tmp_path)


def test_files_and_folders_that_may_not_be_read_are_troubles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "good.txt")

    def locked(root: Path, onerror: Any) -> Iterator[tuple[str, list[str], list[str]]]:
        onerror(PermissionError(13, "Permission denied", str(root / "locked")))
        yield str(root), [], ["good.txt"]

    def closed(self: Path, *_args: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("os.walk", locked)
    assert "cannot be listed" in FolderSource("desk", tmp_path).read(NOTHING).troubles[0]
    monkeypatch.setattr(Path, "open", closed)
    assert "cannot be read" in FolderSource("desk", tmp_path).read(NOTHING).troubles[1]


def test_too_many_files_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        write(tmp_path, f"{number}.txt")
    monkeypatch.setattr(folder_module, "MAX_ARTICLES", 3)
    reading = FolderSource("desk", tmp_path).read(NOTHING)
    assert len(reading.articles) == 3
    assert "too many" in reading.troubles[0]


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "outside/secret.txt")
    inside = write(tmp_path, "articles/a.txt").parent
    (inside / "link.txt").symlink_to(secret)
    (inside / "linked").symlink_to(secret.parent)
    (inside / "again.txt").symlink_to(inside / "a.txt")
    (inside / "gone.txt").symlink_to(inside / "nothing.txt")
    reading = FolderSource("desk", inside).read(NOTHING)
    assert [a.guid for a in reading.articles] == ["a.txt", "again.txt"]
    assert len(reading.troubles) == 3


def test_a_folder_that_is_missing_or_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        FolderSource("desk", tmp_path / "none").read(NOTHING)
    with pytest.raises(SourceError, match="no folder"):
        FolderSource("desk", write(tmp_path, "a.txt")).read(NOTHING)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("b.jpg", "news/b.jpg"),
        ("../pics/b%20c.jpg", "pics/b c.jpg"),
        ("../../images/b.jpg", "../images/b.jpg"),
        ("./x/../b.jpg", "news/b.jpg"),
        ("https://img.example/b.jpg", "https://img.example/b.jpg"),
        ("../../secret/b.jpg", None),
        ("../../../etc/passwd", None),
        ("/etc/passwd", None),
        ("file:///etc/passwd", None),
        ("..", None),
    ],
)
def test_picture_paths_count_from_the_article_and_stay_inside(
    tmp_path: Path, written: str, expected: str | None
) -> None:
    write(tmp_path, "articles/news/a.md", f"---\ntitle: A\nimage: {written}\n---\nText.")
    (article,) = FolderSource("desk", tmp_path / "articles").read(NOTHING).articles
    assert (article.image.url if article.image else None) == expected


def test_pictures_are_read_from_inside_only(tmp_path: Path) -> None:
    root = write(tmp_path, "articles/news/b.jpg", b"picture").parent.parent
    write(tmp_path, "images/c.jpg", b"beside")
    write(tmp_path, "secret.jpg", b"secret")
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    source = FolderSource("desk", root)
    assert source.open_picture(Image(url="news/b.jpg")) == b"picture"
    assert source.open_picture(Image(url="../images/c.jpg")) == b"beside"
    for url in (
        "../secret.jpg",
        "link.jpg",
        "/etc/passwd",
        "https://img.example/b.jpg",
        "../images/../secret.jpg",
    ):
        with pytest.raises(SourceError, match="outside"):
            source.open_picture(Image(url=url))
    with pytest.raises(SourceError, match="does not exist"):
        source.open_picture(Image(url="news/none.jpg"))


def test_the_seeds_are_read_without_a_trouble() -> None:
    source = FolderSource("desk", seeds("articles"), zone=ZoneInfo("America/New_York"))
    reading = source.read(NOTHING)
    assert reading.troubles == ()
    assert len(reading.articles) == 25
    by_guid = {a.guid: a for a in reading.articles}
    assert all(a.published_at and a.sections and a.paragraphs for a in reading.articles)
    assert [a.headline for a in reading.articles if a.editors_pick] == [by_guid["hl-2026-0413-001"].headline]
    heat = by_guid["news/heat-plan.txt"]
    assert (heat.byline, heat.authors, heat.published_at) == ("Staff Writer", (), date(2026, 4, 13))
    assert [d.kind.value for d in heat.dropped] == ["call", "comment", "comment", "comment", "corrections"]
    reef = by_guid["science/oyster-reef.txt"]
    assert [d.kind.value for d in reef.dropped].count("comment") == 3
    assert any(p.startswith("2.") for p in reef.paragraphs)
    comet = by_guid["science/comet-outburst.html"]
    assert comet.published_at == datetime(2026, 4, 13, 22, 45, tzinfo=UTC)
    assert comet.image is not None
    assert comet.image.credit == "Tomasz Ferreira-Ward, The Harbor Light"
    assert comet.image.caption == "The dome on Pennyroyal Hill turned by hand crank until last month."
    pictured = [a for a in reading.articles if a.image]
    assert [a.guid for a in pictured if a.image and not a.image.credit] == ["hl-2026-0413-007"]
    for article in pictured:
        assert article.image
        assert source.open_picture(article.image)[:2] == b"\xff\xd8"
    said = "\n".join(a.text for a in reading.articles)
    for banned in ("newsletter.", "Comments are closed", "says:", "Advertisement", "\u00a0", "  "):
        assert banned not in said


def test_one_article_is_read_from_a_file_or_an_address(tmp_path: Path, site: Site) -> None:
    zone = ZoneInfo("America/New_York")
    fetcher = Fetcher(CollectSettings(timeout=3), site.allow, resolve=home)
    article = read_input(str(write(tmp_path, "a.txt")), fetcher=fetcher, zone=zone)
    assert (article.source, article.guid, article.headline) == ("a.txt", "a.txt", "Bridge reopens")
    markdown = write(tmp_path, "b.md", "---\ntitle: B\ndate: 2026-05-04T12:00\n---\nText.")
    assert read_input(str(markdown), fetcher=fetcher, zone=zone).published_at == datetime(
        2026, 5, 4, 16, tzinfo=UTC
    )
    site.answer = lambda h: say(h, PAGE.encode(), Content_Type="text/html; charset=utf-8")
    page = read_input(site.url("/2026/05/04/bridge"), fetcher=fetcher, zone=zone)
    assert (page.source, page.url, page.language) == ("paper.example", site.url("/2026/05/04/bridge"), "en")
    assert page.published_at == date(2026, 5, 4)
    site.answer = lambda h: say(h, TEXT.encode(), Content_Type="text/plain")
    assert read_input(site.url("/a"), fetcher=fetcher, zone=zone).authors == ("Ana Núñez",)
    with pytest.raises(ArticleUnreadable, match=r"\.pdf"):
        read_input(str(write(tmp_path, "c.pdf")), fetcher=fetcher, zone=zone)
    with pytest.raises(SourceError, match="only http and https"):
        read_input("file:///etc/passwd", fetcher=fetcher, zone=zone)
    with pytest.raises(SourceError, match="does not exist"):
        read_input(str(tmp_path / "none.txt"), fetcher=fetcher, zone=zone)


def test_the_seed_dump_is_read_by_its_path() -> None:
    path = shared("seed", "article.txt")
    article = read_input(str(path), fetcher=Fetcher(CollectSettings()), zone=ZoneInfo("UTC"))
    assert article.source == "article.txt"
    assert len(article.paragraphs) == 19
