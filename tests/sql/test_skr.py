"""What is explained, approved and sent to SKR: added and never changed, the files byte for byte."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from sql import publications, skr
from sql.errors import StoreError
from sql.publications import INTERNAL, PROTECTED, NewPublication
from sql.skr import Explanation, Files, NewSignOff, Sending
from sql.store import Store
from tests.sql.made import NOON
from tests.sql.test_publications import FIGURES, HIDDEN, run

FILES = Files(b"PK\x03\x04 xlsx \x00\xff", "kommunkod;intyg\r\n1440;7\r\n".encode("utf-8-sig"))
WORDS = Explanation(2025, "changes", "a" * 64, "Ny klinik i Ale.", "Anna", NOON)


def publish(store: Store, year: int = 2025) -> str:
    new = NewPublication(year=year, run=run(store), note="", reason="", by="anna", now=NOON)
    return publications.publish(store, new, {INTERNAL: FIGURES, PROTECTED: HIDDEN}).id


def new(publication: str, files: Files = FILES) -> NewSignOff:
    return NewSignOff(int(publication[:4]), publication, "b" * 64, files, "Bo Ek", "Läst.", NOON)


def test_before_the_first(store: Store) -> None:
    assert (skr.explanations(store, 2025), skr.sign_offs(store), skr.sendings(store)) == ((), (), ())
    with pytest.raises(StoreError, match="Godkännande 1 finns inte"):
        skr.files(store, 1)
    with pytest.raises(StoreError, match="Godkännande 1 finns inte"):
        skr.send(store, Sending(1, "SKR", "Bo", NOON), "anna")
    assert skr.sendings(store) == ()


def test_new_words_come_first_and_the_old_stay(store: Store) -> None:
    later = replace(WORDS, text="Två nya kliniker i Ale.", at=NOON + timedelta(days=1))
    for words in (WORDS, replace(WORDS, year=2024), later):
        skr.explain(store, words, "anna")
    assert skr.explanations(store, 2025) == (later, WORDS)


def test_an_approval_keeps_the_files_and_says_who_when_and_of_what(store: Store) -> None:
    made = skr.sign(store, new(publish(store)), "anna")
    assert skr.sign_offs(store) == skr.sign_offs(store, 2025) == (made,)
    assert skr.sign_offs(store, 2024) == ()
    assert (made.publication, made.checks_sha256, made.by, made.comment, made.at) == ("2025-1", "b" * 64, "Bo Ek", "Läst.", NOON)
    assert (made.xlsx_sha256, made.csv_sha256) == tuple(hashlib.sha256(content).hexdigest() for content in (FILES.xlsx, FILES.csv))
    assert skr.files(store, made.id) == FILES


def test_a_newer_edition_must_be_read_before_it_is_approved(store: Store) -> None:
    first = publish(store)
    publish(store)
    with pytest.raises(StoreError, match="har publicerats igen"):
        skr.sign(store, new(first), "anna")
    assert skr.sign_offs(store) == ()
    assert skr.sign(store, new("2025-2"), "anna").publication == "2025-2"


def test_a_new_approval_leaves_the_old_as_it_was(store: Store) -> None:
    first = skr.sign(store, new(publish(store)), "anna")
    second = skr.sign(store, new("2025-1", Files(b"other", b"others")), "anna")
    assert skr.sign_offs(store) == (second, first)
    assert skr.files(store, first.id) == FILES
    assert skr.files(store, second.id) == Files(b"other", b"others")


def test_what_was_sent_is_noted_with_to_whom_and_by_whom(store: Store) -> None:
    made = skr.sign(store, new(publish(store)), "anna")
    first = Sending(made.id, "SKR, tandvardsstod@example.org", "Bo Ek", NOON)
    again = replace(first, at=NOON + timedelta(hours=1))
    skr.send(store, first, "anna")
    skr.send(store, again, "anna")
    assert skr.sendings(store) == (again, first)


def test_somebody_who_changes_a_file_is_found_out(store: Store) -> None:
    made = skr.sign(store, new(publish(store)), "anna")
    with store.writing() as session:
        session.execute(text("UPDATE skr_file SET content = :forged WHERE name = 'csv'"), {"forged": b"9"})
    with pytest.raises(StoreError, match="har ändrats i databasen"):
        skr.files(store, made.id)
