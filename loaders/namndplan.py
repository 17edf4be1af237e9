"""Nämndplan: a kommun's whole plan of a year, as YAML or as a workbook. Kept as one row with the plan as JSON.

Source: contract, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import polars as pl
import yaml
from pydantic import ValidationError

import periods
from config import Settings
from loaders import encoding, guard, kinds, namndplan_sheets, places
from loaders.dataset import Column, Dataset
from loaders.problem import Finding, Unreadable
from namndplan import DIRECTIONS, LONGEST_NAME, PERIOD_KINDS, STATUSES, TOTAL, Plan, to_json

DATASET = Dataset(
    name="namndplan",
    columns=(
        Column(name="kommun", kind="kommun", required=True),
        Column(name="ar", kind="year", required=True),
        Column(name="plan", kind="text", required=True),
    ),
    coverage="whole",
    base="year",
    period="ar",
)

_MOST_BYTES = 200_000  # a plan is some pages; more would only keep the YAML reader busy
_REMEDIES = {
    "extra_forbidden": ("okand_nyckel", "Nyckeln finns inte i en nämndplan. Ta bort den eller rätta stavningen."),
    "missing": ("saknas", "Nyckeln saknas. Lägg till den."),
    "string_too_short": ("saknas", "Texten är tom. Fyll i den."),
    "string_type": ("text", "Här ska det stå en text. Sätt citattecken om den."),
    "int_type": ("heltal", "Här ska det stå ett heltal."),
    "date_from_datetime_inexact": ("datum", "Här ska det stå ett datum utan tid. Skriv ÅÅÅÅ-MM-DD."),
    "date_type": ("datum", "Här ska det stå ett datum. Skriv ÅÅÅÅ-MM-DD."),
    "bool_type": ("ja_nej", "Här ska det stå true eller false."),
    "list_type": ("lista", "Här ska det stå en lista."),
    "too_short": ("budget", "Budgeten ska ha tre tal: prognos och budget året före, och årets budget."),
    "too_long": ("budget", "Budgeten ska ha tre tal: prognos och budget året före, och årets budget."),
    "string_too_long": ("for_lang_text", f"Namnet är längre än {LONGEST_NAME} tecken. Skriv det kortare."),
    "float_type": ("tal", "Här ska det stå ett tal."),
    "finite_number": ("tal", "Här ska det stå ett tal."),
    "okand_status": ("okand_status", f"Läget finns inte. Skriv något av {', '.join(STATUSES)}."),
    "okand_riktning": ("okand_riktning", f"Riktningen finns inte. Skriv {' eller '.join(DIRECTIONS)}: det som är bättre."),
    "okand_period": ("okand_period", f"Perioden finns inte. Skriv något av {', '.join(PERIOD_KINDS)}."),
}
Path: TypeAlias = namndplan_sheets.Path
Spot: TypeAlias = namndplan_sheets.Spot
Located: TypeAlias = Callable[[Path], Spot]
_OTHER = ("plan", "Innehållet stämmer inte med hur en nämndplan skrivs. Se docs/feeding.md och rätta det.")


def read(data: bytes, settings: Settings) -> Plan:
    """The plan in the file. Raises `Unreadable` with every finding, a personnummer before all others."""
    if kinds.is_text(data):
        root, content = _parsed(_text(data))
        located: Located = partial(_in_text, root)
        earlier = list(_repeated(root))
    else:
        book = namndplan_sheets.read(kinds.sheets(data, settings.limits), settings)
        content, located, earlier = book.content, book.locate, list(book.findings)
    if earlier:
        raise Unreadable(*earlier)
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        raise Unreadable(*(_finding(dict(item), located) for item in error.errors())) from error
    if findings := [*_place(plan, located, settings), *_names(plan, located), *_budget(plan, located)]:
        raise Unreadable(*findings)
    return plan


def row(plan: Plan, settings: Settings) -> pl.DataFrame:
    """The one row that is kept: `kommun`, `ar`, `plan` (JSON) and `row`."""
    code = places.code_of(plan.kommun, settings, places.by_name(settings))
    kept = to_json(plan.model_copy(update={"kommun": code}))
    schema = {"kommun": pl.String, "ar": pl.Int64, "plan": pl.String, "row": pl.Int64}
    return pl.DataFrame([(code, plan.ar, kept, 1)], schema=schema, orient="row")


def notes(plan: Plan) -> Iterator[str]:
    """What was found in the plan, for the answer."""
    sums = " Budgeten går ihop." if TOTAL in plan.budget_tkr else ""
    yield f"Planen har {len(plan.riktningsmal)} riktningsmål och {plan.measures()} verksamhetsmått.{sums}"


def _text(data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise Unreadable(Finding("for_stor_fil", "Filen är för stor för en nämndplan. Lämna planen ensam i filen."))
    text = encoding.utf8(data).decode()
    guard.check_lines(text)
    return text


class _Loader(yaml.SafeLoader):
    """Safe, and without aliases, which make a few lines swell into millions."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As SafeLoader, but an alias is refused."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _date(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A date, or the text of one that does not exist, so that it is found wrong in its place."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def _parsed(text: str) -> tuple[yaml.Node, Any]:
    """The text's nodes, which know their lines, and its content."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)  # a comment alone is no document
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        message = "Filen är inte giltig YAML. Kontrollera indrag, kolon och citattecken på raden."
        raise Unreadable(Finding("yaml", message, mark.line + 1 if mark else None)) from error
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable(Finding("yaml", "Filen innehåller ingen nämndplan. Se docs/feeding.md för hur en plan skrivs."))
    return root, content


def _node_at(node: yaml.Node, path: Sequence[str | int]) -> yaml.Node:
    """The deepest node that the path leads to; steps that name a type rather than a place are passed over."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return node


def _repeated(node: yaml.Node) -> Iterator[Finding]:
    """Keys given twice, of which YAML would keep only the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield Finding("dubbel_nyckel", "Nyckeln finns två gånger. Ta bort den ena.", key.start_mark.line + 1, name)
            seen.add(name)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)


def _in_text(root: yaml.Node, path: Path) -> Spot:
    """The line, the key and the value that the path leads to."""
    node = _node_at(root, path)
    return Spot(node.start_mark.line + 1, ".".join(map(str, path)), node.value if isinstance(node, yaml.ScalarNode) else None)


def _finding(error: Mapping[str, Any], located: Located) -> Finding:
    path = [step for step in error["loc"] if not str(step).startswith("constrained")]
    spot = located(path)
    rule, message = _REMEDIES.get(error["type"], _OTHER)
    return Finding(rule, message, spot.row, spot.column, spot.value)


def _place(plan: Plan, located: Located, settings: Settings) -> Iterator[Finding]:
    if places.code_of(plan.kommun, settings, places.by_name(settings)) is None:
        spot = located(["kommun"])
        yield Finding(
            "kommun", "Kommunen finns inte i länet. Skriv dess kod eller namn inom citattecken.", spot.row, spot.column, plan.kommun
        )
    if periods.parse(str(plan.ar)) != str(plan.ar):
        spot = located(["ar"])
        yield Finding("ar", "Det är inget år. Skriv det med fyra siffror.", spot.row, spot.column, str(plan.ar))


def _names(plan: Plan, located: Located) -> Iterator[Finding]:
    for path, name in plan.named_twice():
        spot = located([*path, "namn"])
        yield Finding(
            "dubbelt_namn", "Namnet finns redan i planen. Utfall och läge följer namnet: ge den ena ett annat.", spot.row, spot.column, name
        )
    for path, name in plan.named_as_another_was():
        spot = located([*path, "namn"])
        message = "Ett annat mått i planen hette så förut, och utfallen följer det. Välj ett annat namn, eller ta bort det ur dess hette."
        yield Finding("tidigare_namn", message, spot.row, spot.column, name)


def _budget(plan: Plan, located: Located) -> Iterator[Finding]:
    if plan.budget_tkr and TOTAL not in plan.budget_tkr:
        spot = located(["budget_tkr"])
        yield Finding("budget", f"Raden {TOTAL} saknas. Lägg till den.", spot.row, spot.column)
    for name, total, stated in plan.sums():
        if total != stated:
            spot = located(["budget_tkr", TOTAL])
            message = f"I {name} blir områdena tillsammans {total} tkr, men {TOTAL} är {stated} tkr. Rätta det tal som är fel."
            yield Finding("budget", message, spot.row, spot.column, str(stated))
