"""Charts where the agreement changes: deliveries on both sides of 1 January 2027, seen in the summer of 2028."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config import Settings
from dashboard.areas import Areas
from dashboard.charts.multiples import multiple
from dashboard.charts.sparkline import sparkline
from dashboard.context import Context
from dashboard.lookup import Lookup
from dashboard.tree import Element, find, h, text_of
from dashboard.values import writer
from tests.dashboard import county
from tests.dashboard.test_pages import page, whole

NAME = "Hälso- och sjukvårdsavtalet 2027–2030"
SHORT = "Avtal 2027–2030"
LAST, FIRST = "2026-Q4", "2027-Q1"


@pytest.fixture(scope="module")
def crossing(county_settings: Settings) -> Context:
    """Fourteen quarters, eight of them under the agreement before."""
    return Context(county_settings, Areas(county_settings), Lookup(county.view(county_settings, first_year=2025, quarters=14)))


def chart(crossing: Context, address: str, id_: str) -> dict[str, Any]:
    """The figure that is drawn, as the browser gets it."""
    (found,) = (each[1] for each in find(whole(page(address, crossing)), tag="diagram") if each[1]["id"] == id_)
    return dict(found["figure"])


def section(crossing: Context, address: str, id_: str) -> Element:
    every = find(whole(page(address, crossing)), tag="section")
    return next(found for found in every if found[1].get("aria-labelledby") == f"{id_}-rubrik")


def lines(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines through figures: not a goal, a limit or a mean."""
    return [trace for trace in figure["data"] if trace["mode"] == "lines" and len(trace["x"]) > 4 and not trace["line"].get("dash")]


def test_figures_stand_on_both_sides_under_the_rule_that_was_in_force(crossing: Context) -> None:
    before, after = (crossing.lookup.figure("foljsamhet", "lan-14", period) for period in (LAST, FIRST))
    assert before is not None
    assert after is not None
    assert (before.agreement, after.agreement) == ("hsa-2023", "hsa-2027")
    assert before.is_plain
    assert after.is_plain
    assert after.value != before.value


@pytest.mark.parametrize("indicator", ["foljsamhet", "dagar_snitt", "betaldagar", "ntandvard_tackning"])
def test_the_line_breaks_where_something_is_new_and_the_page_says_what(crossing: Context, indicator: str) -> None:
    figure = chart(crossing, f"/indikator/{indicator}?period=2028-Q1&omrade=1480", "utveckling")
    assert [text["text"] for text in figure["layout"]["annotations"]].count(SHORT) == 1
    for trace in lines(figure):
        places = dict(zip(trace["x"], trace["y"], strict=True))
        assert places[7.5] is None
        assert places[7.0] is not None
        assert places[8.0] is not None
        assert [x for x, y in places.items() if y is None] == [7.5]
    told = text_of(section(crossing, f"/indikator/{indicator}?period=2028-Q1", "utveckling"))
    assert f"{NAME}: " in told
    links = {link[1]["href"] for link in find(section(crossing, f"/indikator/{indicator}?period=2028-Q1", "utveckling"), tag="a")}
    assert "/avtal/hsa-2027#nytt" in links


def test_what_is_new_for_compliance_is_its_conditions(crossing: Context) -> None:
    told = text_of(section(crossing, "/indikator/foljsamhet?period=2028-Q1", "utveckling"))
    assert f"{NAME}: Villkoren är inte desamma: 6 är nya och 1 finns inte kvar." in told
    assert f"Linjen bryts där {NAME} börjar gälla." in str(section(crossing, "/indikator/foljsamhet?period=2028-Q1", "utveckling"))


