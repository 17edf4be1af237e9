"""What must hold, or be explained, before anything is sent to SKR."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

import periods
from config import Settings
from metrics.indicators import INDICATORS
from reports.edition import Edition
from reports.quality import DATASETS, counted
from reports.settings import SkrColumn, SkrSettings
from reports.skr import SHOWN, Table, is_counted
from sql.skr import Explanation
from swedish import NBSP, capital, in_order, listed, number, period, signed

Outcome = Literal["pass", "fail", "explained"]
State = Literal["full", "partial", "none"]
_ROUNDING: Final = 1e-6
_Problems = Iterator[str]


@dataclass(frozen=True)
class Check:
    """One check: `found` says in sentences what is wrong, `remedy` what to do. With an explanation a failed check is `explained`.

    Not every check is `explainable`: what is unpublished, does not add up or gives somebody away is never sent. `words` are the newest
    explanation; where it was written for other findings it explains nothing.
    """

    id: str
    question: str
    remedy: str
    explainable: bool
    found: tuple[str, ...]
    words: Explanation | None = None

    @property
    def found_sha256(self) -> str:
        """Of what was found: an explanation is tied to it."""
        return hashlib.sha256("\n".join(self.found).encode()).hexdigest()

    @property
    def explanation(self) -> Explanation | None:
        """The words that explain what is found now."""
        return self.words if self.words and self.found and self.words.found_sha256 == self.found_sha256 else None

    @property
    def outcome(self) -> Outcome:
        """Whether it holds, fails, or fails and is explained."""
        if not self.found:
            return "pass"
        return "explained" if self.explainable and self.explanation else "fail"


@dataclass(frozen=True)
class Material:
    """What the checks look at: this year's table, that of the year before, and where they came from.

    `moved` are the (column id, area) whose number is another in the current run than in the publication.
    """

    settings: Settings
    form: SkrSettings
    edition: Edition
    now: Table
    before: Table
    moved: tuple[tuple[str, str], ...] = ()


def checks(material: Material, explanations: Sequence[Explanation]) -> tuple[Check, ...]:
    """Every check in order; a draft is not asked what only a publication can answer. `explanations`: the year's, the newest first."""
    newest = {each.check: each for each in reversed(explanations)}
    asked = (q for q in _QUESTIONS if material.edition.publication or not q.of_publication)
    return tuple(Check(q.id, q.question, q.remedy, q.explainable, tuple(q.find(material)), newest.get(q.id)) for q in asked)


def may_be_sent(found: Sequence[Check]) -> bool:
    """Whether each check holds or is explained."""
    return all(check.outcome != "fail" for check in found)


def findings_sha256(found: Sequence[Check]) -> str:
    """Of everything that the checks found: what somebody knew who approved the delivery."""
    return hashlib.sha256("\n".join(f"{check.id} {check.found_sha256}" for check in found).encode()).hexdigest()


# ---- What has come in -----------------------------------------------------------------------------------------------------------


def datasets(form: SkrSettings) -> tuple[str, ...]:
    """The datasets that the form's columns must have; an optional column asks for nothing."""
    used = {INDICATORS[column.indicator].dataset for column in form.columns if not column.is_optional}
    return tuple(dict.fromkeys(indicator.dataset for indicator in INDICATORS.values() if indicator.dataset in used))


def indicators(form: SkrSettings) -> frozenset[str]:
    """Those that the form and its checks read."""
    return frozenset(column.indicator for column in form.columns) | {counted(dataset) for dataset in datasets(form)}


def dataset_name(dataset: str) -> str:
    """What the dataset is called at the beginning of a sentence."""
    return DATASETS.get(dataset) or capital(dataset)


def received(form: SkrSettings, edition: Edition) -> dict[tuple[str, str, str], State]:
    """(dataset, kommun, quarter) -> whether it has come in, as the edition's figures tell; what is not there is `none`."""
    ids = {counted(dataset): dataset for dataset in datasets(form)}
    mine = edition.figures.filter(pl.col("indicator").is_in(list(ids)), area_kind="kommun", period_kind="quarter")
    rows = mine.select("indicator", "area", "period", "complete", "status").iter_rows()
    return {(ids[i], area, period): "full" if complete else _state(status) for i, area, period, complete, status in rows}


