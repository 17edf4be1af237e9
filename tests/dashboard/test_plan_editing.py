"""Changing the plan itself in the page: each part a new version, errors as in a file, and two editors who never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config import Settings
from dashboard.plan_editing import Done, Wish, as_texts, change, parts, seen_of
from dashboard.plan_words import origin_words
from dashboard.sections.plan_history import changes
from flows import planning
from flows.planning import Plans
from loaders.intake import take_in
from metrics.plan_values import Outcome
from namndplan import Plan, plainly
from policy import Sight, here
from reports.plan_papers import Paper, workbook
from sql import plan_entries, plans
from sql.deliveries import withdraw
from sql.plan_entries import NEVER, Change, Place
from sql.store import Store
from tests.conftest import settings_of, soak
from tests.dashboard.plans import ALE, NOW, SERVICES, TASK, answers, at_noon_in_november, client, form, load, said
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


def moved(kind: str, under: str, item: str, way: str, beside: str) -> Wish:
    return Wish(2026, kind, under, item, "", False, {}, way, beside)


def orders(plan: Plan) -> dict[str, list[str]]:
    """The names of every list in the plan that has an order, by its kind and what it stands in."""
    found = {"riktningsmal ": [top.namn for top in plan.riktningsmal], "forbattring ": [each.namn for each in plan.forbattringar]}
    found |= {"budget ": [area for area in plan.budget_tkr if area != "Totalt"]}
    found |= {f"mal {top.namn}": [each.namn for each in top.mal] for top in plan.riktningsmal}
    found |= {f"uppdrag {top.namn}": [each.namn for each in top.uppdrag] for top in plan.riktningsmal}
    found |= {f"delsteg {each.namn}": [step.namn for step in each.delsteg] for each in plan.uppdrag}
    found |= {f"matt {area}": [each.namn for each in group] for area, group in plan.verksamhetsmatt.items()}
    return found | {f"matt mål: {goal.namn}": [each.namn for each in goal.matt] for goal in plan.goals}


def test_every_kind_of_part_is_moved_and_nothing_else(settings: Settings, own: Store) -> None:
    """The first of every list is moved down, then up again: each time the two change places and all else stands."""
    lists = {where: names for where, names in orders(newest(own)).items() if len(names) > 1}
    one_of_each = {where.split(":")[0].split()[0]: (where, names) for where, names in lists.items()}.values()
    for where, names in soak(list(one_of_each), list(lists.items())):
        kind, _, under = where.partition(" ")
        before = newest(own)
        assert make(settings, own, moved(kind, under, names[0], "ned", names[1])) == Done(), where
        assert orders(newest(own)) == orders(before) | {where: [names[1], names[0], *names[2:]]}
        assert make(settings, own, moved(kind, under, names[0], "upp", names[1])) == Done(), where
        assert newest(own) == before
    assert plans.versions(own, ALE, 2026)[-1].source.delivery == 1


def test_of_two_who_move_the_later_one_is_told(settings: Settings, own: Store) -> None:
    [first, second, third, *_] = [each.namn for each in newest(own).forbattringar]
    one, other = (moved("forbattring", "", second, "upp", first), moved("forbattring", "", third, "upp", second))
    assert make(settings, own, one) == Done()
    told = make(settings, own, other)
    assert "Ordningen har ändrats sedan du öppnade sidan" in told.problems[0]
    assert make(settings, own, one).problems == told.problems, "a form that is sent twice moves once"
    assert [each.namn for each in newest(own).forbattringar][:3] == [second, first, third]
    for way, beside in (("upp", ""), ("upp", third), ("ned", "Finns inte")):
        assert make(settings, own, moved("forbattring", "", second, way, beside)).problems, way
    assert "Delen finns inte längre" in make(settings, own, moved("uppdrag", FOCUS, "Borta", "upp", "x")).problems[0]


def steps(store: Store) -> list[str]:
    return [step.namn for each in newest(store).uppdrag if each.namn == INNOVATION for step in each.delsteg]


def test_a_move_is_made_from_the_page_and_can_be_made_again(settings: Settings, own: Store) -> None:
    """Each answer leads back to the button that moved the part, or at the end to the one that moves it back."""
    names = steps(own)
    with at_noon_in_november(), client(settings, own) as browser:
        for places in range(1, len(names)):
            page = browser.get(f"/namndplan/{ALE}?visa=andra").text
            [form] = [
                each for each in re.findall(r'<form[^>]*class="plan-move".*?</form>', page) if f'name="post" value="{names[0]}"' in each
            ]
            sent = {name: unescape(value) for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)}
            answer = browser.post(f"/namndplan/{ALE}/andra", data=sent | {"gor": "ned"})
            assert answer.status_code == 303
            assert steps(own).index(names[0]) == places
            [back] = re.findall(r"#(\w+)-\w+$", answer.headers["location"])
            assert back == ("ned" if places < len(names) - 1 else "upp")
            assert f'id="{answer.headers["location"].partition("#")[2]}"' in browser.get(f"/namndplan/{ALE}?visa=andra").text
        assert "Uppdrag ändrat: 0,25" in browser.get(f"/namndplan/{ALE}?visa=historik").text


def deliver(store: Store, name: str, value: str, at: str = "2026-T1", day: int = 0) -> None:
    """An outcome in a file, delivered so many days after the plan."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "matt.csv"
        file.write_text(f"kommun;matt;period;utfall\n{ALE};{name};{at};{value}\n", encoding="utf-8")
        taken = take_in(store.settings, store, "matt", file, [], None, False, here("Fil"), NOW + timedelta(days=day))
        assert taken.delivery is not None, taken.problems


