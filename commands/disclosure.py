"""The command that proves what a year's published figures do not give away."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.commandline import AsJson, Command, Panel, Refused, open_up, print_json

if TYPE_CHECKING:
    from config import Settings
    from metrics.disclosure import Finding, Published
    from sql.store import Store

app = typer.Typer()

Year = Annotated[int, typer.Argument(metavar="ÅR", min=1900, max=2999, help="Året, till exempel 2025.")]

_COLUMNS = ("rows", "shown", "primary", "secondary")
_HEADINGS = ("Indikator", "Siffror", "Visade", "Skyddade", "Skyddade för andras skull")


@dataclass(frozen=True)
class Seen:
    """Something that the public sees of a year: its name (`publikation 2025-1`) and its figures."""

    name: str
    figures: Published


@app.command("audit-disclosure", cls=Command, rich_help_panel=Panel.YEAR)
def audit_disclosure(ctx: typer.Context, year: Year, as_json: AsJson = False) -> None:
    """Pröva om något skyddat tal går att räkna ut ur allt som visas för året: alla utgåvor och den gällande körningen."""
    import public_figures
    from commands import terminal

    settings, store = open_up(ctx)
    seen = _seen(settings, store, year)
    if not seen:
        terminal.say([f"Det finns inga siffror för {year}. Ladda leveranser som gäller året och kör uppfoljning compute."])
        raise Refused
    found = public_figures.findings(settings, [each.figures for each in seen])
    if as_json:
        print_json(_as_json(settings, year, seen, found))
    else:
        _print(settings, year, seen, found)
    if found:
        raise Refused


def _seen(settings: Settings, store: Store, year: int) -> list[Seen]:
    """Every edition of the year, and the current run's figures where they are others."""
    import public_figures
    from metrics.disclosure import Published
    from sql import publications, runs

    names = [f"publikation {edition.id}" for edition in reversed(publications.listing(store, year))]
    seen = [Seen(*each) for each in zip(names, public_figures.published(store, year), strict=True)]
    if run := runs.current(store):
        figures = public_figures.computed(store, run.id, year)
        if not figures.is_empty() and not (seen and seen[-1].figures.figures.equals(figures)):
            seen.append(Seen(f"körning {run.id}", Published(figures, public_figures.of_year(settings, store, run.id, year))))
    return seen


def _as_json(settings: Settings, year: int, seen: Sequence[Seen], found: Sequence[Finding]) -> dict[str, Any]:
    return {
        "year": year,
        "threshold": settings.disclosure.threshold,
        "insiders": len(settings.kommuner),
        "editions": [{"name": each.name, "indicators": _tally(settings, each)} for each in seen],
        "recoverable": [
            {"edition": seen[f.edition].name, "indicator": f.indicator, "area": f.area, "period": f.period, "by": f.insider} for f in found
        ],
    }


def _tally(settings: Settings, seen: Seen) -> list[dict[str, Any]]:
    from metrics.disclosure import tally

    return tally(settings, seen.figures).to_dicts()


def _print(settings: Settings, year: int, seen: Sequence[Seen], found: Sequence[Finding]) -> None:
    import public_figures
    from commands import terminal
    from swedish import capital, listed

    for each in seen:
        lines = _tally(settings, each)
        sums = [sum(line[column] for line in lines) for column in _COLUMNS]
        rows = [(line["indicator"], *(line[column] for column in _COLUMNS)) for line in lines]
        terminal.table(f"{capital(each.name)}, {year}", _HEADINGS, [*rows, ("alla", *sums)])
        sys.stdout.write("\n")
    told = [
        f"Prövat: allt som visas för {year} i {listed([each.name for each in seen])}, sammanlagt, som ekvationer.",
        f"För vem som helst, och för var och en av {len(settings.kommuner)} kommuner som kan sina egna tal.",
        f"{len(found)} skyddade tal går att räkna ut:" if found else "Inget skyddat tal går att räkna ut.",
        *public_figures.in_words(settings, found, [each.name for each in seen]),
    ]
    sys.stdout.writelines(f"{line}\n" for line in told)
