"""The commands of `uppfoljning`: the one place where the rooms are wired together for a terminal.

Imports of the rooms stay inside the commands, so that `--help` answers at once (Polars, SQLAlchemy and Dash
take a second together). Exit status: 0 done, 1 the data were refused or a check failed, 2 wrong usage.
"""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import cli_audit
import cli_disclosure
import cli_keys
import cli_operations
import cli_plan
import cli_reports
import cli_schedule
import cli_skr
import cli_year
import commandline
from commandline import (
    STOCKHOLM,
    AsJson,
    Command,
    Group,
    Panel,
    Refused,
    WrongUsage,
    guarded,
    note_export,
    now,
    open_up,
    print_json,
    today,
    write,
)

if TYPE_CHECKING:
    import polars as pl

    from config import Settings
    from loaders.intake import Problem
    from sql.store import Store

app = typer.Typer(cls=Group, add_completion=False, no_args_is_help=True, help="Uppföljning av hälso- och sjukvårdsavtalet.")


# --- the settings and the store -----------------------------------------------------------------------------------

ConfigOption = Annotated[Path, typer.Option("--config", envvar="UPPFOLJNING_CONFIG", help="Inställningsfilen.", show_default="config.yaml")]


@app.callback()
def main_options(ctx: typer.Context, config: ConfigOption = Path("config.yaml")) -> None:
    """Uppföljning av hälso- och sjukvårdsavtalet mellan regionen och kommunerna."""
    ctx.obj = config


def _moment(text: str) -> datetime:
    """A time that a person wrote; a day alone means the end of that day, and without zone it is Swedish time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"Tiden {text!r} går inte att läsa. Skriv till exempel 2026-01-31 eller 2026-01-31T12:00.") from error
    if len(text) == len("2026-01-31"):
        moment = datetime.combine(moment.date(), time.max)
    return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(UTC)


# --- options that several commands share --------------------------------------------------------------------------

Dataset = Annotated[str, typer.Argument(help="Datamängd, till exempel ntandvard eller utskrivning.")]
Files = Annotated[list[Path], typer.Argument(metavar="FIL...", help="Filer att läsa.")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="År, kvartal eller månad som filen gäller. Kan upprepas.")]
Kommuner = Annotated[list[str] | None, typer.Option("--kommun", help="Kommun som filen gäller, eller 'alla'. Kan upprepas.")]
Reason = Annotated[str, typer.Option("--reason", help="Varför.")]
DeliveryId = Annotated[int, typer.Argument(metavar="ID", help="Leveransens id.")]


# --- taking files in ----------------------------------------------------------------------------------------------


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
    import terminal
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
    import terminal
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


# --- what is kept -------------------------------------------------------------------------------------------------


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def deliveries(
    ctx: typer.Context,
    dataset: Annotated[str | None, typer.Option("--dataset", help="Bara denna datamängd.")] = None,
    as_json: AsJson = False,
) -> None:
    """Visa vad som har levererats."""
    import terminal
    from sql import deliveries as kept

    _, store = open_up(ctx)
    listed = kept.listing(store, dataset)
    if as_json:
        print_json([delivery.as_dict() for delivery in listed])
        return
    terminal.table(
        f"{len(listed)} leveranser",
        ("Id", "Datamängd", "Fil", "Rader", "Laddad", "Av", "Gäller för", "Läge"),
        ((d.id, d.dataset, d.file_name, d.row_count, d.loaded_at[:16].replace("T", " "), d.loaded_by, d.covers, d.status) for d in listed),
    )


@app.command(cls=Command, rich_help_panel=Panel.INTAKE)
def coverage(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Visa datamängd × period och hur många kommuner som har levererat."""
    import terminal
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


# --- figures ------------------------------------------------------------------------------------------------------


@app.command(cls=Command, rich_help_panel=Panel.FIGURES)
def compute(
    ctx: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TID", help="Räkna på det som gällde då.")] = None,
) -> None:
    """Räkna alla siffror till en ny körning."""
    from compute import compute as run_all

    moment = _moment(as_of) if as_of else None
    settings, store = open_up(ctx)
    run = run_all(settings, store, now(), moment)
    print(f"Körning {run} är klar." + ("" if moment is None else " Den visar det som gällde då och blir inte den gällande."))  # noqa: T201


@app.command(cls=Command, rich_help_panel=Panel.FIGURES)
def figures(
    ctx: typer.Context,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", help="Indikatorns id. Kan upprepas.")] = None,
    area: Annotated[list[str] | None, typer.Option("--area", help="Områdets id. Kan upprepas.")] = None,
    period: Annotated[list[str] | None, typer.Option("--period", help="Period. Kan upprepas.")] = None,
    period_kind: Annotated[list[str] | None, typer.Option("--period-kind", help="year, quarter eller month. Kan upprepas.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Skydda små tal.")] = False,
    run: Annotated[str | None, typer.Option("--run", help="En annan körning än den gällande.")] = None,
    publication: Annotated[str | None, typer.Option("--publication", help="Som publicerat, till exempel 2025-1.")] = None,
    output_format: Annotated[str, typer.Option("--format", help="csv, json eller parquet.")] = "csv",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Skriv till en fil.")] = None,
) -> None:
    """Skriv siffror till stdout eller en fil."""
    import figuresio

    if output_format not in figuresio.FORMATS:
        raise WrongUsage(f"Formatet {output_format!r} finns inte. Välj {', '.join(figuresio.FORMATS)}.")
    if run and publication:
        raise WrongUsage("Ange --run eller --publication, inte båda.")
    settings, store = open_up(ctx)
    frame = _published(store, publication, public=public) if publication else _of_run(settings, store, run, public=public)
    if wrong := figuresio.unknown(frame, _known(settings), indicator or (), area or (), period or (), period_kind or ()):
        raise WrongUsage("\n".join(wrong))
    frame = figuresio.select(frame, indicator or (), area or (), period or (), period_kind or ())
    data = figuresio.to_bytes(frame, output_format, demo=store.is_demo)
    if not public:
        note_export(store, "figures, oskyddade")
    if output:
        write({output: data})
    else:
        sys.stdout.buffer.write(data)


