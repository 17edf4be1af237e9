"""One indicator for each condition that an agreement sets for payment: made from config.yaml, so no condition is named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from config import Agreement, Condition, Settings
from metrics import spans
from metrics.indicator import Indicator, Theme

PREFIX: Final = "villkor_"
THEME: Final[Theme] = "foljsamhet"
_SOURCE: Final = "Uppgifter om utskrivningsklara patienter ur SAMSA, den gemensamma it-tjänsten"
_ALWAYS: Final = "Villkoret gäller alla utskrivna. Den som saknar uppgiften är inte med."
_SOMETIMES: Final = "Villkoret gäller inte alla. Den som det inte gäller, eller som saknar uppgiften, är inte med."
_NOT_BEFORE: Final = "Villkoret finns bara i en del av avtalen. För andra tider finns ingen siffra."
_SEVERAL: Final = "En utskrivning kan brista i flera villkor. Andelarna kan därför inte läggas ihop."


def conditions(settings: Settings) -> dict[str, list[tuple[Agreement, Condition]]]:
    """Each condition by its id, with the agreements that set it and what each says of it, oldest agreement first."""
    found: dict[str, list[tuple[Agreement, Condition]]] = {}
    for agreement in sorted(settings.agreements, key=lambda agreement: agreement.valid_from):
        for condition in agreement.utskrivning.conditions:
            found.setdefault(condition.id, []).append((agreement, condition))
    return found


def met(condition: str) -> str:
    """The part that counts discharges where the condition is met."""
    return f"{PREFIX}{condition}_met"


def known(condition: str) -> str:
    """The part that counts discharges where the condition applies and can be judged."""
    return f"{PREFIX}{condition}_known"


def with_parts(settings: Settings, cells: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The cells (`kommun`, `base`, …) with `met` and `known` of each condition, from the counts of `metrics.utskrivning.conditions`.

    Zero without discharges, null where no agreement has the condition.
    """
    for id_, said in conditions(settings).items():
        mine = (
            judged.filter(condition=id_)
            .group_by("kommun", base="period")
            .agg(pl.col("met").sum().alias(met(id_)), (pl.col("met") + pl.col("not_met")).sum().alias(known(id_)))
        )
        ruled = spans.under(settings, [agreement.id for agreement, _ in said], cells["base"]).select("base", "touched")
        cells = cells.join(mine, on=("kommun", "base"), how="left", maintain_order="left").join(
            ruled, on="base", how="left", maintain_order="left"
        )
        cells = cells.with_columns(pl.when("touched").then(pl.col(part).fill_null(0)).alias(part) for part in (met(id_), known(id_))).drop(
            "touched"
        )
    return cells


def indicators(settings: Settings) -> Iterator[Indicator]:
    """One indicator per condition. Where agreements name a condition differently the latest one's words are used."""
    for id_, said in conditions(settings).items():
        yield _indicator(id_, said, is_everywhere=len(said) == len(settings.agreements))


def _inside(name: str) -> str:
    """The name as it stands inside a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _indicator(id_: str, said: list[tuple[Agreement, Condition]], *, is_everywhere: bool) -> Indicator:
    latest = said[-1][1]
    applies = _ALWAYS if latest.applies_if is None else _SOMETIMES
    return Indicator(
        id=PREFIX + id_,
        name=latest.name,
        theme=THEME,
        counts=f"Så stor del av de utskrivna där villkoret är uppfyllt: {_inside(latest.name)}.",
        numerator=met(id_),
        numerator_label="Utskrivna där villkoret är uppfyllt",
        denominator=known(id_),
        denominator_label="Utskrivna där villkoret gäller och går att bedöma",
        scale=100,
        unit="%",
        direction="higher",
        kind="flow",
        dataset="utskrivning",
        interval="wilson",
        ruled=True,
        section="; ".join(f"{agreement.name}, in- och utskrivning, {condition.section}" for agreement, condition in said),
        source=_SOURCE,
        caveats=(applies, _SEVERAL, *(() if is_everywhere else (_NOT_BEFORE,))),
        agreements=() if is_everywhere else tuple(agreement.id for agreement, _ in said),
        openly="county_years",
    )
