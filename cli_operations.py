"""The commands for whoever keeps the system running: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commandline import Command, now, open_up

app = typer.Typer()


@app.command(cls=Command)
def backup(
    ctx: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FIL", help="Filen att skriva, till exempel kopia.tar.gz.")],
) -> None:
    """Skriv allt i lagret till en fil: förteckningar, siffror, publikationer och leveransernas rader."""
    from sql.backup import backup as write

    _, store = open_up(ctx)
    made = write(store, output, now())
    print(f"{output}: {sum(made.tables.values())} rader och {made.files} leveransfiler, {made.size // 1000} kB.")  # noqa: T201


@app.command(cls=Command)
def restore(ctx: typer.Context, source: Annotated[Path, typer.Argument(metavar="FIL", help="Säkerhetskopian.")]) -> None:
    """Fyll ett tomt lager från en säkerhetskopia."""
    from sql.backup import restore as read

    _, store = open_up(ctx)
    made = read(store, source)
    print(f"Återställt: {sum(made.tables.values())} rader och {made.files} leveransfiler.")  # noqa: T201
