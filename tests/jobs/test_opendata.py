"""The weekly open data: the files of the command in a folder, whole at every moment, and written only when something is new."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs import opendata
from jobs.job import JobFailed, Surroundings
from reports.opendata_store import published as packed
from sql.store import mark
from tests.reports.skr_store import computed, published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "webb" / "oppna-data"


@pytest.fixture
def ours(around: Surroundings, folder: Path) -> Surroundings:
    """2024 and 2025 are published; the addresses are real ones, and a folder is chosen."""
    run = computed(around.store)
    published(around.store, run, (2024, 2025))
    return saying(around, folder=str(folder), base_url="https://data.vgregion.se/oppna-data", **REAL)


REAL = {"publisher_uri": "https://data.vgregion.se/vgr", "contact_email": "a@vgregion.se", "homepage": "https://data.vgregion.se/"}


def saying(around: Surroundings, **said: str) -> Surroundings:
    form = {**(around.settings.open_data or {}), **said}
    return Surroundings(around.settings.model_copy(update={"open_data": form}), around.store, around.clock)


def run(around: Surroundings) -> str:
    return opendata.run(around, lambda line: None)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def packages(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir() if path != folder]


def test_the_files_of_the_command_are_written_once(ours: Surroundings, folder: Path) -> None:
    assert run(ours).endswith(f"filer skrivna i {folder}.")
    assert contents(folder) == packed(ours.settings, ours.store)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
    link = folder.readlink()
    assert run(ours) == "Inget har publicerats sedan sist."
    assert folder.readlink() == link


def test_a_new_edition_replaces_the_package_and_the_one_before_is_kept_for_whoever_reads_it(ours: Surroundings, folder: Path) -> None:
    run(ours)
    first = folder.resolve()
    for minutes in (1, 2):
        second = folder.resolve()
        published(ours.store, computed(ours.store, minutes), (2025,))
        run(ours)
        assert contents(folder) == packed(ours.settings, ours.store)
        assert second.is_dir()
    assert not first.exists()
    assert len(packages(folder)) == 2


def test_a_stop_on_the_way_leaves_the_former_package_and_the_next_run_mends_it(
    ours: Surroundings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(ours)
    before = contents(folder)
    published(ours.store, computed(ours.store, 1), (2025,))
    for name in ("write_bytes", "rename", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(Path, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run(ours)
        assert contents(folder) == before
    run(ours)
    assert contents(folder) == packed(ours.settings, ours.store)
    assert len(packages(folder)) == 2


def test_a_full_disk_is_told_of(ours: Surroundings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(JobFailed, match="Kontrollera mappen och utrymmet"):
        run(ours)
    assert not folder.exists()


@pytest.mark.parametrize("theirs", ["a file in it", "a link"])
def test_what_is_somebody_elses_is_left_alone(ours: Surroundings, folder: Path, tmp_path: Path, theirs: str) -> None:
    folder.parent.mkdir()
    if theirs == "a link":
        folder.symlink_to(tmp_path)
    else:
        folder.mkdir()
        (folder / "index.html").touch()
    with pytest.raises(JobFailed, match="något annat") as refused:
        run(ours)
    assert not refused.value.may_pass


def test_a_package_that_somebody_has_removed_is_written_again(ours: Surroundings, folder: Path) -> None:
    run(ours)
    shutil.rmtree(folder.resolve())
    run(ours)
    assert contents(folder) == packed(ours.settings, ours.store)


def test_an_empty_folder_makes_way(ours: Surroundings, folder: Path) -> None:
    folder.mkdir(parents=True)
    run(ours)
    assert contents(folder)


@pytest.mark.parametrize("name", ["base_url", "homepage", "publisher_uri", "contact_email"])
def test_example_addresses_are_not_spread(ours: Surroundings, folder: Path, name: str) -> None:
    example = "a@example.com" if name == "contact_email" else "https://data.example.org/x"
    with pytest.raises(JobFailed, match=rf"open_data\.{name} är exempel"):
        run(saying(ours, **{name: example}))
    assert not folder.exists()


def test_a_demo_may_have_example_addresses_since_it_says_what_it_is(around: Surroundings, folder: Path) -> None:
    with around.store.writing() as session:
        mark(session, "demo")
    published(around.store, computed(around.store), (2025,))
    run(saying(around, folder=str(folder)))
    assert "DEMODATA" in (folder / "katalog.ttl").read_text(encoding="utf-8")


def test_small_numbers_are_never_spread(ours: Surroundings, folder: Path) -> None:
    """As when the threshold has been raised since the year was published."""
    higher = ours.settings.model_copy(update={"disclosure": ours.settings.disclosure.model_copy(update={"threshold": 500})})
    with pytest.raises(JobFailed, match="inte skyddade"):
        run(Surroundings(higher, ours.store, ours.clock))
    assert not folder.exists()


@pytest.mark.parametrize(("said", "told"), [({"license": "cc-by"}, "open_data.license"), ({"folder": ""}, "open_data.folder")])
def test_settings_that_cannot_be_read_are_told_of(ours: Surroundings, said: dict[str, str], told: str) -> None:
    with pytest.raises(JobFailed, match=told):
        run(saying(ours, **said))


def test_nothing_is_written_where_nothing_is_published_or_no_folder_chosen(around: Surroundings, folder: Path) -> None:
    assert run(around) == "Ingen mapp är vald."
    assert run(saying(around, folder=str(folder), base_url="https://data.vgregion.se/", **REAL)) == "Inget år är publicerat."
    assert not folder.parent.exists()
