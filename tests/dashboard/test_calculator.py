"""The calculator's page: what is filled in, where it can begin, what is wrong, and what it may not show."""

from __future__ import annotations

import pytest

from dashboard.choices import read
from dashboard.context import Context
from dashboard.lookup import nothing
from dashboard.pages import calculator
from dashboard.shell import Page
from dashboard.tree import find, h, text_of

TEN = "/rakna?period=2025-03&d0=1&d1=1&d2=1&d3=2&d4=1&d5=2&d6=2&langre=12"


def page(address: str, context: Context) -> Page:
    return calculator.page(read(address), context)


def said(address: str, context: Context) -> str:
    return text_of(h.main(page(address, context).main)).replace("\u00a0", " ")


def test_the_sum_is_told_step_by_step(context: Context) -> None:
    text = said(TEN, context)
    assert "Kommunen betalar för 14 dagar." in text
    for words in ("35 / 10 = 3,50 dagar", "3,50 är över 3,0: (3,50 − 3,0) × 10 = 5 dagar", "12 dagar: 12 − 3,0 = 9 dagar"):
        assert words in text
    assert "Beloppet per vårddygn för 2025 saknas" in text
    assert "Hälso- och sjukvårdsavtalet 2023–2026, Del C" in text
    assert page(TEN, context).said.startswith("Kommunen betalar för 14")


def test_the_address_holds_what_is_filled_in(context: Context) -> None:
    chosen = read(TEN)
    assert read(chosen.address) == chosen
    inputs = find(h.main(page(TEN, context).main), tag="input")
    fields = {each[1].get("id"): each[1].get("defaultValue") for each in inputs}
    assert (fields["d0"], fields["d3"], fields["d7"], fields["langre"]) == ("1", "2", "0", "12")


def test_a_month_with_an_amount(context: Context) -> None:
    raw = context.settings.model_dump(mode="json")
    raw["payment_amount_per_day"] = {"2025": {"amount": 9300, "source": "exempelkälla"}}
    priced = Context(type(context.settings).model_validate(raw), context.areas, context.lookup)
    text = said(TEN, priced)
    assert "14 dagar × 9 300 kr = 130 200 kr. Beloppet för 2025: exempelkälla." in text
    assert "Kommunen betalar för 14 dagar, 130 200 kr." in text


def test_it_begins_with_a_real_month(context: Context) -> None:
    """The sum is the month's own figure."""
    paid = context.lookup.figure("betaldagar", "1480", "2025-06")
    assert paid is not None
    made = said("/rakna?omrade=1480&period=2025-06", context)
    assert f"Kommunen betalar för {paid.value:,.0f} dagar".replace(",", " ") in made
    assert "Göteborg, juni 2025: de som räknas enligt avtalet" in made


def test_it_begins_with_sums(context: Context) -> None:
    assert "Kommunen betalar för 5 dagar." in said("/rakna?period=2025-03&patienter=10&dagar=35", context)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("d0=-1", "”-1” patienter med 0 dagar"),
        ("d0=1&langre=8+x", "”x” bland dem med fler dagar"),
        ("d0=2000&d1=1", "fler än 2 000 patienter"),
        ("patienter=10", "båda som hela tal"),
        ("patienter=0&dagar=4", "båda som hela tal"),
        ("d0=1;DROP", "patienter med 0 dagar"),
    ],
)
def test_what_is_wrong_is_said(context: Context, query: str, words: str) -> None:
    text = said(f"/rakna?period=2025-03&{query}", context)
    assert words in text
    assert "Det går inte att räkna än" in text


def test_outside_every_agreement(context: Context) -> None:
    assert "det finns ingen regel att räkna med" in said("/rakna?period=2022-05&d3=1", context)


def test_openly_nobodys_month_is_there(protected: Context) -> None:
    text = said("/rakna?omrade=1480&period=2023-05", protected)
    assert "går inte att visa här" in text
    assert "när du är inloggad för kommunen" in text


def test_before_the_first_run_it_reckons_with_made_up_cases(context: Context) -> None:
    empty = Context(context.settings, context.areas, nothing())
    assert "Kommunen betalar för" in said("/rakna?d5=1", empty)
    assert "Fyll i månadens patienter" in said("/rakna", empty)


def test_every_field_has_its_label(context: Context) -> None:
    node = h.main(page("/rakna", context).main)
    ids = [str(each[1]["id"]) for each in find(node) if "id" in each[1]]
    assert len(ids) == len(set(ids))
    labels = {each[1]["for"] for each in find(node, tag="label")}
    fields = {each[1]["id"] for tag in ("input", "select") for each in find(node, tag=tag) if each[1].get("type") != "hidden"}
    assert fields <= labels
