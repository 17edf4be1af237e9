"""The commands of nämndplaner: carry one over to the next year, write its follow-up as PDF or as a workbook.

Loading a plan and outcomes is `load namndplan` and `load matt`.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import STOCKHOLM, Command, Group, Panel, Refused, WrongUsage, note_export, now, open_up, today, write

if TYPE_CHECKING:
    from config import Settings
    from flows.planning import Book
    from reports.plan_papers import Paper
    from sql.store import Store

app = typer.Typer()
plan = typer.Typer(cls=Group, no_args_is_help=True, help="För över, följ upp och skriv ut nämndplaner.")
app.add_typer(plan, name="plan", rich_help_panel=Panel.YEAR)

Kommun = Annotated[str, typer.Argument(metavar="KOD", help="Kommunens kod eller namn.")]
Year = Annotated[int, typer.Argument(metavar="ÅR", min=1900, max=2999, help="Planens år.")]
Period = Annotated[str | None, typer.Option("--period", help="Perioden, till exempel 2026-T1. Förval är den senaste som är slut.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Filen att skriva.")]
Internal = Annotated[bool, typer.Option("--internal", help="Visa små tal och kommentarer. Varje sida säger att underlaget är internt.")]


@plan.command("carry-over", cls=Command)
def carry_over(
    ctx: typer.Context, kommun: Kommun, year: Year, dnr: Annotated[str, typer.Option("--dnr", help="Den nya planens diarienummer.")] = ""
) -> None:
    """För över förra årets plan till ÅR: det som pågår följer med, det som är avslutat och budgeten gör det inte."""
    from commands import terminal
    from flows import replanning
    from flows.planning import Plans

    settings, store = open_up(ctx)
    code, book = _code(settings, kommun), Plans(settings, store).book()
    try:
        made = replanning.carry_over(settings, store, book, code, year, dnr=dnr, by=getpass.getuser(), now=now(), today=today())
    except replanning.NotCarriedError as error:
        terminal.say([str(error)])
        raise Refused from error
    terminal.say(made.notes)
    if made.delivery is None:
        terminal.problems(made.problems, terminal.err())
        raise Refused
    print(made.answer)  # noqa: T201


@plan.command(cls=Command)
def report(ctx: typer.Context, kommun: Kommun, year: Year, output: Output, period: Period = None, internal: Internal = False) -> None:
    """Skriv delårs- eller årsuppföljningen av planen som PDF."""
    from commands import terminal
    from reports.plan_papers import report as made

    write({output: made(_paper(ctx, kommun, year, period, internal=internal))})
    terminal.say([f"{output} är skriven."])


@plan.command(cls=Command)
def export(ctx: typer.Context, kommun: Kommun, year: Year, output: Output, period: Period = None, internal: Internal = False) -> None:
    """Skriv planen med utfall som en arbetsbok, som kan läsas in igen med load namndplan och load matt."""
    from commands import terminal
    from reports.plan_papers import workbook

    write({output: workbook(_paper(ctx, kommun, year, period, internal=internal))})
    terminal.say([f"{output} är skriven."])


def _paper(ctx: typer.Context, kommun: str, year: int, period: str | None, *, internal: bool) -> Paper:
    """The plan followed up, with the current run's figures. Raises WrongUsage for a plan or period that there is not."""
    from flows.planning import Plans

    settings, store = open_up(ctx)
    paper = _paper_of(settings, store, Plans(settings, store).book(), _code(settings, kommun), year, period, internal=internal)
    what = f"{ctx.command_path.partition(' ')[2]} {paper.found.period}"
    note_export(store, f"{what}, internt" if internal else what, paper.found.plan.kommun)
    return paper


def _paper_of(settings: Settings, store: Store, book: Book, code: str, year: int, period: str | None, *, internal: bool) -> Paper:
    import periods
    from flows import planning
    from metrics.namndplan import period_to_show, periods_to_follow
    from policy import Sight
    from reports.plan_papers import Paper

    stored = book.plan(code, year)
    if stored is None:
        raise WrongUsage(f"{settings.kommuner[code]} har ingen nämndplan för {year}. Läs in den med load namndplan.")
    at = periods.parse(period) if period else period_to_show(stored.plan, today())
    if at not in periods_to_follow(stored.plan):
        raise WrongUsage(f"Perioden {period!r} hör inte till planen. Välj bland {', '.join(periods_to_follow(stored.plan))}.")
    figures = planning.figures_of(settings, store, protected=not internal)
    found = planning.follow_up(settings, store, book, stored.plan, at, today(), figures, Sight(internal))
    created = now().astimezone(STOCKHOLM).date()
    return Paper(found=found, kommun=settings.kommuner[code], internal=internal, is_demo=store.is_demo, created=created)


def _code(settings: Settings, kommun: str) -> str:
    """The kommun's code. Raises WrongUsage."""
    from loaders import places

    code = places.code_of(kommun, settings, places.by_name(settings))
    if code is None:
        raise WrongUsage(f"Kommunen {kommun!r} finns inte i länet. Skriv dess kod eller namn.")
    return code
