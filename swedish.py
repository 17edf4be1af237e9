"""Swedish as a reader expects it, in one place for pages and reports: numbers, periods, days, lists and the alphabet.

Numbers: `2,9 %`, `1 234`, `−0,4`, with no-break spaces and a real minus sign. A unit has its decimals, the same everywhere. A
value that would look equal to its goal without being so gets more decimals, so that number and state never contradict each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from unicodedata import normalize
from zoneinfo import ZoneInfo

import periods

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
NONE: Final = "–"
_MOST_DECIMALS: Final = 6
_DECIMALS: Final = {"%": 1, "antal": 0, "dagar": 1, "kr": 0, "per_10000": 1}
_FINER: Final = ("%", "dagar")
_WORD: Final = {"%": "%", "antal": "", "dagar": "dagar", "kr": "kr", "per_10000": f"per{NBSP}10{NBSP}000"}
_CHANGE_WORD: Final = _WORD | {"%": "procentenheter", "per_10000": f"per{NBSP}10{NBSP}000 invånare"}


def decimals(unit: str, *, has_goal: bool = False) -> int:
    """How many decimals a share, a rate or a mean in this unit is shown with: one more where it is held against a goal."""
    return _DECIMALS[unit] + (has_goal and unit in _FINER)


def number(value: float | None, places: int) -> str:
    """The value with a decimal comma, thousands apart by a no-break space; a dash for None."""
    if value is None:
        return NONE
    text = f"{abs(value):,.{places}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
    return sign + text.replace(",", NBSP).replace(".", ",")


def plain(value: float) -> str:
    """The value with as few decimals as it needs: `3`, `2,75`."""
    return number(value, next(places for places in range(_MOST_DECIMALS + 1) if round(value, places) == value or places == _MOST_DECIMALS))


def beside_goal(value: float | None, places: int, goal: float | None) -> str:
    """The value with `places` decimals, or as many as it takes to be seen on its own side of the goal."""
    if value is not None and goal is not None and value != goal:
        while places < _MOST_DECIMALS and round(value, places) == goal:
            places += 1
    return number(value, places)


def places_apart(one: float | None, other: float | None, places: int) -> int:
    """`places`, or as many decimals as it takes to see that two values differ, and by how much."""
    if one is None or other is None or one == other:
        return places
    while places < _MOST_DECIMALS and (round(one, places) == round(other, places) or round(one - other, places) == 0):
        places += 1
    return places


def signed(value: float, places: int) -> str:
    """A change: always with its sign, unless it is shown as zero."""
    text = number(value, places)
    return text if text.startswith(MINUS) or not text.strip(f"0,{NBSP}") else f"+{text}"


def unit_word(unit: str) -> str:
    """What stands after a number in this unit; empty for a count."""
    return _WORD[unit]


def change_word(unit: str) -> str:
    """What stands after a change in this unit: percentages differ by percentage points."""
    return _CHANGE_WORD[unit]


def with_unit(text: str, unit: str) -> str:
    """A number and its unit, held together by no-break spaces; a count stands alone."""
    word = unit_word(unit)
    return f"{text}{NBSP}{word}" if word and text != NONE else text


# ---- Amounts of nämndplaner, whose units are the kommun's own words ---------------------------------------------------------------

_PLAN_UNITS: Final = {"antal": "", "per_10000": f"per{NBSP}10{NBSP}000"}
_MOST_PLACES: Final = 2


def amount(value: float, unit: str) -> str:
    """The value with its unit, held together: `78,5 %`, `1 234`, `14 minuter`."""
    word = _PLAN_UNITS.get(unit, unit)
    return f"{bare(value, unit)}{NBSP}{word}" if word else bare(value, unit)


def bare(value: float, unit: str = "") -> str:
    """The value alone, with at most two decimals; a percentage has at most one."""
    return plain(round(value, 1 if unit == "%" else _MOST_PLACES))


def aim(goal: float, better: str, unit: str) -> str:
    """A goal: `minst 80 %`, `högst 3`, or the number alone where nobody says which way is better."""
    return {"högre": "minst ", "lägre": "högst "}.get(better, "") + amount(goal, unit)


# ---- Words ----------------------------------------------------------------------------------------------------------------------

_MONTHS: Final = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_PART_OF_YEAR: Final = {"quarter": "kvartalet", "tertial": "tertialet", "half_year": "halvåret"}
_PART_IN_LIST: Final = {"quarter": "kv", "tertial": "tertial", "half_year": "halvår"}
_ORDINALS: Final = ("första", "andra", "tredje", "fjärde")
_COUNTS: Final = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_THOUSANDS: Final = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_AFTER_Z: Final = {"å": "{", "ä": "|", "ö": "}"}  # the characters after z, in this order


def period(name: str) -> str:
    """The period in a sentence: `tredje kvartalet 2025`, `första tertialet 2026`, `september 2025`, `2025`."""
    kind = periods.kind(name)
    if kind in _PART_OF_YEAR:
        return f"{_ORDINALS[int(name[-1]) - 1]} {_PART_OF_YEAR[kind]} {name[:4]}"
    if kind == "month":
        return f"{_MONTHS[int(name[5:]) - 1]} {name[:4]}"
    return name


def period_short(name: str) -> str:
    """The period in a list: `2025 kv 3`, `2026 tertial 1`, `sep 2025`, `2025`."""
    kind = periods.kind(name)
    if kind in _PART_IN_LIST:
        return f"{name[:4]}{NBSP}{_PART_IN_LIST[kind]}{NBSP}{name[-1]}"
    if kind == "month":
        return f"{_MONTHS[int(name[5:]) - 1][:3]}{NBSP}{name[:4]}"
    return name


def month(name: str) -> str:
    """The month's name alone."""
    return _MONTHS[int(name[5:7]) - 1]


