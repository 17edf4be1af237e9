"""Changing the plan itself in the page: each part a new version, errors as in a file, and two editors who never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from config import Settings
from dashboard.plan_editing import Done, Wish, as_texts, change, parts, seen_of
from namndplan import Plan
from policy import here
from sql import plan_entries, plans
from sql.plan_entries import NEVER, Change, Place
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.plans import ALE, NOW, SERVICES, TASK, at_noon_in_november, client, load
from tests.dashboard.served import sqlite_store
from tests.test_personnummer import check_digit

INNOVATION = "0,25 % av budget ska användas till innovation, utveckling och förbättringar"
NUMBER = "850430" + "123" + check_digit("850430" + "123")
FOCUS = "Fokus på kundnytta i Ale"


@pytest.fixture
def own(settings: Settings) -> Iterator[Store]:
    with sqlite_store(settings) as store:
        load(settings, store)
        yield store


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all that changes nothing."""
    settings = settings_of(tmp_path_factory.mktemp("plan") / "storage")
    with sqlite_store(settings) as store:
        load(settings, store)
        yield store


def newest(store: Store) -> Plan:
    return plans.versions(store, ALE, 2026)[0].plan


def found(store: Store, kind: str, item: str) -> dict[str, object]:
    made = parts(newest(store))
    directions = made["riktningsmal"]
    among = {
        "riktningsmal": directions,
        "mal": [each for top in directions for each in top["mal"]],
        "uppdrag": [each for top in directions for each in top["uppdrag"]],
        "delsteg": [step for top in directions for each in top["uppdrag"] for step in each.get("delsteg", ())],
        "forbattring": made["forbattringar"],
        "matt": [each for group in made["verksamhetsmatt"].values() for each in group],
        "budget": made["budget"],
    }[kind]
    return next(each for each in among if each["namn"] == item)


def wish(store: Store, kind: str, item: str, under: str = "", **texts: str) -> Wish:
    part = found(store, kind, item) if item else {}
    return Wish(2026, kind, under, item, seen_of(part) if item else "", False, as_texts(kind, part) | texts)


def make(settings: Settings, store: Store, wanted: Wish, by: str = "Anna") -> Done:
    return change(settings, store, ALE, wanted, by=here(by), now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "under", "item", "texts"),
    [
        ("uppdrag", FOCUS, TASK, {"ansvarig": "Anna", "klart_senast": "2026-10-31", "status": "Pågående", "indikator": "Betaldagar"}),
        ("mal", FOCUS, "Stärk första linjens chefer", {"beskrivning": "Rad ett\nrad två: \"citat\""}),
        ("delsteg", INNOVATION, "Användning startar", {"fran": "2026-08-01"}),
        ("forbattring", "", "Digital hemvård/digitalt stöd", {"status": "Avslutad", "prioriterad": "ja"}),
        ("matt", "Individ- och familjeomsorg", SERVICES, {"enhet": "antal", "riktning": "högre", "mal": "0", "period": "månad"}),
        ("riktningsmal", "", "Ett tryggare Ale", {"namn": "Ett ännu tryggare Ale"}),
    ],
)  # fmt: skip
def test_a_part_is_changed_and_nothing_else(
    settings: Settings, own: Store, kind: str, under: str, item: str, texts: dict[str, str]
) -> None:
    before = newest(own)
    assert make(settings, own, wish(own, kind, item, under, **texts)) == Done()
    after = found(own, kind, texts.get("namn", item))
    assert {name: as_texts(kind, after)[name] for name in texts} == texts
    assert before.measures() == newest(own).measures()
    assert len(before.uppdrag) == len(newest(own).uppdrag)
    assert [stored.source.by for stored in plans.versions(own, ALE, 2026)] == ["Anna", "test"]


def test_parts_are_added_and_removed(settings: Settings, own: Store) -> None:
    new = {"namn": "Nytt", "beslutad_av": "Nämnd"}
    for kind, under in (
        ("riktningsmal", ""),
        ("mal", FOCUS),
        ("uppdrag", FOCUS),
        ("delsteg", TASK),
        ("matt", "Helt nytt område"),
        ("matt", "mål: Hållbart arbetsliv"),
    ):
        texts = new | ({"namn": "Annat mått"} if under.startswith("mål") else {})
        assert make(settings, own, wish(own, kind, "", under, **texts)) == Done(), kind
    assert make(settings, own, wish(own, "forbattring", "", namn="Ny", status="Pågående")) == Done()
    plan = newest(own)
    assert plan.verksamhetsmatt["Helt nytt område"][0].namn == "Nytt"
    assert [measure.namn for measure in plan.goals[-1].matt] == ["Annat mått"]
    assert next(each for each in plan.uppdrag if each.namn == TASK).delsteg[0].namn == "Nytt"
    assert make(settings, own, replace(wish(own, "uppdrag", TASK, FOCUS), remove=True)) == Done()
    assert TASK not in [each.namn for each in newest(own).uppdrag]


