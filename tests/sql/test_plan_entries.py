"""What is said about a plan: every version is kept, nothing is overwritten unseen, and a closed period stays closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from policy import here
from sql import audit_trail, deliveries, plan_entries, plans
from sql.plan_entries import DONE, LOCKED, NEVER, OPEN, Change, Conflict, Kept, Place, Shut, Version
from sql.store import Store
from tests.sql.made import ALE, NOON, deliver

T1 = "2026-T1"
OUTCOME = Place(ALE, T1, "matt", "Antal e-tjänster", "utfall")
COMMENT = OUTCOME._replace(field="kommentar")


def write(store: Store, value: str | None, seen: Version, place: Place = OUTCOME, by: str = "Anna", at: datetime = NOON) -> object:
    [found] = plan_entries.record(store, [Change(place, value, seen)], by=here(by), now=at)
    return found


def test_a_field_is_written_and_written_again(store: Store) -> None:
    first = write(store, "12", NEVER)
    assert isinstance(first, Kept)
    assert first.version == Version(1, 0)
    second = write(store, None, first.version, by="Bo")
    assert isinstance(second, Kept)
    assert second.version == Version(2, 0)
    assert plan_entries.newest(store, ALE)[OUTCOME].value is None
    assert [(entry.value, entry.by) for entry in plan_entries.history(store, ALE, 2026)] == [(None, "Bo"), ("12", "Anna")]
    assert plan_entries.newest(store, "1480") == {}


def test_the_later_one_is_told_and_nothing_is_overwritten(store: Store) -> None:
    write(store, "12", NEVER)
    found = write(store, "15", NEVER, by="Bo")
    assert isinstance(found, Conflict)
    assert found.entry is not None
    assert (found.entry.value, found.entry.by, found.version) == ("12", "Anna", Version(1, 0))
    assert plan_entries.newest(store, ALE)[OUTCOME].value == "12"
    chosen = write(store, "15", found.version, by="Bo")
    assert isinstance(chosen, Kept)
    assert plan_entries.newest(store, ALE)[OUTCOME].value == "15"


def test_each_change_is_in_the_audit_trail(store: Store) -> None:
    write(store, "12", NEVER)
    write(store, "15", NEVER)
    plan_entries.set_state(store, ALE, T1, DONE, seen=0, by=here("Anna"), now=NOON, reason=None)
    told = audit_trail.entries(store, audit_trail.Filter(), most=9)
    assert [(entry.what, entry.object, entry.kommun, entry.name) for entry in reversed(told)] == [
        ("edit", "nämndplan 2026-T1", ALE, "Anna"),
        ("sign_off", "nämndplan 2026-T1", ALE, "Anna"),
    ]


def test_two_who_write_the_same_agree(store: Store) -> None:
    write(store, "12", NEVER)
    assert isinstance(write(store, "12", NEVER, by="Bo"), Kept)
    assert len(plan_entries.history(store, ALE, 2026)) == 1


def test_nothing_written_where_nothing_was_is_nothing(store: Store) -> None:
    assert write(store, None, NEVER) == Kept(NEVER, None)
    assert plan_entries.newest(store, ALE) == {}


def test_each_field_by_itself(store: Store) -> None:
    write(store, "12", NEVER)
    found = plan_entries.record(store, [Change(OUTCOME, "15", NEVER), Change(COMMENT, "Fler än väntat", NEVER)], by=here("Bo"), now=NOON)
    assert [type(each) for each in found] == [Conflict, Kept]
    assert plan_entries.newest(store, ALE)[COMMENT].value == "Fler än väntat"


def test_a_delivery_that_came_meanwhile_is_a_conflict(store: Store) -> None:
    receipt = deliver(store, "matt", [{"kommun": ALE, "matt": OUTCOME.item, "period": T1, "utfall": 9.0}])
    found = write(store, "12", NEVER)
    assert found == Conflict(Version(0, receipt.id), None)
    assert isinstance(write(store, "12", Version(0, receipt.id)), Kept)
    deliveries.withdraw(store, receipt.id, "fel", "test", NOON)
    assert isinstance(write(store, "13", Version(1, receipt.id)), Conflict)
    assert isinstance(write(store, "13", Version(1, 0)), Kept)
    assert isinstance(write(store, "Utan fil", NEVER, COMMENT), Kept)


def test_a_period_that_is_done_or_locked_takes_nothing(store: Store) -> None:
    for state, seen in ((DONE, 0), (LOCKED, 1)):
        made = plan_entries.set_state(store, ALE, T1, state, seen=seen, by=here("Anna"), now=NOON, reason=None)
        assert isinstance(made, Kept)
        assert write(store, "12", NEVER) == Shut(state)
    assert isinstance(write(store, "12", NEVER, OUTCOME._replace(period="2026-T2")), Kept)
    stale = plan_entries.set_state(store, ALE, T1, OPEN, seen=1, by=here("Bo"), now=NOON, reason="rättelse")
    assert isinstance(stale, Conflict)
    made = plan_entries.set_state(store, ALE, T1, OPEN, seen=2, by=here("Bo"), now=NOON, reason="rättelse")
    assert isinstance(made, Kept)
    assert isinstance(write(store, "12", NEVER), Kept)
    assert [entry.reason for entry in plan_entries.history(store, ALE, 2026) if entry.place.kind == "period"] == ["rättelse", None, None]


def test_what_was_said_follows_a_new_name(store: Store) -> None:
    write(store, "12", NEVER)
    write(store, "13", Version(1, 0))
    write(store, "7", NEVER, OUTCOME._replace(item="Annat"))
    plan_entries.rename(store, ALE, 2026, "matt", OUTCOME.item, "Antal digitala tjänster")
    plan_entries.rename(store, ALE, 2026, "matt", "Antal digitala tjänster", "Annat")
    found = {place.item: entry.value for place, entry in plan_entries.newest(store, ALE).items()}
    assert found == {"Antal digitala tjänster": "13", "Annat": "7"}


def test_the_same_measure_in_other_kommuner(store: Store) -> None:
    for kommun, value in ((ALE, "12"), ("1480", "90")):
        write(store, value, NEVER, OUTCOME._replace(kommun=kommun))
    write(store, "91", Version(1, 0), OUTCOME._replace(kommun="1480"))
    assert sorted((e.place.kommun, e.value) for e in plan_entries.of_items(store, "matt", "utfall", [OUTCOME.item])) == [
        (ALE, "12"),
        ("1480", "91"),
    ]
    assert sorted(plan_entries.stamps(store)) == [ALE, "1480"]


def test_drafts_are_each_writers_own(store: Store) -> None:
    plan_entries.keep_draft(store, "Anna", COMMENT, "Fler ä", NOON)
    plan_entries.keep_draft(store, "Anna", COMMENT, "Fler än", NOON)
    plan_entries.keep_draft(store, "Bo", COMMENT, "Färre", NOON)
    assert plan_entries.drafts(store, "Anna", ALE) == {COMMENT: "Fler än"}
    plan_entries.drop_drafts(store, "Anna", [COMMENT, OUTCOME])
    assert plan_entries.drafts(store, "Anna", ALE) == {}
    assert plan_entries.drafts(store, "Bo", ALE) == {COMMENT: "Färre"}


def test_twenty_at_once_on_the_same_field(store: Store) -> None:
    """One of them is kept; the others are told, and none is silently gone."""
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda number: write(store, str(number), NEVER, by=f"person {number}"), range(20)))
    kept = [each for each in found if isinstance(each, Kept)]
    assert len(kept) == 1
    assert sum(isinstance(each, Conflict) for each in found) == 19
    assert kept[0].entry == plan_entries.newest(store, ALE)[OUTCOME]


# ---- The plans ------------------------------------------------------------------------------------------------------------------


def plan(year: int, dnr: str, kommun: str = ALE) -> dict[str, object]:
    text = f'{{"kommun":"{kommun}","namnd":"N","ar":{year},"dnr":"{dnr}","riktningsmal":[],"verksamhetsmatt":{{"A":["M"]}}}}'
    return {"kommun": kommun, "ar": year, "plan": text}


def test_every_version_of_a_plan(store: Store) -> None:
    before = plans.stamp(store)
    for number in (1, 2):
        deliver(store, "namndplan", [plan(2026, str(number))], at=NOON + timedelta(days=number))
    last = deliver(store, "namndplan", [plan(2026, "3")], at=NOON + timedelta(days=3))
    deliver(store, "namndplan", [plan(2025, "gammal")])
    assert plans.stamp(store) != before
    assert {(stored.plan.ar, stored.plan.dnr) for stored in plans.plans(store)} == {(2025, "gammal"), (2026, "3")}
    assert [stored.plan.dnr for stored in plans.versions(store, ALE, 2026)] == ["3", "2", "1"]
    deliveries.withdraw(store, last.id, "fel", "test", NOON)
    assert [stored.plan.dnr for stored in plans.versions(store, ALE, 2026)] == ["2", "1"]
    assert plans.versions(store, ALE, 2031) == []


def test_delivered_outcomes_with_their_source(store: Store) -> None:
    assert plans.delivered(store) == []
    deliver(store, "matt", [{"kommun": ALE, "matt": "M", "period": T1, "utfall": 9.0, "mal": 8.0}], columns=("mal",), at=NOON)
    [found] = plans.delivered(store)
    assert (found.measure, found.period, found.value, found.goal, found.comment, found.source.at) == ("M", T1, 9.0, 8.0, None, NOON)


def test_one_editor_at_a_time(store: Store) -> None:
    """Each adds a letter to what it read: all the letters are there."""
    written = [""]

    def add(letter: str) -> None:
        with plans.editing(store):
            read = written[0]
            plans.stamp(store)  # as an editor does: asks the database while it holds the lock
            written[0] = read + letter

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(add, "abcdefghijklmnopqrstuvwxyz"))
    assert sorted(written[0]) == list("abcdefghijklmnopqrstuvwxyz")


def test_times_have_zones(store: Store) -> None:
    write(store, "12", NEVER, at=datetime(2026, 5, 1, tzinfo=UTC))
    assert plan_entries.newest(store, ALE)[OUTCOME].at == datetime(2026, 5, 1, tzinfo=UTC)
