"""`/rakna`: what a month's patients cost a kommun, step by step, with cases that the reader can change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import periods
from config import Settings, in_force
from dashboard.areas import Area
from dashboard.choices import Choices, parameter
from dashboard.context import Context
from dashboard.parts import Select, answer, controls, head, lead, notice, share_menu
from dashboard.sections.breakdown import of_place
from dashboard.shell import Page
from dashboard.tree import Children, Element, Node, h
from metrics import calculator
from metrics.breakdowns.utskrivning import ALONE
from metrics.calculator import Payment
from swedish import NBSP, capital, genitive, number
from swedish import period as in_words

PATH: Final = "/rakna"
_MOST_PATIENTS: Final = 2000  # so that one page cannot ask for a county's worth of rows
_MOST_DAYS: Final = 3650
_YEARS_AHEAD: Final = 1
_PLACES: Final = 2
_USUAL_LONGEST: Final = 7  # fields to fill in where no agreement says how many days the mean takes in


@dataclass(frozen=True)
class _Asked:
    """The cases to reckon with, what is wrong with what was filled in, and where the cases come from."""

    cases: dict[int, int]
    problems: tuple[str, ...] = ()
    origin: str = ""


def page(chosen: Choices, context: Context) -> Page:
    """The form and, for what is filled in, the sum."""
    months = _months(context)
    month = _month(chosen, context, months)
    area = context.areas.find(chosen.area)
    asked = _asked(chosen, context, area, month)
    made = calculator.payment(context.settings, month, asked.cases) if not asked.problems else None
    title = "Räkna på betalningen"
    top = head([("Översikt", "/"), ("Räkna", "")], [share_menu()], title, *_said(made), lead(asked.origin) if asked.origin else None)
    wrong = [h.div(h.b("Det går inte att räkna än."), h.ul([h.li(each) for each in asked.problems]), class_="notice", role="alert")]
    left = h.div(_form(chosen, context.settings, month, months, asked), class_="w5")
    right = h.div(_sum(made) if made else wrong, class_="w7")
    rule = _rule(context.settings, month)
    parts: list[Node] = [top, h.div(left, right, class_="grid"), _starts(chosen, context, month), *([rule] if rule else [])]
    return Page(title, tuple(parts), menu=PATH, said=_spoken(made))


# ---- What is asked -------------------------------------------------------------------------------------------------------------


def _months(context: Context) -> list[str]:
    """Months that can be chosen: those with figures, and a year ahead; before the first run those of the newest agreement's first year."""
    known = context.lookup.span("utskrivna", "month")
    if not known:
        newest = max(context.settings.agreements, key=lambda agreement: agreement.valid_from, default=None)
        return list(periods.months(f"{newest.valid_from.year}")) if newest else []
    last = known[-1]
    ahead = periods.through(last, f"{int(last[:4]) + _YEARS_AHEAD}{last[4:]}")
    return [*known, *ahead[1:]]


def _month(chosen: Choices, context: Context, months: list[str]) -> str:
    """The chosen one, the last month of a longer period, or the newest with figures."""
    if chosen.period:
        return periods.months(chosen.period)[-1]
    return (context.lookup.span("utskrivna", "month") or months)[-1]


def _asked(chosen: Choices, context: Context, area: Area | None, month: str) -> _Asked:
    if chosen.cases or chosen.longer:
        return _filled_in(chosen)
    if chosen.patients or chosen.days:
        return _from_sums(chosen)
    if area is not None and area.kind == "kommun":
        return _from_month(context, area, month)
    return _Asked({})


