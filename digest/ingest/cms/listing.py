"""Read listings page by page: no page twice, none that holds nothing new, and never more than is allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from digest.errors import ArticleWithdrawn, FetchRefused, SiteRefused, SourceBusy, SourceError
from digest.ingest.cms.story import Story
from digest.ingest.fetch import Fetched, Fetcher
from digest.log import one_line
from digest.model.article import Article
from digest.model.identity import told_apart
from digest.ports import Reading, SourceMemory, Validators

ACCEPT = "application/json"
PER_PAGE = 100
_SMALLER = 20
"""So many articles a page where a hundred are more bytes than we read."""
MAX_VALIDATORS = 200
READING_TIME = timedelta(minutes=3)
"""After so long no further pages are asked for: the other sources wait."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_BEYOND = frozenset({400, 404, 410})

Tell = Callable[[object], Story]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing: its items, the number of the last page, and how many items there are in all.

    The numbers are None where the site does not tell them.
    """

    items: Sequence[object]
    last: int | None = None
    total: int | None = None


@dataclass(slots=True)
class Listing:
    """A listing to be read, newest first.

    `address` gives the address of a page by its number and size, `read` takes what came there apart,
    and says how an item of it becomes a story. `when` is the time by which the listing is sorted. The rest
    is how far it was read.
    """

    label: str
    address: Callable[[int, int], str]
    read: Callable[[Fetched], tuple[Page, Tell]]
    when: Callable[[Article], datetime | None]
    size: int = PER_PAGE
    seen: set[str] = field(default_factory=set)
    items: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page that came, or had not changed; a leavable one need not be asked for once it is old."""

    url: str
    validators: Validators
    leavable: bool = False
    times: tuple[datetime, ...] = ()

    def is_past(self, horizon: datetime | None) -> bool:
        """Say whether what follows in a sorted listing is known: some sites pin old articles on top."""
        return horizon is not None and 2 * sum(time > horizon for time in self.times) <= len(self.times)


