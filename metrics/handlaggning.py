"""How avvikelser are handled: closed or open, how old the open ones are, and how many there are for each discharge."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from metrics.indicator import NO_DENOMINATOR, Indicator

PARTS: Final = ("closed", "close_days", "reports_at_discharge")
OPEN: Final = "avvikelser.oppna"
_AT_DISCHARGE: Final = "in_utskrivning"


def month_of(day: str) -> pl.Expr:
    """The month of a date column, as the contract writes it."""
    return pl.date(pl.col(day).dt.year(), pl.col(day).dt.month(), 1).dt.strftime("%Y-%m")


def counts() -> Iterator[pl.Expr]:
    """Counts over rows: closed ones, the days that took, and those about in- och utskrivning."""
    close_days = pl.col("avslutad").to_physical() - pl.col("registrerad").to_physical()
    yield pl.col("avslutad").is_not_null().sum().cast(pl.Int64).alias("closed")
    yield close_days.cast(pl.Int64).sum().alias("close_days")
    yield (pl.col("omrade") == _AT_DISCHARGE).sum().cast(pl.Int64).alias("reports_at_discharge")


def left_open(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`kommun`, `base`, `registrerad`, `closed` (month, null while open) and `open_reports`: what was not closed in its own month."""
    month, closed = month_of("registrerad"), month_of("avslutad")
    still = rows.filter(pl.col("avslutad").is_null() | (closed > month))
    return still.group_by("kommun", "registrerad", base=month, closed=closed).agg(pl.len().cast(pl.Int64).alias("open_reports"))


