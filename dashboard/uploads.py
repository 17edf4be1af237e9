"""Taking a file in from the browser, with the same checks as the command `load`.

A plain HTML form, so it works without scripts. Nobody may upload unless the server is bound to loopback (see `access`).
The file lies in a folder of its own, for its owner only, while it is read, and is gone afterwards.
"""

from __future__ import annotations

import errno
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from config import Settings
from dashboard.access import TOKEN_FIELD, Access
from dashboard.pages import upload_form, upload_result
from dashboard.recomputing import Recomputing
from dashboard.shell import Page
from loaders.intake import Outcome, Usage
from policy import Action, Person, kommuner_for
from sql.errors import FULL, StoreError
from sql.store import Store

BY = "webbsidan"
_MEGABYTE = 1024 * 1024
_MOST_FIELDS = 100
_LONGEST_NAME = 200  # bytes
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class TakeIn(Protocol):
    """`loaders.intake.take_in`."""

    def __call__(
        self,
        settings: Settings,
        store: Store,
        dataset: str,
        path: Path,
        periods: Sequence[str],
        kommuner: Sequence[str] | None,
        accept_valid: bool,
        by: Person | str,
        now: datetime,
    ) -> Outcome:
        """Check and store one file."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the program
    """An upload that gets no further: a Swedish sentence and the HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Sent:
    """What the form said: the file and what it speaks for."""

    file_name: str
    content: BinaryIO
    dataset: str
    periods: tuple[str, ...]
    kommuner: tuple[str, ...]
    accept_valid: bool


@dataclass(frozen=True)
class Uploads:
    """What taking a file in needs. `page` makes a whole HTML page in the site's shell."""

    settings: Settings
    store: Store
    access: Access
    take_in: TakeIn
    recomputing: Recomputing
    page: Callable[[Page], str]

    def router(self) -> APIRouter:
        """The form's address."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(upload_form.ACTION, _back_to_the_form, methods=["GET"])
        routes.add_api_route(upload_form.ACTION, self.upload, methods=["POST"])
        return routes

    async def upload(self, request: Request) -> Response:
        """Take the form's file in and say how it went, as a page or, for a program that asks for it, as JSON."""
        try:
            outcome = await self._outcome(request)
        except Refusal as refusal:
            return self._refused(request, refusal)
        if outcome.delivery is not None and not outcome.already:
            self.recomputing.ask()
        return self._answer(request, outcome)

    async def _outcome(self, request: Request) -> Outcome:
        _stop(self.access.change_refusal(request, Action.UPLOAD))
        form = await _read_form(request, self.settings.limits.file_mb * _MEGABYTE)
        try:
            _stop(self.access.token_refusal(request, str(form.get(TOKEN_FIELD, ""))))
            return await run_in_threadpool(self._take_in, _sent(form))
        finally:
            await form.close()

    def _take_in(self, sent: Sent) -> Outcome:
        person = self.access.reader(is_demo=False)
        kommuner = _kommuner(person, sent.kommuner)
        who = person if person.subject else BY
        try:
            with TemporaryDirectory(prefix="uppfoljning-") as folder:
                path = Path(folder) / sent.file_name
                with path.open("xb") as file:
                    copyfileobj(sent.content, file)
                return self.take_in(
                    self.settings, self.store, sent.dataset, path, sent.periods, kommuner, sent.accept_valid, who, datetime.now(UTC)
                )
        except Usage as error:
            raise Refusal(str(error), 400) from error
        except StoreError as error:
            raise Refusal(str(error), 503) from error
        except OSError as error:
            raise Refusal(*_of_the_disk(error)) from error

    def _answer(self, request: Request, outcome: Outcome) -> Response:
        """A refused file is 422 to a program; a browser would log that as a fault of the page, which the answer is not."""
        taken = outcome.delivery is not None
        if _wants_json(request):
            return JSONResponse(_as_json(outcome), 200 if taken else 422)
        return self._as_page(upload_result.taken(outcome) if taken else upload_result.refused(outcome), 200)

    def _refused(self, request: Request, refusal: Refusal) -> Response:
        if _wants_json(request):
            return JSONResponse({"detail": str(refusal)}, refusal.status)
        return self._as_page(upload_result.stopped(str(refusal)), refusal.status)

    def _as_page(self, page: Page, status: int) -> Response:
        return HTMLResponse(self.page(page), status, {"Cache-Control": "no-store"})


def _kommuner(person: Person, said: tuple[str, ...]) -> tuple[str, ...] | None:
    """The kommuner that the file is to cover: as stated, and never another than the person may deliver for. Raises Refusal."""
    own = kommuner_for(person, Action.UPLOAD)
    if own is None:
        return said or None
    if not own.issuperset(said) or not own:
        raise Refusal("Du kan bara lämna uppgifter för din egen kommun. Ta bort de andra ur valet.", 403)
    return said or tuple(sorted(own))


def _stop(sentence: str | None) -> None:
    if sentence is not None:
        raise Refusal(sentence, 403)


def _back_to_the_form() -> Response:
    return RedirectResponse("/leveranser#ladda-upp", 303)


async def _read_form(request: Request, most_bytes: int) -> FormData:
    """The form, its file on disk. Raises Refusal for one that is too large or cannot be read."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refusal("Filen kom inte fram. Skicka den med formuläret på sidan Leveranser.", 400)
    try:
        return await MultiPartParser(request.headers, _at_most(request, most_bytes), max_files=1, max_fields=_MOST_FIELDS).parse()
    except MultiPartException as error:
        raise Refusal("Filen kom inte fram hel. Försök igen.", 400) from error
    except OSError as error:
        raise Refusal(*_of_the_disk(error)) from error


async def _at_most(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    """The body. What is over the limit is read and thrown away, so that the browser gets to see the answer."""
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received <= most_bytes:
            yield chunk
    if received > most_bytes:
        raise Refusal(f"Filen är större än {most_bytes // _MEGABYTE} MB och är inte läst. Dela den per kvartal och skicka delarna.", 413)


def _sent(form: FormData) -> Sent:
    file = form.get("fil")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refusal("Ingen fil är vald. Välj en fil och försök igen.", 400)
    return Sent(
        file_name=_safe_name(file.filename),
        content=file.file,
        dataset=str(form.get("uppgifter", "")),
        periods=tuple(part.strip() for part in re.split("[,;]", str(form.get("period", ""))) if part.strip()),
        kommuner=tuple(dict.fromkeys(str(code) for code in form.getlist("kommun") if code)),
        accept_valid=form.get("godta_ratta") == "ja",
    )


def _safe_name(name: str) -> str:
    """The file's own name, without the folders and control characters that a client may send; its end is kept when it is too long."""
    bare = _UNPRINTABLE.sub("", re.split(r"[/\\]", name)[-1]).strip()
    short = bare.encode()[-_LONGEST_NAME:].decode(errors="ignore")
    return "fil" if short in ("", ".", "..") else short


def _of_the_disk(error: OSError) -> tuple[str, int]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL, 503
    return "Filen kunde inte läggas på servern. Försök igen, eller läs in den med kommandot load.", 503


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "delivery": outcome.delivery,
        "already": outcome.already,
        "answer": outcome.answer,
        "notes": list(outcome.notes),
        "problems": [problem.as_dict() for problem in outcome.problems],
    }
