"""How a played newspaper answers: JSON and pages with their versions, pictures, and what is not there."""

from __future__ import annotations

import functools
import hashlib
import html
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import PIL.Image as pillow  # noqa: N813 # our Image is an article's

from tests.ingest.intake import say
from tests.newspapers.stories import Story


class Question:
    """What was asked: path, first value of each parameter, and the site's own address."""

    def __init__(self, handler: Any) -> None:
        parts = urlsplit(handler.path)
        self.handler = handler
        self.path = parts.path
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.root = f"http://{handler.headers['Host']}"

    def number(self, name: str, default: int) -> int:
        """Return a parameter that is a number."""
        return int(self.asked.get(name, default))


def tell(
    question: Question,
    data: Any,
    status: int = 200,
    *,
    etag: bool = True,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer JSON, or that it has not changed."""
    body = json.dumps(data).encode()
    version = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if etag and status == 200:
        headers = {**(headers or {}), "ETag": version}
        if question.handler.headers.get("If-None-Match") == version:
            say(question.handler, b"", 304, ETag=version)
            return
    say(question.handler, body, status, Content_Type="application/json; charset=utf-8", **(headers or {}))


def show(question: Question, page: str, status: int = 200) -> None:
    """Answer a page."""
    say(question.handler, page.encode(), status, Content_Type="text/html; charset=utf-8")


def page_of(story: Story) -> str:
    """Return a story's own page."""
    authors = " and ".join(story.authors)
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(story.headline)} | The Harbor Light</title>"
        f"<meta property='og:title' content='{html.escape(story.headline)}'></head><body><article>"
        f"<h1>{html.escape(story.headline)}</h1><p class='byline'>By {authors}</p>{story.html}</article></body></html>"
    )


@functools.cache
def jpeg(shade: int = 90, width: int = 1200, height: int = 800) -> bytes:
    """Return a small picture of sea and sky."""
    picture = pillow.new("RGB", (width, height), (shade, 140, 190))
    picture.paste((20, 60, shade), (0, height // 2, width, height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return out.getvalue()


def picture(question: Question) -> None:
    """Answer a picture."""
    say(question.handler, jpeg(), Content_Type="image/jpeg")
