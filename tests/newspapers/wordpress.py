"""The Harbor Light on WordPress: its REST interface, with what plugins for newspapers add."""

# The quotation marks of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.newspapers.serving import Question, page_of, picture, show, tell
from tests.newspapers.stories import SECTIONS, Newsroom, Story

_LOCAL = timedelta(hours=-5)
_NUMBERS = {slug: number for number, slug in enumerate(SECTIONS, start=3)}


@dataclass
class WordpressPaper:
    """A paper on WordPress; `site.answer = paper.answer` serves it.

    `etags` names versions, as a cache before WordPress does (it does not by itself); `headers` tells the
    totals; `closed` refuses the REST interface.
    """

    newsroom: Newsroom
    etags: bool = True
    headers: bool = True
    closed: bool = False

    def answer(self, handler: Any) -> None:
        """Answer one request."""
        question = Question(handler)
        path = question.asked.get("rest_route", question.path.removeprefix("/wp-json"))
        if question.path in {"", "/"} and "rest_route" not in question.asked:
            show(question, self._home(question.root))
        elif question.path.startswith("/wp-content/"):
            picture(question)
        elif (story := self.newsroom.find(slug=question.path.strip("/"))) and story.state == "published":
            show(question, page_of(story))
        elif not question.path.startswith("/wp-json") and "rest_route" not in question.asked:
            show(question, "<title>Page not found</title>", 404)
        elif self.closed:
            tell(question, {"code": "rest_forbidden", "data": {"status": 403}}, 403)
        elif path.strip("/") == "":
            tell(
                question,
                {"name": "The Harbor Light", "namespaces": ["wp/v2"], "timezone_string": "America/New_York"},
            )
        elif path == "/wp/v2/categories":
            self._categories(question)
        elif path == "/wp/v2/posts":
            self._posts(question)
        elif found := re.fullmatch(r"/wp/v2/posts/(\d+)", path):
            self._post(question, self.newsroom.find(number=int(found[1]) - 1))
        else:
            tell(question, {"code": "rest_no_route", "data": {"status": 404}}, 404)

    def told(self, story: Story, root: str) -> dict[str, Any]:
        """Return a story as WordPress tells it: rendered lines are escaped, `_gmt` times have no zone."""
        number = story.number + 1
        link = f"{root}/{story.slug}/"
        embedded: dict[str, Any] = {
            "author": [{"id": 5, "name": "admin"}],
            "wp:term": [
                [
                    {
                        "id": _NUMBERS[story.section],
                        "taxonomy": "category",
                        "name": html.escape(SECTIONS[story.section]),
                    }
                ],
                [{"id": 90, "taxonomy": "post_tag", "name": "Tides"}],
            ],
        }
        if story.picture:
            base = f"{root}/wp-content/uploads/{story.media}"
            embedded["wp:featuredmedia"] = [
                {
                    "id": 400 + number,
                    "media_type": "image",
                    "alt_text": story.alt,
                    "caption": {"rendered": f"<p>{story.caption} (Photo by {story.credit})</p>\n"},
                    "source_url": f"{base}.jpg",
                    "media_details": {
                        "width": 4800,
                        "height": 3200,
                        "sizes": {
                            "thumbnail": {"width": 150, "height": 150, "source_url": f"{base}-150x150.jpg"},
                            "square": {"width": 1800, "height": 1800, "source_url": f"{base}-1800x1800.jpg"},
                            "large": {"width": 1024, "height": 683, "source_url": f"{base}-1024x683.jpg"},
                            "1536x1536": {
                                "width": 1536,
                                "height": 1024,
                                "source_url": f"{base}-1536x1024.jpg",
                            },
                            "full": {"width": 4800, "height": 3200, "source_url": f"{base}.jpg"},
                        },
                    },
                }
            ]
        return {
            "id": number,
            "date": _naive(story.published + _LOCAL),
            "date_gmt": _naive(story.published),
            "guid": {"rendered": f"{root}/?p={number}"},
            "modified": _naive(story.modified + _LOCAL),
            "modified_gmt": _naive(story.modified),
            "slug": story.slug,
            "status": "publish",
            "type": "post",
            "link": link,
            "title": {"rendered": html.escape(story.headline, quote=False).replace("’", "&#8217;")},
            "content": {"rendered": story.html, "protected": False},
            "excerpt": {"rendered": f"<p>{story.abstract}</p>\n", "protected": False},
            "sticky": story.pick,
            "categories": [_NUMBERS[story.section]],
            "wps_subtitle": story.subhead,
            "coauthors": [{"id": 8, "display_name": name} for name in story.authors],
            "_embedded": embedded,
        }

    def _posts(self, question: Question) -> None:
        asked = question.asked
        stories = self.newsroom.standing(changed=asked.get("orderby") == "modified")
        if "modified_after" in asked:
            since = datetime.fromisoformat(asked["modified_after"])
            stories = [story for story in stories if story.modified > since]
        if "after" in asked:
            stories = [story for story in stories if story.published > datetime.fromisoformat(asked["after"])]
        if "categories" in asked:
            wanted = {int(number) for number in asked["categories"].split(",")}
            stories = [story for story in stories if _NUMBERS[story.section] in wanted]
        size, page = question.number("per_page", 10), question.number("page", 1)
        pages = -(-len(stories) // size)
        if page > max(1, pages):
            tell(question, {"code": "rest_post_invalid_page_number", "data": {"status": 400}}, 400)
            return
        totals = {"X_WP_Total": str(len(stories)), "X_WP_TotalPages": str(pages)} if self.headers else {}
        chosen = stories[(page - 1) * size : page * size]
        tell(question, [self.told(story, question.root) for story in chosen], etag=self.etags, headers=totals)

    def _post(self, question: Question, story: Story | None) -> None:
        if story is None or story.state == "deleted":
            tell(question, {"code": "rest_post_invalid_id", "data": {"status": 404}}, 404)
        elif story.state == "draft":
            tell(question, {"code": "rest_forbidden", "data": {"status": 401}}, 401)
        else:
            tell(question, self.told(story, question.root), etag=self.etags)

    def _categories(self, question: Question) -> None:
        wanted = question.asked.get("slug", ",".join(SECTIONS)).split(",")
        tell(
            question,
            [
                {"id": _NUMBERS[slug], "slug": slug, "name": html.escape(name), "count": 9}
                for slug, name in SECTIONS.items()
                if slug in wanted
            ],
        )

    def _home(self, root: str) -> str:
        links = "".join(
            f"<a href='{root}/category/{slug}/'>{html.escape(name)}</a>" for slug, name in SECTIONS.items()
        )
        return (
            "<!DOCTYPE html><html lang='en-US'><head><title>The Harbor Light</title>"
            f"<meta name='generator' content='WordPress 6.8'><link rel='https://api.w.org/' href='{root}/wp-json/'>"
            f"</head><body><nav>{links}</nav></body></html>"
        )


def _naive(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
