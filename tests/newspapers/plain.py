"""The Harbor Light on pages of its own making, with an ugly feed or only a news sitemap beside them."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from tests.ingest.intake import say
from tests.newspapers.serving import Question, picture, show
from tests.newspapers.stories import SECTIONS, Newsroom, Story

_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@dataclass
class PlainPaper:
    """A paper without a known CMS; `site.answer = paper.answer` serves it.

    `feed` serves a feed of beginnings: windows-1252, escaped twice, without guids, with a stray ampersand and
    a time zone of letters. Of the newest stories it leaves `omitted` out. `sitemap` serves a news sitemap.
    """

    newsroom: Newsroom
    feed: bool = True
    sitemap: bool = False
    omitted: int = 0

    def answer(self, handler: Any) -> None:
        """Answer one request."""
        question = Question(handler)
        story = self.newsroom.find(slug=question.path.rpartition("/")[2])
        if question.path == "/":
            show(question, self._home())
        elif question.path == "/feed.xml" and self.feed:
            say(handler, self._feed(question.root), Content_Type="application/rss+xml")
        elif question.path == "/robots.txt" and self.sitemap:
            body = f"User-agent: *\nSitemap: {question.root}/news-sitemap.xml\n".encode()
            say(handler, body, Content_Type="text/plain")
        elif question.path == "/news-sitemap.xml" and self.sitemap:
            say(handler, self._sitemap(question.root), Content_Type="application/xml")
        elif question.path.startswith("/media/"):
            picture(question)
        elif story is not None and story.state == "published":
            show(question, self._page(story, question.root))
        else:
            show(question, "<title>Page not found</title><h1>Page not found</h1>", 404)

    def address(self, story: Story, root: str) -> str:
        """Return a story's address."""
        return f"{root}/{story.section}/{story.slug}"

    def _home(self) -> str:
        links = "".join(
            f'<li><a href="/{slug}/">{html.escape(name)}</a></li>' for slug, name in SECTIONS.items()
        )
        feed = '<link rel="alternate" type="application/rss+xml" title="All news" href="/feed.xml">'
        return (
            '<!DOCTYPE html><html lang="en-US"><head><title>Home - The Harbor Light</title>'
            '<meta property="og:site_name" content="The Harbor Light"><meta name="theme-color" content="#0b4f6c">'
            f"{feed if self.feed else ''}</head><body><header><img class='logo' src='/media/logo.png' alt=''></header>"
            f"<nav><ul>{links}</ul></nav><footer>1 Quay Street, Providence, Rhode Island 02903</footer></body></html>"
        )

    def _feed(self, root: str) -> bytes:
        items = []
        for story in self.newsroom.standing()[self.omitted :]:
            beginning = html.escape(f"<p>{story.paragraphs[0][:120]}…</p>")
            when = format_datetime(story.published).replace("+0000", "GMT")
            items.append(
                f"<item><title>{html.escape(html.escape(story.headline))}</title>"
                f"<link>{self.address(story, root)}?utm_source=rss&amp;utm_medium=feed</link>"
                f"<category>homepage</category><category>{html.escape(SECTIONS[story.section])}</category>"
                f"<description>{beginning}</description><pubDate>{when}</pubDate></item>"
            )
        text = (
            '\n <?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel>'
            f"<title>News & views</title><link>{root}/</link>{''.join(items)}</channel></rss>"
        )
        return text.encode("windows-1252", "xmlcharrefreplace")

    def _sitemap(self, root: str) -> bytes:
        entries = "".join(
            f"<url><loc>{self.address(story, root)}</loc><n:news><n:publication><n:name>The Harbor Light</n:name>"
            f"<n:language>en</n:language></n:publication><n:publication_date>{story.published.isoformat()}"
            f"</n:publication_date><n:title>{html.escape(story.headline)}</n:title></n:news></url>"
            for story in self.newsroom.standing()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:n="{_NEWS}">{entries}</urlset>'
        ).encode()

    def _page(self, story: Story, root: str) -> str:
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.headline,
            "datePublished": story.published.isoformat(),
            "dateModified": story.modified.isoformat(),
            "articleSection": SECTIONS[story.section],
            "author": [
                {"@type": "Organization" if name == "The Harbor Light" else "Person", "name": name}
                for name in story.authors
            ],
        }
        image = f"{root}/media/{story.media}.jpg"
        if story.picture:
            data["image"] = image
        figure = (
            f"<figure><img src='{image}' alt='{html.escape(story.alt)}' width='1200' height='800'>"
            f"<figcaption>{story.caption} <span class='credit'>Photo by {story.credit}</span></figcaption></figure>"
        )
        headline = html.escape(story.headline)
        return (
            f"<!DOCTYPE html><html lang='en'><head><title>{headline} - The Harbor Light</title>"
            f"<meta property='og:title' content='{headline}'><link rel='canonical' href='{self.address(story, root)}'>"
            f"<script type='application/ld+json'>{json.dumps(data).replace('<', chr(92) + 'u003c')}</script></head><body>"
            f"<nav><a href='/'>Home</a></nav><main><article><h1>{headline}</h1>"
            f"<p class='byline'>By {html.escape(' and '.join(story.authors))}</p>"
            f"<div class='share'>Share on Facebook</div>{figure if story.picture else ''}"
            f"<div class='article-body'>{story.html}"
            "<p>To stay up-to-date, subscribe to our daily newsletter.</p></div></article>"
            "<section class='related'><h3>Related</h3><a href='/news/x'>Another story of the harbor</a></section>"
            "<div id='comments'><h3>2 Comments</h3><div class='comment'><p>First!</p></div></div></main></body></html>"
        )
