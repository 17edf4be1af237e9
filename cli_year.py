"""The commands of a year: publish it, say what has changed since, and prove that nothing small is given away.

Part of `cli`, which registers them on its own app; imports of the rooms stay inside the commands for the same reason as there.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commandline import AsJson, Command, Refused, WrongUsage, guarded, now, open_up, print_json

if TYPE_CHECKING:
    import polars as pl

    from config import Settings
    from metrics.completeness import Lack
    from sql.catalogue import Delivery
    from sql.publications import Publication
    from sql.runs import Run
    from sql.store import Store

NO_RUN = "Ingen körning finns än. Kör uppfoljning compute först."

app = typer.Typer()

Year = Annotated[int, typer.Argument(metavar="ÅR", min=1900, max=2999, help="Året, till exempel 2025.")]


# --- publishing ---------------------------------------------------------------------------------------------------


@app.command(cls=Command)
def publish(
    ctx: typer.Context,
    year: Year,
    note: Annotated[str, typer.Option("--note", help="En anmärkning. Krävs när året inte är komplett.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Varför en ny utgåva görs; annars nämns leveranserna.")] = "",
) -> None:
    """Frys årets siffror som en publikation, till exempel 2025-1. Den ändras aldrig."""
    import terminal
    from sql import publications
    from sql.publications import INTERNAL, PROTECTED, NewPublication

    note, reason = guarded(note.strip()), guarded(reason.strip())
    settings, store = open_up(ctx)
    run = current_run(store)
    figures = figures_of_year(store, run.id, year)
    _hold_against_gaps(settings, figures, year, note)
    before = publications.latest(store, year)
    terminal.say(["Skyddar små tal."])
    public = _protected(settings, store, figures, year)
    new = NewPublication(
        year=year,
        run=run.id,
        note=note,
        reason=reason or (_reason(store, before, run) if before else ""),
        by=getpass.getuser(),
        now=now(),
    )
    made = publications.publish(store, new, {INTERNAL: figures, PROTECTED: public})
    hidden = public.filter(public["status"] == "suppressed").height
    terminal.say([f"Publikation {made.id} är gjord av körning {run.id}. {hidden} av {public.height} siffror är skyddade i den."])
    print(made.id)  # noqa: T201


def current_run(store: Store) -> Run:
    """The current run; says so and refuses before the first."""
    import terminal
    from sql import runs

    run = runs.current(store)
    if run is None:
        terminal.say([NO_RUN])
        raise Refused
    return run


def of_year(figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """The figures of the year's months, of its quarters and of the year itself."""
    return figures.filter(figures["period"].str.slice(0, 4) == str(year))


def figures_of_year(store: Store, run: str, year: int) -> pl.DataFrame:
    """The run's figures of the year; says so and refuses where it has none."""
    import terminal
    from sql import runs

    mine = of_year(runs.frame(store, run, "figures"), year)
    if mine.is_empty():
        terminal.say([f"Det finns inga siffror för {year}. Ladda leveranser som gäller året och kör uppfoljning compute."])
        raise Refused
    return mine


