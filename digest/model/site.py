"""What was found at a newspaper's site: who the paper is, how it looks, where its articles can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["snworks", "wordpress", "ghost", "sitemap", "feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """A place from which the site's articles can be read.

    `url` is the site's root for SNworks and Ghost, the root of the REST interface for WordPress, else the
    address of the feed or sitemap. `sections` are the slugs to read, none for everything. `key` is Ghost's
    content key, which its pages publish. An `alternate` is read only if the editors say so. `why` is a
    sentence on how it was found.
    """

    kind: SourceKind
    url: str
    why: str
    sections: tuple[str, ...] = ()
    key: str = ""
    alternate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSite:
    """What a site says of itself; what it does not say is empty.

    `url` is the home page after redirects, `cms` the name of what publishes it, `language` a tag of BCP 47,
    `timezone` an IANA name, `colour` is `#rrggbb`, `logo` an address, `sections` are names in the site's
    order. Of the `sources` the best comes first. `found` are sentences on where each of these was read,
    `missing` sentences on what is not there and what to do about it.
    """

    url: str
    cms: str = ""
    name: str = ""
    tagline: str = ""
    language: str = ""
    timezone: str = ""
    colour: str = ""
    logo: str = ""
    sections: tuple[str, ...] = ()
    sources: tuple[FoundSource, ...] = ()
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
