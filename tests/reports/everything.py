"""A small county that has delivered every dataset for 2027: files loaded and computed as the commands do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from config import Amount, Settings
from flows.compute import compute
from loaders.intake import take_in
from loaders.registry import DATASETS
from metrics import breakdowns
from metrics.disclosure.primary import small_rows
from metrics.disclosure.protection import suppress
from reports.edition import Edition
from sql import runs
from sql.store import open_store
from tests.conftest import settings_of

YEAR = 2027
NOW = datetime(2028, 3, 1, 8, tzinfo=UTC)
PAYS = Amount(amount=10_000, source="påhittat för testet")
DELIVERING = ("1440", "1480")
"""Where things happen; the other kommuner deliver that nothing has."""


@dataclass(frozen=True)
class Everything:
    """What came of it: the run's figures and breakdowns, and the year's editions, unprotected and protected."""

    settings: Settings
    figures: pl.DataFrame
    breakdowns: pl.DataFrame
    internal: Edition
    protected: Edition


def made(folder: Path) -> Everything:
    """Load a file of every dataset that gives figures, compute, and open the year."""
    settings = settings_of(folder / "storage").model_copy(update={"payment_amount_per_day": {YEAR: PAYS}})
    store = open_store(settings)
    for dataset, periods, lines in _files(settings):
        path = folder / f"{dataset}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        states = DATASETS[dataset].coverage in ("sender", "status")
        outcome = take_in(settings, store, dataset, path, periods, [*settings.kommuner] if states else None, False, "test", NOW)
        assert outcome.delivery is not None, (dataset, outcome.problems[:3])
    run = compute(settings, store, NOW)
    figures, parts, conditions = (runs.frame(store, run, name) for name in ("figures", "breakdowns", "conditions"))
    store.close()
    hidden = suppress(figures, small_rows(settings, figures))
    of_year = pl.col("period") == str(YEAR)
    return Everything(
        settings,
        figures,
        parts,
        _edition(figures, parts.filter(of_year), conditions, internal=True),
        _edition(hidden, breakdowns.public(settings, parts, hidden).filter(of_year), conditions, internal=False),
    )


def _edition(figures: pl.DataFrame, parts: pl.DataFrame, conditions: pl.DataFrame, *, internal: bool) -> Edition:
    return Edition(
        year=YEAR,
        figures=figures,
        previous=figures,
        conditions=conditions,
        publication="2027-1",
        internal=internal,
        is_demo=False,
        created=date(2028, 3, 1),
        breakdowns=parts,
    )


def _files(settings: Settings) -> Iterator[tuple[str, list[str], list[str]]]:
    """Dataset, the periods that the sender states, and the file's lines."""
    year, december, every = [str(YEAR)], [f"{YEAR}-12"], list(settings.kommuner)
    ages = [*(str(age) for age in range(24)), "24+"]
    yield "befolkning", [], ["kommun;ar;alder;antal", *(f"{k};{YEAR};{age};{400 if age == '24+' else 10}" for k in every for age in ages)]
    quarters = [f"{YEAR}-Q{number}" for number in range(1, 5)]
    heads = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard;fatt_stod"
    yield "ntandvard", [], [heads, *(f"{k};{quarter};40;30;20;15;25" for k in every for quarter in quarters)]
    yield "utskrivning", year, list(_discharges())
    yield "pagaende", december, list(_waiting())
    yield "avvikelser", year, list(_reports())
    yield "utbildning", ["2025", "2026", str(YEAR)], list(_training())
    yield "enheter", december, ["kommun;enhet;fran;till", *(f"{k};Enhet {n};2024-01-01;" for k in DELIVERING for n in range(8))]
    plans = (f"{k};N{n};{YEAR};{YEAR}-02-0{n + 1};{f'{YEAR}-11-1{n}' if n else ''}" for k in every for n in range(3))
    yield "naromradesplaner", [], ["kommun;naromrade;ar;upprattad;uppfoljd", *plans]
    heads = "kommun;kvartal;patienter;med_fast_lakarkontakt"
    yield "fast_lakarkontakt", [], [heads, *(f"{k};{quarter};50;37" for k in every for quarter in quarters)]
    yield "placeringar", year, list(_placements())
    yield "halsosamtal", [], ["kommun;ar;malgrupp;erbjudna", *(f"{k};{YEAR};60;48" for k in every)]


def _discharges() -> Iterable[str]:
    asked = (
        "inskrivningsmeddelande;utskrivningsklar_meddelad;fast_vardkontakt;sip_behov;sip_erbjuden;tvangsvard;vardplan;"
        "oppenvard_planering;oppenvard_insatser;it_stod"
    )
    yield f"arende;kommun;enhet;inskriven;utskrivningsklar;utskriven;{asked};sip_kallelse;information_overford"
    for number in range(48):
        left = date(YEAR, number % 12 + 1, 28)
        ready = left.replace(day=28 - (0, 1, 2, 4, 5, 12)[number // 8])
        answers = ";".join(["ja"] * 10) if number % 6 else ";".join(["nej", *["ja"] * 9])
        yield f"a{number};{DELIVERING[number % 2]};Sjukhus {'AB'[number % 3 == 0]};{left:%Y-%m}-01;{ready};{left};{answers};{ready};{left}"


def _waiting() -> Iterable[str]:
    yield "arende;kommun;enhet;inskriven;utskrivningsklar"
    yield from (f"p{n};{DELIVERING[n % 2]};Sjukhus A;{YEAR}-12-01;{YEAR}-12-{(14 if n < 10 else 28):02}" for n in range(20))


def _reports() -> Iterable[str]:
    yield "avvikelse;registrerad;kommun;rapportor;omrade;kategori;skal;aterkopplad;avslutad;steg"
    areas = ("munhalsa", "in_utskrivning", "huvudavtal", "lakarmedverkan", "psykisk")
    for n in range(120):
        day = f"{YEAR}-{n % 12 + 1:02}"
        answered = f"{day}-{10 + n % 15}" if n % 4 else ""
        closed = f"{day}-27" if n % 3 else ""
        kind = ("fel_boendeenhet", "avbojd_mhb", "annat")[n % 3]
        who = ("kommun", "region")[n // 2 % 2]
        yield f"v{n};{day}-02;{DELIVERING[n % 2]};{who};{areas[n % 5]};{kind};{'brist' if n % 2 else ''};{answered};{closed};{n // 2 % 4}"


def _training() -> Iterable[str]:
    yield "kommun;enhet;datum;slag;deltagare;timmar"
    for kommun in DELIVERING:
        yield from (f"{kommun};Enhet {n};{YEAR}-0{n + 1}-10;munhalsa;{7 + n};2,5" for n in range(5))
        yield f"{kommun};Enhet 7;{YEAR}-05-10;intygsutfardare;6;3"


def _placements() -> Iterable[str]:
    yield "placering;kommun;start;slut;form;akut;inom_lanet;sip;kostnadsfordelning;region_andel;schablon"
    forms = ("hvb", "familjehem", "hvah", "sis", "skyddat_boende")
    for n in range(60):
        day = f"{YEAR}-{n % 12 + 1:02}"
        acute, inside, standard = ("ja" if n // 5 % 2 else "nej"), ("ja" if n % 3 else "nej"), ("ja" if n % 4 == 0 else "nej")
        yield f"s{n};{DELIVERING[n % 2]};{day}-05;;{forms[n % 5]};{acute};{inside};{day}-0{1 + n % 3 * 3};{day}-20;33;{standard}"
