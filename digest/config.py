"""Settings: read once by a door, frozen, handed out by section.

Order: defaults < `digest.toml` < `DIGEST_*` environment < options. An environment variable names a
setting with two underscores between section and key: `DIGEST_MAIL__PASSWORD`. Secrets come from the
environment or from a file named by a `…_file` key, never from the command line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from digest.errors import SettingsError

CONFIG_NAME = "digest.toml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PREFIX = "DIGEST_"
_SLUG = r"^[a-z0-9][a-z0-9-]{0,39}$"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no IANA time zone; write one such as America/New_York") from error
    return name


def _clock_time(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        hour, _, minute = value.partition(":")
        return time(int(hour), int(minute))
    return value


def _bare_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@\"'<>]+(/[^\s?#\"'<>]*)?", url):
        raise ValueError("write a whole address such as https://news.example.org, without ? or #")
    return url.rstrip("/")


def _web_link(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s\"'<>]+", url):
        raise ValueError("write a whole address that begins with https://")
    return url


def _nothing(value: object) -> object:
    return None if value == "" else value


OptionalPath = Annotated[Path | None, BeforeValidator(_nothing)]
Zone = Annotated[str, AfterValidator(_known_zone)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
BaseUrl = Annotated[str, AfterValidator(_bare_url)]
Link = Annotated[str, AfterValidator(_web_link)]
Mailbox = Annotated[str, Field(pattern=r"^[^@\s<>\",;:]+@[^@\s<>\",;:]+\.[^@\s<>\",;:]+$", max_length=254)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
OneLine = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", max_length=200)]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PaperSettings(_Group):
    """Who publishes: what stands in the masthead and the footer of every edition."""

    name: OneLine = Field("The Paper", min_length=1, description="The newspaper's name, as in its masthead.")
    url: Link = Field("https://paper.example", description="The paper's own site.")
    tagline: OneLine = Field("", description="A line under the masthead; empty for none.")
    language: str = Field(
        "en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", description="Language of the editions (BCP 47)."
    )
    timezone: Zone = Field("UTC", description="IANA time zone in which days begin and editions are due.")
    colour: Colour = Field("#7a1f2b", description="The paper's colour, for rules, section names and buttons.")
    postal_address: OneLine = Field(
        "", description="Postal address for the footer; bulk-mail law asks for it."
    )
    corrections_email: Mailbox = Field(
        "corrections@paper.example", description="Where readers report mistakes."
    )


class StorageSettings(_Group):
    """Where articles, readers and the ledger are kept."""

    url: str = Field(
        "",
        repr=False,  # it may hold a password
        description="Database, such as postgresql://user@host/db; empty: SQLite in the data folder.",
    )
    data_dir: Path = Field(Path("data"), description="Folder for the database, pictures and lock files.")


class WebSettings(_Group):
    """The public pages."""

    base_url: BaseUrl = Field(
        "http://127.0.0.1:8025", description="The address under which readers reach the public pages."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8025, ge=0, le=65535, description="Port to listen on.")
    subscribe_per_minute: int = Field(
        60, ge=1, description="How many sign-ups a minute are taken from everybody together."
    )


class MailSettings(_Group):
    """From whom editions come and which server takes them."""

    from_name: OneLine = Field("", description="Display name of the sender; empty means the paper's name.")
    from_address: Mailbox = Field("newsletter@paper.example", description="Sender address of every edition.")
    reply_to: Mailbox = Field("editors@paper.example", description="A mailbox that somebody reads.")
    bounce_domain: str = Field(
        "bounces.paper.example",
        pattern=r"^[A-Za-z0-9.-]+$",
        description="Domain of the return paths; its mail must reach `digest bounces`.",
    )
    host: str = Field("127.0.0.1", description="The mail server (relay) that takes our messages.")
    port: int = Field(25, ge=1, le=65535, description="Its port: 25, 587 (starttls) or 465 (tls).")
    tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls or tls: encrypted and verified; none: only for a relay on this machine.",
    )
    ca_file: OptionalPath = Field(None, description="Extra certificate authorities, as PEM.")
    username: str = Field("", description="Login name at the mail server; empty for none.")
    password: SecretStr = Field(SecretStr(""), description="Its password; better set DIGEST_MAIL__PASSWORD.")
    password_file: OptionalPath = Field(None, description="File that holds the password instead.")
    connections: int = Field(4, ge=1, le=64, description="How many lines to the server are kept open.")
    timeout: float = Field(60.0, gt=0, le=3600, description="Seconds to wait for any one answer.")
    data_timeout: float = Field(
        600.0, gt=0, le=3600, description="Seconds to wait for the answer after the body (RFC 5321: 600)."
    )
    max_failures: int = Field(
        20, ge=1, description="So many failures in a row without one acceptance pause the edition."
    )


class SecretSettings(_Group):
    """The key that signs links and return paths."""

    key: SecretStr = Field(SecretStr(""), description="Secret of 32 characters or more; better a file.")
    key_file: OptionalPath = Field(Path("data/secret.key"), description="File that holds the secret key.")
    old_key_files: tuple[Path, ...] = Field(
        (), description="Earlier keys, the newest first; links signed with them stay valid."
    )


class TemplateSettings(_Group):
    """The look."""

    folder: OptionalPath = Field(
        None, description="Your own templates; what is missing there is taken from the shipped ones."
    )


class NewsletterSettings(_Group):
    """One newsletter: its own readers, window, schedule and sections."""

    name: str = Field("daily", pattern=_SLUG, description="Short name used in commands and addresses.")
    title: OneLine = Field("", description="Title in the masthead; empty means the paper's name.")
    send_at: ClockTime = Field(time(6, 30), description="Local time at which the edition is due.")
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        WEEKDAYS,  # type: ignore[arg-type] # the same seven words
        min_length=1,
        description="Days on which it is due.",
    )
    sections: tuple[OneLine, ...] = Field((), description="Sections in the order in which they are printed.")
    max_stories: int = Field(14, ge=1, le=60, description="Most stories with a summary.")
    max_per_section: int = Field(4, ge=1, le=30, description="Most stories with a summary in one section.")
    max_headlines: int = Field(10, ge=0, le=60, description="Most stories named by headline alone.")
    summary_sentences: int = Field(2, ge=1, le=5, description="Most sentences a summary has.")
    summary_words: int = Field(
        0, ge=0, le=200, description="Most words a summary has, in whole sentences; 0: as the sentences are."
    )
    first_window_hours: float = Field(
        36, gt=0, description="How far back the very first edition reaches, by publication date."
    )
    catch_up_hours: float = Field(
        4, ge=0, description="How late an edition may still be sent; later it is skipped."
    )
    expires_after_hours: float = Field(
        18, gt=0, le=168, description="How long refused messages are tried again."
    )
    approval: bool = Field(False, description="Wait for `digest approve` before publishing.")


class SourceSettings(_Group):
    """One feed, site or folder we read."""

    name: str = Field("", pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$", description="Short, stable name.")
    kind: Literal["feed", "snworks", "wordpress", "ghost", "sitemap", "folder"] = Field(
        "feed",
        description="feed (RSS, Atom, JSON Feed), snworks, wordpress, ghost, sitemap (news) or folder.",
    )
    url: Link = Field("", description="Address of the feed or news sitemap, or of the CMS's site.")
    path: OptionalPath = Field(None, description="Path of a folder of .txt, .md and .html articles.")
    section: OneLine = Field("", description="Section for articles that name none.")
    sections: tuple[OneLine, ...] = Field(
        (), description="snworks, wordpress, ghost: the sections to read, as in their addresses; empty: all."
    )
    key: str = Field(
        "",
        pattern=r"^[0-9a-zA-Z]{0,80}$",
        description="ghost: the Content API key (public by design).",
    )
    pages: bool = Field(
        True,
        description="feed: read articles' own pages, to complete beginnings and for the last look.",
    )
    sitemap: Link = Field(
        "", description="feed: address of a news sitemap that shows what the feed leaves out."
    )
    allow_hosts: tuple[str, ...] = Field(
        (),
        description="Hosts that may lie on a private network, such as cms.intranet:8080; "
        "without a port: the usual ones and that of url.",
    )

    @model_validator(mode="after")
    def _complete(self) -> SourceSettings:
        if not self.name:
            raise ValueError("give each source a short name of its own: name = …")
        if self.kind == "folder" and self.path is None:
            raise ValueError("a folder needs path = …")
        if self.kind != "folder" and not self.url:
            raise ValueError(f"a source of the kind {self.kind} needs url = …")
        if self.kind == "ghost" and not self.key:
            raise ValueError(
                "ghost needs key = …; make one in Ghost: Settings, Integrations, Content API key"
            )
        if self.kind == "snworks" and not self.sections:
            raise ValueError(
                'snworks needs sections = ["news", …]: the words after /section/ in its addresses'
            )
        return self


class CollectSettings(_Group):
    """How sources are read."""

    user_agent: OneLine = Field(
        "digest/0.1 (daily newsletter; +{paper})",
        description="How we introduce ourselves to sites; {paper} becomes the paper's address.",
    )
    every_minutes: float = Field(30, ge=1, description="How often the service reads its sources.")
    timeout: float = Field(20.0, gt=0, le=300, description="Seconds one reading may take in all.")
    max_bytes: int = Field(5_000_000, ge=10_000, description="Most bytes of one document, unpacked.")
    max_articles: int = Field(
        500, ge=1, le=20_000, description="Most articles of one source at one reading; the newest first."
    )
    pause: float = Field(
        0.5, ge=0, le=60, description="Seconds between two requests to one host, as a good guest."
    )
    websub: bool = Field(
        True,
        description="Let feeds that offer a hub (WebSub) tell us of news at once; others are polled.",
    )


class Settings(_Group):
    """Everything that can be set, with defaults that run."""

    paper: PaperSettings = PaperSettings()
    storage: StorageSettings = StorageSettings()
    web: WebSettings = WebSettings()
    mail: MailSettings = MailSettings()
    secrets: SecretSettings = SecretSettings()
    templates: TemplateSettings = TemplateSettings()
    collect: CollectSettings = CollectSettings()
    newsletters: tuple[NewsletterSettings, ...] = (NewsletterSettings(),)
    sources: tuple[SourceSettings, ...] = ()
    root: Path = Field(
        Path(), description="Folder against which relative paths are read: where digest.toml lies."
    )

    @model_validator(mode="after")
    def _unique(self) -> Settings:
        for what, names in (
            ("newsletter", [n.name for n in self.newsletters]),
            ("source", [s.name for s in self.sources]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"two {what}s are called {', '.join(sorted(twice))}; names must differ")
        if not self.newsletters:
            raise ValueError("there must be at least one [[newsletters]]")
        return self

    def path(self, relative: Path) -> Path:
        """Return a configured path as seen from the folder of digest.toml."""
        return self.root / relative.expanduser()


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings from a file, then the environment; raise `SettingsError` naming key and remedy.

    `path` None looks for `digest.toml` in the working folder, and runs on defaults if there is none.
    """
    file = path or Path(CONFIG_NAME)
    if file.is_dir():
        file = file / CONFIG_NAME
    data: dict[str, Any] = {}
    if file.exists():
        data = _read_toml(file)
    elif path is not None:
        raise SettingsError(f"{file} does not exist; `digest init` writes one")
    for name, value in environ.items():
        if name.startswith(_PREFIX) and "__" in name:
            section, _, key = name.removeprefix(_PREFIX).lower().partition("__")
            group = data.setdefault(section, {})
            if not isinstance(group, dict):
                raise SettingsError(f"{name}: [[{section}]] can be set only in {file}")
            group[key] = value
    if "root" in data:
        raise SettingsError("root is where digest.toml lies and cannot be set")
    try:
        return Settings.model_validate({**data, "root": file.parent})
    except ValidationError as error:
        raise SettingsError(_explain(error, file)) from None


def read_secret(value: SecretStr, file: Path | None, settings: Settings) -> str:
    """Return a secret from its value or, where that is empty, from its file; empty if there is none."""
    if value.get_secret_value():
        return value.get_secret_value()
    if file is None or not settings.path(file).exists():
        return ""
    return settings.path(file).read_text(encoding="utf-8").strip()


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is no valid TOML: {error}") from error


def _explain(error: ValidationError, file: Path) -> str:
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        where = ".".join(str(part) for part in fault["loc"]) or "settings"
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "there is no such setting; see docs/reference/settings.md"
        if fault["type"] == "string_pattern_mismatch":
            message = "it is not written as it must be; see docs/reference/settings.md"
        lines.append(f"{where}: {message}")
    return f"{file}: " + "; ".join(lines)
