"""`digest build`, `preview`, `check`, `approve`, `publish`: from articles to a frozen edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.invocation import (
    EXIT_FINDINGS,
    DayOption,
    JsonOption,
    NewsletterOption,
    choose_day,
    edition_json,
    invocation_of,
    print_json,
    progress,
)
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.model.edition import FiledEdition


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(build)
    app.command()(preview)
    app.command()(check)
    app.command()(approve)
    app.command()(publish)


def build(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Make the day's draft from what was collected.

    Chooses, summarises and lays out; a draft can be built again until it is published.

    Example: digest build --day 2026-04-14
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        when = choose_day(day, chosen, newsroom)
        with progress("build", None, quiet=json_) as advance:
            filed = newsroom.edit(chosen, when, report=advance)
        _report(filed, json_=json_)


def preview(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the preview into this folder instead of serving it.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Show the day's edition as it would be sent now.

    HTML, phone width and plain text side by side. Changes nothing. Serves on this machine only, until Ctrl-C.

    Example: digest preview --export /tmp/today
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        when = choose_day(day, chosen, newsroom)
        if export is not None:
            from digest.desk.preview import write_preview

            page = write_preview(newsroom.preview(chosen, when), export, media_folder=newsroom.media_folder)
            typer.echo(f"{page}")
            return
        from digest.cli.hosting import serve_desk

        serve_desk(newsroom, chosen, when, port=port, browser=browser)


def check(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Say what is wrong with the day's edition.

    Exit code 3 if there are findings that stop publishing.

    Example: digest check --json
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        when = choose_day(day, chosen, newsroom)
        findings = newsroom.preview(chosen, when).findings
    for finding in findings:
        if json_:
            print_json(
                {
                    "rule": finding.rule,
                    "severity": finding.severity.value,
                    "message": finding.message,
                    "where": finding.where or None,
                }
            )
        else:
            where = f" ({finding.where})" if finding.where else ""
            typer.echo(f"{finding.severity.value:6} {finding.rule}: {finding.message}{where}")
    if not findings and not json_:
        typer.echo("no findings")
    if any(finding.severity.value == "must" for finding in findings):
        raise typer.Exit(EXIT_FINDINGS)


def approve(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Approve the day's draft for publication.

    Example: digest approve
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        filed = newsroom.approve(chosen, choose_day(day, chosen, newsroom))
        _report(filed, json_=json_)


def publish(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    override: Annotated[
        list[str] | None, typer.Option(help="Publish although this rule found a fault; repeat for more.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Print, check and freeze the day's draft.

    It may then be sent, and never changes again. Exit code 3 if a check finds a fault that stops publishing.

    Example: digest publish --override size.clipped
    """
    from digest.checks import RULES

    unknown = set(override or ()) - {rule.id for rule in RULES}
    if unknown:
        raise UsageError(f"there is no rule {', '.join(sorted(unknown))}; see docs/reference/checks.md")
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        filed = newsroom.publish(chosen, choose_day(day, chosen, newsroom), override=override or ())
        _report(filed, json_=json_)


def _report(filed: FiledEdition, *, json_: bool) -> None:
    if json_:
        print_json(edition_json(filed))
        return
    edition = filed.edition
    typer.echo(f"{edition.newsletter} {edition.day}: {edition.state.value}")
    if edition.reason:
        typer.echo(f"  {edition.reason}")
    if edition.lead:
        typer.echo(f"  lead: {edition.lead.headline}")
        typer.echo(f"  {len(edition.briefs)} stories, {len(edition.headlines)} more by headline")
