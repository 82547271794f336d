"""Choose parts by the settings: the signer, the newsletters, the sources, what reads one article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.config import CONFIG_NAME, WEEKDAYS, NewsletterSettings, Settings, SourceSettings, read_secret
from digest.errors import SettingsError
from digest.model.newsletter import Newsletter
from digest.tokens import Signer

if TYPE_CHECKING:
    from digest.ingest.fetch import Fetcher
    from digest.ingest.pace import Pace
    from digest.model.article import Article
    from digest.model.site import FoundSite
    from digest.ports import Clock, Source
    from digest.summarise.extractive import ExtractiveSummariser


class _Alike(TypedDict):
    """What every source on a site is told."""

    section: str
    max_articles: int
    clock: Clock


def choose_signer(settings: Settings) -> Signer:
    """Return what signs links; raises `SettingsError` without a key."""
    newest = read_secret(settings.secrets.key, settings.secrets.key_file, settings)
    if not newest:
        if not (settings.root / CONFIG_NAME).exists():
            raise SettingsError(
                f"there is no {CONFIG_NAME} here; change into the paper's folder, or run `digest init`"
            )
        raise SettingsError("there is no secret key; run `digest init` here, or set DIGEST_SECRETS__KEY")
    older = []
    for file in settings.secrets.old_key_files:
        path = settings.path(file)
        if not path.exists():
            raise SettingsError(f"secrets.old_key_files: {path} does not exist; put it back or take it out")
        older.append(path.read_text(encoding="utf-8").strip())
    # Ids count from the oldest key, so that a key keeps its id when a newer one is put before it.
    ordered = [newest, *older]
    return Signer(tuple((len(ordered) - 1 - place, key.encode()) for place, key in enumerate(ordered)))


def choose_newsletter(chosen: NewsletterSettings, settings: Settings) -> Newsletter:
    """Return a newsletter as its settings describe it."""
    return Newsletter(
        name=chosen.name,
        title=chosen.title or settings.paper.name,
        tagline=settings.paper.tagline,
        zone=ZoneInfo(settings.paper.timezone),
        language=settings.paper.language,
        send_at=chosen.send_at,
        weekdays=tuple(WEEKDAYS.index(day) for day in chosen.weekdays),
        sections=chosen.sections,
        max_stories=chosen.max_stories,
        max_per_section=chosen.max_per_section,
        max_headlines=chosen.max_headlines,
        summary_sentences=chosen.summary_sentences,
        summary_words=chosen.summary_words,
        first_window=timedelta(hours=chosen.first_window_hours),
        catch_up=timedelta(hours=chosen.catch_up_hours),
        expires_after=timedelta(hours=chosen.expires_after_hours),
        approval=chosen.approval,
    )


def choose_pace(settings: Settings) -> Pace:
    """Return the pauses that all fetchers of a newsroom share."""
    from digest.ingest.pace import Pace

    return Pace(settings.collect.pause)


def choose_source(
    chosen: SourceSettings, settings: Settings, *, clock: Clock, pace: Pace | None = None
) -> Source:
    """Return what reads a source."""
    if chosen.kind == "folder":
        from digest.ingest.folder import FolderSource

        assert chosen.path is not None  # noqa: S101 - the settings refuse a folder without a path
        return FolderSource(
            name=chosen.name,
            path=settings.path(chosen.path),
            section=chosen.section,
            zone=ZoneInfo(settings.paper.timezone),
        )
    return _choose_site(chosen, settings, choose_fetcher(settings, allowed_hosts(chosen), pace), clock)


def allowed_hosts(chosen: SourceSettings) -> tuple[str, ...]:
    """Return the hosts a source may find on a private network: a bare one also at the port of its own URL."""
    own = urlsplit(chosen.url)
    named = own.hostname is not None and own.hostname in {
        host.lower().rstrip(".") for host in chosen.allow_hosts
    }
    return (*chosen.allow_hosts, own.netloc.rpartition("@")[2]) if named else chosen.allow_hosts


def _choose_site(chosen: SourceSettings, settings: Settings, fetcher: Fetcher, clock: Clock) -> Source:
    name, url = chosen.name, chosen.url
    alike: _Alike = {"section": chosen.section, "max_articles": settings.collect.max_articles, "clock": clock}
    if chosen.kind == "snworks":
        from digest.ingest.snworks import SnworksSource

        return SnworksSource(name, url, fetcher, sections=chosen.sections, **alike)
    if chosen.kind == "wordpress":
        from digest.ingest.wordpress import WordpressSource

        return WordpressSource(name, url, fetcher, sections=chosen.sections, **alike)
    if chosen.kind == "ghost":
        from digest.ingest.ghost import GhostSource

        return GhostSource(name, url, fetcher, key=chosen.key, sections=chosen.sections, **alike)
    from digest.ingest.feeds import FeedSource
    from digest.ingest.sitemap import CheckedFeed, SitemapSource

    if chosen.kind == "sitemap":
        return SitemapSource(name, url, fetcher, **alike)
    feed = FeedSource(name, url, fetcher, pages=chosen.pages, **alike)
    if not chosen.sitemap:
        return feed
    return CheckedFeed(feed, SitemapSource(name, chosen.sitemap, fetcher, **alike))


def choose_fetcher(
    settings: Settings, allow_hosts: tuple[str, ...] = (), pace: Pace | None = None
) -> Fetcher:
    """Return what fetches documents, introducing itself with the paper's address."""
    from digest.ingest.fetch import Fetcher

    agent = settings.collect.user_agent.replace("{paper}", settings.paper.url)
    return Fetcher(
        settings.collect.model_copy(update={"user_agent": agent}), allow_hosts=allow_hosts, pace=pace
    )


def choose_summariser() -> ExtractiveSummariser:
    """Return what shortens articles."""
    from digest.summarise.extractive import ExtractiveSummariser

    return ExtractiveSummariser()


def article_reader(settings: Settings) -> Callable[[str], Article]:
    """Return what reads one file or page into an article; needs no database."""
    from digest.ingest.inputs import read_input

    allowed = {host for source in settings.sources for host in allowed_hosts(source)}
    fetcher = choose_fetcher(settings, tuple(sorted(allowed)))
    zone = ZoneInfo(settings.paper.timezone)
    return lambda written: read_input(written, fetcher=fetcher, zone=zone)


def site_finder(settings: Settings, allow_hosts: tuple[str, ...] = ()) -> Callable[[str], FoundSite]:
    """Return what looks at a paper's site for `digest init`; needs no settings file and no database."""
    from digest.ingest.discover.site import discover

    def find(url: str) -> FoundSite:
        # Whom a host is asked to let in is called by the paper's own address from the first request on.
        paper = settings.paper.model_copy(update={"url": url if "://" in url else f"https://{url}"})
        own = settings.model_copy(update={"paper": paper})
        fetcher = choose_fetcher(own, allow_hosts, choose_pace(settings))
        return discover(url, fetcher, now=datetime.now(UTC))

    return find
