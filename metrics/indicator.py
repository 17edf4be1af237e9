"""What an indicator is: a declaration over parts, with its data sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import MappingProxyType
from typing import Final, Literal

Theme = Literal["munhalsa", "utskrivning", "foljsamhet", "avvikelser", "lakarmedverkan", "psykisk"]
Unit = Literal["%", "antal", "dagar", "kr", "per_10000"]
Direction = Literal["higher", "lower", "none"]
Kind = Literal["flow", "stock", "status", "year"]
Interval = Literal["wilson", "poisson", "none"]
Openly = Literal["everywhere", "county_years"]

NO_DENOMINATOR = "Ingen nämnare"

BASE_KINDS: Final[Mapping[Kind, Literal["month", "quarter", "year"]]] = MappingProxyType(
    {"flow": "month", "stock": "quarter", "status": "month", "year": "year"}
)
"""The shortest period of each kind of indicator. Only flows are added over time; of the others a longer period has its last one's."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator, with everything that a reader needs to trust it. No field may be blank.

    `numerator` and `denominator` name part columns; both are summed over kommuner and periods before they are divided.
    `direction` says which way is better, `kind` whether months add up (flow), the last quarter (stock) or month (status) counts, or
    there are years alone (year), and `ruled` whether the figure exists only where an agreement is in force. Texts are Swedish and
    shown as they are.

    The last eleven have a usual value. `decimals` says with how many decimals the value is shown, where the unit's usual number is
    wrong: none for days that somebody waited, two for a mean that stands beside another with two. `agreements` are the ids of those
    that the figure belongs to, where it does not exist under every agreement. `why_not_a_sum` is set where the value is not a sum of
    parts over another: then a function of its own in `metrics/functions.py` makes it, the text says why, and the figure has no
    numerator. `of_its_agreement`: the figure sums up an agreement's rules, so that figures under two agreements are not compared.

    The others say how small numbers are protected (docs/adr: disclosure). Left out, every part counts persons or events, and the
    numerator of a percentage is a part of its denominator. `measures` are the counts that the numerator measures (days, hours,
    kronor) rather than counts; `not_sensitive` those of its parts that count neither persons nor events (units, plans, kommuner);
    `price_of` the measure that the numerator is a public amount times; `may_exceed` that the numerator of a percentage can be
    larger than its denominator; `openly` where the public may see the figure at all; `follows` the indicator that the figure
    follows from, kommun by kommun; `divides` the part that the numerator divides together with others that say the same.
    """

    id: str
    name: str
    theme: Theme
    counts: str
    numerator: str
    numerator_label: str
    denominator: str | None
    denominator_label: str
    scale: Literal[1, 100, 10000]
    unit: Unit
    direction: Direction
    kind: Kind
    dataset: str
    interval: Interval
    ruled: bool
    section: str
    source: str
    caveats: tuple[str, ...]
    decimals: int | None = None
    of_its_agreement: bool = False
    agreements: tuple[str, ...] = ()
    why_not_a_sum: str = ""
    measures: tuple[str, ...] = ()
    not_sensitive: tuple[str, ...] = ()
    price_of: str | None = None
    may_exceed: bool = False
    openly: Openly = "everywhere"
    follows: str | None = None
    divides: str | None = None

    def __post_init__(self) -> None:
        """Refuse a blank field: ValueError that names it."""
        needed = (f.name for f in fields(self) if f.default is MISSING and f.name != "denominator")
        blank = [name for name in needed if getattr(self, name) in ("", ())]
        blank += ["caveats"] * any(not caveat.strip() for caveat in self.caveats)
        if blank:
            raise ValueError(f"{self.id or 'indicator'}: blank {', '.join(blank)}")
        if (self.denominator is None) != (self.denominator_label == NO_DENOMINATOR):
            raise ValueError(f"{self.id}: denominator and its label contradict each other")
        if strangers := {*self.not_sensitive} - {self.numerator, self.denominator}:
            raise ValueError(f"{self.id}: not_sensitive names {', '.join(sorted(strangers))}, which it does not show")
        if self.measures and self.numerator in self.not_sensitive:
            raise ValueError(f"{self.id}: {self.numerator} measures what is sensitive, so it is sensitive too")

    @property
    def is_ratio(self) -> bool:
        """Whether the value is scale * numerator / denominator; else it is the numerator.

        A count may show what it was counted among: betalningsmanader carries the covered kommun-months as its denominator.
        """
        return self.denominator is not None and self.unit not in ("antal", "kr")
