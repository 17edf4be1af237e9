"""The commands of a year: publish it, say what has changed since, and note what the forum decided."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.commandline import AsJson, Command, Panel, Refused, WrongUsage, guarded, now, open_up, print_json, today

if TYPE_CHECKING:
    import polars as pl

    from config import Settings
    from flows.publishing import Moves, NotPublishedError
    from sql.decisions import Decision
    from sql.publications import Publication
    from sql.runs import Run
    from sql.store import Store

app = typer.Typer()

Year = Annotated[int, typer.Argument(metavar="ÅR", min=1900, max=2999, help="Året, till exempel 2025.")]


# --- publishing ---------------------------------------------------------------------------------------------------


@app.command(cls=Command, rich_help_panel=Panel.YEAR)
def publish(
    ctx: typer.Context,
    year: Year,
    note: Annotated[str, typer.Option("--note", help="En anmärkning. Krävs när året inte är komplett.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Varför en ny utgåva görs; annars nämns leveranserna.")] = "",
) -> None:
    """Frys årets siffror som en publikation, till exempel 2025-1. Den ändras aldrig."""
    from commands import terminal
    from flows import publishing
    from flows.publishing import NotPublishedError, Wanted

    wanted = Wanted(year=year, note=guarded(note.strip()), reason=guarded(reason.strip()), by=getpass.getuser(), now=now())
    settings, store = open_up(ctx)
    try:
        made = publishing.publish(settings, store, wanted)
    except NotPublishedError as error:
        terminal.say(_refusal(error, year))
        raise Refused from error
    if made.lacking:
        terminal.say([f"{year} är inte komplett:", *made.lacking])
    frozen = made.publication
    terminal.say([f"Publikation {frozen.id} är gjord av körning {frozen.run}. {made.hidden} av {made.figures} siffror är skyddade i den."])
    print(frozen.id)  # noqa: T201


def _refusal(error: NotPublishedError, year: int) -> list[str]:
    if not error.incomplete:
        return list(error.sentences)
    then = "Inget har publicerats. Ta in det som saknas, eller publicera med --note och en förklaring."
    return [f"{year} är inte komplett:", *error.sentences, then]


def current_run(store: Store) -> Run:
    """The current run; says so and refuses before the first."""
    from commands import terminal
    from flows.publishing import NO_RUN
    from sql import runs

    run = runs.current(store)
    if run is None:
        terminal.say([NO_RUN])
        raise Refused
    return run


# --- what has moved since -----------------------------------------------------------------------------------------


@app.command(cls=Command, rich_help_panel=Panel.YEAR)
def revisions(ctx: typer.Context, year: Year, as_json: AsJson = False) -> None:
    """Visa vad som har ändrats sedan året publicerades: då, nu, skillnaden och leveranserna bakom."""
    from commands import terminal
    from flows import publishing
    from sql import publications, runs
    from sql.publications import INTERNAL

    settings, store = open_up(ctx)
    before = publications.latest(store, year)
    if before is None:
        raise WrongUsage(f"{year} är inte publicerat. Kör uppfoljning publish {year} först.")
    run = current_run(store)
    then, later = publications.frame(store, before.id, INTERNAL), runs.frame(store, run.id, "figures")
    moved = publishing.moves(settings, store, before, then, run, later)
    terminal.say(["Talen är interna: små tal är inte skyddade."])
    if as_json:
        print_json(_as_json(before, run, moved))
        return
    _print_revisions(settings, before, moved)
    if moved.settings_changed:
        terminal.say(["Inställningarna är inte desamma som när året publicerades."])


def _as_json(before: Publication, run: Run, moved: Moves) -> dict[str, Any]:
    return {
        "publication": before.id,
        "published_at": before.published_at.isoformat(),
        "published_run": before.run,
        "run": run.id,
        "settings_changed": moved.settings_changed,
        "deliveries": [{**m.delivery.as_dict(), "change": "came" if m.came else "ended"} for m in moved.deliveries],
        "figures": moved.figures.to_dicts(),
    }


def _print_revisions(settings: Settings, before: Publication, moved: Moves) -> None:
    from commands import terminal

    headings = ("Indikator", "Område", "Period", "Publicerat", "Nu", "Skillnad", "Leveranser")
    title = f"{moved.figures.height} siffror har ändrats sedan publikation {before.id}"
    terminal.table(title, headings, _lines(settings, moved.figures))
    for delivery in moved.deliveries:
        sys.stdout.write(delivery.told + "\n")


def _lines(settings: Settings, told: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    division = {area.id: each.name.lower() for each in settings.divisions for area in each.areas}
    for row in told.iter_rows(named=True):
        then, later = (_value(row[f"{when}_value"], row[f"{when}_status"]) for when in ("published", "now"))
        difference = "" if row["difference"] is None else _value(row["difference"], None)
        ids = ", ".join(str(delivery) for delivery in row["deliveries"])
        area = f"{row['area_name']} ({division[row['area']]})" if row["area"] in division else row["area_name"]  # two may share a name
        yield row["indicator"], area, row["period"], then, later, difference, ids


_STATES = {"missing": "saknas", "incomplete": "ofullständig"}


def _value(value: float | None, status: str | None) -> str:
    """A number with as many decimals as it has, at most four, and what it is worth."""
    from swedish import plain

    state = _STATES.get(status or "", "")
    if value is None:
        return state or "–"
    number = plain(round(value, 4))
    return f"{number} ({state})" if state else number


# --- what the forum decided ---------------------------------------------------------------------------------------


@app.command(cls=Command, rich_help_panel=Panel.YEAR)
def decide(
    ctx: typer.Context,
    publication: Annotated[str, typer.Argument(metavar="PUBLIKATION", help="Publikationen, till exempel 2025-1.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Beslutet, i ord.")],
    day: Annotated[str, typer.Option("--date", metavar="DATUM", help="Dagen för beslutet, ÅÅÅÅ-MM-DD. Förval är i dag.")] = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Måttet som beslutet gäller.")] = "",
    area: Annotated[str, typer.Option("--area", help="Området som beslutet gäller.")] = "",
    period: Annotated[str, typer.Option("--period", help="Perioden som beslutet gäller. Förval är publikationens år.")] = "",
) -> None:
    """Notera vad forumet har beslutat om en publikation eller en av dess siffror. Det ändras aldrig."""
    from flows import deciding
    from flows.deciding import NotDecidedError, Said

    settings, store = open_up(ctx)
    said = Said(publication=publication, text=text, day=day, indicator=indicator, area=area, period=period)
    try:
        noted = deciding.decide(settings, store, said, by=getpass.getuser(), now=now(), today=today())
    except NotDecidedError as error:
        raise WrongUsage("\n".join(error.sentences)) from error
    print(f"Beslut {noted.id} är noterat till publikation {noted.publication}.")  # noqa: T201


@app.command(cls=Command, rich_help_panel=Panel.YEAR)
def decisions(
    ctx: typer.Context,
    year: Annotated[int | None, typer.Argument(metavar="[ÅR]", min=1900, max=2999, help="Bara årets beslut.")] = None,
    as_json: AsJson = False,
) -> None:
    """Visa forumets beslut."""
    from commands import terminal
    from sql import decisions as kept

    settings, store = open_up(ctx)
    found = kept.listing(store, year)
    if as_json:
        print_json([decision.as_dict() for decision in found])
        return
    headings = ("Nr", "Publikation", "Dag", "Gäller", "Beslut", "Noterat av")
    terminal.table(f"{len(found)} beslut", headings, (_decision(settings, decision) for decision in found))


def _decision(settings: Any, decision: Decision) -> tuple[Any, ...]:
    from flows import deciding

    about = deciding.concerns(settings, decision)
    return decision.id, decision.publication, decision.day.isoformat(), about, decision.text, decision.noted_by