def _filled_in(chosen: Choices) -> _Asked:
    cases: dict[int, int] = {}
    problems = []
    for days, text in chosen.cases:
        count = _whole(text, _MOST_PATIENTS)
        if count is None:
            problems.append(f"”{text}” patienter med {days} dagar: skriv ett helt tal från 0 till {number(_MOST_PATIENTS, 0)}.")
        else:
            cases[days] = cases.get(days, 0) + count
    for text in re.split(r"[\s,;]+", chosen.longer.strip()):
        length = _whole(text, _MOST_DAYS) if text else 0
        if length is None:
            problems.append(f"”{text}” bland dem med fler dagar: skriv hela tal, med mellanslag mellan dem.")
        elif text:
            cases[length] = cases.get(length, 0) + 1
    if not problems and sum(cases.values()) > _MOST_PATIENTS:
        problems.append(f"Det är fler än {number(_MOST_PATIENTS, 0)} patienter. Räkna på en månad i en kommun i taget.")
    return _Asked(cases, tuple(problems))


def _from_sums(chosen: Choices) -> _Asked:
    patients, days = _whole(chosen.patients, _MOST_PATIENTS), _whole(chosen.days, _MOST_PATIENTS * _MOST_DAYS)
    if patients is None or days is None or (patients == 0 < days):
        return _Asked({}, ("Skriv hur många patienter det är och deras dagar tillsammans, båda som hela tal.",))
    said = (
        f"{number(patients, 0)} patienter och {number(days, 0)} dagar, fördelade jämnt. "
        "För dem som räknas i genomsnittet är det bara summan som spelar roll."
    )
    return _Asked(calculator.spread(days, patients), (), said)


def _from_month(context: Context, area: Area, month: str) -> _Asked:
    """The real month as far as the reader may see it; the days of those who are counted alone are known together."""
    cases = {int(days): int(stays) for days, (_, stays) in of_place(context, "dagar_i_snittet", "dagar_snitt", area, month).items()}
    days, stays = of_place(context, "rakning", "dagar_snitt_alla", area, month).get(ALONE, (0.0, 0.0))
    if not cases and not stays:
        return _Asked({}, (), f"{genitive(area.name)} månad går inte att visa här. Fyll i egna antal.")
    alone = calculator.spread(int(days), int(stays))
    said = f"{area.name}, {in_words(month)}: de som räknas enligt avtalet. Ändra ett antal och se vad som händer."
    spread = " Dagarna för dem som räknas var för sig är fördelade jämnt, med rätt summa." if stays > 1 else ""
    return _Asked(cases | {length: cases.get(length, 0) + count for length, count in alone.items()}, (), said + spread)


def _whole(text: str, most: int) -> int | None:
    plain = text.strip().replace(NBSP, "").replace(" ", "")
    return int(plain) if re.fullmatch(r"\d{1,7}", plain) and int(plain) <= most else None


# ---- The form ------------------------------------------------------------------------------------------------------------------


def _form(chosen: Choices, settings: Settings, month: str, months: list[str], asked: _Asked) -> Element:
    agreement = in_force(settings.agreements, periods.last_day(month))
    longest = agreement.utskrivning.individual_after_days if agreement else _USUAL_LONGEST
    filled = dict(chosen.cases) if chosen.cases else {days: str(count) for days, count in asked.cases.items()}
    longer = chosen.longer or " ".join(str(days) for days, count in sorted(asked.cases.items()) if days > longest for _ in range(count))
    fields = [_number_field(days, filled.get(days, "")) for days in range(longest + 1)]
    return h.section(
        h.h2("Månadens patienter", id="fall"),
        h.p("Hur många patienter som skrevs ut efter så många dagar.", class_="what", id="fall-hjalp"),
        h.form(
            _month_field(months, month),
            h.fieldset(h.legend("Patienter med", class_="unseen"), fields, class_="cases", aria_describedby="fall-hjalp"),
            h.div(
                h.label(f"Fler än {longest} dagar", for_="langre"),
                h.input(
                    type="text",
                    id="langre",
                    name=parameter("longer"),
                    defaultValue=longer,
                    inputmode="numeric",
                    autocomplete="off",
                    aria_describedby="langre-hjalp",
                    key=f"langre-{longer}",
                ),
                h.p("Skriv dagarna för var och en, med mellanslag emellan: 8 12 40", id="langre-hjalp", class_="small quiet"),
                class_="field",
            ),
            h.p(h.button("Räkna", class_="button"), " ", h.a("Börja om", href=PATH, class_="small")),
            action=PATH,
            method="get",
            class_="calculator",
        ),
        class_="chart",
        aria_labelledby="fall",
    )


