"""What publishes a site: its name, and what it tells when it is asked itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.ingest.discover.homepage import HomePage
from digest.model.site import FoundSource

# What stands in pages that name no generator: sign, name, and where the feed is kept.
_SIGNS = (
    ("bloximages", "BLOX", "/search/?f=rss&t=article&l=50&s=start_time&sd=desc"),
    ("/pf/resources/", "Arc XP", "/arc/outboundfeeds/rss/?outputType=xml"),
    ("static1.squarespace.com", "Squarespace", ""),
    ("substackcdn.com", "Substack", "/feed"),
    ("wixstatic.com", "Wix", "/blog-feed.xml"),
)
_NAMES = {
    "wordpress.com": "WordPress",
    "wix.com website builder": "Wix",
    "blogger": "Blogger",
    "joomla! - open source content management": "Joomla",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a CMS told of itself, and of the site; what it did not tell is empty.

    `feeds` are the addresses where this CMS keeps its feed, `offset` is how many hours its clock is ahead
    of UTC, `missing` are sentences.
    """

    cms: str = ""
    source: FoundSource | None = None
    feeds: tuple[str, ...] = ()
    name: str = ""
    tagline: str = ""
    language: str = ""
    timezone: str = ""
    offset: float | None = None
    colour: str = ""
    logo: str = ""
    sections: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def recognise(page: HomePage) -> Told:
    """Say what publishes a site from its home page alone: the generator it names, or a known sign."""
    generator = re.split(r"\s*[(;,]|\s+v?\d", page.said("generator"))[0].strip()[:40]
    known = _NAMES.get(generator.lower(), generator)
    fitting = ((n, feed) for sign, n, feed in _SIGNS if (n == known if known else sign in page.text))
    name, feed = next(fitting, (known, ""))
    return Told(cms=name, feeds=(page.beside(feed),) if feed else ())
