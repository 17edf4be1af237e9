"""The command that removes rows which are older than they may be."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import STOCKHOLM, Command, Panel, now, open_up

if TYPE_CHECKING:
    from sql.gallring import Old

app = typer.Typer()


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def gallra(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Ta bort raderna. Utan den visas bara vad som skulle tas bort.")] = False,
) -> None:
    """Visa vilka rader som är äldre än de får vara enligt retention i config.yaml, eller ta bort dem. Siffrorna blir kvar."""
    from commands import terminal
    from flows.gallring import gallra as remove
    from flows.gallring import plan

    settings, store = open_up(ctx)
    moment = now()
    found = plan(settings, store, moment.astimezone(STOCKHOLM).date())
    if not found:
        terminal.say(["Inget har en gräns: config.yaml anger ingen retention, så rader sparas för alltid."])
        return
    terminal.table("Gallring", ("Datamängd", "Gräns", "Leverans", "Fil", "Gäller för", "Rader", "Läge"), _lines(found))
    going = sum(len(old.wholly) for old in found)
    if not yes:
        terminal.say(["Inget är borttaget. Kör uppfoljning gallra --yes för att ta bort raderna. Det går inte att ångra."] if going else [])
        return
    for old in found:
        remove(settings, store, old, getpass.getuser(), moment)
    said = "En leverans är gallrad" if going == 1 else f"{going} leveranser är gallrade" if going else "Inget skulle gallras"
    terminal.say([f"{said}. Siffrorna blir kvar." if going else f"{said}."])


def _lines(found: list[Old]) -> Iterator[tuple[object, ...]]:
    for old in found:
        states = [(each, "ska gallras") for each in old.wholly]
        states += [(each, f"väntar: gäller också tid från {old.before}") for each in old.partly]
        for each, state in states:
            yield old.dataset, f"före {old.before}", each.id, each.file_name, each.covers, each.row_count, state