def _month_field(months: list[str], month: str) -> Element:
    options = [h.option(in_words(each), value=each, selected=each == month) for each in sorted({*months, month}, reverse=True)]
    return h.div(h.label("Månad", for_="rakna-manad"), h.select(options, id="rakna-manad", name=parameter("period")), class_="field")


def _number_field(days: int, value: str) -> Element:
    name = "samma dag" if days == 0 else "1 dag" if days == 1 else f"{days} dagar"
    field = h.input(
        type="number",
        id=f"d{days}",
        name=f"d{days}",
        min="0",
        max=str(_MOST_PATIENTS),
        step="1",
        defaultValue=value or "0",
        key=f"d{days}-{value}",
    )
    return h.div(h.label(capital(name), for_=f"d{days}"), field, class_="field")


def _starts(chosen: Choices, context: Context, month: str) -> Element:
    """Other ways to begin: a real month of a kommun, or sums."""
    may_see = [each for each in context.kommuner if not context.lookup.view.protected or each.id in context.lookup.view.own]
    real: Node
    known = context.lookup.span("utskrivna", "month")
    if may_see and known:
        selects = [
            Select(parameter("area"), "Kommun", [("", "Välj"), *((each.id, each.name) for each in may_see)], chosen.area),
            Select(parameter("period"), "Månad", [(each, in_words(each)) for each in reversed(known)], month),
        ]
        real = controls(PATH, selects, {})
    else:
        real = h.p("En kommuns egna månader går att räkna på när du är inloggad för kommunen.", class_="small")
    sums = h.form(
        h.div(h.label("Patienter", for_="patienter"), _plain_number("patienter", "patients", chosen.patients), class_="field"),
        h.div(h.label("Dagar tillsammans", for_="dagar"), _plain_number("dagar", "days", chosen.days), class_="field"),
        h.input(type="hidden", name=parameter("period"), value=month, key="period"),
        h.button("Räkna", class_="button"),
        action=PATH,
        method="get",
        class_="calculator row",
    )
    return h.div(
        h.section(h.h2("Börja från en verklig månad", id="verklig"), real, class_="chart w6", aria_labelledby="verklig"),
        h.section(h.h2("Börja från summor", id="summor"), sums, class_="chart w6", aria_labelledby="summor"),
        class_="grid part starts",
    )


def _plain_number(id_: str, choice: str, value: str) -> Element:
    return h.input(type="number", id=id_, name=parameter(choice), min="0", step="1", defaultValue=value, key=f"{id_}-{value}")


# ---- The sum -------------------------------------------------------------------------------------------------------------------


def _days(value: float) -> str:
    places = 0 if value == int(value) else 1
    return f"{number(value, places)}{NBSP}{'dag' if value == 1 else 'dagar'}"


def _said(made: Payment | None) -> Iterator[Element | None]:
    """The answer in one line."""
    if made is None:
        yield answer("Rätta det som är fel, så räknas månaden.")
    elif made.agreement is None:
        yield answer("Inget avtal gäller den månaden, så det finns ingen regel att räkna med.")
    elif not made.discharges:
        yield answer("Fyll i månadens patienter, så räknas betalningen ut.")
    elif made.sek is not None:
        yield answer("Kommunen betalar för ", h.b(_days(made.payable_days)), ", ", h.b(f"{number(made.sek, 0)}{NBSP}kr"), ".")
    else:
        yield answer("Kommunen betalar för ", h.b(_days(made.payable_days)), ".")


def _spoken(made: Payment | None) -> str:
    return "Det som är ifyllt går inte att räkna." if made is None else f"Kommunen betalar för {_days(made.payable_days)}."


