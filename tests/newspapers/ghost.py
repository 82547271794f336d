"""The Harbor Light on Ghost: its Content API."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.newspapers.serving import Question, page_of, picture, show, tell
from tests.newspapers.stories import SECTIONS, Newsroom, Story

KEY = "0123456789abcdef0123456789"
_API = "/ghost/api/content"


@dataclass
class GhostPaper:
    """A paper on Ghost; `site.answer = paper.answer` serves it. `etags` names versions."""

    newsroom: Newsroom
    etags: bool = True

    def answer(self, handler: Any) -> None:
        """Answer one request."""
        question = Question(handler)
        path = question.path.removeprefix(_API)
        if question.path in {"", "/"}:
            show(question, self._home(question.root))
        elif question.path.startswith("/content/images/"):
            picture(question)
        elif not question.path.startswith(_API):
            story = self.newsroom.find(slug=question.path.strip("/"))
            standing = story is not None and story.state == "published"
            show(
                question,
                page_of(story) if story and standing else "<title>404</title>",
                200 if standing else 404,
            )
        elif question.asked.get("key") != KEY:
            tell(question, {"errors": [{"message": "Unknown Content API Key"}]}, 401)
        elif path == "/settings/":
            tell(
                question,
                {"settings": {"title": "The Harbor Light", "lang": "en", "timezone": "America/New_York"}},
            )
        elif path == "/posts/":
            self._posts(question)
        else:
            self._post(question, path.strip("/").rpartition("/")[2])

    def told(self, story: Story, root: str) -> dict[str, Any]:
        """Return a story as Ghost tells it: lines are plain text, times have their offset."""
        tag = {"name": SECTIONS[story.section], "slug": story.section, "visibility": "public"}
        image = f"__GHOST_URL__/content/images/{story.media}.jpg" if story.picture else None
        return {
            "id": id_of(story),
            "uuid": story.uuid,
            "slug": story.slug,
            "url": f"{root}/{story.slug}/",
            "title": story.headline,
            "html": story.html,
            "custom_excerpt": story.abstract,
            "excerpt": story.abstract,
            "feature_image": image,
            "feature_image_alt": story.alt if image else None,
            "feature_image_caption": f"{story.caption} <span>Photo by <a href='#'>{story.credit}</a></span>",
            "featured": story.pick,
            "visibility": "public",
            "access": True,
            "published_at": _offset(story.published),
            "updated_at": _offset(story.modified),
            "authors": [{"name": name, "slug": "someone"} for name in story.authors],
            "tags": [
                {"name": "Tides", "visibility": "public"},
                tag,
                {"name": "#wide", "slug": "hash-wide", "visibility": "internal"},
            ],
            "primary_tag": tag,
        }

    def _posts(self, question: Question) -> None:
        asked = question.asked
        wanted = asked.get("filter", "")
        stories = self.newsroom.standing(changed=asked.get("order") == "updated_at desc")
        if since := re.search(r"updated_at:>'([^']+)'", wanted):
            moment = datetime.fromisoformat(since[1]).replace(tzinfo=UTC)
            stories = [story for story in stories if story.modified > moment]
        if tags := re.search(r"tag:\[([^]]+)\]", wanted):
            stories = [story for story in stories if story.section in tags[1].split(",")]
        size, page = min(question.number("limit", 15), 100), question.number("page", 1)
        pages = max(1, -(-len(stories) // size))
        data = {
            "posts": [self.told(story, question.root) for story in stories[(page - 1) * size : page * size]],
            "meta": {"pagination": {"page": page, "limit": size, "pages": pages, "total": len(stories)}},
        }
        tell(question, data, etag=self.etags)

    def _post(self, question: Question, number: str) -> None:
        story = next((story for story in self.newsroom.standing() if id_of(story) == number), None)
        if story is None:
            tell(
                question, {"errors": [{"message": "Resource not found error", "type": "NotFoundError"}]}, 404
            )
        else:
            tell(question, {"posts": [self.told(story, question.root)]}, etag=self.etags)

    def _home(self, root: str) -> str:
        links = "".join(
            f"<a href='{root}/tag/{slug}/'>{html.escape(name)}</a>" for slug, name in SECTIONS.items()
        )
        return (
            "<!DOCTYPE html><html lang='en'><head><title>The Harbor Light</title>"
            f"<meta name='generator' content='Ghost 6.0'><script data-key='{KEY}' data-api='{root}{_API}/'></script>"
            f"</head><body><nav>{links}</nav></body></html>"
        )


def id_of(story: Story) -> str:
    """Return a story's id at Ghost."""
    return f"{0x5DDC9141 + story.number:024x}"


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
