"""The yearly report as a reader, a screen reader and an attacker meet it."""

from __future__ import annotations

import random
import time
from functools import cache

import polars as pl
import pytest

from config import Settings
from metrics.indicators import INDICATORS
from reports.book import UnknownAreaError, open_at
from reports.edition import Decision, Edition
from reports.payment import failing_conditions
from reports.pdf import yearly_report
from tests.conftest import soak
from tests.reports import form, pdf_text

MARKUP = "#panic() *x* _y_ $z$ <a> @b [c] `d` \\e // f ~ = g"


@cache
def report(area: str, kind: str) -> bytes:
    """One of the reports that several tests read."""
    editions = {
        "published": form.edition(),
        "draft": form.edition(publication=None, is_demo=True),
        "internal": form.internal(),
        "revised": form.edition(decisions=(form.DECISION,), revisions=(form.REVISION,), note="Publicerad utan Gullspång."),
    }
    return yearly_report(form.shipped(), editions[kind], area)


# ---- What it is ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["lan-14", "kf-sjuharad", "1440"])
def test_it_is_tagged_and_in_swedish(area: str) -> None:
    """PDF/UA-1 is the compiler's own test; here a reader of the file agrees."""
    pdf = report(area, "published")
    told = pdf_text.info(pdf)
    assert "Tagged:          yes" in told
    assert "Title:           Uppföljning av hälso- och sjukvårdsavtalet 2025" in told
    assert "A4" in told
    assert "pdfuaid:part" in pdf_text.info(pdf, "-meta")
    assert b"sv-SE" in pdf
    structure = pdf_text.info(pdf, "-struct")
    for element in ("H1", "H2", "H3", "Table", "THead", "TH", "TD", "Figure", "Caption"):
        assert element in structure.replace(":", " ").split()


def test_every_face_is_embedded() -> None:
    for font in pdf_text.fonts(report("lan-14", "published")):
        assert font[-5] == "yes", font


def test_the_same_edition_gives_the_same_bytes() -> None:
    again = yearly_report(form.shipped(), form.edition(), "1440")
    assert again == report("1440", "published")


def test_it_is_made_in_time() -> None:
    begun = time.process_time()
    yearly_report(form.shipped(), form.internal(), "lan-14")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("kind", "said", "unsaid"),
    [
        ("draft", ["UTKAST", "DEMODATA"], ["INTERNT"]),
        ("internal", ["INTERNT UNDERLAG, EJ SKYDDAT"], ["UTKAST", "DEMODATA"]),
        ("published", ["Publikation 2025-1"], ["UTKAST", "DEMODATA", "INTERNT"]),
    ],
)
def test_every_page_says_what_it_is(kind: str, said: list[str], unsaid: list[str]) -> None:
    for page in pdf_text.pages(report("1440", kind)):
        for words in said:
            assert words in page
        for words in unsaid:
            assert words not in page


def test_no_page_is_left_with_a_remainder() -> None:
    """Each page holds what was planned for it: 49 kommuner in one chart and in one table."""
    pages = pdf_text.pages(report("lan-14", "revised"))
    assert len(pages) <= 18
    names = list(form.shipped().kommuner.values())
    assert sum(all(name in page for name in names) for page in pages) == 2
    assert min(len(page) for page in pages) > 300


@pytest.mark.parametrize("area", soak(["vs-samla", "kf-skaraborg", "1462"], [*form.shipped().kommuner, "kf-gr", "vs-samla", "vs-simba"]))
def test_every_area_has_its_report(area: str) -> None:
    pages = pdf_text.pages(report(area, "published"))
    assert len(pages) <= 18
    assert form.edition().every_period().filter(area=area)["area_name"][0] in pages[0]


def test_an_unknown_area_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnknownAreaError, match="Området 9999 finns inte"):
        yearly_report(form.shipped(), form.edition(), "9999")


# ---- What it says -------------------------------------------------------------------------------------------------------------


def test_the_first_page_answers() -> None:
    first = pdf_text.pages(report("lan-14", "published"))[0]
    figures = form.protected().filter(indicator="ntandvard_tackning", period="2025", area_kind="kommun")
    met = figures.filter(status="met").height
    assert f"{met} av 49 kommuner når 3 %-målet för N-tandvård" in first
    over = form.protected().filter(indicator="betalningsmanader", period="2025", area="lan-14").row(0, named=True)
    assert f"var över 3,0 dagar i {over['numerator']:.0f} av {over['denominator']:.0f} kommunmånader" in first


def test_an_incomplete_count_is_never_a_plain_number() -> None:
    """Gullspång and Munkedal lack months, so the county's avvikelser are at least so many."""
    everything = " ".join(pdf_text.pages(report("lan-14", "internal")))
    reports = form.frames()["figures"].filter(indicator="avvikelser", period="2025", area="lan-14")["value"][0]
    number = f"{reports:,.0f}".replace(",", " ")
    assert f"Minst {number} avvikelser rapporterades" in everything
    assert f"minst {number}" in everything
    assert "Gullspång (hela året) och Munkedal (kvartal 4)" in everything


def test_a_protected_number_is_in_no_text() -> None:
    """Not in a table, a chart's label or its text alternative."""
    changed = form.frames()["figures"].with_columns(
        value=pl.when((pl.col("indicator") == "betaldagar") & (pl.col("area") == "1440")).then(987654.0).otherwise("value")
    )
    shielded = changed.with_columns(
        pl.when(pl.col("indicator") == "betaldagar").then(None).otherwise(pl.col("value")).alias("value"),
        pl.when(pl.col("indicator") == "betaldagar").then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status"),
    )
    pdf = yearly_report(form.shipped(), form.edition(shielded), "1440")
    assert "987" not in " ".join(pdf_text.pages(pdf))
    assert "Betaldagar: skyddat tal" in " ".join(pdf_text.pages(pdf))


