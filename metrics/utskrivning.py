"""Discharges: one pass over the rows, parts per kommun and month by each agreement's rules, and the indicators' declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import polars as pl

import periods
from config import Agreement, Condition, Settings
from metrics import dagar, judgement, sip, spans, villkor
from metrics.indicator import NO_DENOMINATOR, Indicator

DATASET: Final = "utskrivning"
_ALWAYS: Final = ("discharges", "long_stays", *dagar.PARTS, *sip.PARTS)
_RULED: Final = ("ruled_discharges", "judged", "compliant", "unjudged", "short_stays", "short_days", "payable_days", "months_over")

_DISCHARGED: Final = pl.col("utskriven")
CONDITIONS_SCHEMA: Final = {
    **dict.fromkeys(("kommun", "period", "agreement", "condition"), pl.String),
    **dict.fromkeys(("applicable", "met", "not_met", "unknown"), pl.Int64),
}
MONTH_TEXT: Final = pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1).dt.strftime("%Y-%m")
_DAYS: Final = _DISCHARGED.to_physical() - pl.col("utskrivningsklar").to_physical()  # whole days; a date subtraction makes microseconds


# ---- One pass over the rows ---------------------------------------------------------------------------------------------------


def _holds(agreement: Agreement) -> pl.Expr:
    held = pl.lit(agreement.valid_from) <= _DISCHARGED
    return held if agreement.valid_to is None else held & (pl.lit(agreement.valid_to) >= _DISCHARGED)


def _by_agreement(settings: Settings, choose: Callable[[Agreement], pl.Expr], outside: pl.Expr) -> pl.Expr:
    """What `choose` says of the agreement in force on the day of discharge; `outside` where there is none."""
    found = outside
    for agreement in settings.agreements:
        found = pl.when(_holds(agreement)).then(choose(agreement)).otherwise(found)
    return found


def _test(condition: Condition) -> str:
    """A column prefix for what the condition tests: agreements that test the same thing share one count."""
    return "|".join(str(v) for v in (condition.applies_if, condition.yes_in, condition.date_in, condition.of, condition.within_days))


def _condition_counts(settings: Settings) -> Iterable[pl.Expr]:
    tests = {_test(c): c for agreement in settings.agreements for c in agreement.utskrivning.conditions}
    for name, condition in tests.items():
        state = judgement.state(condition)
        yield state.not_met.sum().cast(pl.Int64).alias(f"{name}|not_met")
        yield state.unknown.sum().cast(pl.Int64).alias(f"{name}|unknown")
        if condition.applies_if is not None:
            yield state.may_apply.sum().cast(pl.Int64).alias(f"{name}|may_apply")


def counts(settings: Settings) -> Iterable[pl.Expr]:
    """Discharges and days of `judged` rows, as whole numbers: a sum of floats could differ in its last digit between two runs."""
    days, not_met, unknown = pl.col("days"), pl.col("not_met"), pl.col("unknown")
    in_mean, alone = ~not_met & ~pl.col("alone"), ~not_met & pl.col("alone")
    yield pl.len().cast(pl.Int64).alias("discharges")
    yield (days > settings.utskrivning.long_stay_days).sum().cast(pl.Int64).alias("long_stays")
    yield not_met.sum().cast(pl.Int64).alias("not_compliant")
    yield (~not_met & unknown).sum().cast(pl.Int64).alias("unjudged")
    yield in_mean.sum().cast(pl.Int64).alias("short_stays")
    yield pl.when(in_mean).then(days).otherwise(0).cast(pl.Int64).sum().alias("short_days")
    yield alone.sum().cast(pl.Int64).alias("alone_stays")
    yield pl.when(alone).then(days).otherwise(0).cast(pl.Int64).sum().alias("alone_days")
    yield from dagar.counts()


def judged(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with what each agreement's rule says of them: `days`, `month`, `agreement`, `not_met`, `unknown` and `alone`.

    `month` counts months since year 0; `agreement` is its number in the settings, null outside them all.
    """
    no = pl.lit(value=False)
    return rows.with_columns(
        days=_DAYS,
        month=_DISCHARGED.dt.year() * 12 + _DISCHARGED.dt.month() - 1,  # a number: making a date of each row costs twice the time
        agreement=_by_agreement(settings, lambda a: pl.lit(settings.agreements.index(a), pl.Int32), pl.lit(None, pl.Int32)),
        not_met=_by_agreement(settings, lambda a: judgement.any_of(a, "not_met"), no),
        unknown=_by_agreement(settings, lambda a: judgement.any_of(a, "unknown"), no),
        alone=_by_agreement(settings, lambda a: pl.lit(a.utskrivning.individual_after_days) < _DAYS, no),
    )


