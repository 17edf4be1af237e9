"""Opening a store."""

from __future__ import annotations

from sql.store import Store


def test_an_empty_store_is_neither_demo_nor_real(store: Store) -> None:
    assert not store.is_demo
