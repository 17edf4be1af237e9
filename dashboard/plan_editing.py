"""Changing one part of a nämndplan in the page: found by its kind and name in the newest version, held against what its editor saw,
changed, and delivered as a new version of the whole plan under the same rules as a file.

Two who change different parts both get theirs; of two who change the same part the later one sees the other's and chooses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

import personnummer
from config import Settings
from flows import replanning
from loaders.intake import Problem
from metrics.indicators import INDICATORS
from metrics.namndplan import step_item
from metrics.plan_outcomes import number_in
from namndplan import DIRECTIONS, PERIOD_KINDS, STATUSES, TOTAL, Plan, content, plainly
from policy import Person
from sql import plan_entries, plans
from sql.store import Store

Content = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of a part's form. The options of a choice are value and words; an indicator is chosen by its name; `lines` are names."""

    name: str
    label: str
    kind: Literal["text", "long", "lines", "date", "number", "choice", "yes", "indicator"] = "text"
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False


_NAME: Final = Field("namn", "Namn", required=True)
_DECIDED: Final = Field("beslutad_av", "Beslutad av", required=True)
_TOLD: Final = Field("beskrivning", "Beskrivning", "long")
_WHO: Final = Field("ansvarig", "Ansvarig")
_FROM: Final = Field("fran", "Börjar", "date")
_READY: Final = Field("klart_senast", "Klart senast", "date")
_STATUS: Final = Field("status", "Läge när året börjar", "choice", (("", "Ej angivet"), *((each, each) for each in STATUSES)))
_STATES: Final = Field("status", "Läge när året börjar", "choice", tuple((each, each) for each in STATUSES), required=True)
_AIM: Final = Field("indikator", "Siktar på indikatorn", "indicator")
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "plan": (
        Field("namnd", "Nämnd", required=True),
        Field("dnr", "Diarienummer", required=True),
        Field("uppfoljning", "Följs upp varje", "choice", (("", "tertial (förval)"), *((each, each) for each in PERIOD_KINDS))),
    ),
    "riktningsmal": (_NAME,),
    "mal": (_NAME, _DECIDED, _TOLD),
    "uppdrag": (_NAME, _DECIDED, _WHO, _FROM, _READY, _STATUS, _AIM, _TOLD),
    "delsteg": (_NAME, _FROM, _READY, _STATUS),
    "forbattring": (_NAME, _STATES, Field("prioriterad", "Prioriterad", "yes"), _WHO, _FROM, _AIM),
    "matt": (
        _NAME,
        Field("indikator", "Räknas ur leveranserna som", "indicator"),
        Field("enhet", "Enhet, till exempel antal, % eller dagar"),
        Field("riktning", "Vad som är bättre", "choice", (("", "Ej angivet"), *((each, each) for each in DIRECTIONS))),
        Field("mal", "Mål", "number"),
        Field("period", "Följs varje", "choice", (("", "när planen följs upp"), *((each, each) for each in PERIOD_KINDS))),
        _FROM,
        Field("hette", "Har hetat, ett namn per rad", "lines"),
    ),
    "budget": (
        Field("namn", "Verksamhetsområde", required=True),
        Field("prognos_fore", "Prognos året före, tkr", "number", required=True),
        Field("budget_fore", "Budget året före, tkr", "number", required=True),
        Field("budget", "Budget, tkr", "number", required=True),
    ),
}
"""What may be changed of each kind of part."""
_IDS: Final = {each.name: each.id for each in INDICATORS.values()} | {each: each for each in INDICATORS}
BESIDE: Final[Mapping[str, str]] = {"upp": "fore", "ned": "efter"}
"""For each way to move a part: the form's field that holds the name of the one to change places with."""
NAMES: Final = {
    "plan": "Planen", "riktningsmal": "Riktningsmål", "mal": "Mål", "uppdrag": "Uppdrag", "delsteg": "Delsteg",
    "forbattring": "Förbättring", "matt": "Mått", "budget": "Budget",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """A change of one part: `under` names what it stands in, `item` is its present name (empty: a new one), `seen` what it was.

    `move` (`upp`, `ned`): the part changes places with the one before or after it, which was `beside` when somebody looked.
    """

    year: int
    kind: str
    under: str
    item: str
    seen: str
    remove: bool
    texts: Mapping[str, str]
    move: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Done:
    """What became of it. `problems` say all that is wrong; `theirs` is the part as another has made it meanwhile, with its `seen`.

    `at` is the id of what the page should come back to.
    """

    problems: tuple[str, ...] = ()
    theirs: Mapping[str, str] | None = None
    seen: str = ""
    at: str = field(default="", compare=False)


def read_wish(said: Mapping[str, str]) -> Wish:
    """The change in the fields of a form."""
    kind, year = said.get("slag", ""), said.get("ar", "")
    texts = {each.name: said.get(each.name, "").replace("\r\n", "\n").strip() for each in FIELDS.get(kind, ())}
    how = said.get("gor", "")
    return Wish(
        int(year) if year.isdecimal() else 0, kind, said.get("under", "").strip(), said.get("post", ""), said.get("sett", ""),
        how == "ta-bort", texts, how if how in BESIDE else "", said.get(BESIDE.get(how, ""), ""),
    )  # fmt: skip


def change(settings: Settings, store: Store, kommun: str, wish: Wish, *, by: Person, now: datetime) -> Done:
    """Make the change as a new version of the plan, or say why not. Raises StoreError."""
    if any(personnummer.find(text) for text in (*wish.texts.values(), wish.under)):
        return Done(("Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan.",))
    if (aim := wish.texts.get("indikator")) and aim not in _IDS:
        return Done((f"Indikatorn {aim} finns inte. Välj en ur listan.",))
    with plans.editing(store):
        versions = plans.versions(store, kommun, wish.year)
        if not versions or wish.kind not in FIELDS:
            return Done(("Planen finns inte. Ladda om sidan.",))
        made = content(versions[0].plan)
        if (stopped := _apply(made, wish)) is not None:
            return stopped
        outcome = replanning.deliver(settings, store, made, by=by, now=now)
    if outcome.delivery is None:
        return Done(tuple(_in_words(wish.kind, problem) for problem in outcome.problems))
    _carry_names(store, kommun, wish)
    return Done(at=_come_back(made, wish))


def _in_words(kind: str, problem: Problem) -> str:
    """What is wrong, told by the field's own label."""
    name = (problem.column or "").rpartition(".")[2]
    label = next((each.label for each in FIELDS[kind] if each.name == name), NAMES[kind])
    return f"{label}: {'Fältet är tomt. Fyll i det.' if problem.rule == 'saknas' else problem.message}"


def as_texts(kind: str, part: Mapping[str, Any]) -> dict[str, str]:
    """The part's values as its form shows them."""
    texts = {each.name: _shown(part.get(each.name)) for each in FIELDS[kind]}
    if own := INDICATORS.get(texts.get("indikator", "")):
        texts["indikator"] = own.name
    return texts


def seen_of(part: Mapping[str, Any]) -> str:
    """What the part was when somebody looked: changes with any of its values, but not with what stands in it."""
    own = {name: value for name, value in part.items() if name == "hette" or not isinstance(value, list | dict)}
    return hashlib.sha256(json.dumps(own, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()[:16]


def parts(plan: Plan) -> Content:
    """The plan's content with its budget as parts with names, for the forms."""
    made = content(plan)
    made["budget"] = [budget_part(area, amounts) for area, amounts in made.get("budget_tkr", {}).items() if area != TOTAL]
    return made


def budget_part(area: str, amounts: list[int]) -> Content:
    """A row of the budget as a part."""
    return {"namn": area, "prognos_fore": amounts[0], "budget_fore": amounts[1], "budget": amounts[2]}


# ---- Finding and changing -------------------------------------------------------------------------------------------------------


@dataclass
class _Gone(Exception):  # noqa: N818 - an answer, not a fault of the program
    sentence: str = field(default="Delen finns inte längre: någon har tagit bort den eller bytt namn på den. Ladda om sidan.")


def _apply(made: Content, wish: Wish) -> Done | None:
    """Change the content, or say what stops it."""
    ways = {"plan": _change_head, "budget": _change_budget, "matt": _change_measure}
    try:
        return (_move if wish.move else ways.get(wish.kind, _change_part))(made, wish)
    except _Gone as gone:
        return Done((gone.sentence,))


def _change_part(made: Content, wish: Wish) -> Done | None:
    return _change_list(_siblings(made, wish), wish)


def _change_measure(made: Content, wish: Wish) -> Done | None:
    stopped = _change_part(made, wish)
    if stopped is None and wish.item and not wish.remove:
        _remember(made, wish.item, wish.texts.get("namn", ""))
    return stopped


def _siblings(made: Content, wish: Wish) -> list[Content]:
    """The list that the part stands in. Raises _Gone."""
    if wish.kind == "riktningsmal":
        return _list(made, "riktningsmal")
    if wish.kind == "forbattring":
        return _list(made, "forbattringar")
    directions = made["riktningsmal"]
    if wish.kind in ("mal", "uppdrag"):
        return _list(_named(directions, wish.under), wish.kind)
    if wish.kind == "delsteg":
        return _list(_named([each for top in directions for each in top["uppdrag"]], wish.under), "delsteg")
    goal = wish.under.removeprefix("mål: ")
    if goal != wish.under:
        return _list(_named([each for top in directions for each in top["mal"]], goal), "matt")
    if not wish.under:
        raise _Gone("Skriv vilket verksamhetsområde måttet hör till.")
    groups = made.setdefault("verksamhetsmatt", {})
    found: list[Content] = groups.setdefault(wish.under, [])
    return found


def _list(parent: Content, key: str) -> list[Content]:
    found: list[Content] = parent.setdefault(key, [])
    return found


def _named(among: list[Content], name: str) -> Content:
    found = next((each for each in among if each["namn"] == name), None)
    if found is None:
        raise _Gone
    return found


def _change_list(siblings: list[Content], wish: Wish) -> Done | None:
    if not wish.item:
        siblings.append(_values(wish) | ({"mal": [], "uppdrag": []} if wish.kind == "riktningsmal" else {}))
        return None
    part = _named(siblings, wish.item)
    if (other := _changed_meanwhile(part, wish)) is not None:
        return other
    if wish.remove:
        siblings.remove(part)
        return None
    kept = {name: value for name, value in part.items() if name != "hette" and isinstance(value, list | dict)}
    part.clear()
    part.update(kept | _values(wish))
    return None


def _remember(made: Content, before: str, name: str) -> None:
    """A measure with a new name keeps the old one too, wherever in the plan it stands: what has been delivered goes by it."""
    if not name or plainly(name) == plainly(before):
        return
    groups = [*made["verksamhetsmatt"].values(), *(goal.get("matt", []) for top in made["riktningsmal"] for goal in top["mal"])]
    for each in (each for group in groups for each in group if each.get("namn") in (before, name)):
        had = [old for old in each.get("hette", []) if plainly(old) not in (plainly(before), plainly(name))]
        each |= {"namn": name, "hette": [*had, before]}


def _move(made: Content, wish: Wish) -> Done | None:
    """Change places with the one before or after it. Raises _Gone where another stands there now than its editor saw."""
    siblings: list[Any] = (
        [each for each in made.get("budget_tkr", {}).items() if each[0] != TOTAL] if wish.kind == "budget" else _siblings(made, wish)
    )
    names = _names_of(siblings)
    at = names.index(wish.item) if wish.item in names else None
    if at is None:
        raise _Gone
    other = at + (1 if wish.move == "ned" else -1)
    if not 0 <= other < len(names) or names[other] != wish.beside:
        raise _Gone("Ordningen har ändrats sedan du öppnade sidan. Ladda om den och flytta igen.")
    siblings[at], siblings[other] = siblings[other], siblings[at]
    if wish.kind == "budget":
        made["budget_tkr"] = dict(siblings) | {TOTAL: made["budget_tkr"][TOTAL]}
    return None


def _names_of(siblings: list[Any]) -> list[str]:
    """Of parts, or of the rows of the budget."""
    return [each[0] if isinstance(each, tuple) else each["namn"] for each in siblings]


def _come_back(made: Content, wish: Wish) -> str:
    """The id of what was changed, for the page: the button that moved it, so that it can be moved on; else its name."""
    if wish.remove:
        return ""
    id_ = id_of(wish.kind, wish.under, wish.texts.get("namn", "") if not wish.move else wish.item)
    if not wish.move:
        return f"namn-{id_}"
    siblings = [area for area in made["budget_tkr"] if area != TOTAL] if wish.kind == "budget" else _names_of(_siblings(made, wish))
    is_last = siblings[-1 if wish.move == "ned" else 0] == wish.item
    return f"{wish.move if not is_last else 'upp' if wish.move == 'ned' else 'ned'}-{id_}"


def id_of(kind: str, under: str | None, item: str) -> str:
    """What a part's elements in the page are called by."""
    return hashlib.sha256(f"{kind}|{under or ''}|{item}".encode()).hexdigest()[:10]


def _change_head(made: Content, wish: Wish) -> Done | None:
    head = {each.name: made[each.name] for each in FIELDS["plan"] if each.name in made}
    if (other := _changed_meanwhile(head, wish)) is not None:
        return other
    for each in FIELDS["plan"]:
        made.pop(each.name, None)
    made.update(_values(wish))
    return None


def _change_budget(made: Content, wish: Wish) -> Done | None:
    """The total follows from the areas."""
    budget: dict[str, Any] = {area: amounts for area, amounts in made.get("budget_tkr", {}).items() if area != TOTAL}
    if wish.item:
        if wish.item not in budget:
            raise _Gone
        if (other := _changed_meanwhile(budget_part(wish.item, budget[wish.item]), wish)) is not None:
            return other
    values = _values(wish)
    name = values.get("namn", "")
    if not wish.remove and name != wish.item and name in budget:
        return Done(("Området finns redan i budgeten. Välj ett annat namn.",))
    row = [_whole(values.get(each.name)) for each in FIELDS["budget"][1:]]
    rows = [
        (name, row) if area == wish.item else (area, amounts) for area, amounts in budget.items() if not (wish.remove and area == wish.item)
    ]
    rows += [] if wish.item else [(name, row)]
    wrong = [amount for _, amounts in rows for amount in amounts if not isinstance(amount, int)]
    sums = [sum(column) for column in zip(*(amounts for _, amounts in rows), strict=True)] if rows and not wrong else [0, 0, 0]
    made["budget_tkr"] = dict(rows) | ({TOTAL: sums} if rows else {})
    return None


def _changed_meanwhile(part: Mapping[str, Any], wish: Wish) -> Done | None:
    return None if seen_of(part) == wish.seen else Done((), as_texts(wish.kind, part), seen_of(part))


def _values(wish: Wish) -> Content:
    """What the form says, typed; what cannot be read stays as it was written, and is found wrong as in a file."""
    read = {each.name: _value(each, wish.texts.get(each.name, "")) for each in FIELDS[wish.kind]}
    return {name: value for name, value in read.items() if value is not False and value not in ("", [])}


def _value(each: Field, text: str) -> object:
    if each.kind == "yes":
        return text == "ja"
    if each.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if each.kind == "indicator":
        return _IDS.get(text, text)
    if each.kind == "date" and text:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if each.kind == "number" and text:
        number = number_in(text)
        return text if number is None else _whole(number)
    return text


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value == int(value) else value


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else str(value).replace(".", ",")
    if isinstance(value, list):
        return "\n".join(value)
    return "ja" if value is True else str(value)


def _carry_names(store: Store, kommun: str, wish: Wish) -> None:
    """What was said about the part follows it to its new name."""
    new = wish.texts.get("namn", "")
    if wish.remove or wish.move or not wish.item or not new or new == wish.item or wish.kind in ("plan", "riktningsmal"):
        return
    old_item, new_item = (step_item(wish.under, each) if wish.kind == "delsteg" else each for each in (wish.item, new))
    plan_entries.rename(store, kommun, wish.year, wish.kind, old_item, new_item)
    if wish.kind == "uppdrag":
        plan_entries.rename_steps(store, kommun, wish.year, wish.item, new)