def tally(settings: Settings, rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per kommun, month (`base`) and agreement (its id), with every count that figures and conditions need.

    Lazy, so that whoever needs fewer columns reads fewer.
    """
    ids = dict(enumerate(agreement.id for agreement in settings.agreements))
    found = judged(settings, rows).group_by("kommun", "agreement", "month")
    counted = found.agg(*counts(settings), *sip.counts(settings), *_condition_counts(settings))
    named = pl.col("agreement").replace_strict(ids, return_dtype=pl.String, default=None)
    return counted.with_columns(named, base=MONTH_TEXT).drop("month")


# ---- Parts --------------------------------------------------------------------------------------------------------------------


def _excess(settings: Settings, days: str, stays: str) -> pl.Expr:
    """Days over the mean's limit, by the limit of each agreement; whole numbers where every limit is whole."""
    limits = {agreement.id: agreement.utskrivning.mean_limit_days for agreement in settings.agreements}
    whole = all(limit.is_integer() for limit in limits.values())
    limit = pl.lit(None, pl.Int64 if whole else pl.Float64)
    for agreement, value in limits.items():
        limit = pl.when(pl.col("agreement") == agreement).then(pl.lit(int(value) if whole else value)).otherwise(limit)
    return pl.col(days) - limit * pl.col(stays)


def _ruled_parts(settings: Settings, counted: pl.DataFrame) -> pl.DataFrame:
    """Per kommun and month: what an agreement's rule gives, over the discharges that have one."""
    in_mean = _excess(settings, "short_days", "short_stays").sum()
    judged = pl.col("discharges") - pl.col("unjudged")
    return (
        counted.filter(pl.col("agreement").is_not_null())
        .sort("kommun", "base", "agreement")
        .group_by("kommun", "base", maintain_order=True)
        .agg(
            pl.col("discharges").sum().alias("ruled_discharges"),
            judged.sum().alias("judged"),
            (judged - pl.col("not_compliant")).sum().alias("compliant"),
            pl.col("unjudged", "short_stays", "short_days").sum(),
            (in_mean.clip(lower_bound=0) + _excess(settings, "alone_days", "alone_stays").sum()).alias("payable_days"),
            (in_mean > 0).cast(pl.Int64).alias("months_over"),
        )
    )


def _rules_of_months(settings: Settings, months: Iterable[str]) -> pl.DataFrame:
    """`base`, `ruled` (an agreement on any day), `whole_rule` (on every day), `amount` (kronor per day, null without one)."""
    schema = {"base": pl.String, "ruled": pl.Boolean, "whole_rule": pl.Boolean, "amount": pl.Int64}
    rows = []
    for month in sorted(set(months)):
        first, last = periods.first_day(month), periods.last_day(month)
        amount = settings.payment_amount_per_day.get(first.year)
        ruled = bool(settings.agreements_between(first, last))
        rows.append((month, ruled, spans.holds_all_days(settings.agreements, first, last), amount.amount if amount else None))
    return pl.DataFrame(rows, schema=schema, orient="row")


def parts(settings: Settings, counted: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """One row per covered kommun and month: `kommun`, `base`, `complete`, `whole_rule`, and the parts.

    `counted` is a collected `tally`. `discharges` and `long_stays` count every discharge; the parts under a rule are zero for a
    covered month without discharges and null for a month without an agreement. `payable_days` is max(0, days over the limit of
    those in the mean) + days over the limit of each who is counted alone; `payable_sek` is null in a year without an amount.
    Source: agreement 2023–2026, in- och utskrivning 5.2; agreement 2027–2030, 7 §; contract, section 5.
    """
    totals = counted.group_by("kommun", "base").agg(pl.col(_ALWAYS).sum())
    monthly = totals.join(_ruled_parts(settings, counted), on=("kommun", "base"), how="left")
    covered = coverage.select("kommun", pl.col("period").alias("base"), "complete")
    cells = covered.join(monthly, on=("kommun", "base"), how="left", maintain_order="left").join(
        _rules_of_months(settings, covered["base"]), on="base", how="left", maintain_order="left"
    )
    cells = cells.with_columns(pl.col(_ALWAYS).fill_null(0), *(_zero_under_a_rule(name) for name in _RULED))
    priced = cells.with_columns(payable_sek=pl.col("payable_days") * pl.col("amount"), months=pl.when("ruled").then(1).cast(pl.Int64))
    return villkor.with_parts(settings, priced.drop("ruled", "amount"), conditions(settings, counted))


def _zero_under_a_rule(name: str) -> pl.Expr:
    return pl.when("ruled").then(pl.col(name).fill_null(0)).alias(name)


def conditions(settings: Settings, counted: pl.DataFrame) -> pl.DataFrame:
    """How often each condition was met: `kommun`, `period` (month), `agreement`, `condition`, and four counts of discharges.

    `applicable` counts where the condition applies or may apply, and is the sum of `met`, `not_met` and `unknown`. One row per
    kommun and month with discharges under the agreement, in the agreement's own order of conditions.
    """
    frames = [pl.DataFrame(schema=CONDITIONS_SCHEMA)]
    for agreement in settings.agreements:
        under = counted.filter(agreement=agreement.id)
        for condition in agreement.utskrivning.conditions:
            name = _test(condition)
            applicable = pl.col("discharges" if condition.applies_if is None else f"{name}|may_apply")
            not_met, unknown = pl.col(f"{name}|not_met"), pl.col(f"{name}|unknown")
            frames.append(
                under.select(
                    "kommun",
                    pl.col("base").alias("period"),
                    pl.lit(agreement.id).alias("agreement"),
                    pl.lit(condition.id).alias("condition"),
                    applicable.alias("applicable"),
                    (applicable - not_met - unknown).alias("met"),
                    not_met.alias("not_met"),
                    unknown.alias("unknown"),
                )
            )
    return pl.concat(frames).sort("kommun", "period", "agreement", maintain_order=True)


# ---- Declarations -------------------------------------------------------------------------------------------------------------

_MODEL = "Avtal 2023–2026, del C in- och utskrivning, 5.2 Ekonomisk modell; avtal 2027–2030, betalningsansvar 7 §"
_TERMS = "Avtal 2023–2026, del C in- och utskrivning, 5.1 Kommunens betalningsansvar; avtal 2027–2030, betalningsansvar 6 §"
_SOURCE = "Uppgifter om utskrivningsklara patienter ur SAMSA, den gemensamma it-tjänsten"
_ALL = "Utskrivna patienter som har anmälts utskrivningsklara"
_PAYABLE = "Dagar som kommunen ska betala för, summerade per kommun och kalendermånad"
_DAY_COUNT = "Dagar räknas från utskrivningsklar till utskriven. Samma dag är 0 dagar. Avtalen säger inte hur dagarna ska räknas."
_MONTH = "En patient räknas i den månad då hen skrivs ut och hos folkbokföringskommunen, eller den kommun som har beslutat om en placering."
_NOT_SKR = "Siffran är inte densamma som SKR:s på vantetider.se, där patienter som skrivs ut samma dag inte är med."
_LEFT_OUT = "Patienter där ett villkor för betalning inte är uppfyllt är inte med. En uppgift som saknas utesluter ingen."
_SUMMED = "Delregion, län, kvartal och år är summan av kommunernas månader, aldrig ett medel av medel."
_PAID_FOR = ("short_stays", "long_stays", "alone_stays")
_NO_AGREEMENT = "Utan avtal finns ingen regel och därför ingen siffra."

_of_discharges = partial(
    Indicator,
    kind="flow",
    dataset=DATASET,
)

_counted = partial(
    _of_discharges,
    theme="utskrivning",
    denominator=None,
    denominator_label=NO_DENOMINATOR,
    scale=1,
)

_judged = partial(
    _of_discharges,
    theme="foljsamhet",
    scale=100,
    unit="%",
    interval="wilson",
    ruled=True,
    section=_TERMS,
    source=_SOURCE,
    of_its_agreement=True,
)

INDICATORS: Final = (
    _counted(
        id="utskrivna",
        name="Utskrivna som varit utskrivningsklara",
        counts="Hur många patienter som har skrivits ut efter att ha anmälts utskrivningsklara.",
        numerator="discharges",
        numerator_label=_ALL,
        unit="antal",
        direction="none",
        interval="poisson",
        ruled=False,
        section=_TERMS,
        source=_SOURCE,
        caveats=("Antalet följer kommunens storlek och säger inget om hur väl utskrivningen fungerar.", _MONTH),
    ),
    _of_discharges(
        id="dagar_snitt",
        name="Dagar som utskrivningsklar, i genomsnitt",
        theme="utskrivning",
        counts="Hur många dagar patienterna i genomsnitt är kvar på sjukhuset efter att de är utskrivningsklara.",
        numerator="short_days",
        numerator_label="Dagar från utskrivningsklar till utskriven, för dem som räknas i månadens genomsnitt",
        denominator="short_stays",
        denominator_label="Utskrivna med högst 7 dagar, där inget villkor för betalning brister",
        scale=1,
        unit="dagar",
        direction="lower",
        interval="none",
        ruled=True,
        section=_TERMS,
        source=_SOURCE,
        caveats=(
            "Gränsen 3,0 prövas per kommun och kalendermånad, utan avrundning. För annat är den bara ett jämförelsetal.",
            "Patienter med fler än 7 dagar är inte med. De räknas var för sig.",
            _LEFT_OUT,
            _DAY_COUNT,
            _NOT_SKR,
            _NO_AGREEMENT,
        ),
        measures=("short_stays",),
    ),
    _counted(
        id="betaldagar",
        name="Betaldagar",
        counts="Hur många dagar kommunerna ska betala för enligt avtalets modell.",
        numerator="payable_days",
        numerator_label=_PAYABLE,
        unit="dagar",
        direction="lower",
        interval="none",
        ruled=True,
        section=_MODEL,
        source=_SOURCE,
        caveats=(
            "Dagar över 3 i genomsnitt för dem med högst 7 dagar, och dagarna från dag 4 för var och en med fler än 7.",
            _SUMMED,
            _LEFT_OUT,
            _DAY_COUNT,
            _NO_AGREEMENT,
        ),
        measures=_PAID_FOR,
    ),
    _counted(
        id="betalningsbelopp",
        name="Betalningsbelopp",
        counts="Hur många kronor kommunerna ska betala enligt avtalets modell: betaldagar gånger årets belopp per vårddygn.",
        numerator="payable_sek",
        numerator_label="Betaldagar gånger årets belopp per vårddygn, i kronor",
        unit="kr",
        direction="lower",
        interval="none",
        ruled=True,
        section=_MODEL,
        source=f"{_SOURCE}; årets belopp enligt inställningarna, med källa",
        caveats=(
            "Ett år utan känt belopp ger ingen siffra, aldrig en gissning.",
            "Beloppet är det för året då patienten skrivs ut. Avtalen säger inte vilket år som gäller över ett årsskifte.",
            _SUMMED,
            _LEFT_OUT,
            _NO_AGREEMENT,
        ),
        measures=_PAID_FOR,
        price_of="payable_days",
    ),
    _counted(
        id="over_sju_dagar",
        name="Utskrivna efter mer än sju dagar",
        counts="Hur många patienter som har varit kvar mer än sju dagar efter att de var utskrivningsklara.",
        numerator="long_stays",
        numerator_label="Utskrivna med fler än 7 dagar från utskrivningsklar till utskriven",
        unit="antal",
        direction="lower",
        interval="poisson",
        ruled=False,
        section=_MODEL,
        source=_SOURCE,
        caveats=("Alla räknas, också de där ett villkor för betalning inte är uppfyllt.", _DAY_COUNT, _MONTH),
    ),
    _of_discharges(
        id="betalningsmanader",
        name="Månader över gränsen",
        theme="utskrivning",
        counts="I hur många kommunmånader genomsnittet är över gränsen, så att kommunens betalningsansvar inträder.",
        numerator="months_over",
        numerator_label="Kommunmånader med ett genomsnitt över 3,0 dagar",
        denominator="months",
        denominator_label="Kommunmånader som har levererats och har ett avtal",
        scale=1,
        unit="antal",
        direction="lower",
        interval="none",
        ruled=True,
        section=_MODEL,
        source=_SOURCE,
        caveats=(
            "Betaldagar för enskilda patienter med fler än 7 dagar kan finnas också i en månad som inte är över gränsen.",
            _LEFT_OUT,
            _NO_AGREEMENT,
        ),
        measures=("short_stays",),
        not_sensitive=("months",),
    ),
    _judged(
        id="foljsamhet",
        name="Alla villkor uppfyllda",
        counts="Så stor del av de utskrivna där alla villkor i avtalet är uppfyllda.",
        numerator="compliant",
        numerator_label="Utskrivna där varje villkor som gäller är uppfyllt",
        denominator="judged",
        denominator_label="Utskrivna som går att bedöma",
        direction="higher",
        caveats=(
            "Avtalet 2027–2030 har fler villkor än det förra. Siffror från olika avtal kan inte jämföras rakt av.",
            "Den som saknar en uppgift, och inte brister i något annat villkor, går inte att bedöma. Se bortfallet.",
            _NO_AGREEMENT,
        ),
    ),
    _judged(
        id="foljsamhet_bortfall",
        name="Går inte att bedöma",
        counts="Så stor del av de utskrivna där uppgifter saknas, så att villkoren inte går att bedöma.",
        numerator="unjudged",
        numerator_label="Utskrivna där inget villkor brister men minst en uppgift saknas",
        denominator="ruled_discharges",
        denominator_label=_ALL,
        direction="lower",
        caveats=("Säger hur hela uppgifterna är, inte hur väl avtalet följs.", _NO_AGREEMENT),
    ),
)
