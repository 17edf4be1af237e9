"""`uppfoljning`: the themes of `commands/` put together as one program.

Imports of the rooms stay inside the commands, so that `--help` answers at once (Polars, SQLAlchemy and Dash
take a second together). Exit status: 0 done, 1 the data were refused or a check failed, 2 wrong usage.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands import (
    audit,
    commandline,
    disclosure,
    figures,
    gallring,
    intake,
    keys,
    operations,
    plan,
    reports,
    schedule,
    serving,
    skr,
    year,
)
from commands.commandline import Group

app = typer.Typer(cls=Group, add_completion=False, no_args_is_help=True, help="Uppföljning av hälso- och sjukvårdsavtalet.")

for theme in (intake, figures, year, audit, keys, reports, plan, disclosure, skr, schedule, operations, gallring, serving):
    app.add_typer(theme.app)

ConfigOption = Annotated[Path, typer.Option("--config", envvar="UPPFOLJNING_CONFIG", help="Inställningsfilen.", show_default="config.yaml")]


@app.callback()
def main_options(ctx: typer.Context, config: ConfigOption = Path("config.yaml")) -> None:
    """Uppföljning av hälso- och sjukvårdsavtalet mellan regionen och kommunerna."""
    ctx.obj = config


def main() -> None:
    """The entry point of `uppfoljning`."""
    commandline.run(app)


if __name__ == "__main__":
    main()
