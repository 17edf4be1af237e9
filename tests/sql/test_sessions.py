"""Sessions, sign-ins that have begun, and the keys of machines: what is kept, until when, and that no secret is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from policy import Action, allows
from sql import api_tokens, sessions
from sql.errors import StoreError
from sql.sessions import Attempt, SignedIn
from sql.store import Store, open_store
from tests.sql.made import ALE, LERUM, NOON
from tests.sql.test_audit import ANNA

LATER = NOON + timedelta(hours=8)
WHO = SignedIn("sub-1", "Anna", ("v",), "token", LATER)


def everything(store: Store, table: str) -> str:
    with store.engine.connect() as connection:
        return repr(connection.execute(text(f"SELECT * FROM {table}")).all())


def test_a_session_is_found_by_every_process_until_it_ends(store: Store) -> None:
    secret = sessions.open_session(store, WHO, ANNA, NOON)
    another = open_store(store.settings)
    assert sessions.find(another, secret, NOON) == WHO
    assert sessions.find(another, secret, LATER) is None
    assert sessions.find(another, "x" + secret[1:], NOON) is None
    sessions.close(store, secret, ANNA, NOON)
    assert sessions.find(another, secret, NOON) is None
    another.close()


def test_no_secret_is_kept(store: Store) -> None:
    secret = sessions.open_session(store, WHO, ANNA, NOON)
    begun = sessions.begin(store, Attempt({"state": "x"}, "/"), NOON)
    _, key = api_tokens.make(store, "skript", ["las:allt"], LATER, "drift", NOON)
    for table, kept in (("login_session", secret), ("login_attempt", begun), ("api_token", key), ("audit_entry", key)):
        assert kept not in everything(store, table)
        assert len(kept) >= 43


def test_an_attempt_is_taken_once(store: Store) -> None:
    secret = sessions.begin(store, Attempt({"state": "x"}, "/om"), NOON)
    assert sessions.take(store, secret, NOON) == Attempt({"state": "x"}, "/om")
    assert sessions.take(store, secret, NOON) is None


def test_what_has_ended_is_swept(store: Store) -> None:
    sessions.open_session(store, WHO, ANNA, NOON)
    sessions.begin(store, Attempt({}, "/"), NOON)
    sessions.begin(store, Attempt({}, "/"), LATER)
    assert everything(store, "login_session") == "[]"
    assert everything(store, "login_attempt").count("(") == 1 + everything(store, "login_attempt").count("datetime")


def test_a_key_opens_what_its_scopes_say_until_it_ends(store: Store) -> None:
    token, key = api_tokens.make(store, "skript", [f"las:{ALE}"], LATER, ANNA, NOON)
    machine = api_tokens.person_of(store, key, NOON)
    assert machine is not None
    assert (machine.name, machine.subject) == ("skript", f"nyckel:{token.id}")
    assert allows(machine, Action.READ_OWN, ALE)
    assert not allows(machine, Action.READ_OWN, LERUM)
    assert not allows(machine, Action.UPLOAD, ALE)
    assert api_tokens.person_of(store, key, LATER) is None
    assert api_tokens.person_of(store, key + "x", NOON) is None
    api_tokens.revoke(store, token.id, ANNA, NOON)
    assert api_tokens.person_of(store, key, NOON) is None
    assert api_tokens.listing(store)[0].revoked_by == "Anna"
    with pytest.raises(StoreError, match="redan återkallad"):
        api_tokens.revoke(store, token.id, ANNA, NOON)
    with pytest.raises(StoreError, match="finns inte"):
        api_tokens.revoke(store, 99, ANNA, NOON)


@pytest.mark.parametrize(
    ("scopes", "wrong"),
    [
        ([], "minst en"),
        (["allt"], "finns inte"),
        (["las:9999"], "finns inte"),
        (["admin"], "finns inte"),
        ([f"las:{ALE}", f"lamna:{ALE}"], "läser eller lämnar"),
        (["lamna:oppet"], "finns inte"),
    ],
)
def test_scopes_that_no_key_may_have(store: Store, scopes: list[str], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        api_tokens.make(store, "x", scopes, LATER, ANNA, NOON)
    assert api_tokens.listing(store) == ()


def test_a_key_that_delivers_does_nothing_else(store: Store) -> None:
    _, key = api_tokens.make(store, "x", ["lamna:allt"], LATER, ANNA, NOON)
    machine = api_tokens.person_of(store, key, NOON)
    assert machine is not None
    assert {action for action in Action if allows(machine, action)} == {Action.UPLOAD, Action.READ_PROTECTED}
