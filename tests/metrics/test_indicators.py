"""The twenty declarations against the contract's table, their data sheets, and the document made from them."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import get_args

import pytest

from config import Settings
from metrics.datasheet import markdown
from metrics.disclosure import shown
from metrics.indicator import BASE_KINDS, NO_DENOMINATOR, Indicator, Theme
from metrics.indicators import INDICATORS, of

ROOT = Path(__file__).parent.parent.parent
CONTRACT = {
    "ntandvard_tackning": ("%", "stock", True),
    "ntandvard_intyg": ("antal", "stock", False),
    "mhb_onskas": ("%", "stock", True),
    "mhb_utford": ("%", "stock", True),
    "mhb_utford_av_intyg": ("%", "stock", True),
    "tandvard_utford": ("%", "stock", True),
    "utskrivna": ("antal", "flow", False),
    "dagar_snitt": ("dagar", "flow", True),
    "betaldagar": ("dagar", "flow", False),
    "betalningsbelopp": ("kr", "flow", False),
    "over_sju_dagar": ("antal", "flow", False),
    "betalningsmanader": ("antal", "flow", True),
    "foljsamhet": ("%", "flow", True),
    "foljsamhet_bortfall": ("%", "flow", True),
    "avvikelser": ("antal", "flow", False),
    "avvikelser_per_10000": ("per_10000", "flow", True),
    "aterkoppling_dagar": ("dagar", "flow", True),
    "aterkopplade": ("%", "flow", True),
    "oenigheter": ("antal", "flow", False),
    "tvister": ("antal", "flow", False),
}


def test_the_declarations_are_the_contracts() -> None:
    found = {name: (i.unit, i.kind, i.denominator is not None) for name, i in INDICATORS.items() if name in CONTRACT}
    assert found == CONTRACT
    assert list(found) == list(CONTRACT)


def test_a_theme_stands_together() -> None:
    themes = [indicator.theme for indicator in INDICATORS.values()]
    assert themes == sorted(themes, key=get_args(Theme).index)


def test_a_dataset_is_of_one_base_period() -> None:
    """What has been delivered is asked for dataset by dataset (`completeness`)."""
    bases = {(i.dataset, BASE_KINDS[i.kind]) for i in INDICATORS.values()}
    assert len(bases) == len({dataset for dataset, _ in bases})


def test_each_condition_is_an_indicator(settings: Settings) -> None:
    named = {condition.id for agreement in settings.agreements for condition in agreement.utskrivning.conditions}
    assert {name for name in INDICATORS if name.startswith("villkor_")} == {f"villkor_{id_}" for id_ in named}
    both, first = INDICATORS["villkor_inskrivningsmeddelande"], INDICATORS["villkor_sip_kallad"]
    assert both.agreements == ()
    assert first.agreements == ("hsa-2023",)
    assert both.section.count(";") == 1


def test_a_condition_of_the_settings_alone_is_an_indicator(settings: Settings) -> None:
    agreement = settings.agreements[0]
    more = agreement.utskrivning.conditions[0].model_copy(update={"id": "lakemedelslista", "name": "Läkemedelslista är skickad"})
    rules = agreement.utskrivning.model_copy(update={"conditions": (*agreement.utskrivning.conditions, more)})
    mine = settings.model_copy(update={"agreements": (agreement.model_copy(update={"utskrivning": rules}), *settings.agreements[1:])})
    assert of(mine)["villkor_lakemedelslista"].counts.endswith("läkemedelslista är skickad.")
    assert "villkor_lakemedelslista" not in INDICATORS


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.id)
def test_the_data_sheet_is_whole(indicator: Indicator) -> None:
    assert indicator.counts.endswith(".")
    assert all(caveat.endswith(".") for caveat in indicator.caveats)
    assert "vtal" in indicator.section
    assert indicator.follows is None or indicator.follows in INDICATORS
    assert {"%": 100, "per_10000": 10_000}.get(indicator.unit, 1) == indicator.scale
    assert (indicator.interval == "wilson") <= (indicator.unit == "%")
    assert (indicator.interval != "none") >= (indicator.unit == "%")
    assert indicator.numerator_label != indicator.denominator_label


@pytest.mark.parametrize("name", [f.name for f in fields(Indicator) if f.type == "str" and f.default is MISSING] + ["caveats"])
def test_a_blank_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name if name != "id" else "indicator"):
        Indicator(**{**vars(INDICATORS["utskrivna"]), name: () if name == "caveats" else ""})


def test_contradictions_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        replace(INDICATORS["utskrivna"], denominator="discharges")
    with pytest.raises(ValueError, match="contradict"):
        replace(INDICATORS["foljsamhet"], denominator_label=NO_DENOMINATOR)
    with pytest.raises(ValueError, match="caveats"):
        replace(INDICATORS["utskrivna"], caveats=("  ",))


def test_names_are_told_apart() -> None:
    assert len({indicator.name for indicator in INDICATORS.values()}) == len(INDICATORS)


def test_the_settings_set_goals_for_indicators_that_exist(settings: Settings) -> None:
    assert set(settings.goals) <= set(INDICATORS)


def test_the_document_is_what_the_declarations_say(settings: Settings) -> None:
    """`python scripts/indicators.py` writes it anew."""
    assert (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8") == markdown(settings)


def test_the_document_has_each_indicator_its_goal_and_its_cases(settings: Settings) -> None:
    text = markdown(settings)
    for indicator in INDICATORS.values():
        assert f"### {indicator.name}\n\n`{indicator.id}`: {indicator.counts}" in text
    assert "Minst 3, 2023-01-01–2026-12-31" in text
    assert "Högst 3, 2027-01-01–2030-12-31, prövas per kommun och månad" in text
    assert "130 200 kr" in text


# ---- How small numbers are protected -------------------------------------------------------------------------------------------


def test_a_part_is_declared_alike_everywhere() -> None:
    """One declaration that forgets what another says of the part would count it, or price it, otherwise."""
    for one in INDICATORS.values():
        for other in INDICATORS.values():
            if one.numerator == other.numerator:
                assert (one.measures, one.price_of) == (other.measures, other.price_of)
            shared = {one.numerator, one.denominator} & {other.numerator, other.denominator}
            assert shared & {*one.not_sensitive} == shared & {*other.not_sensitive}


def test_only_what_is_no_count_is_declared() -> None:
    assert set(shown.BEHIND) >= {"short_days", "payable_days", "payable_sek", "months_over", "answer_days"}
    assert set(shown.BEHIND) <= {part for i in INDICATORS.values() if i.measures for part in [i.numerator]}
    assert dict(shown.PRICED) == {"payable_sek": "payable_days"}
    open_parts = {part for i in INDICATORS.values() for part in (i.numerator, i.denominator) if part and not shown.is_personal(part)}
    assert open_parts == {
        "months", "population", "population_from_age", "training_hours", "units", "trained_units", "districts", "planned_districts",
        "followed_up", "lacking_intyg",
    }  # fmt: skip
    assert shown.shares("ntandvard") == (("onskar_mhb", "intyg"), ("fatt_mhb", "intyg"), ("fatt_tandvard", "intyg"), ("fatt_stod", "intyg"))


@pytest.mark.parametrize(
    ("indicator", "said", "wrong"),
    [
        ("utskrivna", {"not_sensitive": ("months",)}, "months, which it does not show"),
        ("dagar_snitt", {"not_sensitive": ("short_days",)}, "sensitive too"),
    ],
)
def test_a_contradiction_is_refused(indicator: str, said: dict[str, tuple[str, ...]], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Indicator(**(vars(INDICATORS[indicator]) | said))