def _protected(settings: Settings, store: Store, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """The public version, also beside every earlier edition of the year."""
    from metrics.disclosure import Published, protect
    from sql import publications
    from sql.publications import INTERNAL, PROTECTED

    editions = reversed(publications.listing(store, year))
    earlier = [Published(publications.frame(store, e.id, INTERNAL), publications.frame(store, e.id, PROTECTED)) for e in editions]
    return protect(settings, figures, earlier)


def _hold_against_gaps(settings: Settings, figures: pl.DataFrame, year: int, note: str) -> None:
    """Say what is missing and from whom; without a note, refuse."""
    import terminal
    from metrics.completeness import lacking

    if not (found := lacking(settings, figures, year)):
        return
    terminal.say([f"{year} är inte komplett:", *(_told(settings, lack) for lack in found)])
    if not note:
        terminal.say(["Inget har publicerats. Ta in det som saknas, eller publicera med --note och en förklaring."])
        raise Refused


def _told(settings: Settings, lack: Lack) -> str:
    from swedish import in_order, listed

    names = sorted((settings.kommuner[kommun] for kommun in lack.kommuner), key=in_order)
    who = f"alla {len(names)} kommuner" if len(names) == len(settings.kommuner) else listed(names)
    return f"{lack.dataset} {'är ofullständig, rader avvisades' if lack.partly else 'saknas'} för {_spans(lack.periods)}: {who}."


def _spans(names: Sequence[str]) -> str:
    import periods

    return ", ".join(first if first == last else f"{first}–{last}" for first, last in periods.stretches(names))


# --- what has moved since -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A delivery that the figures rest on now and did not then (`came`), or the other way round."""

    delivery: Delivery
    came: bool

    @property
    def told(self) -> str:
        """In a sentence."""
        d = self.delivery
        how = f"kom {d.loaded_at[:10]}" if self.came else _ENDED.get(d.status, "gäller inte längre")
        why = f" ({d.reason})" if d.reason and not self.came else ""
        return f"Leverans {d.id}, {d.dataset}, {d.file_name}, {how}{why}. Den gäller {d.covers}."


_ENDED = {"återkallad": "är återkallad", "raderad": "är raderad", "ersatt": "är ersatt"}


def moved_deliveries(store: Store, before: Publication, run: Run) -> tuple[Moved, ...]:
    """Deliveries that speak for the published year and differ between its run and the current one, in order of id."""
    from sql import catalogue, coverage, runs

    published = runs.get(store, before.run)
    then, later = set(published.deliveries if published else ()), set(run.deliveries)
    cells = coverage.of_deliveries(store, then ^ later)
    year = str(before.year)
    spoken = cells.filter((cells["period"].str.slice(0, 4) == year) | ((cells["dataset"] == "befolkning") & (cells["period"] <= year)))
    ids = set(spoken["delivery"])
    return tuple(Moved(delivery, delivery.id in later) for delivery in catalogue.listing(store) if delivery.id in ids)


def _reason(store: Store, before: Publication, run: Run) -> str:
    told = [moved.told for moved in moved_deliveries(store, before, run)]
    return " ".join(told) or f"Samma leveranser som i {before.id}."


@app.command(cls=Command)
def revisions(ctx: typer.Context, year: Year, as_json: AsJson = False) -> None:
    """Visa vad som har ändrats sedan året publicerades: då, nu, skillnaden och leveranserna bakom."""
    import terminal
    from metrics import revisions as compared
    from sql import coverage, publications, runs
    from sql.publications import INTERNAL

    settings, store = open_up(ctx)
    before = publications.latest(store, year)
    if before is None:
        raise WrongUsage(f"{year} är inte publicerat. Kör uppfoljning publish {year} först.")
    run = current_run(store)
    figures = runs.frame(store, run.id, "figures")
    changed = compared.changes(
        publications.frame(store, before.id, INTERNAL), figures.filter(figures["period"].str.slice(0, 4) == str(year))
    )
    moved = moved_deliveries(store, before, run)
    told = compared.causes(settings, changed, coverage.of_deliveries(store, {m.delivery.id for m in moved}))
    published = runs.get(store, before.run)
    rules_changed = published is not None and published.settings_sha256 != run.settings_sha256
    terminal.say(["Talen är interna: små tal är inte skyddade."])
    if as_json:
        print_json(_as_json(before, run, told, moved, rules_changed=rules_changed))
        return
    _print_revisions(before, told, moved)
    if rules_changed:
        terminal.say(["Inställningarna är inte desamma som när året publicerades."])


def _as_json(before: Publication, run: Run, told: pl.DataFrame, moved: Sequence[Moved], *, rules_changed: bool) -> dict[str, Any]:
    return {
        "publication": before.id,
        "published_at": before.published_at.isoformat(),
        "published_run": before.run,
        "run": run.id,
        "settings_changed": rules_changed,
        "deliveries": [{**m.delivery.as_dict(), "change": "came" if m.came else "ended"} for m in moved],
        "figures": told.to_dicts(),
    }


def _print_revisions(before: Publication, told: pl.DataFrame, moved: Sequence[Moved]) -> None:
    import terminal

    headings = ("Indikator", "Område", "Period", "Publicerat", "Nu", "Skillnad", "Leveranser")
    title = f"{told.height} siffror har ändrats sedan publikation {before.id}"
    terminal.table(title, headings, _lines(told))
    for delivery in moved:
        sys.stdout.write(delivery.told + "\n")


def _lines(told: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    for row in told.iter_rows(named=True):
        then, later = (_value(row[f"{when}_value"], row[f"{when}_status"]) for when in ("published", "now"))
        difference = "" if row["difference"] is None else _value(row["difference"], None)
        ids = ", ".join(str(delivery) for delivery in row["deliveries"])
        yield row["indicator"], row["area_name"], row["period"], then, later, difference, ids


_STATES = {"missing": "saknas", "incomplete": "ofullständig"}


def _value(value: float | None, status: str | None) -> str:
    """A number with as many decimals as it has, at most four, and what it is worth."""
    from swedish import plain

    state = _STATES.get(status or "", "")
    if value is None:
        return state or "–"
    number = plain(round(value, 4))
    return f"{number} ({state})" if state else number
