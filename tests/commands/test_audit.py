"""The commands of the audit trail, as a person runs them."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.program import uppfoljning
from tests.test_whole_way import write


def test_the_trail_is_proved_and_a_changed_line_is_found(tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    uppfoljning(storage, "init")
    assert "tom" in uppfoljning(storage, "audit", "verify").stderr
    wrong = write(tmp_path / "befolkning.csv", ["kommun;ar;alder;antal", "1440;2024;x;1"])
    uppfoljning(storage, "load", "befolkning", str(wrong), expect=1)
    head = uppfoljning(storage, "audit", "verify").stdout.strip()
    assert head.startswith("1:")
    assert "0 rader är gallrade" in uppfoljning(storage, "audit", "cut").stderr
    assert "huvud" in uppfoljning(storage, "audit", "verify", "--head", "x", expect=2).stderr
    with create_engine(f"sqlite:///{storage / 'uppfoljning.db'}", poolclass=NullPool).begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET name = 'någon annan'"))
    assert "Rad 1 är ändrad" in uppfoljning(storage, "audit", "verify", "--head", head, expect=1).stderr


def test_a_restored_store_asks_for_its_key_and_holds_with_it(tmp_path: Path) -> None:
    storage, other, copy = tmp_path / "storage", tmp_path / "other", tmp_path / "kopia.tar.gz"
    wrong = write(tmp_path / "befolkning.csv", ["kommun;ar;alder;antal", "1440;2024;x;1"])
    for _ in range(2):
        uppfoljning(storage, "load", "befolkning", str(wrong), expect=1)
    uppfoljning(storage, "backup", "-o", str(copy))
    assert str(other / "granskningsnyckel") in uppfoljning(other, "restore", str(copy)).stderr
    told = uppfoljning(other, "audit", "verify", expect=1).stderr
    assert "Rad 1–3 är ändrade" in told
    assert "nyss återställt" in told
    shutil.copy(storage / "granskningsnyckel", other / "granskningsnyckel")
    assert uppfoljning(other, "audit", "verify").stdout == uppfoljning(storage, "audit", "verify").stdout


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    key = uppfoljning(storage, "keys", "make", "Vårdplattformen", "--scope", "las:1440", "--days", "30").stdout.strip()
    assert key.startswith("uppf_")
    listed = uppfoljning(storage, "keys", "list").stdout
    assert "Vårdplattformen" in listed
    assert key not in listed
    uppfoljning(storage, "keys", "revoke", "1")
    assert "återkallad" in uppfoljning(storage, "keys", "list").stdout
    assert (
        "läser eller lämnar" in uppfoljning(storage, "keys", "make", "x", "--scope", "las:1440", "--scope", "lamna:1440", expect=2).stderr
    )
    assert "personnummer" in uppfoljning(storage, "keys", "make", "19121212-1212", "--scope", "las:allt", expect=2).stderr
    uppfoljning(storage, "figures")
    told = uppfoljning(storage, "audit", "verify").stdout
    assert told.startswith("3:"), "a key made, a key revoked, and figures taken out"
