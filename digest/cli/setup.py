"""`digest init` and `digest doctor`: a new newsroom, and whether it is fit to send."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.invocation import EXIT_FINDINGS, JsonOption, invocation_of, print_json
from digest.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(init)
    app.command()(doctor)


def init(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder to set up.")] = Path(),
    name: Annotated[str, typer.Option(help="The newspaper's name.")] = "",
    feed: Annotated[str, typer.Option(help="Address of the paper's feed.")] = "",
    templates: Annotated[
        bool, typer.Option("--templates", help="Also copy the edition's templates, to change them.")
    ] = False,
) -> None:
    """Set up a folder for a newspaper.

    Writes digest.toml with every key explained, and a secret key. Changes nothing that is already there.

    Example: digest init my-paper --name "The Harbor Light" --feed https://paper.example/feed.xml
    """
    import secrets
    import shutil

    from digest.config import CONFIG_NAME
    from digest.resources import find_shipped

    if any(not letter.isprintable() for letter in name):
        raise UsageError("the name holds a line break or another control character; write it on one line")
    if feed and not feed.startswith(("https://", "http://")):
        raise UsageError(f"{feed} is no web address; write the feed's address, with https://")
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; name a folder")
    directory.mkdir(parents=True, exist_ok=True)
    settings = directory / CONFIG_NAME
    if settings.exists():
        typer.echo(f"{settings} is there already and stays as it is")
    else:
        example = (find_shipped("config") / "digest.example.toml").read_text(encoding="utf-8")
        settings.write_text(_fill_in(example, name=name, feed=feed), encoding="utf-8")
        typer.echo(f"wrote {settings}")
    key = directory / "data" / "secret.key"
    if not key.exists():
        key.parent.mkdir(exist_ok=True)
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        typer.echo(f"wrote {key}; keep it secret and keep a copy: links in sent letters depend on it")
    if templates:
        target = directory / "templates" / "edition"
        if target.exists():
            typer.echo(f"{target} is there already and stays as it is")
        else:
            shutil.copytree(find_shipped("templates") / "edition", target)
            typer.echo(f'wrote {target}; name it in digest.toml: [templates] folder = "templates"')
    typer.echo("next: fill in digest.toml, then run `digest doctor`, `digest collect` and `digest preview`")


def _fill_in(example: str, *, name: str, feed: str) -> str:
    import json

    if name:
        example = example.replace('# name = "The Paper"', f"name = {json.dumps(name, ensure_ascii=False)}", 1)
    if feed:
        example += f'\n[[sources]]\nname = "paper"\nkind = "feed"\nurl = {json.dumps(feed)}\n'
    return example


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