def outcome(store: Store, name: str, at: str = "2026-T1") -> Outcome:
    """What counts for the measure in the period."""
    book = Plans(store.settings, store).book()
    stored = book.plan(ALE, 2026)
    assert stored is not None
    found = planning.follow_up(store.settings, store, book, stored.plan, at, NOW.date(), planning.no_figures, Sight(True))
    [measure] = [each for each in found.measures if each.part.namn == name]
    return measure.due[0]


AREA = "Individ- och familjeomsorg"


def test_delivered_outcomes_follow_a_new_name(settings: Settings, own: Store) -> None:
    deliver(own, SERVICES, "12")
    deliver(own, f"  {SERVICES.upper()} ", "9", "2025-T3")
    before = newest(own)
    assert make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster")) == Done()
    assert outcome(own, "Digitala tjänster").value == 12
    assert outcome(own, "Digitala tjänster", "2025-T3").value == 9
    assert origin_words(outcome(own, "Digitala tjänster")).endswith(f"leverans 2, där måttet heter {SERVICES}")
    assert newest(own).called[plainly(SERVICES)] == "Digitala tjänster"
    assert list(changes(before, newest(own))) == [f"Mått med nytt namn: {SERVICES} heter nu Digitala tjänster"]
    deliver(own, SERVICES, "13", day=2)
    assert outcome(own, "Digitala tjänster").value == 13, "a sender who still writes the old name is understood"
    deliver(own, "Digitala tjänster", "14", day=3)
    assert outcome(own, "Digitala tjänster").value == 14
    assert make(settings, own, wish(own, "matt", "Digitala tjänster", AREA, namn="E-tjänster")) == Done()
    assert outcome(own, "E-tjänster").value == 14
    assert make(settings, own, wish(own, "matt", "E-tjänster", AREA, namn=SERVICES)) == Done()
    assert found(own, "matt", SERVICES)["hette"] == ["Digitala tjänster", "E-tjänster"]
    assert outcome(own, SERVICES).value == 14


def test_a_new_name_can_be_taken_back(settings: Settings, own: Store) -> None:
    """The plan as it was counts again when the version with the new name is withdrawn, and so does what was delivered."""
    deliver(own, SERVICES, "12")
    make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster"))
    withdraw(own, plans.versions(own, ALE, 2026)[0].source.delivery, "fel", here("Anna"), NOW + timedelta(days=2))
    assert outcome(own, SERVICES).value == 12


