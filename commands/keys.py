"""The commands of the keys with which machines use the API."""

from __future__ import annotations

import getpass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from commands.commandline import STOCKHOLM, Command, Group, Panel, WrongUsage, guarded, now, open_up

if TYPE_CHECKING:
    from datetime import datetime

    from sql.api_tokens import Token

app = typer.Typer()
keys = typer.Typer(cls=Group, no_args_is_help=True, help="Nycklar med vilka andra program använder API:t.")
app.add_typer(keys, name="keys", rich_help_panel=Panel.RUNNING)

_SCOPES = "las:oppet, las:allt, las:KOMMUNKOD, lamna:allt eller lamna:KOMMUNKOD. Kan upprepas, men en nyckel läser eller lämnar."


@keys.command(cls=Command)
def make(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TILL", help="Vad nyckeln är till.")],
    scope: Annotated[list[str], typer.Option("--scope", help=_SCOPES)],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Hur många dagar den gäller.")] = 90,
) -> None:
    """Gör en nyckel. Den skrivs på stdout denna enda gång; lagret har bara dess hash."""
    from commands import terminal
    from sql import api_tokens

    _, store = open_up(ctx)
    moment = now()
    try:
        token, secret = api_tokens.make(store, guarded(name.strip()), scope, moment + timedelta(days=days), getpass.getuser(), moment)
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    terminal.say([f"Nyckel {token.id} gäller till {_day(token.expires_at)}. Spara den nu: den visas inte igen."])
    print(secret)  # noqa: T201


@keys.command("list", cls=Command)
def list_(ctx: typer.Context) -> None:
    """Visa nycklarna, den nyaste överst."""
    from commands import terminal
    from sql import api_tokens

    _, store = open_up(ctx)
    moment = now()
    rows = [(str(each.id), each.name, ", ".join(each.scopes), each.made_by, _state(each, moment)) for each in api_tokens.listing(store)]
    terminal.table("Nycklar", ("Nr", "Till", "Får", "Gjord av", "Läge"), rows)


@keys.command(cls=Command)
def revoke(ctx: typer.Context, key: Annotated[int, typer.Argument(metavar="NR", help="Nyckelns nummer.")]) -> None:
    """Återkalla en nyckel: den öppnar inget mer."""
    from commands import terminal
    from sql import api_tokens

    _, store = open_up(ctx)
    api_tokens.revoke(store, key, getpass.getuser(), now())
    terminal.say([f"Nyckel {key} är återkallad."])


def _state(token: Token, moment: datetime) -> str:
    if token.revoked_at is not None:
        return f"återkallad {_day(token.revoked_at)}"
    return f"gäller till {_day(token.expires_at)}" if token.holds(moment) else "har gått ut"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d}"