def _known(settings: Settings) -> set[str]:
    """The ids of every indicator and area there is."""
    from metrics.indicators import INDICATORS

    return {*INDICATORS, settings.county.id, *settings.kommuner, *(each.id for division in settings.divisions for each in division.areas)}


def _of_run(settings: Settings, store: Store, run: str | None, *, public: bool) -> pl.DataFrame:
    """The figures of the run, or of the current one; none before the first."""
    import figuresio
    import public_figures
    import terminal
    from publishing import NO_RUN
    from sql import runs

    chosen = runs.get(store, run) if run else runs.current(store)
    if run and chosen is None:
        raise WrongUsage(f"Körningen {run!r} finns inte.")
    if chosen is None:
        terminal.say([NO_RUN])
        return figuresio.empty()
    frame = public_figures.of_run(settings, store, chosen.id) if public else runs.frame(store, chosen.id, "figures")
    return figuresio.with_run(frame, chosen.id)


def _published(store: Store, publication: str, *, public: bool) -> pl.DataFrame:
    """The figures of the publication, as they were frozen."""
    import figuresio
    from sql import publications

    chosen = publications.get(store, publication)
    if chosen is None:
        raise WrongUsage(f"Publikationen {publication!r} finns inte.")
    name = publications.PROTECTED if public else publications.INTERNAL
    return figuresio.with_run(publications.frame(store, chosen.id, name), chosen.run)


# --- a year -------------------------------------------------------------------------------------------------------

app.add_typer(cli_year.app)
app.add_typer(cli_audit.app)
app.add_typer(cli_keys.app)
app.add_typer(cli_reports.app)
app.add_typer(cli_plan.app)
app.add_typer(cli_disclosure.app)
app.add_typer(cli_skr.app)


# --- what runs by itself ------------------------------------------------------------------------------------------

app.add_typer(cli_schedule.app)
app.add_typer(cli_operations.app)


# --- the web app and the demo -------------------------------------------------------------------------------------

Host = Annotated[str, typer.Option("--host", help="Adress att lyssna på.")]
Port = Annotated[int, typer.Option("--port", help="Port att lyssna på.")]


def web_app() -> Any:
    """The app for a server process of its own (`serve --workers`); reads UPPFOLJNING_CONFIG."""
    import os

    import logs
    from config import load_settings
    from metrics.declared import declare
    from sql.store import open_store

    logs.configure()
    settings = load_settings(Path(os.environ.get("UPPFOLJNING_CONFIG", "config.yaml")))
    declare(settings)
    return _create_app(settings, open_store(settings), os.environ["UPPFOLJNING_HOST"])


def _create_app(settings: Settings, store: Store, host: str) -> Any:
    from compute import compute as run_all
    from dashboard.app import create_app

    return create_app(settings, store, host=host, recompute=lambda: run_all(settings, store, now()))


def _serve(ctx: typer.Context, settings: Settings, store: Store, host: str, port: int, workers: int = 1) -> None:
    import os

    import uvicorn

    import logs
    import terminal
    from dashboard import access

    if refusal := access.refusal(settings, store, host):
        raise WrongUsage(refusal)
    terminal.say([f"Uppföljningen finns på http://{host}:{port}. Avsluta med Ctrl-C."])
    options: dict[str, Any] = {"host": host, "port": port, "log_level": "warning", "log_config": None}
    # the reader's address and scheme are those of the connection, unless a proxy that is named stands before it
    options |= {"proxy_headers": bool(settings.web.proxies), "forwarded_allow_ips": list(settings.web.proxies)}
    if not sys.stderr.isatty():  # a service's log; a person at a terminal is spared it
        logs.configure()
    if workers == 1:
        uvicorn.run(_create_app(settings, store, host), **options)
        return
    # Each worker is a fresh process (Polars and fork deadlock) and finds its settings in the environment.
    os.environ |= {"UPPFOLJNING_CONFIG": str(ctx.obj), "UPPFOLJNING_HOST": host}
    uvicorn.run("cli:web_app", factory=True, workers=workers, **options)


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8050,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Antal processer.")] = 1,
) -> None:
    """Visa sidorna i en webbläsare."""
    settings, store = open_up(ctx)
    _serve(ctx, settings, store, host, port, workers)


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def demo(
    ctx: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Bygg demolänet utan att visa det.")] = False,
    port: Port = 8050,
    seed: Annotated[int, typer.Option("--seed", help="Samma frö ger samma län.")] = 1,
) -> None:
    """Bygg ett påhittat demolän och visa det."""
    import terminal
    from demo.build import build

    settings, store = open_up(ctx)
    with terminal.progress("Bygger demolänet") as progress:
        built = build(settings, store, seed, today(), progress)
    done = "Demolänet är byggt. Allt i det är påhittat."
    terminal.say([done if built else "Demolänet finns redan. Töm lagringsmappen för att bygga ett nytt."])
    if not no_serve:
        _serve(ctx, settings, store, "127.0.0.1", port)


def main() -> None:
    """The entry point of `uppfoljning`."""
    commandline.run(app)


if __name__ == "__main__":
    main()