def test_the_budget_adds_up_by_itself(settings: Settings, own: Store) -> None:
    assert make(settings, own, wish(own, "budget", "Äldreomsorg", budget="-280 000")) == Done()
    assert newest(own).budget_tkr["Totalt"] == [-755969, -755969, -810209]
    assert make(settings, own, wish(own, "budget", "", namn="Buffert", prognos_fore="0", budget_fore="0", budget="-1000")) == Done()
    assert newest(own).budget_tkr["Totalt"][2] == -811209
    assert make(settings, own, replace(wish(own, "budget", "Buffert"), remove=True)) == Done()
    assert newest(own).budget_tkr["Totalt"][2] == -810209
    assert make(settings, own, wish(own, "budget", "Äldreomsorg", budget="många")).problems


@pytest.mark.parametrize(
    ("kind", "under", "item", "texts", "part"),
    [
        ("uppdrag", FOCUS, TASK, {"beslutad_av": ""}, "Beslutad av: Fältet är tomt"),
        ("uppdrag", FOCUS, TASK, {"klart_senast": "2026-02-30"}, "datum"),
        ("uppdrag", FOCUS, TASK, {"namn": INNOVATION}, "finns redan"),
        ("uppdrag", FOCUS, TASK, {"namn": "x" * 401}, "längre än"),
        ("matt", "Individ- och familjeomsorg", SERVICES, {"mal": "många"}, "ett tal"),
        ("matt", "", "", {"namn": "Nytt"}, "verksamhetsområde"),
        ("forbattring", "", "Digital hemvård/digitalt stöd", {"status": "Klar"}, "Läget finns inte"),
        ("uppdrag", FOCUS, TASK, {"indikator": "Lycka"}, "Indikatorn Lycka finns inte"),
        ("mal", "Annat", "", {"namn": "Nytt", "beslutad_av": "KF"}, "finns inte längre"),
        ("uppdrag", FOCUS, TASK, {"namn": f"Barn {NUMBER}"}, "personnummer"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(
    unchanged: Store, kind: str, under: str, item: str, texts: dict[str, str], part: str
) -> None:
    done = make(unchanged.settings, unchanged, wish(unchanged, kind, item, under, **texts))
    assert part in " ".join(done.problems)
    assert len(plans.versions(unchanged, ALE, 2026)) == 1


def test_two_who_change_different_parts_both_get_theirs(settings: Settings, own: Store) -> None:
    one = wish(own, "uppdrag", TASK, FOCUS, ansvarig="Anna")
    other = wish(own, "forbattring", "Digital hemvård/digitalt stöd", status="Avslutad")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda each: make(settings, own, each), (one, other))) == [Done(), Done()]
    assert found(own, "uppdrag", TASK)["ansvarig"] == "Anna"
    assert found(own, "forbattring", "Digital hemvård/digitalt stöd")["status"] == "Avslutad"


def test_of_two_who_change_the_same_part_the_later_one_sees_the_others(settings: Settings, own: Store) -> None:
    late = wish(own, "uppdrag", TASK, FOCUS, ansvarig="Bo")
    make(settings, own, wish(own, "uppdrag", TASK, FOCUS, ansvarig="Anna"))
    told = make(settings, own, late, "Bo")
    assert told.theirs is not None
    assert told.theirs["ansvarig"] == "Anna"
    assert found(own, "uppdrag", TASK)["ansvarig"] == "Anna"
    chosen = Wish(late.year, late.kind, late.under, late.item, told.seen, late.remove, late.texts)
    assert make(settings, own, chosen, "Bo") == Done()
    assert found(own, "uppdrag", TASK)["ansvarig"] == "Bo"


def test_what_was_said_follows_a_new_name(settings: Settings, own: Store) -> None:
    said = [
        Place(ALE, "2026-T1", "uppdrag", INNOVATION, "status"),
        Place(ALE, "2026-T1", "delsteg", f"{INNOVATION} / Användning startar", "status"),
        Place(ALE, "2026-T1", "matt", SERVICES, "utfall"),
    ]
    values = ("Pågående", "Pågående", "12.0")
    changes = [Change(place, value, NEVER) for place, value in zip(said, values, strict=True)]
    plan_entries.record(own, changes, by=here("Anna"), now=NOW)
    make(settings, own, wish(own, "uppdrag", INNOVATION, "En effektivare organisation i Ale", namn="Innovation"))
    make(settings, own, wish(own, "matt", SERVICES, "Individ- och familjeomsorg", namn="Digitala tjänster"))
    assert {place.item for place in plan_entries.newest(own, ALE)} == {"Innovation", "Innovation / Användning startar", "Digitala tjänster"}


def test_the_forms_of_the_page_do_it(settings: Settings, own: Store) -> None:
    with at_noon_in_november(), client(settings, own) as browser:
        page = browser.get(f"/namndplan/{ALE}?visa=andra").text
        [form] = [each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'name="post" value="{TASK}"' in each]
        sent = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
        sent |= {"namn": TASK, "beslutad_av": "Nämnd", "gor": "spara"}
        response = browser.post(f"/namndplan/{ALE}/andra", data=sent)
        assert response.status_code == 303
        assert "Uppdrag ändrat: Utöka LOK-stödet" in browser.get(f"/namndplan/{ALE}?visa=historik").text
        again = browser.post(f"/namndplan/{ALE}/andra", data=sent | {"beslutad_av": "KF"})
        assert "Någon annan har ändrat delen" in again.text
        wrong = browser.post(f"/namndplan/{ALE}/andra", data=sent | {"namn": "", "sett": "x"})
        assert wrong.status_code == 200
