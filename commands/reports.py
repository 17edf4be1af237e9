"""The commands that write to files what others read: the yearly report, the SKR delivery, open data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import Command, Group, Panel, Refused, WrongUsage, note_export, open_up, write
from commands.skr import told
from commands.year import Year, current_run

if TYPE_CHECKING:
    from config import Settings
    from reports.edition import Edition
    from sql.store import Store

app = typer.Typer()
export = typer.Typer(cls=Group, no_args_is_help=True, help="Skriv arbetsboken, SKR-leveransen eller öppna data.")
app.add_typer(export, name="export", rich_help_panel=Panel.YEAR)

Output = Annotated[Path, typer.Option("-o", "--output", help="Filen att skriva.")]
Internal = Annotated[bool, typer.Option("--internal", help="Visa små tal. Varje sida säger att underlaget är internt.")]


@app.command(cls=Command, rich_help_panel=Panel.YEAR)
def report(
    ctx: typer.Context,
    year: Year,
    output: Output,
    area: Annotated[str | None, typer.Option("--area", help="Länet, en delregion eller en kommunkod. Förval är länet.")] = None,
    internal: Internal = False,
) -> None:
    """Skriv årets uppföljning som PDF: den senaste publikationen, annars ett utkast."""
    from commands import terminal
    from reports.book import UnknownAreaError, scope_of
    from reports.pdf import yearly_report

    settings, store = open_up(ctx)
    wanted = area or settings.county.id
    try:
        scope_of(settings, wanted, year)
    except UnknownAreaError as error:
        raise WrongUsage(str(error)) from error
    shown = _edition(settings, store, year, wanted, internal=internal)
    write({output: yearly_report(settings, shown, wanted)})
    note_export(store, f"report {year} {wanted}{', internt' if internal else ''}")
    terminal.say([f"{output} är skriven. Den visar {_what(shown)}."])


def _edition(settings: Settings, store: Store, year: int, area: str, *, internal: bool) -> Edition:
    """The year with all that belongs to it; says why and refuses where there is nothing to show."""
    from commands import terminal
    from flows.yearly import whole_edition
    from reports.editions import NothingToShowError

    try:
        return whole_edition(settings, store, year, area, internal=internal)
    except NothingToShowError as error:
        terminal.say([str(error)])
        raise Refused from error


# --- the forum's workbook -----------------------------------------------------------------------------------------


@export.command(cls=Command)
def arbetsbok(ctx: typer.Context, year: Year, output: Output, internal: Internal = False) -> None:
    """Skriv forumets arbetsbok (XLSX): ett blad per tema, med definitioner. Den senaste publikationen, annars ett utkast."""
    from commands import terminal
    from reports.workbook import forum_workbook

    settings, store = open_up(ctx)
    shown = _edition(settings, store, year, settings.county.id, internal=internal)
    write({output: forum_workbook(settings, shown)})
    note_export(store, f"export arbetsbok {year}{', internt' if internal else ''}")
    terminal.say([f"{output} är skriven. Den visar {_what(shown)}."])


def _what(edition: Edition) -> str:
    return f"publikation {edition.publication}" if edition.publication else "ett utkast: året är inte publicerat"


# --- the delivery to SKR ------------------------------------------------------------------------------------------


@export.command(cls=Command)
def skr(ctx: typer.Context, year: Year, output: Output, internal: Internal = False) -> None:
    """Skriv SKR-leveransen: XLSX, CSV och kontrollsummor bredvid varandra. Är den godkänd skrivs de godkända filerna."""
    from commands import terminal
    from reports.editions import NothingToShowError
    from reports.skr_files import receipt
    from reports.skr_year import files_to_send, skr_year

    if output.suffix not in (".xlsx", ".csv"):
        raise WrongUsage(f"{output} ska sluta på .xlsx eller .csv.")
    settings, store = open_up(ctx)
    try:
        state = skr_year(settings, store, year, internal=internal)
    except NothingToShowError as error:
        terminal.say([str(error)])
        raise Refused from error
    made = files_to_send(store, state)
    files = {output.with_suffix(".xlsx"): made.xlsx, output.with_suffix(".csv"): made.csv}
    checksums = receipt({path.name: content for path, content in files.items()})
    write(files | {output.with_suffix(".sha256"): checksums})
    note_export(store, f"export skr {year}{', internt' if internal else ''}")
    terminal.say(told(state))
    terminal.say([f"{output} är skriven." + ("" if state.delivery.edition.publication else " Den är ett UTKAST: året är inte publicerat.")])
    if not state.may_be_signed:
        terminal.say([f"Den får inte skickas än. Rätta det som står ovan, eller förklara det med uppfoljning skr explain {year}."])
        raise Refused


# --- open data ----------------------------------------------------------------------------------------------------

_DRAFT_FILE = "UTKAST.txt"
_DRAFT = "UTKAST: inget år är publicerat. Siffrorna kan ändras och ska inte spridas.\n".encode()


@export.command("open-data", cls=Command)
def open_data(
    ctx: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="MAPP", help="Mappen att skriva i.")],
) -> None:
    """Skriv publicerade år som öppna data: CSV och Parquet per tema, skyddade, med DCAT-AP-SE."""
    from commands import terminal
    from reports.opendata_store import draft, published

    settings, store = open_up(ctx)
    files = published(settings, store)
    if not files:
        files = draft(settings, store, current_run(store)) | {_DRAFT_FILE: _DRAFT}
        terminal.say(["UTKAST: inget år är publicerat, så filerna visar den gällande körningen."])
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsage(f"Mappen {output} kan inte göras. Finns en fil med det namnet, eller får du inte skriva där?") from error
    write({output / name: content for name, content in files.items()})
    if _DRAFT_FILE not in files:
        (output / _DRAFT_FILE).unlink(missing_ok=True)
    terminal.say([f"{len(files)} filer är skrivna i {output}."])
