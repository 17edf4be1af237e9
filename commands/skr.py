"""The commands of the delivery to SKR on its way: what is missing, explain, approve, note that it was sent.

The files themselves are written by `export skr`, in `commands/reports.py`.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from commands.commandline import STOCKHOLM, Command, Group, Panel, Refused, guarded, now, open_up
from commands.year import Year

if TYPE_CHECKING:
    from reports.skr_year import SkrYear
    from sql.skr import Sending, SignOff

skr = typer.Typer(cls=Group, no_args_is_help=True, help="Kontrollera, förklara, godkänn och bokför SKR-leveransen.")
app = typer.Typer()
app.add_typer(skr, name="skr", rich_help_panel=Panel.YEAR)

T = TypeVar("T")
By = Annotated[str, typer.Option("--name", help="Ditt namn. Förval är användarnamnet på datorn.")]


@skr.command(cls=Command)
def check(ctx: typer.Context, year: Year) -> None:
    """Visa varje kontroll med utfall, och vad som saknas. Slutkod 1 tills varje kontroll stämmer eller är förklarad."""
    from commands import terminal
    from reports.skr_files import OUTCOMES
    from reports.skr_year import skr_year

    settings, store = open_up(ctx)
    state = _tried(lambda: skr_year(settings, store, year))
    rows = [(each.id, each.question, OUTCOMES[each.outcome], "\n".join(each.found)) for each in state.delivery.checks]
    terminal.table(f"SKR-leveransen {year}", ("Kontroll", "Fråga", "Utfall", "Funnet"), rows)
    terminal.say([standing(state)])
    if not state.may_be_signed:
        raise Refused


@skr.command(cls=Command)
def explain(
    ctx: typer.Context,
    year: Year,
    check_id: Annotated[str, typer.Argument(metavar="KONTROLL", help="Kontrollens id, som skr check visar det.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Förklaringen.")],
    name: By = "",
) -> None:
    """Förklara det en kontroll har funnit. Förklaringen gäller just det, och skickas med i filen."""
    from commands import terminal
    from reports import skr_year

    said, by = guarded(text), _who(name)
    settings, store = open_up(ctx)
    _tried(lambda: skr_year.explain(settings, store, year, check_id, said, by, now()))
    terminal.say(["Förklaringen är sparad."])


@skr.command(cls=Command)
def sign(
    ctx: typer.Context,
    year: Year,
    name: By = "",
    comment: Annotated[str, typer.Option("--comment", help="En kommentar.")] = "",
) -> None:
    """Godkänn leveransen. Godkännandet gäller just de här talen, och filerna sparas som de är."""
    from commands import terminal
    from reports import skr_year

    words, by = guarded(comment), _who(name)
    settings, store = open_up(ctx)
    made = _tried(lambda: skr_year.sign(settings, store, year, by, words, now()))
    terminal.say([f"Godkänd av {made.by}. Skriv filerna med uppfoljning export skr {year}."])


@skr.command(cls=Command)
def sent(
    ctx: typer.Context,
    year: Year,
    to: Annotated[str, typer.Option("--to", help="Vem den skickades till.")],
    name: By = "",
) -> None:
    """Bokför att den godkända leveransen är skickad."""
    from commands import terminal
    from reports import skr_year

    recipient, by = guarded(to), _who(name)
    settings, store = open_up(ctx)
    made = _tried(lambda: skr_year.mark_sent(settings, store, year, recipient, by, now()))
    terminal.say([f"Bokfört: skickad till {made.recipient}."])


@skr.command(cls=Command)
def log(ctx: typer.Context) -> None:
    """Visa vad som har godkänts och skickats, det senaste först."""
    from commands import terminal
    from sql import skr as kept

    _, store = open_up(ctx)
    sign_offs = kept.sign_offs(store)
    rows = [*map(_signed, sign_offs), *_sent(sign_offs, kept.sendings(store))]
    headings = ("När", "År", "Vad", "Av", "Till", "Publikation", "SHA-256 för XLSX")
    terminal.table("Godkänt och skickat till SKR", headings, sorted(rows, reverse=True))


def _signed(each: SignOff) -> tuple[str, ...]:
    return _when(each.at), str(each.year), "godkänd", each.by, "–", each.publication, each.xlsx_sha256


def _sent(sign_offs: tuple[SignOff, ...], sendings: tuple[Sending, ...]) -> Iterator[tuple[str, ...]]:
    signed = {each.id: each for each in sign_offs}
    for each in sendings:
        what = signed[each.sign_off]
        yield _when(each.at), str(what.year), "skickad", each.by, each.recipient, what.publication, what.xlsx_sha256


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def told(state: SkrYear) -> list[str]:
    """What the checks found that do not hold: a line for each question, and its findings below."""
    failed = [each for each in state.delivery.checks if each.outcome == "fail"]
    return [line for each in failed for line in (f"{each.id}: {each.question}", *(f"  {found}" for found in each.found))]


def standing(state: SkrYear) -> str:
    """Where the delivery stands, in a sentence."""
    if state.signed:
        to = [sending.recipient for sending in state.sent(state.signed)]
        return f"Godkänd av {state.signed.by}" + (f" och skickad till {', '.join(to)}." if to else ". Den är inte skickad.")
    if not state.may_be_signed:
        return "Leveransen kan inte godkännas än."
    return "Leveransen har ändrats sedan den godkändes. Godkänn den igen." if state.sign_offs else "Leveransen kan godkännas."


def _who(name: str) -> str:
    return guarded(name) or getpass.getuser()


def _tried(act: Callable[[], T]) -> T:
    """Take the step; what stands in its way becomes a sentence and exit status 1."""
    from commands import terminal
    from reports.editions import NothingToShowError
    from reports.skr_year import SkrRefusedError

    try:
        return act()
    except (NothingToShowError, SkrRefusedError) as error:
        terminal.say([str(error)])
        raise Refused from error