def test_compliance_under_two_agreements_is_not_compared(crossing: Context) -> None:
    by = writer(crossing.settings, "foljsamhet")
    years = {year: crossing.lookup.figure("foljsamhet", "lan-14", year) for year in ("2026", "2027")}
    assert by.change(years["2027"], years["2026"]) is None
    assert "än för ett år sedan" not in text_of(whole(page("/indikator/foljsamhet?period=2027-Q2", crossing)))
    days = [crossing.lookup.figure("dagar_snitt", "lan-14", year) for year in ("2027", "2026")]
    assert writer(crossing.settings, "dagar_snitt").change(*days) is not None, "the model of the payment is the same"
    assert by.change(*(crossing.lookup.figure("foljsamhet", "lan-14", period) for period in ("2028-Q1", FIRST))) is not None


def test_a_count_that_no_rule_changes_goes_on_past_the_named_line(crossing: Context) -> None:
    figure = chart(crossing, "/indikator/utskrivna?period=2028-Q1", "utveckling")
    assert SHORT in [text["text"] for text in figure["layout"]["annotations"]]
    assert all(None not in trace["y"] for trace in lines(figure))
    assert NAME not in text_of(section(crossing, "/indikator/utskrivna?period=2028-Q1", "utveckling"))


@pytest.mark.parametrize(("indicator", "is_known"), [("villkor_fast_vardkontakt", (False, True)), ("villkor_sip_kallad", (True, False))])
def test_a_condition_begins_or_ends_with_its_agreement(crossing: Context, indicator: str, is_known: tuple[bool, bool]) -> None:
    found = [crossing.lookup.figure(indicator, "lan-14", period) for period in (LAST, FIRST)]
    assert tuple(each is not None and each.value is not None for each in found) == is_known
    said = text_of(whole(page(f"/indikator/{indicator}?period={LAST if is_known[1] else FIRST}", crossing)))
    assert ("Måttet gäller från 1\u00a0januari\u00a02027." if is_known[1] else "Måttet gällde till 31\u00a0december\u00a02026.") in said


def test_the_process_chart_has_limits_of_each_agreement_and_its_name(crossing: Context) -> None:
    figure = chart(crossing, "/indikator/foljsamhet?period=2028-Q1", "process")
    assert SHORT in [text["text"] for text in figure["layout"]["annotations"]]
    means = {point["mean"] for point in crossing.lookup.process("foljsamhet", "lan-14", "month")}
    assert len(means - {None}) == 2
    through = next(trace for trace in figure["data"] if trace["mode"] == "lines" and 23.5 in trace["x"] and 24.0 in trace["x"])
    assert dict(zip(through["x"], through["y"], strict=True))[23.5] is None


def test_a_kommuns_months_break_too(crossing: Context) -> None:
    figure = chart(crossing, "/kommun/1480?period=2028-Q1", "manader")
    assert SHORT in [text["text"] for text in figure["layout"]["annotations"]]
    assert any(None in trace["y"] for trace in figure["data"] if trace["mode"] == "lines" and not trace["line"].get("dash"))


def test_small_lines_break_as_well(crossing: Context) -> None:
    quarters = [figure.period for figure in crossing.lookup.series("foljsamhet", "lan-14", "quarter")]
    cuts = crossing.cuts("foljsamhet", quarters)
    assert cuts == [date(2027, 1, 1)]
    assert not crossing.cuts("utskrivna", quarters)
    made = sparkline(crossing.lookup.series("foljsamhet", "lan-14", "quarter"), None, "%", cuts)
    assert made is not None
    (path,) = find(made, tag="path")
    assert str(path[1]["d"]).count("M") == 2
    names = {kind: crossing.lookup.series("foljsamhet", kind, "quarter") for kind in ("kf-gr", "kf-sjuharad")}
    drawn = multiple("kf-gr", names, quarters, None, writer(crossing.settings, "foljsamhet"), cuts).figure["data"]
    assert [None in trace["y"] for trace in drawn if trace["mode"] == "lines"] == [True, True]


def test_nothing_breaks_where_the_agreement_is_one(context: Context) -> None:
    figure = chart(context, "/indikator/foljsamhet?period=2025-Q3", "utveckling")
    assert not [text for text in figure["layout"]["annotations"] if "Avtal" in text["text"]]
    assert "Linjen bryts" not in text_of(h.main(page("/indikator/foljsamhet?period=2025-Q3", context).main))
