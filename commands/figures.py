"""The commands that compute figures and write them out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import STOCKHOLM, Command, Panel, WrongUsage, note_export, now, open_up, write

if TYPE_CHECKING:
    import polars as pl

    from config import Settings
    from sql.store import Store

app = typer.Typer()


def _moment(text: str) -> datetime:
    """A time that a person wrote; a day alone means the end of that day, and without zone it is Swedish time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"Tiden {text!r} går inte att läsa. Skriv till exempel 2026-01-31 eller 2026-01-31T12:00.") from error
    if len(text) == len("2026-01-31"):
        moment = datetime.combine(moment.date(), time.max)
    return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(UTC)


@app.command(cls=Command, rich_help_panel=Panel.FIGURES)
def compute(
    ctx: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TID", help="Räkna på det som gällde då.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Räkna allt från raderna, utan att använda något från förra körningen.")] = False,
) -> None:
    """Räkna alla siffror till en ny körning, och skydda små tal i dem om alla får läsa."""
    import public_figures
    from commands import terminal
    from flows.compute import compute as run_all

    moment = _moment(as_of) if as_of else None
    settings, store = open_up(ctx)
    run = run_all(settings, store, now(), moment, full=full)
    if full:
        _say_what_is_gone(store)
    if moment is None and settings.access != "open":
        with terminal.progress("Skyddar små tal") as progress:
            public_figures.of_run(settings, store, run, progress)
    print(f"Körning {run} är klar." + ("" if moment is None else " Den visar det som gällde då och blir inte den gällande."))  # noqa: T201


def _say_what_is_gone(store: Store) -> None:
    """Which deliveries' figures could not be made from rows."""
    from commands import terminal
    from sql import gallring

    if gone := sorted(gallring.gallrade(store)):
        which = ", ".join(map(str, gone))
        terminal.say([f"Gallrade leveranser: {which}. Deras rader finns inte kvar, så det som de gav står kvar som det räknades."])


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
    from commands import terminal
    from flows.publishing import NO_RUN
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