def _state(status: str) -> State:
    return "none" if status == "missing" else "partial"


def _delivered(material: Material) -> _Problems:
    """Every kommun has left all four quarters of each dataset that the form rests on."""
    states = received(material.form, material.edition)
    for dataset in datasets(material.form):
        for quarter in periods.quarters(str(material.edition.year)):
            by_state = {state: _whose(material, states, dataset, quarter, state) for state in ("none", "partial")}
            said = [f"{_HOW[state]} från {_everyone(material, names)}" for state, names in by_state.items() if names]
            if said:
                yield f"{dataset_name(dataset)} för {period(quarter)} {listed(said)}."


_HOW: Final = {"none": "saknas", "partial": "är ofullständigt"}


def _whose(material: Material, states: dict[tuple[str, str, str], State], dataset: str, quarter: str, state: str) -> list[str]:
    kommuner = material.settings.kommuner
    return sorted((name for code, name in kommuner.items() if states.get((dataset, code, quarter), "none") == state), key=in_order)


def _everyone(material: Material, names: list[str]) -> str:
    return f"alla {len(names)} kommuner" if len(names) == len(material.settings.kommuner) else listed(names)


def _filled(material: Material) -> _Problems:
    """Every column has numbers; one that nobody has delivered must be explained, unless it is optional."""
    for column in (each for each in material.now.columns if not each.is_optional):
        cells = [material.now.cells.get((area, column.id)) for area in (*material.now.kommuner, material.now.region)]
        if all(cell is None or (cell.value is None and cell.status == "missing") for cell in cells):
            yield f"{column.heading}: ingen uppgift har kommit in."


def _denominators(material: Material) -> _Problems:
    """Every population that the form rests on is there, and is the year's own."""
    for column in material.now.columns:
        if column.is_population:
            names = dict(material.now.areas)
            lacking = [names[area] for area in material.now.kommuner if material.now.cells[area, column.id].value is None]
            if lacking:
                yield f"{column.heading}: saknas för {_everyone(material, lacking)}."
    figures = material.edition.figures.filter(pl.col("period") == str(material.edition.year), pl.col("preliminary"))
    used = {column.indicator for column in material.now.columns}
    if not figures.filter(pl.col("indicator").is_in(sorted(used))).is_empty():
        yield f"Folkmängden för {material.edition.year} är inte inläst. Siffrorna bygger på ett tidigare år och är preliminära."


# ---- Whether the numbers are the published ones -----------------------------------------------------------------------------------


def _published(material: Material) -> _Problems:
    if material.edition.publication is None:
        yield f"{material.edition.year} är inte publicerat, så det finns inget att stämma av mot."


def _totals(material: Material) -> _Problems:
    """The kommuner add up to the region's number in the publication."""
    for column in filter(is_counted, material.now.columns):
        cells = [material.now.cells[kommun, column.id] for kommun in material.now.kommuner]
        region = material.now.cells[material.now.region, column.id]
        known = sum(cell.value for cell in cells if cell.value is not None)
        if region.value is None:
            continue
        all_shown = all(cell.status != "suppressed" for cell in cells)
        if known > region.value + _ROUNDING or (all_shown and abs(known - region.value) > _ROUNDING):
            yield f"{column.heading}: kommunerna ger {number(known, 0)}, regionen {number(region.value, 0)}."


def _moved(material: Material) -> _Problems:
    """No number is another in the current run than in the publication. Which ones, but not what they are: they are not published."""
    for column in material.now.columns:
        names = [name for area, name in material.now.areas if (column.id, area) in material.moved]
        if names:
            yield f"{column.heading}: ändrat för {listed(names)}."


# ---- Whether they can be right, and may be seen ---------------------------------------------------------------------------------


