"""The Harbor Light on SNworks: sections and articles as JSON, in each of the shapes its sites have."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.newspapers.serving import Question, page_of, picture, show, tell
from tests.newspapers.stories import SECTIONS, Newsroom, Story

MEDIA = "https://snworksceo.imgix.net/hbl"


@dataclass
class SnworksPaper:
    """A paper on SNworks; `site.answer = paper.answer` serves it.

    `epoch` writes times as seconds, `wrapped` puts each answer into a list, `whole` gives bodies in
    listings, `curt` nowhere, `etags` names versions, `own_pictures` keeps pictures on the site itself, `per_page` is the
    most a page holds, `numbered` tells the number of the last page.
    """

    newsroom: Newsroom
    epoch: bool = False
    wrapped: bool = False
    whole: bool = True
    etags: bool = True
    curt: bool = False
    own_pictures: bool = False
    per_page: int = 100
    numbered: bool = True

    def answer(self, handler: Any) -> None:
        """Answer one request."""
        question = Question(handler)
        head, *rest = question.path.strip("/").split("/")
        if head == "":
            show(question, self._home(question.root))
        elif head == "section" and rest[-1].removesuffix(".json") in SECTIONS:
            self._section(question, rest[-1].removesuffix(".json"))
        elif head == "article" and (story := self._named(rest)) is not None:
            if question.path.endswith(".json"):
                self._say(question, {"article": self.told(story, question.root, whole=not self.curt)})
            else:
                show(question, page_of(story))
        elif head == "media":
            picture(question)
        else:
            tell(question, {"error": "not found"}, 404)

    def told(self, story: Story, root: str, *, whole: bool = True) -> dict[str, Any]:
        """Return a story as SNworks tells it: text lines may hold markup and entities, times mean UTC."""
        item: dict[str, Any] = {
            "id": str(7000 + story.number),
            "uuid": story.uuid,
            "slug": story.slug,
            "headline": html.escape(story.headline, quote=False),
            "subhead": f"<p>{story.subhead}</p>",
            "abstract": f"<p>{story.abstract}</p>",
            "content": story.html if whole else "",
            "weight": "1" if story.pick else "0",
            "authors": [{"id": "1", "name": name, "slug": "someone"} for name in story.authors],
            "tags": [{"name": name} for name in story.tags],
            "dominantMedia": None,
        }
        if self.epoch:
            item |= {
                "published": str(int(story.published.timestamp())),
                "modified": story.modified.timestamp(),
            }
        else:
            item |= {"published_at": _naive(story.published), "modified_at": _naive(story.modified)}
        if story.picture:
            item["dominantMedia"] = {
                "type": "image",
                "attachment_uuid": story.media,
                "extension": "jpg",
                "content": f"<p>{story.caption}</p>",
                "authors": [{"name": story.credit}],
            }
            if self.own_pictures:
                item["dominantMedia"]["sourceURL"] = f"{root}/media/{story.media}.jpg"
        return item

    def _section(self, question: Question, slug: str) -> None:
        stories = [story for story in self.newsroom.standing() if story.section == slug]
        size = min(question.number("per_page", 20), self.per_page)
        page = question.number("page", 1)
        data: dict[str, Any] = {
            "section": {"title": html.escape(SECTIONS[slug]), "slug": slug},
            "articles": [
                self.told(story, question.root, whole=self.whole)
                for story in stories[(page - 1) * size : page * size]
            ],
        }
        if self.numbered:
            data["pagination"] = {"current": page, "last": max(1, -(-len(stories) // size))}
        self._say(question, data)

    def _say(self, question: Question, data: dict[str, Any]) -> None:
        tell(question, [data] if self.wrapped else data, etag=self.etags)

    def _named(self, path: list[str]) -> Story | None:
        story = self.newsroom.find(slug=path[-1].removesuffix(".json"))
        month = f"{story.published:%Y/%m}" if story else ""
        return story if story and story.state == "published" and "/".join(path[:-1]) == month else None

    def _home(self, root: str) -> str:
        links = "".join(
            f"<a href='{root}/section/{slug}'>{html.escape(name)}</a>" for slug, name in SECTIONS.items()
        )
        return (
            "<!DOCTYPE html><html lang='en'><head><title>The Harbor Light</title>"
            f"<link rel='alternate' type='application/rss+xml' href='{root}/plugin/feeds/news.xml'></head><body>"
            f"<nav>{links}</nav><img src='{MEDIA}/11111111-2222-4333-8444-555555555555.sized-1000x1000.jpg?w=200'>"
            "<footer>Powered by SNworks</footer></body></html>"
        )


def _naive(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
