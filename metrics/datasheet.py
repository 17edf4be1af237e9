"""The definitions as text: every indicator's data sheet, goals and worked cases as one Markdown document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from config import Goal, Settings
from metrics.cases import CASES, INVENTED, Case
from metrics.indicator import Indicator, Theme
from metrics.indicators import INDICATORS

_THEMES: Final[dict[Theme, str]] = {
    "munhalsa": "Munhälsa",
    "utskrivning": "In- och utskrivning",
    "foljsamhet": "Följsamhet till villkoren",
    "avvikelser": "Avvikelser mellan vårdgivare",
    "lakarmedverkan": "Läkarmedverkan",
    "psykisk": "Psykisk funktionsnedsättning och placeringar",
}
_UNITS: Final = {"%": "procent", "antal": "antal", "dagar": "dagar", "kr": "kronor", "per_10000": "per 10 000 invånare"}
_DIRECTIONS: Final = {"higher": "Högre är bättre", "lower": "Lägre är bättre", "none": "Varken högre eller lägre är bättre i sig"}
_KINDS: Final = {
    "flow": "Månad, kvartal och år. Månader summeras",
    "stock": "Kvartal och år. Läget kvartalets sista dag; årets är fjärde kvartalets",
    "status": "Månad, kvartal och år. Läget månadens sista dag; kvartalets och årets är sista månadens",
    "year": "År",
}
_INTERVALS: Final = {
    "wilson": "95 %, Wilson",
    "poisson": "95 %, Byar från tio händelser och exakt Poisson under tio",
    "none": "Inget",
}
_COMPARISONS: Final = {"at_least": "minst", "at_most": "högst"}
_AREA_KINDS: Final = {"kommun": "kommun", "delregion": "delregion", "lan": "län"}
_PERIOD_KINDS: Final = {"month": "månad", "quarter": "kvartal", "year": "år"}
_HEAD: Final = """# Indikatorer

Den här filen skapas ur koden av `scripts/indicators.py`. Ändra i `metrics/`, inte här.

Täljare och nämnare summeras över kommuner och månader innan de delas. En delregion är aldrig ett medel av kommunernas värden.
"""


def markdown(settings: Settings) -> str:
    """The whole document, with the goals of the settings. Ends with a line break."""
    lines = [_HEAD]
    theme = None
    for indicator in INDICATORS.values():
        if indicator.theme != theme:
            theme = indicator.theme
            lines.append(f"## {_THEMES[theme]}\n")
        lines += _indicator(indicator, settings.goals.get(indicator.id, ()))
    return "\n".join(lines)


def _indicator(indicator: Indicator, goals: Iterable[Goal]) -> Iterator[str]:
    yield f"### {indicator.name}\n"
    yield f"`{indicator.id}`: {indicator.counts}\n"
    yield "| | |\n|---|---|"
    yield from (f"| {name} | {text.replace('|', chr(92) + '|')} |" for name, text in _rows(indicator, goals))
    yield "\nAtt tänka på:\n"
    yield from (f"- {caveat}" for caveat in indicator.caveats)
    yield f"\nSå räknas det. {INVENTED}\n"
    yield from (_case(case) for case in CASES[indicator.id])
    yield ""


def _rows(indicator: Indicator, goals: Iterable[Goal]) -> Iterator[tuple[str, str]]:
    yield "Täljare", indicator.numerator_label
    yield "Nämnare", indicator.denominator_label
    yield "Värde", f"{_formula(indicator)}, {_UNITS[indicator.unit]}"
    yield "Riktning", _DIRECTIONS[indicator.direction]
    yield "Perioder", _KINDS[indicator.kind]
    yield "Utan avtal", "Ingen siffra" if indicator.ruled else "Siffran finns ändå"
    yield "Intervall", _INTERVALS[indicator.interval]
    said = [_goal(goal) for goal in goals]
    yield "Mål", "<br>".join(said) if said else "Inget"
    yield "Avtal", indicator.section
    yield "Källa", indicator.source


def _formula(indicator: Indicator) -> str:
    if indicator.why_not_a_sum:
        return f"En egen funktion. {indicator.why_not_a_sum.rstrip('.')}"
    if not indicator.is_ratio:
        return "Täljaren"
    times = f"{indicator.scale} × " if indicator.scale > 1 else ""
    return f"{times}täljare / nämnare"


def _goal(goal: Goal) -> str:
    """One dated goal, with where it is tested and who says so."""
    where = ", ".join(_AREA_KINDS[kind] for kind in goal.area_kinds)
    when = ", ".join(_PERIOD_KINDS[kind] for kind in goal.period_kinds)
    number = f"{goal.value:g}".replace(".", ",")
    note = f" {goal.note}" if goal.note else ""
    span = f"{goal.valid_from}–{_day(goal.valid_to)}"
    return f"{_COMPARISONS[goal.comparison].capitalize()} {number}, {span}, prövas per {where} och {when}. {goal.source}.{note}"


def _day(day: date | None) -> str:
    return "tills vidare" if day is None else str(day)


def _case(case: Case) -> str:
    return f"- **{case.title}.** {case.given} {case.calculation}. **{case.result}**"
