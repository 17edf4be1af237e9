"""Who may do what: the table by hand, role by role, and that nothing is granted beside it."""

from __future__ import annotations

import itertools

import pytest

import policy
from policy import ANONYMOUS, Action, Person, Sight, allows, sight

ALE, LERUM = "1440", "1441"
READING = {Action.READ_PROTECTED, Action.READ_ALL, Action.READ_OWN}
CHANGING = {Action.UPLOAD, Action.EDIT_PLAN, Action.UNLOCK_PLAN, Action.EXPLAIN_SKR, Action.PUBLISH, Action.NOTE_DECISIONS}
FOR_ALL = {
    "public": {Action.READ_PROTECTED},
    "forum": READING | {Action.READ_DELIVERIES},
    "vgr": READING | CHANGING | {Action.READ_DELIVERIES, Action.READ_ROWS, Action.READ_AUDIT},
    "admin": READING | {Action.READ_DELIVERIES, Action.READ_AUDIT, Action.ADMINISTER, Action.UNLOCK_PLAN},
    "local": CHANGING | {Action.READ_PROTECTED, Action.READ_AUDIT, Action.ADMINISTER},
    f"kommun:{ALE}": {Action.READ_PROTECTED},
}
FOR_OWN = {Action.READ_OWN, Action.READ_ROWS, Action.READ_DELIVERIES, Action.UPLOAD, Action.EDIT_PLAN}


def person(*roles: str) -> Person:
    return Person("id", "Anna", frozenset(roles))


@pytest.mark.parametrize(("role", "action"), list(itertools.product(FOR_ALL, Action)))
def test_each_role_may_what_the_table_says(role: str, action: Action) -> None:
    assert allows(person(role), action) is (action in FOR_ALL[role])


@pytest.mark.parametrize("action", Action)
def test_a_kommun_may_more_for_itself_alone(action: Action) -> None:
    ale = person(f"kommun:{ALE}")
    assert allows(ale, action, ALE) is (action in FOR_OWN | FOR_ALL[f"kommun:{ALE}"])
    assert allows(ale, action, LERUM) is (action in FOR_ALL[f"kommun:{ALE}"])


@pytest.mark.parametrize("role", ["", "kommun", "kommun:<kod>", "kommun:", "kommun:144", "kommun:14400", "kommun:1440 ", "ADMIN", "root"])
def test_a_role_that_does_not_exist_grants_nothing(role: str) -> None:
    assert not any(allows(person(role), action, kommun) for action in Action for kommun in (None, ALE))


def test_a_token_narrows_its_roles_and_never_widens_them() -> None:
    reading = Person("id", "maskin", frozenset({f"kommun:{ALE}"}), only=frozenset({Action.READ_OWN, Action.READ_ALL}))
    assert allows(reading, Action.READ_OWN, ALE)
    assert not allows(reading, Action.UPLOAD, ALE)
    assert not allows(reading, Action.READ_ALL)


def test_what_somebody_sees() -> None:
    assert sight(ANONYMOUS) == Sight(False)
    assert sight(person("public", f"kommun:{ALE}", f"kommun:{LERUM}")) == Sight(False, frozenset({ALE, LERUM}))
    assert sight(person("forum", f"kommun:{ALE}")) == Sight(True)
    assert sight(Person("id", "", frozenset({f"kommun:{ALE}"}), only=frozenset({Action.UPLOAD}))) == Sight(False)


def test_claims_never_make_somebody_the_machine_itself() -> None:
    known = policy.known_roles(["local", "vgr", f"kommun:{ALE}", "kommun:9999", "x"], [ALE])
    assert known == {"vgr", f"kommun:{ALE}"}


def test_a_command_may_everything() -> None:
    assert all(allows(policy.here("drift"), action) for action in Action)
