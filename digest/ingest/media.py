"""Pictures: developed, and kept in a folder under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from digest.errors import PictureRefused
from digest.model.article import Image


class FolderMedia:
    """Keep pictures in a folder that the public pages serve below `/media/`.

    Args:
        folder: where the files go; it is made when the first one comes.
        base_url: the public address of the pages, without a slash at its end.
    """

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")

    def keep(self, image: Image, raw: bytes) -> Image:
        """Develop and keep a picture; return the image with its public URL, width and height.

        What it becomes is told by `darkroom.develop`. The same picture always has the same name, which
        ends in `.jpg` or `.png`.

        Raises:
            PictureRefused: it is no picture worth showing, or it cannot be written.
        """
        from digest.ingest.darkroom import develop  # noqa: PLC0415 - 60 ms that only pictures pay

        made = develop(raw)
        name = f"{hashlib.sha256(made.content).hexdigest()[:32]}.{made.suffix}"
        target = self._folder / name
        try:
            if not target.exists() or target.stat().st_size != len(made.content):
                _write(target, made.content)
        except OSError as error:
            raise PictureRefused(f"the picture cannot be kept in {self._folder}: {error.strerror}") from error
        return replace(image, url=f"{self._base_url}/media/{name}", width=made.width, height=made.height)


def _write(target: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