def day(moment: date) -> str:
    """A day in a sentence: `31 december 2025`."""
    return f"{moment.day}{NBSP}{_MONTHS[moment.month - 1]}{NBSP}{moment.year}"


def moment(when: datetime) -> str:
    """A point of time, as clocks in Sweden show it: `14 november 2025, klockan 06.10`."""
    local = when.astimezone(_STOCKHOLM)
    return f"{day(local.date())}, klockan{NBSP}{local:%H.%M}"


def by_and_when(by: str, when: datetime) -> str:
    """Who did something and when, as clocks in Sweden show it: `Anna, 3 mars 2026 klockan 14.32`."""
    local = when.astimezone(_STOCKHOLM)
    return f"{by}, {day(local.date())} klockan{NBSP}{local:%H.%M}"


def overdue(due: date, today: date) -> str:
    """`skulle vara klart 31 mars 2026, för 40 dagar sedan`."""
    late = (today - due).days
    return f"skulle vara klart {day(due)}, för {late} {'dag' if late == 1 else 'dagar'} sedan"


def listed(names: Sequence[str]) -> str:
    """`Hjo`, `Hjo och Tjörn`, `Hjo, Tjörn och Vara`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} och {names[-1]}"


def listed_shortly(names: Sequence[str], most: int = 3) -> str:
    """As `listed`, but a long list ends with how many more there are."""
    return listed(names) if len(names) <= most + 1 else f"{', '.join(names[:most])} och {count(len(names) - most)} till"


def count(number: int) -> str:
    """A small count in words (`sju`), a large one in digits."""
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}".replace(",", NBSP)


def held(text: str) -> str:
    """The text with the thousands of its numbers held together: `20 000` never ends one line and begins the next."""
    return _THOUSANDS.sub(NBSP, text)


def count_of(number: int) -> str:
    """As `count`, of things of the neuter: `inget`, `ett`, `två`."""
    return ("inget", "ett")[number] if number < 2 else count(number)


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def genitive(name: str) -> str:
    """`Ales`, `Borås`."""
    return name if name[-1] in "sxz" else f"{name}s"


def in_order(name: str) -> str:
    """A key that sorts names as the Swedish alphabet does: å, ä and ö last."""
    return "".join(_AFTER_Z.get(letter, letter) for letter in normalize("NFC", name).lower())