def test_conditions_of_small_areas_stay_inside() -> None:
    assert "Oftast brister" in " ".join(pdf_text.pages(report("1440", "internal")))
    assert "Oftast brister" not in " ".join(pdf_text.pages(report("1440", "published")))
    assert "Oftast brister" in " ".join(pdf_text.pages(report("lan-14", "published")))


def conditions(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """Ale's January 2025: condition, met and not met."""
    data = [("1440", "2025-01", "hsa-2023", name, met + not_met, met, not_met, 0) for name, met, not_met in rows]
    return pl.DataFrame(data, schema=form.frames()["conditions"].schema, orient="row")


def test_a_condition_that_is_small_is_hidden_and_one_that_nobody_answered_is_missing() -> None:
    told = conditions(("inskrivningsmeddelande", 90, 10), ("sip_kallad", 96, 4), ("oppenvard_planering", 0, 0), ("borttaget", 50, 50))
    for internal, sip in ((False, (None, "suppressed")), (True, (4.0, "no_goal"))):
        mine = form.edition(form.frames()["figures"], internal=internal)
        book = open_at(form.shipped(), type(mine)(**{**vars(mine), "conditions": told}), "lan-14")
        found = {condition.name: (condition.share, condition.state) for condition in failing_conditions(book) or []}
        assert found == {
            "borttaget": (50.0, "no_goal"),
            "Inskrivningsmeddelande är skickat": (10.0, "no_goal"),
            "Kallelse till SIP är skickad": sip,
            "Planering finns i öppenvården": (None, "missing"),
        }
        assert next(iter(found)) == "borttaget"


def test_what_has_changed_is_told_as_it_was_and_as_it_is() -> None:
    pages = pdf_text.pages(report("lan-14", "revised"))
    page = next(page for page in pages if "Som publicerat och som nu" in page)
    assert "Ett publicerat tal har ändrats. Ett byter läge: Trollhättan (2024)" in page
    for words in ("3,01", "2,68", "−0,33", "Rättad fil från Trollhättan, 6 maj 2025", "publikation 2024-1"):
        assert words in page
    assert "Kommuner under målet redovisar en plan i september." in pages[0]
    assert "Publicerad utan Gullspång." in pages[0]


def test_every_indicator_is_defined() -> None:
    everything = " ".join(pdf_text.pages(report("lan-14", "published")))
    for indicator in INDICATORS.values():
        in_force = not indicator.agreements or "hsa-2023" in indicator.agreements
        delivered = indicator.dataset in ("ntandvard", "utskrivning", "avvikelser")
        assert (indicator.counts in everything) == (in_force and delivered), indicator.id


def test_a_year_without_figures_says_so() -> None:
    empty = form.edition(form.frames()["figures"].clear(), publication=None)
    first = pdf_text.pages(yearly_report(form.shipped(), empty, "lan-14"))[0]
    assert "N-tandvård: alla kommuner (hela året)" in first


def test_an_amount_gives_kronor_and_its_source() -> None:
    settings = form.shipped()
    assert "inte infört med källa" in " ".join(pdf_text.pages(report("lan-14", "internal")))
    paid = settings.model_copy(update={"payment_amount_per_day": {2025: settings.payment_amount_per_day[2022]}})
    text = " ".join(pdf_text.pages(yearly_report(paid, form.internal(), "lan-14")))
    assert "Beloppet per dag är 9 300 kr (Vårdsamverkan Skåne 2021-12-14)" in text


# ---- What a person wrote is text ----------------------------------------------------------------------------------------------


def _renamed(settings: Settings) -> Settings:
    return settings.model_copy(update={"kommuner": dict(settings.kommuner) | {"1440": "*x* #panic()"}})


def test_names_and_notes_are_never_markup() -> None:
    figures = form.frames()["figures"]
    mine = Edition(
        year=2025,
        figures=figures,
        previous=figures,
        conditions=form.frames()["conditions"],
        publication="#2025 *1*",
        internal=True,
        is_demo=False,
        created=form.CREATED,
        note=MARKUP,
        decisions=(Decision(day=form.CREATED, text=MARKUP, concerns="#let x = 1"),),
        revisions=(form.REVISION,),
        revised_publication="$2024$",
    )
    pages = pdf_text.pages(yearly_report(_renamed(form.shipped()), mine, "1440"))
    assert "*x* #panic()" in pages[0]
    assert "Publikation #2025 *1*" in pages[0]
    everything = "".join("".join(pages[:2]).split())
    assert everything.count("".join(MARKUP.split())) == 2
    assert "#letx=1:" in everything
    assert "publikation $2024$" in " ".join(pages)


def test_any_text_is_set_as_it_is() -> None:
    """Pieces of markup in any order; seeded."""
    rng = random.Random(20260316)
    pieces = ["#", "*", "_", "$", "[", "]", "{", "}", "<x>", "@y", "\\", "`", "//", "/*", '"', "'", "~", "--", "a", "1"]
    for _ in range(soak(2, 60)):
        note = "x " + "".join(rng.choice(pieces) for _ in range(30)) + " z"
        text = " ".join(pdf_text.pages(yearly_report(form.shipped(), form.edition(note=note), "1440"))[:1])
        assert "".join(note.split()) in "".join(text.split())


def test_a_year_without_an_agreement_has_its_words() -> None:
    """Figures without a rule are missing, and no limit is named."""
    outside = form.shipped().model_copy(update={"agreements": ()})
    for area in ("kf-gr", "1440"):
        everything = " ".join(pdf_text.pages(yearly_report(outside, form.edition(), area)))
        assert "3,0 dagar per kommun" not in everything
        assert "avtalets gräns" in everything
        assert "  " not in everything
