"""`/avtal` and `/avtal/<id>` as trees."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from config import Settings
from dashboard.choices import read
from dashboard.context import Context
from dashboard.pages import agreement
from dashboard.shell import Page
from dashboard.tree import find, h, text_of
from loaders.intake import take_in
from sql.store import Store

TODAY = date(2026, 11, 22)
LIST = "part;beslut;datum\nVGR;antar;2025-11-25\nAle;antar;2026-01-26\nLerum;antar_inte;2026-02-23\n"


def page(address: str, context: Context, store: Store) -> Page:
    return agreement.making(agreement.Making(context.settings, store, lambda: TODAY))(read(address), context)


def said(made: Page) -> str:
    return text_of(h.main(made.main)).replace("\xa0", " ")


def deliver(settings: Settings, store: Store, folder: Path) -> None:
    path = folder / "avtalsbeslut.csv"
    path.write_text(LIST, encoding="utf-8")
    outcome = take_in(settings, store, "avtalsbeslut", path, (), None, False, "test", datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert outcome.delivery is not None, outcome.problems


def test_the_list_says_what_is_in_force_and_until_when_notice_may_be_given(context: Context, store: Store) -> None:
    text = said(page("/avtal", context, store))
    assert "Hälso- och sjukvårdsavtalet 2023–2026 gäller i dag." in text
    assert "30 juni 2025" in text
    assert "30 juni 2029" in text
    assert text.count("inga beslut har levererats") == 2


def test_every_clause_stands_with_its_section_and_its_answer(context: Context, store: Store) -> None:
    for each in context.settings.agreements:
        made = page(f"/avtal/{each.id}", context, store)
        items = [item for listed in find(h.main(made.main), class_="clauses") for item in listed[2]]
        text = said(made)
        assert len(each.follow_up) == sum(part.id == clause.part for part in each.parts for clause in each.follow_up)
        assert items
        for clause in each.follow_up:
            assert clause.section in text
            assert clause.text in text
            assert clause.reason is None or f"Följs inte upp i dag. {clause.reason}" in text


def test_the_answer_is_the_newest_whole_figure_and_leads_to_its_page(context: Context, store: Store) -> None:
    county, own = page("/avtal/hsa-2023", context, store), page("/avtal/hsa-2023?omrade=1440", context, store)
    hrefs = {link[1].get("href") for link in find(h.main(county.main), tag="a")}
    assert "/indikator/ntandvard_tackning?period=2025-Q3" in hrefs
    assert any(
        str(found[1].get("href", "")).startswith("/indikator/ntandvard_tackning?omrade=1440") for found in find(h.main(own.main), tag="a")
    )
    found = agreement.latest(context, "ntandvard_tackning", context.areas.county, context.settings.agreements[0])
    assert found is not None
    assert (found.period, found.is_plain) == ("2025-Q3", True)
    assert "ingen siffra än" in said(county)  # nobody has delivered placements here


def test_the_next_agreement_tells_what_is_new(context: Context, store: Store) -> None:
    text = said(page("/avtal/hsa-2027", context, store))
    assert "Avtalet börjar gälla 1 januari 2027. Siffrorna är från tiden före." in text
    assert "Det här är nytt sedan Hälso- och sjukvårdsavtalet 2023–2026" in text
    assert "Nytt villkor: Fast vårdkontakt är utsedd." in text
    assert "Det här är nytt" not in said(page("/avtal/hsa-2023", context, store))


def test_who_has_decided(context: Context, store: Store, tmp_path: Path) -> None:
    assert "Besluten är inte kända." in said(page("/avtal/hsa-2027", context, store))
    deliver(context.settings, store, tmp_path)
    text = said(page("/avtal/hsa-2027", context, store))
    assert "2 av 50 parter har antagit avtalet. Lerum har beslutat att inte anta det. Beslut saknas från Alingsås" in text
    assert "26 januari 2026" in text
    assert "2 av 50 har antagit" in said(page("/avtal", context, store))


def test_an_agreement_that_does_not_exist(context: Context, store: Store) -> None:
    assert page("/avtal/hsa-1999", context, store).status == 404
