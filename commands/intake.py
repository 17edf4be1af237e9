"""The commands that take deliveries in, and list and withdraw them."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import AsJson, Command, Panel, Refused, guarded, now, open_up, print_json, today

if TYPE_CHECKING:
    from loaders.intake import Problem

app = typer.Typer()

Dataset = Annotated[str, typer.Argument(help="Datamängd, till exempel ntandvard eller utskrivning.")]
Files = Annotated[list[Path], typer.Argument(metavar="FIL...", help="Filer att läsa.")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="År, kvartal eller månad som filen gäller. Kan upprepas.")]
Kommuner = Annotated[list[str] | None, typer.Option("--kommun", help="Kommun som filen gäller, eller 'alla'. Kan upprepas.")]
Reason = Annotated[str, typer.Option("--reason", help="Varför.")]
DeliveryId = Annotated[int, typer.Argument(metavar="ID", help="Leveransens id.")]


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def init(ctx: typer.Context) -> None:
    """Gör lagringsmappen och databasen, eller för dem till senaste version."""
    settings, _ = open_up(ctx)
    print(f"Lagringen {settings.storage} är klar.")  # noqa: T201


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def check(
    ctx: typer.Context,
    dataset: Dataset,
    files: Files,
    period: Periods = None,
    kommun: Kommuner = None,
    as_json: AsJson = False,
) -> None:
    """Läs och kontrollera filer utan att spara något."""
    from commands import terminal
    from loaders import intake

    settings, store = open_up(ctx)
    found: list[Problem] = []
    for file in files:
        with terminal.progress("Kontrollerar") as progress:
            checked = intake.check(settings, store, dataset, file, period or [], kommun, today(), progress)
        terminal.say(checked.notes)
        found += checked.problems
        if not as_json and checked.problems:
            terminal.problems(checked.problems)
        elif not as_json:
            print(f"{file.name}: inga fel, {terminal.counted(checked.row_count, 'rad', 'rader')}.")  # noqa: T201
    if as_json:
        print_json([problem.as_dict() for problem in found])
    if found:
        raise Refused


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def load(
    ctx: typer.Context,
    dataset: Dataset,
    files: Files,
    period: Periods = None,
    kommun: Kommuner = None,
    accept_valid: Annotated[bool, typer.Option("--accept-valid", help="Ladda de rader som är rätta och skriv resten till en fil.")] = False,
) -> None:
    """Kontrollera filer och ta in dem som leveranser. Varje fil tas in eller avvisas för sig."""
    from commands import terminal
    from loaders import intake

    settings, store = open_up(ctx)
    refused = False
    for file in files:
        with terminal.progress("Laddar") as progress:
            outcome = intake.take_in(settings, store, dataset, file, period or [], kommun, accept_valid, getpass.getuser(), now(), progress)
        terminal.say(outcome.notes)
        if outcome.problems:
            terminal.problems(outcome.problems, terminal.err())
        refused = refused or outcome.delivery is None
        print(outcome.answer)  # noqa: T201
    if refused:
        raise Refused


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def deliveries(
    ctx: typer.Context,
    dataset: Annotated[str | None, typer.Option("--dataset", help="Bara denna datamängd.")] = None,
    as_json: AsJson = False,
) -> None:
    """Visa vad som har levererats."""
    from commands import terminal
    from sql import deliveries as kept

    _, store = open_up(ctx)
    listed = kept.listing(store, dataset)
    if as_json:
        print_json([delivery.as_dict() for delivery in listed])
        return
    terminal.table(
        f"{len(listed)} leveranser",
        ("Id", "Datamängd", "Fil", "Rader", "Laddad", "Av", "Gäller för", "Läge"),
        ((d.id, d.dataset, d.file_name, d.row_count, d.loaded_at[:16].replace("T", " "), d.loaded_by, d.covers, d.state) for d in listed),
    )


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def coverage(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Visa datamängd × period och hur många kommuner som har levererat."""
    from commands import terminal
    from sql import coverage as kept

    settings, store = open_up(ctx)
    matrix = kept.matrix(store)
    if as_json:
        print_json(matrix.to_dicts())
        return
    terminal.table(
        f"Levererade kommuner av {len(settings.kommuner)}",
        ("Datamängd", "Period", "Kommuner", "Varav fullständiga"),
        matrix.select("dataset", "period", "kommuner", "complete").iter_rows(),
    )


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def withdraw(ctx: typer.Context, delivery: DeliveryId, reason: Reason) -> None:
    """Återkalla en leverans. Det som den ersatte gäller igen."""
    from sql import deliveries as kept

    _, store = open_up(ctx)
    kept.withdraw(store, delivery, guarded(reason), by=getpass.getuser(), now=now())
    print(f"Leverans {delivery} är återkallad.")  # noqa: T201


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def erase(ctx: typer.Context, delivery: DeliveryId, reason: Reason) -> None:
    """Återkalla en leverans och radera dess rader. Raden i förteckningen blir kvar."""
    from sql import deliveries as kept

    _, store = open_up(ctx)
    kept.erase(store, delivery, guarded(reason), by=getpass.getuser(), now=now())
    print(f"Leverans {delivery} är återkallad och dess rader är raderade.")  # noqa: T201
