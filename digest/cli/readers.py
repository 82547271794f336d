"""`digest subscribers …`: who reads, who left, and who must not be mailed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.invocation import JsonOption, NewsletterOption, invocation_of, print_json, progress
from digest.errors import UsageError
from digest.log import one_line

group = typer.Typer(
    help="Readers: add, import, list, unsubscribe, veto.", no_args_is_help=True, rich_markup_mode=None
)
Address = Annotated[str, typer.Argument(help="The reader's email address.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(group, name="subscribers")


@group.command()
def add(
    context: typer.Context,
    address: Address,
    newsletter: NewsletterOption = None,
    name: Annotated[str, typer.Option(help="The reader's name.")] = "",
    confirmed: Annotated[
        str, typer.Option(help="Take the reader as confirmed: where and when they agreed.")
    ] = "",
) -> None:
    """Add a reader. Without --confirmed they get a letter that asks them to confirm.

    Example: digest subscribers add ana@example.org --confirmed "signed the list at the fair, 3 May"
    """
    with invocation_of(context).newsroom() as newsroom:
        reader = newsroom.add_reader(newsroom.newsletter(newsletter), address, name=name, consent=confirmed)
        typer.echo(f"{reader.address}: {reader.status.value}")
        if reader.status.value == "pending":
            typer.echo("  the letter that asks them goes out with `digest run` or `digest serve`")


@group.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with a header: address, name, status, language.")],
    newsletter: NewsletterOption = None,
    consent: Annotated[
        str, typer.Option(help="Where confirmed readers agreed; kept as the proof of their consent.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json_: JsonOption = False,
) -> None:
    """Add readers from a CSV file.

    Those already known and those with a veto stay as they are. Rows that say `confirmed` need
    --consent. Every refused row is named with its line and the reason; exit code 3 if there were any.

    Example: digest subscribers import readers.csv --consent "Mailchimp export, double opt-in since 2021"
    """
    import csv

    if not file.is_file():
        raise UsageError(f"{file} is no file; give the CSV to import")
    with invocation_of(context).newsroom() as newsroom, file.open(encoding="utf-8-sig", newline="") as lines:
        chosen = newsroom.newsletter(newsletter)
        with progress("import", None, quiet=json_) as advance:
            report = newsroom.import_readers(
                chosen, csv.DictReader(lines), consent=consent, dry_run=dry_run, report=advance
            )
    if json_:
        print_json(
            {
                "added": report.added,
                "known": report.known,
                "vetoed": report.vetoed,
                "refused": [{"line": row.line, "why": row.why} for row in report.refused],
                "dry_run": dry_run,
            }
        )
    else:
        done = "would be added" if dry_run else "added"
        typer.echo(f"{report.added} {done}, {report.known} already known, {report.vetoed} with a veto")
        for row in report.refused:
            typer.echo(f"  line {row.line}: {row.why}")
    if report.refused:
        raise typer.Exit(3)


@group.command("list")
def list_(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    status: Annotated[
        str | None, typer.Option(help="Only pending, confirmed or unsubscribed readers.")
    ] = None,
    csv_: Annotated[bool, typer.Option("--csv", help="As CSV, as `import` reads it.")] = False,
    json_: JsonOption = False,
) -> None:
    """List readers.

    Example: digest subscribers list --status confirmed --csv > readers.csv
    """
    import csv

    from digest.model.subscriber import SubscriberStatus

    try:
        wanted = SubscriberStatus(status) if status else None
    except ValueError as error:
        raise UsageError(f"{status!r} is no status; it is pending, confirmed or unsubscribed") from error
    with invocation_of(context).newsroom() as newsroom:
        table = csv.writer(sys.stdout)
        if csv_:
            table.writerow(["address", "name", "status", "language"])
        for reader in newsroom.storage.subscribers.iterate(
            newsletter=newsroom.newsletter(newsletter).name, status=wanted
        ):
            row = [reader.address, reader.name, reader.status.value, reader.language]
            if csv_:
                table.writerow([_defuse(cell) for cell in row])
            elif json_:
                print_json(dict(zip(("address", "name", "status", "language"), row, strict=True)))
            else:
                typer.echo(one_line(f"{reader.status.value:13} {reader.address}  {reader.name}".rstrip()))


def _defuse(cell: str) -> str:
    # A cell that begins so is run as a formula by spreadsheets (OWASP, "CSV Injection").
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


@group.command()
def unsubscribe(context: typer.Context, address: Address, newsletter: NewsletterOption = None) -> None:
    """Unsubscribe a reader, at once, also from what is queued.

    Example: digest subscribers unsubscribe ana@example.org
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        reader = newsroom.unsubscribe(chosen, address)
        typer.echo(f"{reader.address}: {reader.status.value}")


@group.command()
def veto(
    context: typer.Context,
    address: Address,
    note: Annotated[str, typer.Option(help="Why, for whoever looks next.")] = "",
) -> None:
    """Never mail an address again, whatever its consent says.

    Example: digest subscribers veto ana@example.org --note "asked by phone"
    """
    with invocation_of(context).newsroom() as newsroom:
        new = newsroom.veto(address, note=note)
        typer.echo(f"{address}: {'will not be mailed again' if new else 'had a veto already'}")


@group.command()
def show(context: typer.Context, address: Address, json_: JsonOption = False) -> None:
    """Show what is known of an address: each newsletter, its consent step by step, a veto.

    Example: digest subscribers show ana@example.org
    """
    with invocation_of(context).newsroom() as newsroom:
        found = newsroom.look_up(address)
    if json_:
        print_json(found)
        return
    for entry in found["newsletters"]:
        typer.echo(f"{entry['newsletter']}: {entry['status']} since {entry['since']}")
        for step in entry["consents"]:
            typer.echo(f"  {step['at']} {step['event']} {step['source']}".rstrip())
    if found["veto"]:
        typer.echo(f"veto: {found['veto']['reason']} since {found['veto']['at']}")
