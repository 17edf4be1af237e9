"""config.yaml as frozen, checked settings.

What an administrator decides lives in one YAML file: areas, agreements and their dates, goals, amounts,
thresholds, storage. `load_settings` returns it as immutable values, or raises `ConfigError` whose lines
say where the file is wrong (line and key) and what to write instead. The other rooms import all of it from here.
"""

from config.access import OidcSettings
from config.agreements import Agreement, Amount, Change, Clause, Condition, DischargeRules, Goal, Notice, PlacementRules, TrainingRules
from config.areas import Area, County, Division, Member
from config.namndplan import PlanSettings
from config.reading import load_settings
from config.schedule import JOB_TITLES, Due, Inbox, JobName, KoladaSource, Mail, Notices, PopulationTable, Retries, Sources, Times
from config.settings import (
    DatasetSettings,
    DisclosureSettings,
    LimitSettings,
    NtandvardSettings,
    Retention,
    Settings,
    UtskrivningSettings,
)
from config.values import AreaKind, ConfigError, Dated, KommunCode, PeriodKind, Text, Value, in_force

__all__ = [
    "JOB_TITLES",
    "Agreement", "Amount", "Area", "AreaKind", "Change", "Clause", "Condition", "ConfigError", "County", "DatasetSettings", "Dated",
    "DischargeRules", "DisclosureSettings", "Division", "Due", "Goal", "Inbox", "JobName", "KoladaSource", "KommunCode",
    "LimitSettings", "Mail", "Member", "Notice", "Notices", "NtandvardSettings", "OidcSettings", "PeriodKind", "PlacementRules",
    "PlanSettings", "PopulationTable", "Retention", "Retries", "Settings", "Sources", "Text", "Times", "TrainingRules",
    "UtskrivningSettings", "Value", "in_force", "load_settings",
]  # fmt: skip
