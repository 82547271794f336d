"""The media folder: pictures kept once, whole, under the hash of what they became."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import PictureRefused
from digest.ingest.media import FolderMedia
from digest.model.article import Image
from tests.ingest.exposures import chart, encoded, opened, photo


def store(folder: Path) -> FolderMedia:
    return FolderMedia(folder, "https://news.paper.example/")


def test_a_photograph_is_kept_under_the_hash_of_its_content(tmp_path: Path) -> None:
    image = Image(url="x", alt="A", credit="C", caption="D")
    kept = store(tmp_path / "media").keep(image, encoded(photo(2400, 1200)))
    (file,) = (tmp_path / "media").iterdir()
    assert kept == Image(
        url=f"https://news.paper.example/media/{file.name}",
        alt="A",
        credit="C",
        caption="D",
        width=1200,
        height=600,
    )
    assert file.name == f"{hashlib.sha256(file.read_bytes()).hexdigest()[:32]}.jpg"
    assert file.stat().st_mode & 0o777 == 0o644
    assert opened(file.read_bytes()).format == "JPEG"


def test_a_chart_is_kept_as_a_png(tmp_path: Path) -> None:
    kept = store(tmp_path).keep(Image(url="x"), encoded(chart(900, 600), "PNG"))
    (file,) = tmp_path.iterdir()
    assert file.name == f"{hashlib.sha256(file.read_bytes()).hexdigest()[:32]}.png"
    assert kept.url.endswith(file.name)
    assert opened(file.read_bytes()).format == "PNG"


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    raw = encoded(photo(300, 200))
    first = store(tmp_path).keep(Image(url="x"), raw)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    assert store(tmp_path).keep(Image(url="x"), raw) == first
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"half")
    store(tmp_path).keep(Image(url="x"), raw)
    assert opened(file.read_bytes()).size == (300, 200)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_no_picture_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused, match="no JPEG"):
        store(tmp_path / "media").keep(Image(url="x"), b"hello")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(PictureRefused, match="cannot be kept"):
        store(tmp_path / "media").keep(Image(url="x"), encoded(photo(300, 200)))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PictureRefused, match="No space left"):
        store(tmp_path).keep(Image(url="x"), encoded(photo(300, 200)))
    assert list(tmp_path.iterdir()) == []


def test_a_newsroom_without_pictures_does_not_wait_for_the_darkroom() -> None:
    script = "import sys, digest.ingest.media; assert 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)  # noqa: S603 - our own script
