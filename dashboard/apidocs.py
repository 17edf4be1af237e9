"""The API's documentation: its OpenAPI document, and a Swedish page made from it that fetches nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from dashboard.parts import row, scrolling, table
from dashboard.shell import Page
from dashboard.tree import Children, Element, Node, h

VERSION = "1"
TITLE = "API för uppföljningen"
_ABOUT = (
    "Samma siffror som på sidorna och i kommandot figures, för den som räknar vidare. "
    "Varje svar säger vilken körning det kommer från. Fråga igen med If-None-Match, så kommer siffrorna bara när de har ändrats."
)
_TYPES = {
    "string": "text",
    "number": "tal",
    "integer": "heltal",
    "boolean": "true eller false",
    "null": "null",
    "array": "lista",
    "object": "objekt",
}
_HEADINGS = {"name": "Namn", "type": "Typ", "meaning": "Betydelse", "code": "Svar"}

Json: TypeAlias = Mapping[str, Any]


def router(api: APIRouter, whole: Callable[[Page], str]) -> APIRouter:
    """`openapi.json` and `docs` for the router's endpoints; `whole` makes an HTML page of a page's own part."""
    document = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=api.routes)
    docs = APIRouter(prefix=api.prefix, include_in_schema=False)

    @docs.get("/openapi.json")
    def openapi() -> Response:
        return JSONResponse(document, headers={"Cache-Control": "no-cache"})

    @docs.get("/docs")
    def documentation(request: Request) -> Response:
        return HTMLResponse(whole(page(document, str(request.base_url).rstrip("/"))))

    return docs


def page(document: Json, base_url: str) -> Page:
    """Every endpoint with its parameters, answers and fields; what several answers hold is told once."""
    head = h.div(
        h.h1(TITLE, tabindex="-1"),
        h.p(document["info"]["description"], class_="lead"),
        h.p("Samma beskrivning för program: ", h.a("openapi.json", href="openapi.json", data_plain=True), class_="lead"),
        class_="head",
    )
    told: list[str] = []
    endpoints = [_endpoint(document, path, operations["get"], base_url, told) for path, operations in document["paths"].items()]
    return Page(TITLE, (head, *endpoints))


def _endpoint(document: Json, path: str, operation: Json, base_url: str, told: list[str]) -> Element:
    name, about = operation["operationId"], operation["summary"]
    answers = [(code, str(answer["description"])) for code, answer in operation["responses"].items()]
    return h.section(
        h.div(h.h2(about, id=name), h.p(operation["description"]), class_="part-head"),
        h.p(h.code(f"GET {path}")),
        _parameters(operation.get("parameters", []), about),
        h.h3("Svar"),
        _table(f"Svar, {about}", ("code", "meaning"), answers),
        list(_answer_fields(document, operation, told)),
        h.h3("Exempel"),
        h.p(h.code(f"curl '{base_url}{path}{_example(operation)}'")),
        aria_labelledby=name,
        class_="part prose api",
    )


def _parameters(parameters: list[Json], about: str) -> list[Node]:
    if not parameters:
        return []
    rows = [(str(each["name"]), str(each["description"])) for each in parameters]
    return [h.h3("Att ange i frågan"), _table(f"Att ange i frågan, {about}", ("name", "meaning"), rows)]


def _answer_fields(document: Json, operation: Json, told: list[str]) -> Iterator[Node]:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    for name in (each for each in _reached(document, schema) if each not in told):
        told.append(name)
        shape = document["components"]["schemas"][name]
        rows = [(str(field), _type(of), str(of.get("description", ""))) for field, of in shape["properties"].items()]
        yield h.h3(name, id=name)
        yield h.p(shape["description"])
        yield _table(f"Fält i {name}", ("name", "type", "meaning"), rows)


def _reached(document: Json, schema: Json) -> list[str]:
    """Names of the schemas that the schema is made of, outermost first."""
    found: list[str] = []
    waiting = [schema]
    while waiting:
        here = waiting.pop(0)
        if "$ref" in here:
            name = here["$ref"].rsplit("/", 1)[1]
            if name not in found:
                found.append(name)
                waiting += document["components"]["schemas"][name].get("properties", {}).values()
        waiting += [*here.get("anyOf", []), *([here["items"]] if "items" in here else [])]
    return found


def _type(schema: Json) -> list[Node]:
    """The type in Swedish: `text`, `tal eller null`, `lista av Figure`."""
    if "$ref" in schema:
        name = str(schema["$ref"].rsplit("/", 1)[1])
        return [h.a(name, href=f"#{name}")]
    if "anyOf" in schema:
        first, *rest = (_type(each) for each in schema["anyOf"])
        return [*first, *(node for each in rest for node in (" eller ", *each))]
    if schema.get("type") == "array":
        return ["lista av ", *_type(schema["items"])]
    return [{"date": "datum", "date-time": "tidpunkt"}.get(schema.get("format", ""), _TYPES[schema["type"]])]


def _example(operation: Json) -> str:
    names = [parameter["name"] for parameter in operation.get("parameters", [])]
    return "?period_kind=year&area=lan-14&format=csv" if "format" in names else ""


def _table(label: str, columns: tuple[str, ...], rows: Sequence[tuple[Children, ...]]) -> Element:
    headings = [h.th(_HEADINGS[column], scope="col", class_="left") for column in columns]
    body = [row(h.code(first), [h.td(cell, class_="left") for cell in rest]) for first, *rest in rows]
    return scrolling(table(label, headings, body), label)
