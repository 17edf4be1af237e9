"""The commands about what runs by itself: `schedule`, and `jobs` that tell how it has gone."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from commands.commandline import STOCKHOLM, AsJson, Command, Panel, WrongUsage, now, open_up, print_json

app = typer.Typer()


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def schedule(
    ctx: typer.Context,
    once: Annotated[str | None, typer.Option("--once", metavar="JOBB", help="Kör ett jobb nu och sluta sedan.")] = None,
) -> None:
    """Kör schemalagda jobb tills programmet stoppas. En andra körare väntar och tar över."""
    import logs
    from jobs import runner
    from jobs import schedule as scheduled
    from jobs.job import Surroundings
    from jobs.registry import JOBS

    settings, store = open_up(ctx)
    around = Surroundings(settings, store, now)
    if once is not None:
        job = next((job for name, job in JOBS.items() if name == once), None)
        if job is None:
            raise WrongUsage(f"Jobbet {once} finns inte. Välj bland {', '.join(JOBS)}.")
        outcome = runner.run(job, around, now())
        raise typer.Exit(0 if outcome == "klar" else 1)
    logs.configure()
    _stop_when_told(around.stopping)
    scheduled.run(around)


def _stop_when_told(stopping: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def jobs(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Visa hur de schemalagda jobben har gått."""
    from commands import terminal
    from sql import jobs as history

    _, store = open_up(ctx)
    runs = history.listing(store)
    if as_json:
        print_json([run.__dict__ for run in runs])
        return
    lines = ((r.job, r.started_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M"), r.outcome, r.attempts, r.summary) for r in runs)
    terminal.table(f"{len(runs)} körningar", ("Jobb", "Började", "Utfall", "Försök", "Vad som hände"), lines)
