"""What each reader sees, and that nothing kept for one reader is ever shown to another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest

from config import Settings
from dashboard import api, reader
from dashboard.access import Access
from dashboard.answers import Answer
from dashboard.router import Router
from dashboard.snapshot import Snapshot, Snapshots
from policy import Person, Sight, sight
from sql.store import Store
from tests.conftest import settings_of
from tests.dashboard.people import ALE, EVERYONE, FORUM, LERUM, OF_ALE, OF_LERUM, PUBLIC
from tests.dashboard.served import save_run, sqlite_store

ADDRESSES = ["/", "/kommuner", f"/kommun/{ALE}", f"/kommun/{LERUM}", "/delregion/kf-gr", "/indikator/avvikelser", "/indikatorer"]
KEY = ["indicator", "area", "period"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Store]]:
    """A real store with small numbers, on a server that shows the public protected figures."""
    settings = settings_of(tmp_path_factory.mktemp("sight") / "storage").model_copy(update={"access": "public"})
    with sqlite_store(settings) as store:
        save_run(settings, store, only="avvikelser")
        yield settings, store


@pytest.fixture(scope="module")
def snapshot(kept: tuple[Settings, Store]) -> Snapshot:
    current = Snapshots(*kept).current()
    assert current is not None
    return current


def router(kept: tuple[Settings, Store], snapshots: Snapshots | None = None, *, ahead: bool = False) -> Router:
    settings, store = kept
    return Router(settings, snapshots or Snapshots(settings, store), Access(settings, "192.0.2.1", "token"), {}, ahead=ahead)


def asked(router_: Router, person: Person, address: str) -> str:
    with reader.reading(person):
        answer = router_(address)
    assert isinstance(answer, Answer)
    return answer.packed


def test_a_kommun_sees_its_own_figures_and_the_others_protected(snapshot: Snapshot) -> None:
    mixed, public = snapshot.view(sight(OF_ALE)), snapshot.view(sight(PUBLIC))
    own = (pl.col("area_kind") == "kommun") & (pl.col("area") == ALE)
    assert mixed.figures.filter(own).equals(snapshot.figures.filter(own))
    assert mixed.figures.filter(~own).equals(public.figures.filter(~own))
    assert mixed.figures.select(KEY).equals(snapshot.figures.select(KEY)), "in the contract's order"
    hidden = public.figures.filter(pl.col("status") == "suppressed")
    assert hidden.filter(own).height > 0
    assert hidden.filter(~own).height > 0
    assert mixed.breakdowns.filter(own).equals(snapshot.breakdowns.filter(own))
    assert mixed.breakdowns.filter(~own).equals(public.breakdowns)
    assert set(public.breakdowns["area"]) <= {"lan-14"}


def test_readers_who_see_different_things_never_share_what_is_kept(snapshot: Snapshot) -> None:
    sights = {name: sight(person) for name, person in EVERYONE.items()}
    for (one, first), (two, second) in itertools.combinations(sights.items(), 2):
        same = {one, two} <= {"forum", "vgr", "admin"}
        assert (snapshot.key(first) == snapshot.key(second)) is same, (one, two)
        assert (snapshot.view(first).key == snapshot.view(second).key) is same
    assert all(snapshot.view(each).key == snapshot.key(each) for each in sights.values())


def test_pages_are_the_same_whoever_asked_before(kept: tuple[Settings, Store]) -> None:
    """Asked in turn on one server, each reader gets just what a server of their own would give."""
    settings, store = kept
    snapshots = Snapshots(settings, store)
    people = (FORUM, PUBLIC, OF_ALE, OF_LERUM)
    alone = {person: {address: asked(router(kept, snapshots), person, address) for address in ADDRESSES} for person in people}
    shared = router(kept, snapshots, ahead=True)
    for address in ADDRESSES:
        for person in (*people, *reversed(people)):
            assert asked(shared, person, address) == alone[person][address], (person.name, address)
    distinct = [len({alone[person][address] for person in people}) for address in ADDRESSES]
    assert max(distinct) == 4, "the county has something to hide"


def test_more_readers_than_are_kept_still_get_their_own(kept: tuple[Settings, Store]) -> None:
    settings, store = kept
    shared = router(kept, Snapshots(settings, store))
    of_each = [Person(kommun, "", frozenset({f"kommun:{kommun}"})) for kommun in list(settings.kommuner)[:12]]
    first = [asked(shared, person, "/indikator/avvikelser") for person in of_each]
    assert [asked(shared, person, "/indikator/avvikelser") for person in of_each] == first


def test_the_api_knows_readers_apart(kept: tuple[Settings, Store], snapshot: Snapshot) -> None:
    tags = {name: api._tag(snapshot.view(sight(person))) for name, person in EVERYONE.items()}
    assert tags["forum"] == tags["vgr"]
    assert len(set(tags.values())) == 4
    caching = {name: api._caching(snapshot.view(sight(person))) for name, person in EVERYONE.items()}
    assert {name for name, each in caching.items() if each["Cache-Control"].startswith("public")} == {"public"}
    assert all(each["Vary"] == "Cookie, Authorization" for each in caching.values())


def test_outside_a_request_somebody_is_the_public() -> None:
    assert reader.present() is None
    with reader.reading(FORUM):
        assert reader.present() is FORUM
    assert reader.present() is None


def test_a_publication_is_another_key(snapshot: Snapshot) -> None:
    later = replace(snapshot, edition="2025-1")
    assert later.key(Sight(False)) != snapshot.key(Sight(False))
