"""config.yaml: what it holds for Västra Götaland, and that a wrong file stops with place and remedy."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from config import ConfigError, load_settings

SHIPPED = Path(__file__).parent.parent / "config.yaml"


def spoil(tmp_path: Path, old: str, new: str) -> str:
    """The problems of the shipped file with one text replaced."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "config.yaml"
    wrong.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(wrong, {})
    return "\n".join(refused.value.problems)


def test_the_shipped_file_holds_the_county() -> None:
    settings = load_settings(SHIPPED, {})
    assert len(settings.kommuner) == 49
    sizes = {area.id: len(area.members) for division in settings.divisions for area in division.areas}
    assert [sizes[i] for i in ("kf-gr", "kf-sjuharad", "kf-skaraborg", "kf-fyrbodal")] == [12, 8, 15, 14]
    assert sum(size for area, size in sizes.items() if area.startswith("vs-")) == 48
    assert {year: amount.amount for year, amount in settings.payment_amount_per_day.items()} == {2019: 7800, 2022: 9300}
    assert settings.ntandvard.population_from_age == 24
    assert settings.disclosure.threshold == 5


def test_the_shipped_file_loads_with_safe_load() -> None:
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert [(a["id"], a["valid_from"], a["valid_to"]) for a in raw["agreements"]] == [
        ("hsa-2023", date(2023, 1, 1), date(2026, 12, 31)),
        ("hsa-2027", date(2027, 1, 1), date(2030, 12, 31)),
    ]


def test_conditions_of_the_agreements() -> None:
    first, second = load_settings(SHIPPED, {}).agreements
    assert [c.id for c in first.utskrivning.conditions] == [
        "inskrivningsmeddelande",
        "utskrivningsklar_meddelad",
        "sip_kallad",
        "oppenvard_planering",
        "oppenvard_insatser",
    ]
    assert len(second.utskrivning.conditions) == 10
    in_time = next(c for c in second.utskrivning.conditions if c.id == "sip_kallad_i_tid")
    assert (in_time.of, in_time.within_days, in_time.applies_if) == ("utskrivningsklar", 3, "sip_behov")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("disclosure: {threshold", "disclosure: {treshold", "disclosure.treshold: okänd nyckel"),
        ("valid_from: 2027-01-01", "valid_from: 2026-12-31", "avtalen hsa-2023 och hsa-2027 överlappar"),
        ("valid_to: 2026-12-31\n      source: Avtal 2023–2026, munhälsa", "source: Avtal", "målen för ntandvard_tackning"),
        ('members: ["1421"', 'members: ["9999"', "kommunen 9999 i kf-fyrbodal finns inte under kommuner"),
        ('members: ["1421"', 'members: ["1480"', "kommunen 1480 ligger i både"),
        ('unplaced: ["1462"]', "unplaced: []", "kommunen 1462 saknar plats"),
        (', source: "HSLF-FS 2018:67"}', "}", "payment_amount_per_day.2019.source: nyckeln saknas"),
        ("      source: Avtal 2027–2030, kommunens betalningsansvar 6–7 §§", "", "goals.dagar_snitt.1.source: nyckeln saknas"),
        ('source: "HSLF-FS 2018:67"', 'source: " "', "payment_amount_per_day.2019.source: värdet är tomt"),
        ("storage: storage", "storage: storage\nstorage: annan", "storage: nyckeln finns två gånger"),
        ("threshold: 5", "threshold: fem", "disclosure.threshold: ska vara ett heltal"),
        (
            "valid_from: 2027-01-01\n    valid_to: 2030-12-31",
            "valid_from: 2027-01-01\n    valid_to: 2026-12-31",
            "valid_to ligger före valid_from",
        ),
        ("engine: local", "engine: snabb", "compute.engine: ska vara local, eller dask://"),
        ("engine: local", "engine: dask://klustret", "compute.engine: ska vara local, eller dask://"),
    ],
)
def test_a_wrong_file_stops_with_place_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    problems = spoil(tmp_path, old, new)
    assert said in problems
    assert "rad " in problems


@pytest.mark.parametrize("text", ["", "a: [", "- bara en lista"])
def test_a_file_that_is_no_settings_file(tmp_path: Path, text: str) -> None:
    wrong = tmp_path / "config.yaml"
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_settings(wrong, {})


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="kan inte läsas"):
        load_settings(tmp_path / "finns-inte.yaml", {})


def test_the_environment_overrides_storage_and_database() -> None:
    settings = load_settings(SHIPPED, {"UPPFOLJNING_STORAGE": "annan", "UPPFOLJNING_DATABASE_URL": "postgresql://x/y"})
    assert (settings.storage, settings.effective_database_url) == ("annan", "postgresql://x/y")
    assert load_settings(SHIPPED, {"UPPFOLJNING_STORAGE": "annan"}).effective_database_url == "sqlite:///annan/uppfoljning.db"


def test_membership_with_dates_counts_on_its_days(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    simba = '["1415", "1419", "1440", "1482"]'
    samla = '["1441", "1489"]'
    assert simba in text
    assert samla in text
    moved = text.replace(simba, '["1415", "1419", "1482", {kommun: "1440", valid_from: 0001-01-01, valid_to: 2024-12-31}]')
    moved = moved.replace(samla, '["1441", "1489", {kommun: "1440", valid_from: 2025-01-01, valid_to: 9999-12-31}]')
    path = tmp_path / "config.yaml"
    path.write_text(moved, encoding="utf-8")
    division = load_settings(path, {}).divisions[1]
    assert "1440" in division.members_on("vs-simba", date(2024, 12, 31))
    assert "1440" not in division.members_on("vs-simba", date(2025, 1, 1))
    assert "1440" in division.members_on("vs-samla", date(2025, 1, 1))