def open_reports(left: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """`kommun`, `base`, `age_days`, `open_reports`: avvikelser that are open on the last day of each covered month, by age.

    `left` is `left_open` of those months and of all before them. Open is what has been registered by then and not closed by then.
    """
    asked = coverage.select("kommun", base="period", last=pl.col("period").str.to_date("%Y-%m").dt.month_end())
    beside = asked.join(left.rename({"base": "since"}), on="kommun")
    still = beside.filter(pl.col("since") <= pl.col("base"), pl.col("closed").is_null() | (pl.col("closed") > pl.col("base")))
    age = pl.col("last").to_physical() - pl.col("registrerad").to_physical()
    return still.group_by("kommun", "base", age_days=age).agg(pl.col("open_reports").sum())


def beside_discharges(parts: pl.DataFrame, utskrivning: pl.DataFrame) -> pl.DataFrame:
    """`parts` of avvikelser with `discharges_there`: the same kommun's discharges of the month, null where they are not known."""
    known = utskrivning.filter("complete").select("kommun", "base", discharges_there="discharges")
    return parts.join(known, on=("kommun", "base"), how="left", maintain_order="left")


_AVVIKELSER = "Avtal 2023–2026, del A, Avvikelser; avtal 2027–2030, 5.1 Avvikelser mellan vårdgivare"
_SOURCE = "Avvikelser i samverkan, MedControl PRO"
_REPORTED = "Avvikelser som har registrerats under perioden"
_ANSWERED = "Avvikelser som har registrerats under perioden och har fått återkoppling"
_REPORTING = "Siffran räknar det som rapporteras. Fler avvikelser kan betyda bättre rapportering, inte sämre vård."
_LATE = "En månad ändras när den levereras igen: då kommer det som har hänt sedan dess med."
_NO_LIMIT = "Avtalet säger skyndsamt men anger inget antal dagar. Därför finns inget mål."
_ORDERED = "Dagar från registrering till återkoppling, ordnade från kortast till längst"
_NOT_SUMMED = "Två kommuners värden säger inte vad de är tillsammans: alla dagar måste ordnas på nytt."

_handled = partial(
    Indicator,
    theme="avvikelser",
    direction="none",
    dataset="avvikelser",
    ruled=False,
    section=_AVVIKELSER,
    openly="county_years",
)
"""What holds of every figure here: nobody judges them, and each says much about the others."""

_waited = partial(
    _handled,
    numerator="answer_days_ordered",
    numerator_label=_ORDERED,
    denominator="answered",
    denominator_label=_ANSWERED,
    scale=1,
    unit="dagar",
    kind="flow",
    interval="none",
    source=_SOURCE,
    decimals=0,
    measures=("answered",),
)
"""The days at a place in the order, of those that were answered."""

INDICATORS: Final = (
    _handled(
        id="avvikelser_vid_utskrivning",
        name="Avvikelser vid utskrivning, per utskriven",
        counts="Hur många avvikelser om in- och utskrivning som har registrerats, i procent av de utskrivna. 1 procent är 10 per 1 000.",
        numerator="reports_at_discharge",
        numerator_label="Avvikelser inom området in- och utskrivning",
        denominator="discharges_there",
        denominator_label="Utskrivna patienter som har anmälts utskrivningsklara, samma kommuner och månader",
        scale=100,
        unit="%",
        kind="flow",
        interval="poisson",
        source=f"{_SOURCE}; utskrivningar ur SAMSA",
        caveats=(
            _REPORTING,
            "En avvikelse hör inte till en viss utskrivning. En patient kan ge flera, och en avvikelse kan gälla någon som är kvar.",
            "En kommun och månad där utskrivningarna inte är levererade är inte med.",
        ),
        may_exceed=True,
    ),
    _waited(
        id="aterkoppling_median",
        name="Dagar till återkoppling, median",
        counts="Inom hur många dagar hälften av de avvikelser som har fått återkoppling hade fått den.",
        caveats=(_NO_LIMIT, "De som väntar på återkoppling är inte med.", _LATE),
        why_not_a_sum=f"Medianen är värdet i mitten. {_NOT_SUMMED}",
    ),
    _waited(
        id="aterkoppling_p90",
        name="Dagar till återkoppling, nio av tio",
        counts="Inom hur många dagar nio av tio av de avvikelser som har fått återkoppling hade fått den.",
        caveats=(_NO_LIMIT, "Den säger hur länge de som väntar längst får vänta. De som ännu väntar är inte med.", _LATE),
        why_not_a_sum=f"Nio av tio är en plats i ordningen. {_NOT_SUMMED}",
    ),
    _handled(
        id="avslutade",
        name="Avvikelser som är avslutade",
        counts="Så stor del av avvikelserna som är avslutade.",
        numerator="closed",
        numerator_label="Avvikelser som har registrerats under perioden och är avslutade",
        denominator="reports",
        denominator_label=_REPORTED,
        scale=100,
        unit="%",
        kind="flow",
        interval="wilson",
        source=_SOURCE,
        caveats=("En avvikelse utan datum för avslut räknas som öppen, också när filen saknar den kolumnen.", _LATE),
    ),
    _handled(
        id="avslut_dagar",
        name="Dagar till avslut",
        counts="Hur många dagar det i genomsnitt tar från att en avvikelse registreras till att den är avslutad.",
        numerator="close_days",
        numerator_label="Dagar från registrering till avslut, för de avvikelser som är avslutade",
        denominator="closed",
        denominator_label="Avvikelser som har registrerats under perioden och är avslutade",
        scale=1,
        unit="dagar",
        kind="flow",
        interval="none",
        source=_SOURCE,
        caveats=(_NO_LIMIT, "De som är öppna är inte med, så nya perioder ser snabbare ut än de till slut blir.", _LATE),
        measures=("closed",),
    ),
    _handled(
        id="avvikelser_oppna",
        name="Öppna avvikelser",
        counts="Hur många avvikelser som är registrerade men inte avslutade den sista dagen i perioden.",
        numerator="open_reports",
        numerator_label="Avvikelser som är registrerade men inte avslutade den sista dagen",
        denominator=None,
        denominator_label=NO_DENOMINATOR,
        scale=1,
        unit="antal",
        kind="status",
        interval="none",
        source=_SOURCE,
        caveats=(
            "Bara månader som är levererade räknas. Det som registrerades dessförinnan är inte med.",
            "En avvikelse som har avslutats är öppen här tills dess månad levereras igen.",
        ),
    ),
)