def _changes(material: Material) -> _Problems:
    """No number has moved more than the form's limits since last year."""
    columns = [column for column in material.now.columns if is_counted(column) and not column.swings]
    counted = [(column, area, name) for column in columns for area, name in material.now.areas]
    here = [each for each in counted if material.now.cells[each[1], each[0].id].status in SHOWN]
    both = [each for each in here if material.before.cells[each[1], each[0].id].status in SHOWN]
    if not both:
        year = material.edition.year - bool(here)
        yield f"Det finns inga tal för {year} att jämföra{' med' if here else ''}."
    for column, area, name in both:
        now, before = (table.cells[area, column.id].value or 0.0 for table in (material.now, material.before))
        if _is_large(material.form, now, before):
            yield f"{column.heading}, {name}: {_from_to(before, now)}."


def _is_large(form: SkrSettings, now: float, before: float) -> bool:
    moved = abs(now - before)
    return moved >= form.smallest_change and moved * 100 > form.largest_change_percent * before


def _from_to(before: float, now: float) -> str:
    percent = f" ({signed(100 * (now - before) / before, 0)}{NBSP}%)" if before else ""
    return f"{number(before, 0)} förra året, {number(now, 0)} nu{percent}"


def _leaks(material: Material) -> _Problems:
    """In a protected delivery no small number is shown, nor one that a single subtraction gives back."""
    if material.edition.internal:
        yield "Underlaget är internt: små tal är inte skyddade."
        return
    for column in filter(is_counted, material.now.columns):
        yield from _leaks_in(material, column)


def _leaks_in(material: Material, column: SkrColumn) -> _Problems:
    threshold = material.settings.disclosure.threshold
    cells = {area: material.now.cells[area, column.id] for area, _ in material.now.areas}
    names = dict(material.now.areas)
    for area, cell in cells.items():
        if cell.value is not None and 0 < cell.value < threshold:
            yield f"{column.heading}, {names[area]}: ett antal under {threshold} visas."
    hidden = [kommun for kommun in material.now.kommuner if cells[kommun].status == "suppressed"]
    lacking = [kommun for kommun in material.now.kommuner if cells[kommun].status == "missing"]
    if len(hidden) == 1 and not lacking and cells[material.now.region].value is not None:
        yield f"{column.heading}, {names[hidden[0]]}: det skyddade talet är regionens tal minus de andra."


@dataclass(frozen=True)
class _Question:
    id: str
    question: str
    remedy: str
    find: Callable[[Material], _Problems]
    explainable: bool = True
    of_publication: bool = False


_QUESTIONS: Final = (
    _Question(
        "published",
        "Är året publicerat?",
        "Publicera året på sidan Årsuppföljning eller med kommandot publish. Det som skickas är alltid publicerade tal.",
        _published,
        explainable=False,
    ),
    _Question(
        "delivered",
        f"Har alla kommuner lämnat alla fyra{NBSP}kvartal?",
        "Begär in det som saknas, läs in det, räkna om och publicera året igen. Kommer det inte: förklara varför.",
        _delivered,
    ),
    _Question(
        "filled",
        "Har alla kolumner uppgifter?",
        "Läs in uppgifterna, räkna om och publicera året igen. Finns de inte: förklara varför.",
        _filled,
    ),
    _Question(
        "denominators",
        "Finns folkmängden?",
        "Läs in SCB:s folkmängd för året, räkna om och publicera året igen. Är den inte klar än: förklara.",
        _denominators,
    ),
    _Question(
        "totals",
        "Stämmer kommunernas tal med regionens?",
        "Så här får det inte vara. Räkna om och publicera året igen, och hör av dig till den som sköter systemet om felet är kvar.",
        _totals,
        explainable=False,
    ),
    _Question(
        "moved",
        "Är talen desamma nu som när året publicerades?",
        "Publicera året igen, så gäller de nya talen. Ska de publicerade skickas ändå: förklara varför.",
        _moved,
        of_publication=True,
    ),
    _Question(
        "changes",
        "Är ändringarna sedan förra året rimliga?",
        "Fråga kommunen. Är talet fel: läs in en rättad fil, räkna om och publicera året igen. Är det rätt: förklara.",
        _changes,
    ),
    _Question(
        "leaks",
        "Är små tal skyddade?",
        "Skicka aldrig tal som pekar ut någon. Publicera året igen, och hör av dig till den som sköter systemet om felet är kvar.",
        _leaks,
        explainable=False,
    ),
)
