"""A folder of articles as a source: `.txt`, `.md` and `.html` files, their first sub-folder the section."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from digest.errors import ArticleUnreadable, ArticleWithdrawn, SourceError
from digest.ingest.plain import tidy
from digest.log import one_line
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory

MAX_FILE = 5_000_000
MAX_PICTURE = 30_000_000
MAX_ARTICLES = 5_000
SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm"})
PICTURE_FOLDERS = ("images", "pictures", "photos", "media")
# Raise it whenever the readers change, so that unchanged files are read anew.
_READERS = "1"
_UTC = ZoneInfo("UTC")


def read_article(raw: bytes, suffix: str, *, source: str, guid: str, zone: tzinfo) -> Article:
    """Read the bytes of one article file by its suffix; raises `ArticleUnreadable`."""
    if suffix in {".md", ".markdown"}:
        from digest.ingest.markdown import read_markdown  # noqa: PLC0415 # each reader loads its own library

        return read_markdown(raw, source=source, guid=guid, zone=zone)
    if suffix in {".html", ".htm"}:
        from digest.ingest.page import read_page  # noqa: PLC0415 # likewise

        return read_page(raw, source=source, guid=guid)
    if suffix in {".txt", ".text", ""}:
        from digest.ingest.text import read_text  # noqa: PLC0415 # likewise

        return read_text(raw, source=source, guid=guid)
    raise ArticleUnreadable(f"{suffix} files are not read; save the article as .txt, .md or .html")


def read_file(path: Path, *, most: int = 0) -> bytes:
    """Return the bytes of a regular file.

    Raises `SourceError` if it cannot be read or has more than `most` bytes (0: what an article may have).
    """
    most = most or MAX_FILE
    try:
        if not path.is_file():
            raise SourceError(f"{path.name} is no file" if path.exists() else f"{path.name} does not exist")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if len(raw) > most:
        raise SourceError(
            f"{path.name} is larger than {most // 1_000_000} MB; make it smaller or move it away"
        )
    return raw


class FolderSource:
    """Read a folder and everything below it, in the order of the paths.

    Args:
        name: name of the source.
        path: the folder.
        section: section of articles that name none and lie in no sub-folder.
        zone: the paper's zone, for times written without one.
    """

    def __init__(self, name: str, path: Path, section: str = "", zone: tzinfo = _UTC) -> None:
        self._name = name
        self._path = path
        self._section = section
        self._zone = zone

    @property
    def name(self) -> str:
        """The source's name."""
        return self._name

    def read(self, memory: SourceMemory) -> Reading:
        """Read every article; files that hold none are troubles, hidden ones are passed over.

        The memory is a digest of paths, sizes and times: if nothing changed, nothing is read.

        Raises:
            SourceError: the folder is not there or cannot be listed.
        """
        root = self._root()
        troubles: list[str] = []
        files = [path for path in _walk(root, troubles.append) if path.suffix.lower() in SUFFIXES]
        if len(files) > MAX_ARTICLES:
            troubles.append(f"{len(files)} files are too many; the first {MAX_ARTICLES} were read")
            files = files[:MAX_ARTICLES]
        state = _state(root, files, self._section, str(self._zone))
        if memory.mark == state:
            return Reading(memory=memory, unchanged=True)
        articles: list[Article] = []
        seen: set[str] = set()
        for path in files:
            relative = path.relative_to(root).as_posix()
            try:
                article = self._article(path, relative)
            except SourceError as error:
                troubles.append(one_line(f"{relative}: {error}"))
                continue
            if article.guid in seen:
                troubles.append(
                    one_line(f"{relative}: its guid {article.guid!r} belongs to another file; change one")
                )
                continue
            seen.add(article.guid)
            articles.append(article)
        return Reading(articles=tuple(articles), memory=SourceMemory(mark=state), troubles=tuple(troubles))

    def complete(self, article: Article) -> Article:
        """Return the article as it is: a file is whole."""
        return article

    def recheck(self, article: Article) -> Article:
        """Read an article's file again, which may have moved; raises `ArticleWithdrawn` when it is gone."""
        found = self.read(SourceMemory()).articles
        same = next((one for one in found if one.guid == article.guid), None)
        if same is None:
            raise ArticleWithdrawn(f"no file of {self._name} holds {one_line(article.guid)} any more")
        return same

    def open_picture(self, image: Image) -> bytes:
        """Return the bytes of a picture of this folder; raises `SourceError` for any other.

        Pictures lie below the folder, or beside it in one called images, pictures, photos or media.
        """
        root = self._root()
        path = (root / image.url).resolve()
        places = (root, *(root.parent / name for name in PICTURE_FOLDERS))
        if urlsplit(image.url).scheme or not any(path.is_relative_to(place) for place in places):
            raise SourceError(
                f"picture {one_line(image.url)} lies outside the folder of {self._name}; move it there"
            )
        return read_file(path, most=MAX_PICTURE)

    def _root(self) -> Path:
        try:
            root = self._path.resolve(strict=True)
        except OSError as error:
            raise SourceError(
                f"folder {self._path} of source {self._name} does not exist; create it"
            ) from error
        if not root.is_dir():
            raise SourceError(f"{self._path} of source {self._name} is no folder")
        return root

    def _article(self, path: Path, relative: str) -> Article:
        article = read_article(
            read_file(path), path.suffix.lower(), source=self._name, guid=relative, zone=self._zone
        )
        folder = PurePosixPath(relative).parts[:-1]
        default = folder[0].replace("-", " ").replace("_", " ").strip().title() if folder else self._section
        image = article.image
        if image is not None:
            image = _beside(image, PurePosixPath(relative).parent)
        return replace(
            article,
            sections=article.sections or ((tidy(default),) if default else ()),
            image=image,
        )


def _beside(image: Image, folder: PurePosixPath) -> Image | None:
    """Return the image with its path as seen from the source's folder; None where it cannot lie there."""
    scheme = urlsplit(image.url).scheme
    if scheme in {"http", "https"}:
        return image
    path = posixpath.normpath((folder / unquote(urlsplit(image.url).path)).as_posix())
    first = PurePosixPath(path).parts[:2]
    beside = len(first) == 2 and first[0] == ".." and first[1] in PICTURE_FOLDERS  # noqa: PLR2004 # ../images
    if scheme or path.startswith("/") or path == "." or (first[:1] == ("..",) and not beside):
        return None
    return replace(image, url=path)


def _walk(root: Path, trouble: Callable[[str], None]) -> Iterator[Path]:
    """Yield the visible files below a folder, sorted; links that lead outside it are troubles."""

    def refused(error: OSError) -> None:
        trouble(one_line(f"{error.filename}: cannot be listed: {error.strerror}"))

    found: list[Path] = []
    for folder, names, files in os.walk(root, onerror=refused):
        names[:] = sorted(n for n in names if not n.startswith("."))
        for name in [*names, *files]:
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                where = path.relative_to(root).as_posix()
                trouble(one_line(f"{where}: a link that leads outside the folder; it was not followed"))
            elif name in files and not name.startswith("."):
                found.append(path)
    yield from sorted(found)


def _state(root: Path, files: list[Path], *settings: str) -> str:
    state = hashlib.sha256(repr((_READERS, settings)).encode())
    for path in files:
        try:
            found = path.stat()
        except OSError:
            continue
        state.update(
            f"{path.relative_to(root).as_posix()}\0{found.st_size}\0{found.st_mtime_ns}\n".encode(
                "utf-8", "surrogateescape"
            )
        )
    return state.hexdigest()[:32]
