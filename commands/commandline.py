"""What every command shares: Typer in Swedish, the settings and the store, the clock, and the way out."""

from __future__ import annotations

import errno
import getpass
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from typer import Typer
from typer.core import TyperCommand, TyperGroup

import faults

if TYPE_CHECKING:
    from config import Settings
    from sql.store import Store

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Refused(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """The data were refused or a check failed, and the words have been said: exit status 1."""


class WrongUsage(Exception):  # noqa: N818 - as above
    """The command was used wrongly: carries a Swedish sentence, exit status 2."""


class _Swedish:
    def get_help_option(self, ctx: Any) -> Any:
        """The option that shows the help, in Swedish."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Visa den här hjälpen."
        return option


class Command(_Swedish, TyperCommand):
    """A command with Swedish help."""


class Group(_Swedish, TyperGroup):
    """A group of commands with Swedish help, the commands under their headings."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands by heading, and within one as they were registered."""
        panels = [None, *Panel]
        return sorted(super().list_commands(ctx), key=lambda name: panels.index(getattr(self.commands[name], "rich_help_panel", None)))


class Panel(StrEnum):
    """The headings that `--help` lists the commands under, in this order."""

    INTAKE = "Ta in uppgifter"
    FIGURES = "Räkna och läsa"
    YEAR = "Året och nämndplanerna"
    RUNNING = "Drift"


# --- the settings, the store and the clock ------------------------------------------------------------------------

AsJson = Annotated[bool, typer.Option("--json", help="Svara med JSON.")]


def read_settings(ctx: typer.Context) -> Settings:
    """The settings that the command line names, with the indicators that they make declared. Raises ConfigError."""
    from config import load_settings
    from metrics.declared import declare

    settings = load_settings(ctx.obj)
    declare(settings)
    return settings


def open_up(ctx: typer.Context) -> tuple[Settings, Store]:
    """The settings and their store, whose warnings go to stderr. Raises ConfigError and StoreError."""
    from commands import terminal
    from sql import audit
    from sql.store import open_store

    settings = read_settings(ctx)
    store = open_store(settings)
    terminal.say([*store.warnings(), *audit.warnings(store)])
    return settings, store


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Sweden."""
    return datetime.now(STOCKHOLM).date()


def guarded(text: str) -> str:
    """Free text that a person wrote; one that holds a personnummer never gets further. Raises WrongUsage."""
    import personnummer

    if personnummer.find(text):
        raise WrongUsage("Texten innehåller ett personnummer eller samordningsnummer. Skriv den utan.")
    return text


def note_export(store: Store, what: str, kommun: str = "") -> None:
    """Tell the audit trail that a command has taken figures out, of the kommun (its code) or of all. Raises StoreError."""
    from policy import here
    from sql.audit import Event, What, note

    note(store, here(getpass.getuser()), Event(What.EXPORT, what, kommun), now())


def write(files: Mapping[Path, bytes]) -> None:
    """Write the files, all of them whole or none; says so and refuses where there is no room or the folder cannot be written in."""
    from commands import terminal

    beside = {path: _beside(path) for path in files}
    path = Path()
    try:
        for path, content in files.items():
            beside[path].write_bytes(content)
        for path in files:
            _put_in_place(path, beside[path])
    except OSError as error:
        why = "Disken är full." if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "Finns mappen, och får du skriva i den?"
        terminal.say([f"{path} kunde inte skrivas. {why}"])
        raise Refused from error
    finally:
        for path, unfinished in beside.items():
            if unfinished != path:
                unfinished.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """Where the file is written first. A pipe or a device has no beside."""
    is_other = path.exists() and not path.is_file()
    return path if is_other else path.resolve().with_name(f".{path.name[:200]}.ny")


def _put_in_place(path: Path, written: Path) -> None:
    if written == path:
        return
    if path.exists():
        written.chmod(path.stat().st_mode & 0o777)
    written.replace(path.resolve())


def print_json(value: object) -> None:
    """The answer to --json, on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


# --- complaints and the way out -----------------------------------------------------------------------------------


def _called(param: Any) -> str:
    """What a person writes: an option by its longest name, an argument by its place in the usage line."""
    if getattr(param, "param_type_name", "") == "option":
        return max((str(each) for each in param.opts), key=len)
    return str(getattr(param, "metavar", None) or getattr(param, "name", "")).upper().strip("[]")


def _asked_for(message: str) -> str:
    """What would do, out of the framework's English sentence."""
    if "valid integer" in message:
        return " Skriv ett heltal."
    bound = re.search(r"(greater|less) than or equal to (\d+)", message)
    return f" Skriv {'minst' if bound[1] == 'greater' else 'högst'} {bound[2]}." if bound else ""


def _complaint(error: Exception) -> str:
    """The framework's complaint about the command line, as a Swedish sentence."""
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = _called(param)
    match kind:
        case "NoSuchOption":
            return f"Flaggan {getattr(error, 'option_name', '')} finns inte."
        case "MissingParameter":
            return f"{name} saknas."
        case "BadParameter":
            return f"Värdet för {name} duger inte.{_asked_for(str(getattr(error, 'message', '')))}"
    unknown = re.search(r"No such command '(.*?)'", str(getattr(error, "message", "")))
    return f"Kommandot {unknown[1]} finns inte." if unknown else "Kommandot går inte att tolka."


def _fail(status: int, *sentences: str) -> NoReturn:
    sys.stderr.write("".join(sentence + "\n" for sentence in sentences))
    sys.exit(status)


def _fail_for(error: Exception) -> NoReturn:
    from config import ConfigError
    from loaders.problem import UnknownDataset, Usage
    from sql.store import StoreError

    if isinstance(error, ConfigError):
        _fail(2, *error.problems)
    if isinstance(error, UnknownDataset):
        _fail(1, str(error))
    if isinstance(error, Usage):
        _fail(2, str(error))
    if isinstance(error, StoreError):
        _fail(1, str(error))
    _fail(1, faults.unexpected(error))


def _translate_help() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "Argument"
    rich_utils.OPTIONS_PANEL_TITLE = "Flaggor"
    rich_utils.COMMANDS_PANEL_TITLE = "Kommandon"
    rich_utils.DEFAULT_STRING = "[förval: {}]"
    rich_utils.ENVVAR_STRING = "[miljövariabel: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[krävs]"


def run(app: Typer) -> NoReturn:
    """Run the command that was asked for; every outcome becomes a sentence and an exit status, never a traceback."""
    from typer.exceptions import Abort, TyperException

    _translate_help()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except Refused:
        sys.exit(1)
    except WrongUsage as error:
        _fail(2, str(error))
    except TyperException as error:
        _fail(2, _complaint(error), "Se uppfoljning --help.")
    except (Abort, KeyboardInterrupt):
        _fail(1, "Avbrutet.")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of stdout has gone (head, say), which is no fault
        sys.exit(0)
    except Exception as error:  # the last door
        _fail_for(error)
