"""Utskrivning: one row per discharge of a patient who was reported utskrivningsklar. Source: contract, section 4."""

from loaders.dataset import Column, Dataset, NotAbove

_CONDITIONS = (
    "inskrivningsmeddelande",
    "utskrivningsklar_meddelad",
    "fast_vardkontakt",
    "sip_behov",
    "sip_erbjuden",
    "tvangsvard",
    "vardplan",
    "oppenvard_planering",
    "oppenvard_insatser",
    "it_stod",
)

DATASET = Dataset(
    name="utskrivning",
    columns=(
        Column(name="arende", kind="pseudonym", required=True),
        Column(name="kommun", kind="kommun", required=True),
        Column(name="enhet", kind="text", required=True),
        Column(name="inskriven", kind="date", required=True),
        Column(name="utskrivningsklar", kind="date", required=True),
        Column(name="utskriven", kind="date", required=True),
        *(Column(name=name, kind="yes_no") for name in _CONDITIONS),
        Column(name="sip_kallelse", kind="date"),
        Column(name="information_overford", kind="date"),
    ),
    coverage="sender",
    base="month",
    period="utskriven",
    id_column="arende",
    rules=(
        NotAbove("inskriven", "utskrivningsklar", blame="utskrivningsklar"),
        NotAbove("utskrivningsklar", "utskriven", blame="utskriven"),
    ),
)
