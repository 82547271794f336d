"""Which elements of a page are no part of an article, by their tag, class, id and attributes."""

# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import functools
import re

from lxml.html import HtmlElement

from digest.ingest.plain import words
from digest.model.article import DroppedKind

MARKUP_TAGS = frozenset(
    "script style noscript template iframe frame frameset form svg math object embed applet button "
    "input select textarea nav head title meta link base audio video canvas map dialog portal param "
    "source track datalist fieldset progress meter".split()
)
_NAMED: tuple[tuple[DroppedKind, re.Pattern[str]], ...] = (
    (
        DroppedKind.COMMENT,
        re.compile(
            r"^(?:comments?|comments?-?(?:list|area|section|thread|wrapper|container|body|content|block)|"
            r"comment_?list|disqus_thread|disqus|fb-comments|responses|reader-comments|dsq-\S+|"
            r"(?:comment|kommentar)[-_]?(?:text|item|entry|author|box)|kommentare?|comentarios?|commentaires?)$"
        ),
    ),
    (DroppedKind.MARKUP, re.compile(r"^(?:respond|comment-respond|reply-form)$")),
    (
        DroppedKind.SHARE,
        re.compile(
            r"(?:^|[-_])(?:share|sharing|sharedaddy|addtoany|addthis|sharethis|social|socials|sd-social|"
            r"heateor|ssba|shareaholic)(?:$|[-_])"
        ),
    ),
    (DroppedKind.CALL, re.compile(r"^kg-(?:signup|header)-card$")),
    (DroppedKind.PROMO, re.compile(r"^kg-(?:button|product|cta)-card$")),
    (DroppedKind.MARKUP, re.compile(r"^kg-(?:(?:audio|file)-card|callout-emoji)$")),
    (
        DroppedKind.RELATED,
        re.compile(
            r"(?:^|[-_])(?:related|relatedposts|jp-relatedposts|recommended|recirc|recirculation|yarpp|outbrain|"
            r"taboola|trending|most-popular|popular-posts|read-more|readmore|more-stories|also-like|"
            r"read-next|next-post|post-navigation|nav-links|breadcrumbs?|tags|tag-list|tagcloud|"
            r"post-tags|entry-tags|article-tags|related-posts)(?:$|[-_])"
        ),
    ),
    (
        DroppedKind.CALL,
        re.compile(
            r"(?:^|[-_])(?:newsletter|newsletters|signup|sign-up|subscribe|subscription|mc_embed|mailchimp|"
            r"mc4wp|email-capture|optin)(?:$|[-_])"
        ),
    ),
    (
        DroppedKind.PROMO,
        re.compile(
            r"(?:^|[-_])(?:promo|promos|promotion|advert|advertisement|ad-slot|ads|sponsor|sponsored|donate|"
            r"donation|paywall|pullquote|pull-quote|pquote|cookie|cookies|gdpr|banner|sidebar|popup|modal|"
            r"disclosure)(?:$|[-_])|^(?:(?:sidebar|footer|text|custom)[-_])?widgets?(?:[-_](?:area|wrap|title|text))?$"
        ),
    ),
    (
        DroppedKind.BYLINE,
        re.compile(
            r"^(?:byline|by-line|author|authors|author-?(?:box|bio|info|card|name|description)|"
            r"about-(?:the-)?author|(?:post|entry|article)-(?:meta|byline|author|date)|posted-on|dateline|vcard|"
            r"(?:pp-multiple-authors|saboxplugin|wp-block-post-author)(?:-\S+)?)$"
        ),
    ),
    (
        DroppedKind.CAPTION,
        re.compile(
            r"^(?:wp-caption-text|wp-caption|caption|photo-?credit|image-?credit|photo-?caption|image-?caption|"
            r"media-?credit|media-?caption|gallery-caption|credit)$"
        ),
    ),
    (
        DroppedKind.MARKUP,
        re.compile(
            r"^(?:sr-only|screen-reader-text|visually-?hidden|screenreader|print-only|noprint|no-print)$"
        ),
    ),
)
_FEW = 5
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ALWAYS = frozenset({DroppedKind.COMMENT})
_SAFE_TAGS = frozenset({"html", "body", "main", "article"})


def noise_of(element: HtmlElement) -> DroppedKind | None:
    """Say why an element is no part of the article, going by its own names; None if nothing says so."""
    tag = element.tag
    if tag in MARKUP_TAGS:
        return DroppedKind.MARKUP
    if tag in _SAFE_TAGS:
        return None
    if "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
        return DroppedKind.MARKUP
    named = _named(f"{element.get('class', '')} {element.get('id', '')}")
    if named is DroppedKind.BYLINE and tag == "span" and words(element.tail or "") > _FEW:
        return None  # the place that opens a paragraph: "HARBOR -- The bridge"
    if named is not None:
        return named
    return DroppedKind.PROMO if tag in {"aside", "footer"} else None


@functools.lru_cache(maxsize=10_000)
def _named(written: str) -> DroppedKind | None:
    names = written.lower().split()[:40]
    return next((kind for kind, pattern in _NAMED if any(pattern.search(name) for name in names)), None)


def certain(kind: DroppedKind) -> bool:
    """Say whether a kind is dropped however long it is; others are kept where they hold most of the text."""
    return kind in _ALWAYS