class Harvest:
    """Gather the articles of listings, and what to remember of them.

    Args:
        fetcher: fetches pages, guarded and bounded.
        memory: what the last reading left.
        shape: makes an article of a story.
        most: so many articles are kept at most; it takes no more than a tenth as many requests.
        overlap: how long before the newest change it knew the last reading may have missed something.
        clock: tells the time, which bounds what the source says of the future, and how long reading takes.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        memory: SourceMemory,
        *,
        shape: Callable[[Story], Article],
        most: int,
        overlap: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._fetcher = fetcher
        self._memory = memory
        self._shape = shape
        self._most = most
        self._overlap = overlap
        self._clock = clock
        self._now = clock()
        self._articles: dict[str, Article] = {}
        self._troubles: list[str] = []
        self._pages: list[_Seen] = []
        self._failures: list[SourceError] = []
        self._requests = most // 10 + 10
        self._broken = self._skipped = 0
        self._changed = False
        self._incomplete = False

    def gather(self, listings: Sequence[Listing]) -> Reading:
        """Read the listings in turn, a page of each, so that a long one leaves room for the others.

        Raises:
            SourceBusy: the site asks us to wait.
            SourceError: nothing at all could be read.
        """
        active, number, until = list(listings), 1, self._now + READING_TIME
        self._requests += len(listings)
        while active and self._has_room() and self._clock() < until:
            active = [listing for listing in active if self._turn(listing, number)]
            number += 1
        if self._failures and not self._pages:
            raise self._failures[0]
        self._leave_out(active)
        troubles = tuple(self._troubles)
        if self._incomplete:
            return Reading(articles=tuple(self._articles.values()), memory=self._memory, troubles=troubles)
        if not self._changed and not troubles:
            return Reading(memory=self._memory, unchanged=True)
        return Reading(articles=tuple(self._articles.values()), memory=self._remembered(), troubles=troubles)

    def _turn(self, listing: Listing, number: int) -> bool:
        """Read one page; say whether the next may hold something new."""
        if self._requests <= 0:
            return True
        fetched = self._fetch(listing, number)
        if fetched is None:
            return False
        url = listing.address(number, listing.size)
        if fetched.unchanged:
            self._pages.append(_Seen(url, fetched.validators))
            return listing.address(number + 1, listing.size) in self._memory.validators
        self._changed = True
        try:
            page, tell = listing.read(fetched)
        except SourceError as error:
            self._fail(listing, error)
            return False
        known = len(listing.seen)
        seen = _Seen(url, fetched.validators, number > 1, self._take(listing, page, tell))
        self._pages.append(seen)
        fresh = len(listing.seen) > known
        past = seen.is_past(self._horizon(self._memory.mark))
        return fresh and not past and (page.last is None or number < page.last)

    def _fetch(self, listing: Listing, number: int) -> Fetched | None:
        if number == 1 and listing.address(1, _SMALLER) in self._memory.validators:
            listing.size = _SMALLER
        url = listing.address(number, listing.size)
        self._requests -= 1
        try:
            return self._fetcher.get(url, validators=self._memory.validators.get(url), accept=ACCEPT)
        except SourceError as error:
            if isinstance(error, SourceBusy):
                self._stop(error)
            if number > 1 and isinstance(error, SiteRefused) and error.status in _BEYOND:
                return None
            if number == 1 and isinstance(error, FetchRefused) and listing.size != _SMALLER:
                listing.size = _SMALLER
                return self._fetch(listing, number)
            self._fail(listing, error)
            return None

    def _has_room(self) -> bool:
        return self._requests > 0 and self._broken + len(self._articles) < self._most

    def _stop(self, error: SourceBusy) -> None:
        """Ask nothing more of a site that wants us to wait; what it gave before counts."""
        if not self._articles:
            raise error
        self._requests = 0

    def _fail(self, listing: Listing, error: SourceError) -> None:
        """Note a page that could not be read; what is gone for good must not keep the rest from being new."""
        self._failures.append(error)
        self._incomplete |= not (isinstance(error, SiteRefused) and error.status in _BEYOND)
        self._troubles.append(one_line(f"{listing.label}: {error}"))

    def _take(self, listing: Listing, page: Page, tell: Tell) -> tuple[datetime, ...]:
        """Keep a page's articles; return the times by which they are sorted."""
        times = []
        listing.total = page.total
        self._skipped += max(0, len(page.items) - self._most)
        start = listing.items + 1
        listing.items += len(page.items)
        for number, item in enumerate(page.items[: self._most], start):
            try:
                story = tell(item)
                if story.locked and story.lock not in self._troubles:
                    self._troubles.append(story.lock)
                article = self._shape(story)
            except ArticleWithdrawn:
                continue
            except (SourceError, ValueError, TypeError, RecursionError) as error:
                self._broken += 1
                self._troubles.append(one_line(f"{listing.label}, article {number}: {error}"))
                continue
            times.append(listing.when(article))
            listing.seen.add(self._file(article))
        return tuple(filter(None, times))

    def _file(self, article: Article) -> str:
        """Keep an article once; one that stands in several listings has the sections of all."""
        known = self._articles.get(article.guid)
        if known is None:
            self._articles[article.guid] = article
        elif (known.headline, known.url) == (article.headline, article.url):
            sections = tuple(dict.fromkeys((*known.sections, *article.sections)))
            self._articles[article.guid] = replace(known, sections=sections)
        else:
            article = told_apart(article)
            if article.guid not in self._articles:
                self._articles[article.guid] = article
                self._troubles.append(
                    one_line(f"“{article.headline}”: another article has its id too; it got one of its own")
                )
        return article.guid

    def _leave_out(self, unfinished: Sequence[Listing]) -> None:
        """Keep the newest articles, and say how many more there are."""
        order = sorted(self._articles.values(), key=lambda a: published(a) or _LONG_AGO, reverse=True)
        horizon = self._horizon(self._memory.mark)
        dropped = 0
        for article in order[self._most :]:
            del self._articles[article.guid]
            dropped += not (horizon and (published(article) or horizon) <= horizon)  # else it is known
        totals = [
            max(0, listing.total - listing.items) for listing in unfinished if listing.total is not None
        ]
        left = self._skipped + dropped + sum(totals)
        if len(totals) < len(unfinished):
            self._troubles.append("and more articles, which were not read")
        elif left:
            self._troubles.append(f"and {left} more articles, which were not read")

    def _remembered(self) -> SourceMemory:
        """Keep the newest instant, and the versions of those pages that the next reading will ask for."""
        told = (instant_of(self._memory.mark), *map(changed, self._articles.values()))
        # What claims to be of the future must not keep us from seeing what comes before it.
        newest = max((moment for moment in told if moment and moment <= self._now), default=None)
        mark = newest.astimezone(UTC).isoformat(timespec="seconds") if newest else ""
        horizon = self._horizon(mark)
        kept = [
            (page.url, page.validators)
            for page in self._pages
            if page.validators != Validators() and not (page.leavable and page.is_past(horizon))
        ]
        return SourceMemory(validators=dict(kept[:MAX_VALIDATORS]), mark=mark)

    def _horizon(self, mark: str) -> datetime | None:
        """Return the time before which everything is known."""
        newest = instant_of(mark)
        return min(newest, self._now) - self._overlap if newest else None


def instant_of(mark: str) -> datetime | None:
    """Return the instant a mark stands for; None for one that is none."""
    try:
        moment = datetime.fromisoformat(mark)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def published(article: Article) -> datetime | None:
    """Return when an article was published, as far as that is an instant."""
    return article.published_at if isinstance(article.published_at, datetime) else None


def changed(article: Article) -> datetime | None:
    """Return when an article was last changed: at the latest when it was published."""
    return max(filter(None, (published(article), article.updated_at)), default=None)
