"""Refused files: row, column and rule are remembered, never the value."""

from __future__ import annotations

from dataclasses import fields

from sql.refusals import KEPT_PROBLEMS, Refused, RefusedProblem, problems, refusals, refuse
from sql.store import Store
from tests.sql.made import NOON


def refused(*found: RefusedProblem, dataset: str = "ntandvard", count: int | None = None) -> Refused:
    return Refused(
        dataset=dataset,
        file_name="fil.csv",
        refused_by="anna",
        refused_at=NOON,
        problem_count=len(found) if count is None else count,
        problems=found,
    )


def test_a_refused_file_is_remembered(store: Store) -> None:
    first = refuse(store, refused(RefusedProblem(7, "intyg", "heltal"), RefusedProblem(None, None, "tom_fil")))
    second = refuse(store, refused(dataset="utskrivning"))
    newest, oldest = refusals(store)
    assert (newest.id, oldest.id) == (second, first)
    assert (oldest.dataset, oldest.file_name, oldest.refused_by, oldest.refused_at) == ("ntandvard", "fil.csv", "anna", NOON)
    assert problems(store, first).rows() == [(7, "intyg", "heltal"), (None, None, "tom_fil")]
    assert problems(store, second).is_empty()
    assert [r.id for r in refusals(store, "ntandvard")] == [first]


def test_it_does_not_make_the_store_real(store: Store) -> None:
    refuse(store, refused(RefusedProblem(7, "intyg", "heltal")))
    store.mark_demo()
    assert store.is_demo


def test_so_many_problems_that_the_rest_are_only_counted(store: Store) -> None:
    many = [RefusedProblem(row, "intyg", "heltal") for row in range(KEPT_PROBLEMS + 5)]
    refusal = refuse(store, refused(*many, count=2_000_000))
    assert refusals(store)[0].problem_count == 2_000_000
    assert problems(store, refusal)["row"].to_list() == list(range(KEPT_PROBLEMS))


def test_there_is_no_room_for_a_value() -> None:
    assert {field.name for field in fields(RefusedProblem)} == {"row", "column", "rule"}
