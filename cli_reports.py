"""The commands that write to files what others read: the yearly report, the SKR delivery, open data.

Part of `cli`, like `cli_year`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli_year import Year, current_run
from commandline import STOCKHOLM, Command, Group, Refused, WrongUsage, guarded, open_up

if TYPE_CHECKING:
    from config import Settings, Value
    from reports.edition import Edition
    from reports.settings import SkrSettings
    from reports.skr_files import Delivery
    from sql.store import Store

app = typer.Typer()
export = typer.Typer(cls=Group, no_args_is_help=True, help="Skriv arbetsboken, SKR-leveransen eller öppna data.")
app.add_typer(export, name="export")

Output = Annotated[Path, typer.Option("-o", "--output", help="Filen att skriva.")]
Internal = Annotated[bool, typer.Option("--internal", help="Visa små tal. Varje sida säger att underlaget är internt.")]


@app.command(cls=Command)
def report(
    ctx: typer.Context,
    year: Year,
    output: Output,
    area: Annotated[str | None, typer.Option("--area", help="Länet, en delregion eller en kommunkod. Förval är länet.")] = None,
    internal: Internal = False,
) -> None:
    """Skriv årets uppföljning som PDF: den senaste publikationen, annars ett utkast."""
    import terminal
    from reports.book import UnknownAreaError, scope_of
    from reports.pdf import yearly_report

    settings, store = open_up(ctx)
    wanted = area or settings.county.id
    try:
        scope_of(settings, wanted, year)
    except UnknownAreaError as error:
        raise WrongUsage(str(error)) from error
    shown = _edition(settings, store, year, wanted, internal=internal)
    output.write_bytes(yearly_report(settings, shown, wanted))
    terminal.say([f"{output} är skriven. Den visar {_what(shown)}."])


def _edition(settings: Settings, store: Store, year: int, area: str, *, internal: bool) -> Edition:
    """The year with all that belongs to it; says why and refuses where there is nothing to show."""
    import terminal
    from reports.editions import NothingToShowError
    from yearly import whole_edition

    try:
        return whole_edition(settings, store, year, area, internal=internal)
    except NothingToShowError as error:
        terminal.say([str(error)])
        raise Refused from error


# --- the forum's workbook -----------------------------------------------------------------------------------------


@export.command(cls=Command)
def arbetsbok(ctx: typer.Context, year: Year, output: Output, internal: Internal = False) -> None:
    """Skriv forumets arbetsbok (XLSX): ett blad per tema, med definitioner. Den senaste publikationen, annars ett utkast."""
    import terminal
    from reports.workbook import forum_workbook

    settings, store = open_up(ctx)
    shown = _edition(settings, store, year, settings.county.id, internal=internal)
    output.write_bytes(forum_workbook(settings, shown))
    terminal.say([f"{output} är skriven. Den visar {_what(shown)}."])


def _what(edition: Edition) -> str:
    return f"publikation {edition.publication}" if edition.publication else "ett utkast: året är inte publicerat"


# --- the delivery to SKR ------------------------------------------------------------------------------------------


@export.command(cls=Command)
def skr(
    ctx: typer.Context,
    year: Year,
    output: Output,
    explain: Annotated[
        list[str] | None, typer.Option("--explain", metavar="KONTROLL=TEXT", help="Förklara en kontroll som inte går igenom.")
    ] = None,
    internal: Internal = False,
) -> None:
    """Skriv SKR-leveransen: XLSX, och bredvid den CSV och kontrollsummor. Kontrollerna ska gå igenom eller förklaras."""
    import terminal
    from reports.settings import SkrSettings
    from reports.skr_files import receipt

    settings, store = open_up(ctx)
    form = _form(SkrSettings, "skr", settings.skr)
    shown = _edition(settings, store, year, settings.county.id, internal=internal)
    made = _skr_delivery(settings, store, form, shown, _explanations(explain or []))
    files = {output.name: made.xlsx, output.with_suffix(".csv").name: made.csv}
    for name, content in (files | {output.with_suffix(".sha256").name: receipt(files)}).items():
        output.with_name(name).write_bytes(content)
    for check in made.checks:
        if check.outcome != "pass":
            terminal.say([f"{check.id}: {check.question}", *(f"  {sentence}" for sentence in check.found)])
    terminal.say([f"{output} är skriven." + ("" if shown.publication else " Den är ett UTKAST: året är inte publicerat.")])
    if any(check.outcome == "fail" for check in made.checks):
        terminal.say(["Den får inte skickas än. Rätta det som står ovan, eller förklara med --explain KONTROLL=TEXT."])
        raise Refused


def _explanations(said: list[str]) -> dict[str, str]:
    if wrong := [text for text in said if "=" not in text]:
        raise WrongUsage(f"Förklaringen {wrong[0]!r} går inte att läsa. Skriv KONTROLL=TEXT.")
    return {id_: guarded(text) for id_, _, text in (each.partition("=") for each in said)}


def _skr_delivery(settings: Settings, store: Store, form: SkrSettings, edition: Edition, explanations: dict[str, str]) -> Delivery:
    """The form filled in from the edition, and from the rows that counted when its run was made."""
    from reports.skr_counts import counts
    from reports.skr_files import delivery
    from sql import coverage, facts, publications, runs
    from sql.files import readable

    publication = publications.get(store, edition.publication) if edition.publication else None
    run = (runs.get(store, publication.run) if publication else None) or current_run(store)
    cells = {dataset: coverage.in_force(store, dataset, run.as_of or run.created_at) for dataset in ("ntandvard", "avvikelser")}
    rows = {dataset: facts.rows_of(store, dataset, covered) for dataset, covered in cells.items()}
    names = frozenset(column.count for column in form.columns if column.count is not None)
    with readable():
        now, before = (counts(rows, cells, names, year) for year in (edition.year, edition.year - 1))
    return delivery(settings, form, edition, now, before, explanations, None)


# --- open data ----------------------------------------------------------------------------------------------------

_DRAFT_FILE = "UTKAST.txt"


@export.command("open-data", cls=Command)
def open_data(
    ctx: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="MAPP", help="Mappen att skriva i.")],
) -> None:
    """Skriv publicerade år som öppna data: CSV och Parquet per tema, skyddade, med DCAT-AP-SE."""
    import polars as pl

    import figuresio
    import public_figures
    import terminal
    from reports.editions import frozen
    from reports.opendata import open_data as files_of
    from reports.settings import OpenDataSettings
    from sql import publications

    settings, store = open_up(ctx)
    form = _form(OpenDataSettings, "open_data", settings.open_data)
    newest = {made.year: made for made in reversed(publications.listing(store))}
    if newest:
        figures = pl.concat(figuresio.with_run(frozen(store, made, internal=False), made.run) for made in newest.values())
        moment = max(made.published_at for made in newest.values())
    else:
        run = current_run(store)
        figures = figuresio.with_run(public_figures.of_run(settings, store, run.id), run.id)
        moment = run.created_at
    files = files_of(settings, form, figures, issued=moment.astimezone(STOCKHOLM).date(), is_demo=store.is_demo)
    if not newest:
        files[_DRAFT_FILE] = "UTKAST: inget år är publicerat. Siffrorna kan ändras och ska inte spridas.\n".encode()
        terminal.say(["UTKAST: inget år är publicerat, så filerna visar den gällande körningen."])
    output.mkdir(parents=True, exist_ok=True)
    (output / _DRAFT_FILE).unlink(missing_ok=True)
    for name, content in files.items():
        (output / name).write_bytes(content)
    terminal.say([f"{len(files)} filer är skrivna i {output}."])


FormT = TypeVar("FormT", bound="Value")


def _form(kind: type[FormT], key: str, said: Mapping[str, Any] | None) -> FormT:
    """The block of config.yaml that only this command reads. Raises ConfigError."""
    from pydantic import ValidationError

    from config import ConfigError

    if said is None:
        raise ConfigError([f"{key} saknas i config.yaml. Se den config.yaml som följer med programmet."])
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise ConfigError(
            [f"{'.'.join(str(part) for part in (key, *e['loc']))}: går inte att läsa. Rätta värdet." for e in error.errors()]
        ) from error
