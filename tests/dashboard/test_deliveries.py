"""The deliveries page: what has come in against what is due, what is missing by name, refused files, and the form."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import loaders
import periods
from config import Settings
from dashboard import choices, rule_words
from dashboard.access import TOKEN_FIELD, Access
from dashboard.areas import Areas
from dashboard.context import Context
from dashboard.lookup import nothing
from dashboard.pages import deliveries
from dashboard.received import DATASETS, Gap, Received, read
from dashboard.recomputing import Recomputing
from dashboard.shell import Page
from dashboard.tree import Element, find, text_of, to_html
from flows.compute import compute
from loaders.intake import Outcome, take_in
from loaders.registry import DATASETS as DECLARED
from loaders.values import remedies
from sql.store import Store

TODAY = date(2025, 11, 14)
NOW = datetime(2025, 11, 14, 5, 0, tzinfo=UTC)
NTANDVARD = "kommun;kvartal;intyg;onskar_mhb;fatt_mhb;fatt_tandvard\n"
AVVIKELSER = "avvikelse;registrerad;kommun;rapportor;omrade;kategori\n"
DATASET = {dataset.id: dataset for dataset in DATASETS}


def deliver_ntandvard(settings: Settings, store: Store, folder: Path, quarters: Sequence[str], without: Sequence[str] = ()) -> Outcome:
    rows = [f"{code};{quarter};600;400;300;200\n" for code in settings.kommuner if code not in without for quarter in quarters]
    file = folder / f"tandvard-{quarters[0]}.csv"
    file.write_text(NTANDVARD + "".join(rows), encoding="utf-8")
    return take_in(settings, store, "ntandvard", file, [], None, False, "anna", NOW)


def deliver_avvikelser(settings: Settings, store: Store, folder: Path, months: Sequence[str], kommuner: Sequence[str]) -> Outcome:
    file = folder / "avvikelser.csv"
    file.write_text(f"{AVVIKELSER}a{months[0]};{months[0]}-02;1440;region;huvudavtal;x\n", encoding="utf-8")
    return take_in(settings, store, "avvikelser", file, months, kommuner, False, "anna", NOW)


def page(
    settings: Settings, store: Store, address: str = "/leveranser", host: str = "127.0.0.1", recomputing: Recomputing | None = None
) -> Page:
    making = deliveries.making(store, Access(settings, host, "token"), recomputing or Recomputing(lambda: None), lambda: TODAY)
    return making(choices.read(address), Context(settings, Areas(settings), nothing()))


def said(page_: Page) -> str:
    return " ".join(text_of(node) for node in page_.main)


def tables(page_: Page, caption: str) -> list[list[str]]:
    """The rows of the one table with the caption, without its heading."""
    every = [table for node in page_.main for table in find(node, tag="table")]
    (found,) = (table for table in every if [text_of(each) for each in find(table, tag="caption")] == [caption])
    rows = list(find(found, tag="tr"))[1:]
    return [[text_of(cell) for cell in row[2:]] for row in rows]


def row_of(received: Received, dataset: str, year: str) -> list[tuple[str, str, int]]:
    return [(cell.period, cell.state, cell.delivered) for cell in received.row(DATASET[dataset], year)]


def test_the_datasets_are_those_that_can_be_loaded() -> None:
    assert {dataset.id for dataset in DATASETS} == set(DECLARED)
    bases = {name: declared.base for name, declared in DECLARED.items() if declared.base != "period"}
    assert {dataset.id: dataset.base for dataset in DATASETS if dataset.id in bases} == bases


def test_nothing_at_all_is_told_with_what_to_do(settings: Settings, store: Store) -> None:
    empty = page(settings, store)
    assert "Inget har kommit in än." in said(empty)
    assert "Ladda upp en fil" in said(empty)
    assert "Ingen fil har avvisats." in said(empty)


def test_what_is_due_is_held_against_what_has_come(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"])
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q2"], without=["1440", "1407"])
    received = read(settings, store, TODAY)
    assert row_of(received, "ntandvard", "2025") == [
        ("2025-Q1", "full", 49),
        ("2025-Q2", "partial", 47),
        ("2025-Q3", "waiting", 0),
        ("2025-Q4", "later", 0),
    ]
    assert {state for _, state, _ in row_of(received, "ntandvard", "2024")} == {"before"}
    assert {state for _, state, _ in row_of(received, "avvikelser", "2025")} == {"before", "later"}
    assert received.quarter == "2025-Q2"
    assert [(gap.first, gap.missing) for gap in received.gaps_in("2025-Q2")] == [("2025-Q2", ("Ale", "Öckerö"))]
    deliver_ntandvard(settings, store, tmp_path, ["2024-Q1"])
    assert row_of(read(settings, store, TODAY), "ntandvard", "2024")[1:] == [(f"2024-Q{n}", "none", 0) for n in (2, 3, 4)]


def test_a_month_is_due_the_day_after_it_has_ended(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_avvikelser(settings, store, tmp_path, ["2025-09"], ["alla"])
    for day, state in ((date(2025, 10, 31), "later"), (date(2025, 11, 1), "waiting")):
        october = read(settings, store, day).row(DATASET["avvikelser"], "2025")[9]
        assert (october.period, october.state) == ("2025-10", state)


def test_the_missing_are_named_and_alike_months_are_put_together(settings: Settings, store: Store, tmp_path: Path) -> None:
    everyone_else = [code for code in settings.kommuner if code not in ("1438", "1407")]
    deliver_avvikelser(settings, store, tmp_path, periods.months("2025-Q1"), everyone_else)
    deliver_avvikelser(settings, store, tmp_path, ["2025-05"], [*everyone_else, "1438"])
    shown = tables(page(settings, store), "Det här saknas för 2025")
    nbsp = "\u00a0"
    assert shown == [
        ["Avvikelser", f"jan{nbsp}2025 – mar{nbsp}2025", "Dals-Ed, Öckerö", "–"],
        ["Avvikelser", f"apr{nbsp}2025", "alla 49 kommuner", "–"],
        ["Avvikelser", f"maj{nbsp}2025", "Öckerö", "–"],
    ]


def test_an_incomplete_kommun_is_named_as_such(settings: Settings, store: Store, tmp_path: Path) -> None:
    rows = "".join(f"{code};2025-Q3;600;400;300;200\n" for code in settings.kommuner if code != "1440")
    file = tmp_path / "t.csv"
    file.write_text(f"{NTANDVARD}{rows}Ale;2025-Q3;600;700;300;200\n", encoding="utf-8")
    take_in(settings, store, "ntandvard", file, [], None, True, "anna", NOW)
    cell = read(settings, store, TODAY).row(DATASET["ntandvard"], "2025")[2]
    assert (cell.state, cell.missing, cell.incomplete) == ("partial", (), ("Ale",))
    assert "N-tandvård för tredje kvartalet 2025 är ofullständigt från Ale." in said(page(settings, store))


def _gap(*missing: str, incomplete: tuple[str, ...] = ()) -> Gap:
    return Gap(DATASETS[0], "2025-Q3", "2025-Q3", missing, incomplete)


@pytest.mark.parametrize(
    ("quarter", "gaps", "sentence"),
    [
        (None, [], "Inget har kommit in än."),
        ("2025-Q3", [], "Allt för tredje kvartalet 2025 har kommit in från alla 49 kommuner."),
        ("2025-Q3", [_gap("Ale"), _gap(incomplete=("Ale",))], "Allt för tredje kvartalet 2025 har kommit in, utom från en kommun."),
        ("2025-Q3", [_gap("Ale", "Hjo"), _gap("Tjörn")], "Allt för tredje kvartalet 2025 har kommit in, utom från tre kommuner."),
        ("2025-Q3", [_gap(*map(str, range(40)))], "Något för tredje kvartalet 2025 saknas från 40 av 49 kommuner."),
    ],
)
def test_the_answer_is_one_sentence(quarter: str | None, gaps: list[Gap], sentence: str) -> None:
    assert deliveries.answer_sentence(quarter, gaps, 49) == sentence


def test_the_matrix_has_a_row_per_dataset_and_covers_the_year(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"])
    shown = page(settings, store)
    (weave,) = (table for node in shown.main for table in find(node, tag="table", class_="received"))
    for row in list(find(weave, tag="tr"))[1:]:
        assert sum(int(cell[1].get("colspan", 1)) for cell in find(row, tag="td")) == 12
    assert tables(shown, "Leveranser 2025, antal kommuner")[0][0] == "N-tandvård"
    links = [link for node in shown.main for link in find(node, tag="a") if text_of(link) == "2024"]
    assert links == []
    deliver_ntandvard(settings, store, tmp_path, ["2024-Q4"])
    (link,) = (link for node in page(settings, store).main for link in find(node, tag="a") if text_of(link) == "2024")
    assert link[1]["href"] == "/leveranser?period=2024"
    assert tables(page(settings, store, link[1]["href"]), "Leveranser 2024, antal kommuner")


def test_a_quarter_that_is_not_over_is_not_asked_about(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_avvikelser(settings, store, tmp_path, ["2025-10"], ["alla"])
    assert read(settings, store, TODAY).quarter == "2025-Q3"


def test_the_year_shown_first_is_the_answers(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2024-Q3"])
    shown = page(settings, store)
    assert "Allt för tredje kvartalet 2024" in said(shown)
    assert tables(shown, "Leveranser 2024, antal kommuner")
    assert tables(page(settings, store, "/leveranser?period=2025"), "Leveranser 2025, antal kommuner")


def test_old_figures_are_said_to_be_so_until_they_are_computed(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"])
    warning = "Siffrorna bygger inte på allt som har kommit in."
    assert warning in said(page(settings, store))
    compute(settings, store, NOW)
    assert warning not in said(page(settings, store))
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q2"])
    assert warning in said(page(settings, store))


def test_a_failed_computation_is_told(settings: Settings, store: Store) -> None:
    def fails() -> None:
        raise RuntimeError("a fault")

    recomputing = Recomputing(fails)
    recomputing.ask()
    recomputing.wait(5)
    assert "Siffrorna kunde inte räknas om." in said(page(settings, store, recomputing=recomputing))


def test_a_refused_file_shows_where_it_was_wrong_and_never_what_stood_there(settings: Settings, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "fel.csv"
    file.write_text(f"{NTANDVARD}Ale;2025-Q1;600;700;300;200\nHemlighetsborg;2025-Q1;8;5;4;3\n", encoding="utf-8")
    outcome = take_in(settings, store, "ntandvard", file, [], None, False, "anna", NOW)
    assert outcome.delivery is None
    shown = page(settings, store)
    (listed,) = tables(shown, "Avvisade filer")
    assert listed[:2] == ["fel.csv", "N-tandvård"]
    assert listed[3:] == ["anna", "2 fel i fel.csv"]
    (link,) = (link for node in shown.main for link in find(node, tag="a") if text_of(link) == "2 fel i fel.csv")
    opened = page(settings, store, link[1]["href"].split("#")[0])
    assert tables(opened, "Fel i fel.csv") == [
        ["2", "onskar_mhb", "Delen är större än det hela"],
        ["3", "kommun", "Kommunen finns inte i länet"],
    ]
    assert "Hemlighetsborg" not in said(opened)


def test_every_delivery_is_listed_with_who_and_when(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"])
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"], without=["1440"])
    newest, oldest = tables(page(settings, store), "Leveranserna")
    assert (newest[0], oldest[0]) == ("2", "1")
    assert newest[1:5] == ["N-tandvård", "tandvard-2025-Q1.csv", "2025-Q1, 48 kommuner", "48"]
    assert newest[6:] == ["anna", "gäller"]
    assert oldest[7] == "delvis"


def test_the_whole_list_is_a_choice(settings: Settings, store: Store, tmp_path: Path) -> None:
    for number in range(22):
        deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"], without=[list(settings.kommuner)[number]])
    assert len(tables(page(settings, store), "Leveranserna")) == 20
    assert len(tables(page(settings, store, "/leveranser?visa=alla"), "Leveranserna")) == 22


def _form(page_: Page) -> Element:
    (form,) = (form for node in page_.main for form in find(node, tag="form"))
    return form


def test_the_form_is_plain_and_every_field_has_a_label(settings: Settings, store: Store) -> None:
    form = _form(page(settings, store))
    assert form[1] | {"class": ""} == {"action": "/leveranser/ladda-upp", "method": "post", "enctype": "multipart/form-data", "class": ""}
    (token,) = find(form, type="hidden")
    assert token[1] == {"type": "hidden", "name": TOKEN_FIELD, "value": "token"}
    labelled = {label[1].get("for") for label in find(form, tag="label")}
    inside = [field for label in find(form, tag="label") for field in find(label, tag="input")]
    for field in [*find(form, tag="select"), *find(form, tag="input")]:
        assert field[1].get("id") in labelled or field in inside or field[1]["type"] == "hidden"
        described = field[1].get("aria-describedby")
        assert described is None or list(find(form, id=described))
    assert {option[1]["value"] for option in find(form, tag="option")} == set(DECLARED)
    assert len(list(find(form, name="kommun"))) == 50


def test_no_form_where_others_can_reach_the_server(settings: Settings, store: Store) -> None:
    store.mark_demo()
    shown = page(settings, store, host="0.0.0.0")
    assert not [form for node in shown.main for form in find(node, tag="form")]
    assert "Det går inte att ladda upp filer här." in said(shown)


def test_a_public_page_says_nothing_of_files_rows_and_people(settings: Settings, store: Store, tmp_path: Path) -> None:
    public = settings.model_copy(update={"access": "public"})
    deliver_ntandvard(public, store, tmp_path, ["2025-Q1"])
    take_in(public, store, "ntandvard", tmp_path / "saknas.csv", [], None, False, "anna", NOW)
    shown = said(page(public, store, "/leveranser?bara=avvisad-1", host="0.0.0.0"))
    assert "Leveranser" in shown
    for hidden in ("anna", "tandvard-2025-Q1.csv", "saknas.csv", "Rader"):
        assert hidden not in shown


def test_the_tree_is_html_with_one_heading_and_ids_of_their_own(settings: Settings, store: Store, tmp_path: Path) -> None:
    deliver_ntandvard(settings, store, tmp_path, ["2025-Q1"], without=["1440"])
    shown = page(settings, store)
    html = "".join(to_html(node) for node in shown.main)
    assert html.count("<h1") == 1
    ids = [element[1]["id"] for node in shown.main for element in find(node) if "id" in element[1]]
    assert len(ids) == len(set(ids))
    labels = [element[1]["aria-label"] for node in shown.main for element in find(node, role="region")]
    assert len(labels) == len(set(labels))


def _called(path: Path, name: str, place: int) -> set[str]:
    """The constants given as the argument at `place` wherever a function of the name is called."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    found = (call.args[place] for call in calls if getattr(call.func, "id", "") == name and len(call.args) > place)
    return {given.value for given in found if isinstance(given, ast.Constant) and isinstance(given.value, str)}


def test_every_rule_that_a_file_can_break_has_words(settings: Settings) -> None:
    files = list(Path(loaders.__file__).parent.glob("*.py"))
    rules = {rule for path in files for rule in _called(path, "Finding", 0) | _called(path, "finding_frame", 2)}
    rules |= {rule for rule, _ in remedies(settings).values()}
    assert len(rules) > 40
    assert {rule for rule in rules if rule_words.rule_in_words(rule) == rule} == set()
    assert rule_words.rule_in_words("en_ny_regel") == "en_ny_regel"
