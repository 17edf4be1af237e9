"""The commands of the audit trail: prove that it is whole, and cut off what is older than it is kept."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import Command, Group, Panel, Refused, WrongUsage, now, open_up

if TYPE_CHECKING:
    from sql.audit import Head

app = typer.Typer()
audit = typer.Typer(cls=Group, no_args_is_help=True, help="Granska vem som har gjort vad.")
app.add_typer(audit, name="audit", rich_help_panel=Panel.RUNNING)

_NOT_WHOLE = (
    "Granskningen är inte hel. Är lagret nyss återställt ska den gamla granskningsnyckeln läggas dit först.",
    "Annars: återställ databasen från en säkerhetskopia och utred vad som har hänt.",
)


@audit.command(cls=Command)
def verify(
    ctx: typer.Context,
    head: Annotated[list[str] | None, typer.Option("--head", metavar="NUMMER:HASH", help="Ett huvud ur loggen. Kan upprepas.")] = None,
) -> None:
    """Pröva att ingen rad i granskningen är ändrad, borttagen eller flyttad."""
    from commands import terminal
    from sql import audit_trail

    known = [_head(said) for said in head or ()]
    _, store = open_up(ctx)
    found = audit_trail.verify(store, known)
    if found.problems:
        terminal.say([*found.problems, *_NOT_WHOLE])
        raise Refused
    if found.head is None:
        terminal.say(["Granskningen är tom."])
        return
    terminal.say([f"{found.lines} rader är hela. Huvudet:"])
    print(found.head)  # noqa: T201


def _head(said: str) -> Head:
    from sql import audit_trail

    try:
        return audit_trail.head_of(said)
    except ValueError as error:
        raise WrongUsage(f"{said!r} är inget huvud. Skriv det som det står i loggen: NUMMER:HASH.") from error


@audit.command(cls=Command)
def cut(ctx: typer.Context) -> None:
    """Gallra rader som är äldre än audit.keep_years i inställningarna säger."""
    from commands import terminal
    from policy import here
    from sql import audit_trail

    settings, store = open_up(ctx)
    years = settings.audit.keep_years
    if years is None:
        raise WrongUsage("audit.keep_years saknas i inställningarna, så inget gallras. Ange hur många år raderna sparas.")
    moment = now()
    gone = audit_trail.cut(store, here(getpass.getuser()), audit_trail.years_before(moment, years), moment)
    terminal.say([f"{gone} rader är gallrade."])
