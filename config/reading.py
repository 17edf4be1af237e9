"""Reads config.yaml and says, line by line, where it is wrong and what to write instead."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from config.access import SECRET_VARIABLE
from config.settings import Settings
from config.values import ConfigError

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""yaml.safe_load's loader, in C where the library has it: every command reads this file first."""

_REMEDIES = {
    "extra_forbidden": "okänd nyckel. Ta bort den eller rätta stavningen",
    "missing": "nyckeln saknas. Lägg till den",
    "string_too_short": "värdet är tomt. Fyll i det",
    "too_short": "listan är tom. Lägg till minst en post",
    "string_type": "ska vara text. Sätt värdet inom citattecken",
    "string_pattern_mismatch": "har inte rätt form ({pattern})",
    "int_parsing": "ska vara ett heltal",
    "int_type": "ska vara ett heltal",
    "float_parsing": "ska vara ett tal",
    "greater_than": "ska vara större än {gt}",
    "greater_than_equal": "ska vara minst {ge}",
    "literal_error": "ska vara någon av {expected}",
    "date_from_datetime_parsing": "ska vara ett datum, som 2027-01-01",
    "date_type": "ska vara ett datum, som 2027-01-01",
}


def _node_at(node: yaml.Node, path: Sequence[Any]) -> yaml.Node:
    """The deepest YAML node that the path leads to; for an unknown key that is its own line."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            break
        node = found
    return node


def _repeated_keys(node: yaml.Node, path: str = "") -> Iterator[str]:
    """Keys given twice: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield f"rad {key.start_mark.line + 1}, {path}{key.value}: nyckeln finns två gånger. Ta bort den ena"
            seen.add(key.value)
            yield from _repeated_keys(value, f"{path}{key.value}.")
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _repeated_keys(item, f"{path}{number}.")


def _problem(path: tuple[Any, ...], error: Mapping[str, Any], root: yaml.Node) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        said = str(context["error"])
    else:
        said = _REMEDIES.get(error["type"], "duger inte. Rätta värdet").format_map(context)
    return f"rad {_node_at(root, path).start_mark.line + 1}, {'.'.join(map(str, path)) or 'hela filen'}: {said}."


def _problems(failure: ValidationError, root: yaml.Node) -> list[str]:
    """One sentence per place; a list that fails because an entry in it does is not told twice."""
    by_path: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for error in failure.errors():
        # For a value that may be either of two types pydantic adds the type's name to the path.
        path = tuple(step for step in error["loc"] if step != "Member" and "constrained" not in str(step))
        by_path.setdefault(path, dict(error))
    inner = {path[:length] for path in by_path for length in range(len(path))}
    return [_problem(path, error, root) for path, error in by_path.items() if path not in inner]


def _with_environment(raw: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    overrides = {key: environment.get(f"UPPFOLJNING_{key.upper()}") for key in ("storage", "database_url", "deliveries")}
    given = raw | {key: value for key, value in overrides.items() if value}
    secret = environment.get(SECRET_VARIABLE)
    if isinstance(oidc := raw.get("oidc"), dict):
        if "client_secret" in oidc:
            raise ConfigError([f"oidc.client_secret hör inte hemma i filen. Ta bort raden och ange hemligheten i {SECRET_VARIABLE}."])
        given["oidc"] = oidc | ({"client_secret": secret} if secret else {})
    return given


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings file.

    `UPPFOLJNING_STORAGE`, `UPPFOLJNING_DATABASE_URL` and `UPPFOLJNING_DELIVERIES` in `environment` override the file,
    `UPPFOLJNING_OIDC_SECRET` adds to it.
    Raises `ConfigError` with every problem when the file is missing, is not YAML, or says something wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"Inställningsfilen {path} kan inte läsas ({error}). Ange en annan med --config."]) from error
    try:
        root = yaml.compose(text, Loader=_LOADER)
        raw = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ConfigError([f"Inställningsfilen {path} är inte giltig YAML: {error}. Rätta raden."]) from error
    if root is None or not isinstance(raw, dict):
        raise ConfigError([f"Inställningsfilen {path} är tom. Utgå från den config.yaml som följer med."])
    if repeated := list(_repeated_keys(root)):
        raise ConfigError([f"{path}, {problem}." for problem in repeated])
    try:
        return Settings.model_validate(_with_environment(raw, environment))
    except ValidationError as error:
        raise ConfigError([f"{path}, {problem}" for problem in _problems(error, root)]) from error