def test_another_measure_cannot_take_a_name_that_outcomes_follow(settings: Settings, own: Store) -> None:
    make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster"))
    told = make(settings, own, wish(own, "matt", "", AREA, namn=SERVICES.lower()))
    assert "Ett annat mått i planen hette så förut" in told.problems[0]
    assert make(settings, own, wish(own, "matt", "Digitala tjänster", AREA, hette="")) == Done()
    assert make(settings, own, wish(own, "matt", "", AREA, namn=SERVICES.lower())) == Done()
    assert "finns redan" in make(settings, own, wish(own, "matt", "", AREA, namn=SERVICES.upper())).problems[0]


def test_a_form_from_before_the_new_name_is_saved_under_it(settings: Settings, own: Store) -> None:
    """Nobody who was writing when the measure got its name loses anything, nor writes over what came in a file meanwhile."""
    deliver(own, SERVICES, "12")
    with at_noon_in_november(), client(settings, own) as browser:
        make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster"))
        [kept] = answers(browser, form(own, utfall="13", seen="0.2"))
        assert kept["state"] == "saved"
        assert said(own, "Digitala tjänster") == "13.0"
        deliver(own, SERVICES, "15", day=100)
        [told] = answers(browser, form(own, "Digitala tjänster", utfall="16", seen="1.2"))
        assert (told["state"], told["theirs"]) == ("conflict", "15")
        assert "matt.csv" in told["by"]
        [kept] = answers(browser, form(own, "Digitala tjänster", utfall="16", seen=told["seen"]) | {"bekrafta": "ja"})
        assert kept["state"] == "saved"


def test_what_was_written_under_the_old_name_while_it_was_changed_is_not_lost(settings: Settings, own: Store) -> None:
    """A server that had not yet heard of the new name kept it under the old one."""
    make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster"))
    place = Place(ALE, "2026-T1", "matt", SERVICES, "utfall")
    plan_entries.record(own, [Change(place, "12.0", NEVER)], by=here("Anna"), now=NOW)
    assert outcome(own, "Digitala tjänster").value == 12
    with at_noon_in_november(), client(settings, own) as browser:
        [kept] = answers(browser, form(own, "Digitala tjänster", utfall="14"))
        assert kept["state"] == "saved"
    assert outcome(own, "Digitala tjänster").value == 14


def test_the_old_names_come_and_go_with_the_plan_as_a_file(settings: Settings, own: Store, tmp_path: Path) -> None:
    make(settings, own, wish(own, "matt", SERVICES, AREA, namn="Digitala tjänster"))
    make(settings, own, wish(own, "matt", "Digitala tjänster", AREA, namn="E-tjänster"))
    book = Plans(settings, own).book()
    stored = book.plan(ALE, 2026)
    assert stored is not None
    followed = planning.follow_up(settings, own, book, stored.plan, "2026-T1", NOW.date(), planning.no_figures, Sight(True))
    file = tmp_path / "plan.xlsx"
    file.write_bytes(workbook(Paper(found=followed, kommun="Ale", internal=True, is_demo=False, created=NOW.date())))
    load(settings, own, file, NOW + timedelta(days=5))
    assert found(own, "matt", "E-tjänster")["hette"] == [SERVICES, "Digitala tjänster"]
    assert newest(own).measures() == stored.plan.measures()


def test_the_forms_of_the_page_do_it(settings: Settings, own: Store) -> None:
    with at_noon_in_november(), client(settings, own) as browser:
        page = browser.get(f"/namndplan/{ALE}?visa=andra").text
        [form] = [
            each
            for each in re.findall(r"<form.*?</form>", page, re.DOTALL)
            if f'name="post" value="{TASK}"' in each and "plan-form" in each
        ]
        sent = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
        sent |= {"namn": TASK, "beslutad_av": "Nämnd", "gor": "spara"}
        response = browser.post(f"/namndplan/{ALE}/andra", data=sent)
        assert response.status_code == 303
        assert "Uppdrag ändrat: Utöka LOK-stödet" in browser.get(f"/namndplan/{ALE}?visa=historik").text
        again = browser.post(f"/namndplan/{ALE}/andra", data=sent | {"beslutad_av": "KF"})
        assert "Någon annan har ändrat delen" in again.text
        wrong = browser.post(f"/namndplan/{ALE}/andra", data=sent | {"namn": "", "sett": "x"})
        assert wrong.status_code == 200
