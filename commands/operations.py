"""The commands for whoever keeps the system running: backup and restore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import Command, Panel, WrongUsage, note_export, now, open_up

if TYPE_CHECKING:
    from config import Settings

app = typer.Typer()


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def backup(
    ctx: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FIL", help="Filen att skriva, till exempel kopia.tar.gz.")],
) -> None:
    """Skriv allt i lagret till en fil: förteckningar, siffror, publikationer och leveransernas rader."""
    from sql.backup import backup as write

    if not output.parent.is_dir():
        raise WrongUsage(f"Mappen {output.parent} finns inte.")
    _, store = open_up(ctx)
    note_export(store, "backup")
    made = write(store, output, now())
    print(f"{output}: {sum(made.tables.values())} rader och {made.files} leveransfiler, {made.size // 1000} kB.")  # noqa: T201


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def restore(ctx: typer.Context, source: Annotated[Path, typer.Argument(metavar="FIL", help="Säkerhetskopian.")]) -> None:
    """Fyll ett tomt lager från en säkerhetskopia."""
    from commands import terminal
    from sql.backup import restore as read

    if not source.is_file():
        raise WrongUsage(f"Filen {source} finns inte.")
    settings, store = open_up(ctx)
    made = read(store, source)
    terminal.say([f"Nycklarna ingår inte i kopian. Lägg granskningsnyckeln på plats innan något annat körs: {_key_file(settings)}."])
    print(f"Återställt: {sum(made.tables.values())} rader och {made.files} leveransfiler.")  # noqa: T201


def _key_file(settings: Settings) -> str:
    from sql.audit import KEY_NAME
    from sql.secret import VARIABLE

    return settings.audit.key_file or (VARIABLE if os.environ.get(VARIABLE) else str(Path(settings.storage) / KEY_NAME))
