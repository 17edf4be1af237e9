"""The audit trail: written with what it tells of, refused to be changed, and found when it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from stat import S_IMODE

import polars as pl
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from policy import Person, here
from sql import audit, audit_trail, deliveries, publications, refusals, runs
from sql.audit import Event, What, note
from sql.audit_trail import Filter, entries, verify
from sql.errors import StoreError
from sql.publications import NewPublication
from sql.refusals import Refused
from sql.store import Store, open_store
from tests.sql.made import ALE, NOON, coverage, deliver, discharge

ANNA = Person("sub-1", "Anna", frozenset({"vgr"}))
DROP = {
    "sqlite": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "postgresql": ("ALTER TABLE audit_entry DISABLE TRIGGER USER",),
}


def told(store: Store) -> list[tuple[str, str, str, str]]:
    return [(e.what, e.object, e.kommun, e.name) for e in reversed(entries(store, Filter(), most=100))]


def five(store: Store) -> None:
    for number in range(5):
        note(store, ANNA, Event(What.EXPORT, f"fil {number}", said="åäö \"'; --"), NOON + timedelta(days=number))


def tamper(store: Store, *statements: str) -> None:
    """What somebody with all rights in the database, and without the key, can do."""
    with store.engine.connect() as connection, connection.begin():
        for statement in (*DROP[store.engine.dialect.name], *statements):
            connection.execute(text(statement))


def test_everything_that_happens_to_a_delivery_is_told(store: Store) -> None:
    first = deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-02")], coverage([ALE], "2025-01"))
    deliver(store, "utskrivning", [discharge("a1", ALE, "2025-01-02")], coverage([ALE], "2025-01"))  # nothing new: not told
    deliveries.withdraw(store, first.id, "fel fil", ANNA, NOON)
    deliveries.erase(store, first.id, "fel fil", "drift", NOON)
    refused = Refused(dataset="ntandvard", file_name="x.csv", refused_by="anna", refused_at=NOON, problem_count=2, problems=())
    number = refusals.refuse(store, refused)
    assert told(store) == [
        ("load", "leverans 1", ALE, "anna"),
        ("withdraw", "leverans 1", "", "Anna"),
        ("erase", "leverans 1", "", "drift"),
        ("refusal", f"avvisad {number}", "", "anna"),
    ]
    assert verify(store).problems == ()


def test_what_did_not_happen_is_not_told(store: Store) -> None:
    def interrupted() -> None:
        with store.writing() as session:
            audit.record(store, session, ANNA, Event(What.EDIT), NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert told(store) == []
    with pytest.raises(StoreError, match="finns inte"):
        deliveries.withdraw(store, 99, "fel", ANNA, NOON)
    assert told(store) == []
    assert verify(store).head is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET name = 'x' WHERE number = 2", "DELETE FROM audit_entry WHERE number = 5", "DELETE FROM audit_entry"],
)
def test_the_database_refuses_to_change_a_line(store: Store, statement: str) -> None:
    five(store)
    with store.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("TRUNCATE audit_entry"))
    assert verify(store).lines == 5


def forged(connection: Connection) -> None:
    """The last two lines gone, and the head set to point at the third without the key."""
    mac = connection.execute(text("SELECT mac FROM audit_entry WHERE number = 3")).scalar_one()
    connection.execute(text("DELETE FROM audit_entry WHERE number > 3"))
    connection.execute(text("UPDATE audit_head SET number = 3, mac = :mac"), {"mac": mac})


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit_entry SET said = 'annat' WHERE number = 3"], ["Rad 3 är ändrad"]),
        (["UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE number = 3"], ["Rad 3 är ändrad"]),
        (["DELETE FROM audit_entry WHERE number = 3"], ["Rad 3 saknas"]),
        (["DELETE FROM audit_entry WHERE number IN (2, 3)"], ["Rad 2–3 saknas"]),
        (["DELETE FROM audit_entry WHERE number = 1"], ["Rad 1 saknas"]),
        (["DELETE FROM audit_entry WHERE number > 3"], ["Slutet är borttaget: Rad 4–5 saknas"]),
        (
            [
                "UPDATE audit_entry SET number = 99 WHERE number = 3",
                "UPDATE audit_entry SET number = 3 WHERE number = 4",
                "UPDATE audit_entry SET number = 4 WHERE number = 99",
            ],
            ["Rad 3–5 är ändrade"],
        ),
        (["UPDATE audit_head SET cut_number = 3", "DELETE FROM audit_entry WHERE number <= 3"], ["Rad 4 är ändrad", "huvud är ändrat"]),
        (["DELETE FROM audit_head"], ["huvud saknas"]),
    ],
)
def test_what_was_tampered_with_is_found(store: Store, statements: list[str], found: list[str]) -> None:
    five(store)
    tamper(store, *statements)
    problems = verify(store).problems
    assert len(problems) == len(found)
    assert all(part in problem for part, problem in zip(found, problems, strict=True))


def test_a_shortened_trail_with_a_forged_head_is_found(store: Store) -> None:
    five(store)
    tamper(store)
    with store.engine.connect() as connection, connection.begin():
        forged(connection)
    assert [problem[:20] for problem in verify(store).problems] == ["Granskningens huvud "]


def test_a_trail_put_back_as_it_was_before_is_found_by_a_head_from_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    five(store)
    with store.engine.connect() as connection:
        before = connection.execute(text("SELECT number, mac, seal FROM audit_head")).one()
    caplog.set_level("INFO")
    note(store, ANNA, Event(What.PUBLISH, "2025-1"), NOON)
    logged = audit_trail.head_of(caplog.messages[-1].removeprefix("audit head "))
    tamper(store, "DELETE FROM audit_entry WHERE number = 6")
    with store.engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE audit_head SET number = :number, mac = :mac, seal = :seal"), dict(before._mapping))
    assert verify(store).problems == ()
    assert verify(store, [logged]).problems[0].startswith("Rad 6 är inte den som står i huvudet 6 i loggen")


def test_a_publication_holds_the_head(store: Store) -> None:
    run = runs.save(store, {"figures": pl.DataFrame({"a": [1]})}, as_of=None, now=NOON, deliveries=[])
    new = NewPublication(year=2025, run=run, note="", reason="", by=ANNA, now=NOON)
    publications.publish(store, new, {publications.INTERNAL: pl.DataFrame({"a": [1]})})
    assert told(store) == [("publish", "2025-1", "", "Anna")]
    note(store, ANNA, Event(What.EXPORT), NOON)
    assert verify(store).problems == ()
    tamper(store, "DELETE FROM audit_entry", "DELETE FROM audit_head")
    assert verify(store).problems == ("Rad 1 är inte den som står i publikation 2025-1: granskningen är avkortad eller utbytt.",)


def test_old_lines_are_cut_off_and_the_chain_still_holds(store: Store) -> None:
    five(store)
    assert audit_trail.cut(store, here("drift"), NOON + timedelta(days=3), NOON) == 3
    assert [number for number, *_ in [(e.number, e.what) for e in entries(store, Filter(), most=9)]] == [6, 5, 4]
    assert verify(store).problems == ()
    assert verify(store).lines == 3
    with store.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("DELETE FROM audit_entry WHERE number = 4"))


def test_the_key_is_its_owners_and_another_key_proves_nothing(store: Store) -> None:
    five(store)
    path = store.folder / audit.KEY_NAME
    assert S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text()) >= 32
    path.write_text("en annan nyckel")
    lines, head = verify(store).problems
    assert lines == "Rad 1–5 är ändrade, eller skrivna utan nyckeln."
    assert head.startswith("Granskningens huvud är ändrat")


def test_many_writers_at_once_make_one_chain(store: Store) -> None:
    def write(writer: int) -> None:
        mine = open_store(store.settings)
        for number in range(5):
            note(mine, ANNA, Event(What.EDIT, f"{writer}-{number}"), datetime.now(UTC))
        mine.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    whole = verify(store)
    assert (whole.lines, whole.problems) == (30, ())
    assert len({e.object for e in entries(store, Filter(), most=99)}) == 30


@pytest.mark.parametrize(
    ("wanted", "objects"),
    [
        (Filter(what="edit"), ["b"]),
        (Filter(kommun=ALE), ["b"]),
        (Filter(who="ann"), ["a"]),
        (Filter(who="sub-2"), ["b"]),
        (Filter(who="%"), []),
        (Filter(since=NOON + timedelta(hours=1)), ["b"]),
        (Filter(until=NOON + timedelta(hours=1)), ["a"]),
    ],
)
def test_lines_are_found_by_filter(store: Store, wanted: Filter, objects: list[str]) -> None:
    note(store, ANNA, Event(What.EXPORT, "a"), NOON)
    note(store, Person("sub-2", "Bo", frozenset()), Event(What.EDIT, "b", ALE), NOON + timedelta(hours=2))
    assert [e.object for e in entries(store, wanted, most=10)] == objects
    assert audit_trail.how_many(store, wanted) == len(objects)


def test_lines_come_a_page_at_a_time(store: Store) -> None:
    five(store)
    first = entries(store, Filter(), most=2)
    assert [e.number for e in first] == [5, 4]
    assert [e.number for e in entries(store, Filter(), before=first[-1].number, most=9)] == [3, 2, 1]


def test_a_year_before_the_leap_day() -> None:
    leap: Callable[[int], datetime] = lambda year: datetime(year, 2, 29, tzinfo=UTC)  # noqa: E731
    assert audit_trail.years_before(leap(2028), 4) == leap(2024)
    assert audit_trail.years_before(leap(2028), 1) == datetime(2027, 2, 28, tzinfo=UTC)
