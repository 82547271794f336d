"""`digest init` and `digest doctor`: a new newsroom, and whether it is fit to send."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.invocation import EXIT_FINDINGS, JsonOption, invocation_of, print_json
from digest.errors import SourceError, UsageError

if TYPE_CHECKING:
    from digest.model.site import FoundSite


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(init)
    app.command()(doctor)


def init(
    where: Annotated[
        str, typer.Argument(metavar="[DIR|URL]", help="The folder to set up, or the paper's own site.")
    ] = "",
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="After a URL: the folder; by default called like the site."),
    ] = None,
    name: Annotated[str, typer.Option(help="The newspaper's name.")] = "",
    feed: Annotated[str, typer.Option(help="Address of the paper's feed.")] = "",
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A host of yours on a private network that may be read, as host:port."),
    ] = None,
    templates: Annotated[
        bool, typer.Option("--templates", help="Also copy the edition's templates, to change them.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Set up a folder for a newspaper.

    Writes digest.toml with every key explained, and a secret key. Changes nothing that is already there.
    With the address of the paper's site, looks there for its CMS, feeds, sections, name, colour, language
    and time zone, and writes down what it found and what it could not.

    Example: digest init https://paper.example my-paper
    """
    from digest.config import CONFIG_NAME
    from digest.resources import find_shipped

    if any(not letter.isprintable() for letter in name):
        raise UsageError("the name holds a line break or another control character; write it on one line")
    if feed and not feed.startswith(("https://", "http://")):
        raise UsageError(f"{feed} is no web address; write the feed's address, with https://")
    url = where if "://" in where else ""
    if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", where, re.IGNORECASE) and not Path(where).exists():
        raise UsageError(f"{where} looks like a site; write https://{where}, or ./{where} for a folder")
    folder = directory or Path(_folder_of(url) if url else where)
    if directory is not None and not url:
        raise UsageError(f"{where} is no web address; write it with https://, or give one folder only")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder")
    settings = folder / CONFIG_NAME
    site = None
    if settings.exists():
        typer.echo(f"{settings} is there already and stays as it is", err=json_)
    else:
        site = _look_at(url, allow_host or []) if url else None
        folder.mkdir(parents=True, exist_ok=True)
        text = (find_shipped("config") / "digest.example.toml").read_text(encoding="utf-8")
        text = _fill_in(text, site, name=name, feed=feed, allow_hosts=allow_host or [])
        settings.write_text(text, encoding="utf-8", errors="replace")
        typer.echo(f"wrote {settings}", err=json_)
    _write_key(folder / "data" / "secret.key", quiet=json_)
    _keep_out_of_git(folder, quiet=json_)
    if templates:
        _copy_templates(folder / "templates" / "edition", quiet=json_)
    if json_:
        print_json(_site_json(settings, site))
        return
    if site is not None:
        _show_site(site)
    go = "" if folder == Path() else f"cd {folder}, "
    typer.echo(
        f"next: {go}fill in digest.toml, then run `digest doctor`, `digest collect` and `digest preview`"
    )


def _show_site(site: FoundSite) -> None:
    """Show what was found; where each of it stood is written into the settings."""
    known = {
        "site": site.url,
        "cms": site.cms,
        "name": site.name,
        "tagline": site.tagline,
        "sections": ", ".join(site.sections),
        "language": site.language,
        "time zone": site.timezone,
        "colour": site.colour,
        "logo": site.logo,
    }
    for label, value in known.items():
        if value:
            typer.echo(f"  {label:9} {value}")
    for source in site.sources:
        typer.echo(f"  {'or read' if source.alternate else 'read':9} {source.kind} {source.url}")
    for line in site.missing:
        typer.echo(f"  missing   {line}")


def _look_at(url: str, allow_hosts: list[str]) -> FoundSite:
    from digest.cli.invocation import progress
    from digest.config import Settings
    from digest.newsroom.choose import site_finder

    try:
        with progress(f"look at {url}", None):
            return site_finder(Settings(), tuple(allow_hosts))(url)
    except SourceError as error:
        here = "; here: digest init … --allow-host HOST:PORT" if "allow_hosts" in str(error) else ""
        raise SourceError(f"{error}{here}") from error


def _folder_of(url: str) -> str:
    """Return a folder's name for a site: its host."""
    host = re.sub(r"^[^/]*//(?:www\.)?([^/:?#]*).*$", r"\1", url)
    return re.sub(r"[^a-z0-9.-]", "-", host.lower()).strip(".-") or "paper"


def _fill_in(text: str, site: FoundSite | None, *, name: str, feed: str, allow_hosts: list[str]) -> str:
    from digest.cli.settings_file import fill_in, fill_in_site, source_table
    from digest.model.site import FoundSource

    if site is not None:
        import dataclasses

        text = fill_in_site(text, dataclasses.replace(site, name=name or site.name), allow_hosts=allow_hosts)
    elif name:
        text = fill_in(text, "paper", "name", name)
    if feed:
        given = FoundSource(kind="feed", url=feed, why="The feed that was given to `digest init`.")
        taken = {"paper"} if site is not None and site.sources else set()
        text = f"{text.rstrip()}\n{source_table(given, names=taken, allow_hosts=allow_hosts)}\n"
    return text


def _write_key(key: Path, *, quiet: bool) -> None:
    import secrets

    if key.exists():
        return
    key.parent.mkdir(exist_ok=True)
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    typer.echo(f"wrote {key}; keep it secret and keep a copy: links in sent letters depend on it", err=quiet)


def _keep_out_of_git(folder: Path, *, quiet: bool) -> None:
    """Keep readers' addresses and the key out of a repository that somebody may make of the folder."""
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# readers, the secret key and the ledger\n/data/\n", encoding="utf-8")
        typer.echo(f"wrote {ignore}", err=quiet)


def _copy_templates(target: Path, *, quiet: bool) -> None:
    import shutil

    from digest.resources import find_shipped

    if target.exists():
        typer.echo(f"{target} is there already and stays as it is", err=quiet)
        return
    shutil.copytree(find_shipped("templates") / "edition", target)
    typer.echo(f'wrote {target}; name it in digest.toml: [templates] folder = "templates"', err=quiet)


def _site_json(settings: Path, site: FoundSite | None) -> dict[str, Any]:
    import dataclasses

    found = dataclasses.asdict(site) if site else {}
    return {"settings": str(settings), **found}


def doctor(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not talk to the mail server.")] = False,
    json_: JsonOption = False,
) -> None:
    """Check that everything is fit to send.

    Looks at settings, database, readers, templates and mail server. Exit code 3 if something must be
    mended first.

    Example: digest doctor --offline
    """
    with invocation_of(context).newsroom() as newsroom:
        findings = newsroom.examine(offline=offline)
    for finding in findings:
        if json_:
            print_json({"rule": finding.rule, "severity": finding.severity.value, "message": finding.message})
        else:
            typer.echo(f"{finding.severity.value:6} {finding.rule}: {finding.message}")
    if not findings and not json_:
        typer.echo("all is well")
    if any(finding.severity.value == "must" for finding in findings):
        raise typer.Exit(EXIT_FINDINGS)