def _sum(made: Payment) -> list[Element]:
    if made.agreement is None:
        why = f"Inget avtal gäller {in_words(made.month)}. Utan avtal finns ingen regel och därför ingen siffra."
        return [notice("Ingen regel gäller.", why, None)]
    steps = [h.li(h.h3(title), [h.p(line) for line in lines]) for title, lines in _steps(made)]
    return [
        h.section(
            h.h2("Så räknas det", id="steg"),
            h.ol(steps, class_="steps surface digits"),
            class_="chart",
            aria_labelledby="steg",
        )
    ]


def _steps(made: Payment) -> Iterator[tuple[str, list[Children]]]:
    """Each step's heading and its lines."""
    if made.agreement is None:
        return
    rule = made.agreement.utskrivning
    limit, longest = number(rule.mean_limit_days, 1), rule.individual_after_days
    yield (
        "De som räknas i genomsnittet",
        [f"{_patients(made.stays)} med högst {longest} dagar, tillsammans {_days(made.days)}."],
    )
    if made.mean is None:
        yield "Genomsnittet", ["Ingen räknas i genomsnittet, så det finns inget att pröva mot gränsen."]
    else:
        mean = number(made.mean, _PLACES)
        yield "Genomsnittet", [[f"{number(made.days, 0)} / {number(made.stays, 0)} = ", h.b(f"{mean}{NBSP}dagar"), "."]]
        over = f"{mean} är över {limit}: ({mean} − {limit}) × {number(made.stays, 0)} = {_days(made.over_days)}."
        yield "Mot gränsen", [over if made.is_over else f"{mean} är inte över {limit}. De ger 0 dagar."]
    alone = [f"{_days(each.days)}: {number(each.days, 0)} − {limit} = {_days(each.payable_days)}." for each in made.alone]
    yield f"De med fler än {longest} dagar, var för sig", [*alone] or ["Ingen."]
    yield "Betaldagar", [[f"{_days(made.over_days)} + {_days(made.alone_days)} = ", h.b(_days(made.payable_days)), "."]]
    yield "Kronor", [_kronor(made)]


def _patients(count: int) -> str:
    return f"{number(count, 0)} {'patient' if count == 1 else 'patienter'}"


def _kronor(made: Payment) -> Children:
    year = made.month[:4]
    if made.amount is None or made.sek is None:
        return f"Beloppet per vårddygn för {year} saknas, så kronor går inte att räkna. Dagarna gäller ändå."
    price = f"{number(made.amount.amount, 0)}{NBSP}kr"
    sum_ = h.b(f"{number(made.sek, 0)}{NBSP}kr")
    return [f"{_days(made.payable_days)} × {price} = ", sum_, f". Beloppet för {year}: {made.amount.source}."]


def _rule(settings: Settings, month: str) -> Element | None:
    """The rule's own words, as the agreement's numbers have them."""
    agreement = in_force(settings.agreements, periods.last_day(month))
    if agreement is None:
        return None
    rule = agreement.utskrivning
    limit, after = number(rule.mean_limit_days, 1), rule.individual_after_days
    said = (
        f"Betalningsansvaret inträder när genomsnittet i en kommun under en kalendermånad är över {limit} kalenderdagar. "
        f"Kommunen betalar då för dagarna över {limit}, gånger antalet patienter i genomsnittet, gånger årets belopp.",
        f"Den som är kvar mer än {after} dagar räknas för sig: alla dagar över {limit}. De är inte med i genomsnittet.",
        "Patienter där ett villkor för betalning brister är inte med. Här är alla villkor uppfyllda.",
        "Dagar räknas från utskrivningsklar till utskriven, samma dag är 0. En vårdtid räknas i den månad då patienten skrivs ut.",
    )
    return h.section(
        h.h2("Regeln", id="regel"),
        h.ul([h.li(each) for each in said], class_="dashes"),
        h.p(f"{agreement.name}, {rule.section}.", class_="foot"),
        class_="chart part",
        aria_labelledby="regel",
    )
