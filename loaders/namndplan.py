"""Nämndplan: a kommun's whole plan of a year, as YAML. Kept as one row with the plan as JSON. Source: contract, section 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import yaml
from pydantic import ValidationError

import periods
from config import Settings
from loaders import encoding, guard, kinds, places
from loaders.dataset import Column, Dataset
from loaders.plan import TOTAL, Plan
from loaders.problem import Finding, Unreadable

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
}
_OTHER = ("plan", "Innehållet stämmer inte med hur en nämndplan skrivs. Se docs/feeding.md och rätta det.")


def read(data: bytes, settings: Settings) -> Plan:
    """The plan in the file. Raises `Unreadable` with every finding, a personnummer before all others."""
    root, content = _parsed(_text(data))
    if repeated := list(_repeated(root)):
        raise Unreadable(*repeated)
    try:
        plan = Plan.model_validate(content)
    except ValidationError as error:
        raise Unreadable(*(_finding(dict(item), root) for item in error.errors())) from error
    if findings := [*_place(plan, root, settings), *_budget(plan, root)]:
        raise Unreadable(*findings)
    return plan


def row(plan: Plan, settings: Settings) -> pl.DataFrame:
    """The one row that is kept: `kommun`, `ar`, `plan` (JSON) and `row`."""
    code = places.code_of(plan.kommun, settings, places.by_name(settings))
    kept = plan.model_copy(update={"kommun": code}).model_dump_json()
    schema = {"kommun": pl.String, "ar": pl.Int64, "plan": pl.String, "row": pl.Int64}
    return pl.DataFrame([(code, plan.ar, kept, 1)], schema=schema, orient="row")


def notes(plan: Plan) -> Iterator[str]:
    """What was found in the plan, for the answer."""
    sums = " Budgeten går ihop." if TOTAL in plan.budget_tkr else ""
    yield f"Planen har {len(plan.riktningsmal)} riktningsmål och {plan.measures()} verksamhetsmått.{sums}"


def _text(data: bytes) -> str:
    if not kinds.is_text(data):
        raise Unreadable(Finding("yaml", "En nämndplan lämnas som YAML, alltså som text. Se docs/feeding.md."))
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
        content = loader.construct_document(root)
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


def _finding(error: Mapping[str, Any], root: yaml.Node) -> Finding:
    path = [step for step in error["loc"] if not str(step).startswith(("constrained", "Verksamhetsmatt"))]
    node = _node_at(root, path)
    value = node.value if isinstance(node, yaml.ScalarNode) else None
    rule, message = _REMEDIES.get(error["type"], _OTHER)
    return Finding(rule, message, node.start_mark.line + 1, ".".join(map(str, path)), value)


def _place(plan: Plan, root: yaml.Node, settings: Settings) -> Iterator[Finding]:
    if places.code_of(plan.kommun, settings, places.by_name(settings)) is None:
        message = "Kommunen finns inte i länet. Skriv dess kod eller namn inom citattecken."
        yield Finding("kommun", message, _line(root, "kommun"), "kommun", plan.kommun)
    if periods.parse(str(plan.ar)) != str(plan.ar):
        yield Finding("ar", "Det är inget år. Skriv det med fyra siffror.", _line(root, "ar"), "ar", str(plan.ar))


def _budget(plan: Plan, root: yaml.Node) -> Iterator[Finding]:
    if plan.budget_tkr and TOTAL not in plan.budget_tkr:
        yield Finding("budget", f"Raden {TOTAL} saknas. Lägg till den.", _line(root, "budget_tkr"), "budget_tkr")
    for name, total, stated in plan.sums():
        if total != stated:
            message = f"I {name} blir områdena tillsammans {total} tkr, men {TOTAL} är {stated} tkr. Rätta det tal som är fel."
            yield Finding("budget", message, _line(root, "budget_tkr", TOTAL), f"budget_tkr.{TOTAL}", str(stated))


def _line(root: yaml.Node, *path: str) -> int:
    return _node_at(root, path).start_mark.line + 1
