"""Pages as plain data: an element is `(tag, attributes, *children)`, a text is a string.

The same tree is sent to the browser as JSON (assets/site.js draws it), written as HTML for a first visit, and compared in
tests. Dash's own HTML components are not used: measured, a page of 1 500 of them takes seconds to draw
(docs/adr/0003-dash-on-fastapi.md). Text is data everywhere; no string is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from html import escape
from typing import Any, TypeAlias

Element: TypeAlias = tuple[Any, ...]
Node: TypeAlias = Element | str
Children: TypeAlias = Node | Iterable[Any] | None
"""What may stand inside an element: a node, or nodes in sequences of any depth; None is nothing."""

_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
_NOT_HTML = {"key"}
_WRITTEN_AS = {"defaultValue": "value", "defaultChecked": "checked"}


def element(tag: str, *children: Children, **attributes: Any) -> Element:
    """One element. `class_` is written class, `aria_label` aria-label; an attribute that is None or False is left out.

    Children are nodes, or sequences of nodes; None among them is left out. There is no `style`: the pages' policy forbids it in HTML.
    """
    named = {_attribute(name): value for name, value in attributes.items() if value is not None and value is not False}
    nodes: list[Node] = []
    _add(nodes, children)
    return (tag, named, *nodes)


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _add(nodes: list[Node], children: Iterable[Children]) -> None:
    """Add the children to the nodes, sequences of any depth flat. A page holds thousands: this is most of what it costs to make."""
    for child in children:
        if isinstance(child, str) or is_element(child):
            nodes.append(child)  # type: ignore[arg-type]  # is_element has just looked
        elif child is not None:
            _add(nodes, child)


def is_element(node: object) -> bool:
    """Whether the value is an element, and not a sequence of nodes."""
    return type(node) is tuple and len(node) > 1 and type(node[1]) is dict and type(node[0]) is str


class _Tags:
    """`h.p("text", class_="lead")` makes the element `p`."""

    def __getattr__(self, tag: str) -> Callable[..., Element]:
        make = partial(element, tag)
        setattr(self, tag, make)
        return make


h = _Tags()


def text_of(node: Node) -> str:
    """What a reader reads in the node, without marks of any kind; a chart is its text alternative."""
    if isinstance(node, str):
        return node
    if node[0] == "diagram":
        return str(node[1]["label"])
    return "".join(text_of(child) for child in node[2:])


def find(node: Node, **attributes: Any) -> Iterator[Element]:
    """Every element under the node (and the node) whose attributes have these values; `tag` is the element's name."""
    if isinstance(node, str):
        return
    wanted = {_attribute(name): value for name, value in attributes.items() if name != "tag"}
    if attributes.get("tag", node[0]) == node[0] and all(node[1].get(name) == value for name, value in wanted.items()):
        yield node
    for child in node[2:]:
        yield from find(child, **attributes)


def to_html(node: Node) -> str:
    """The node as HTML. A chart becomes its empty frame: the browser draws it when the page has come alive."""
    return "".join(_html(node))


def _html(node: Node) -> Iterator[str]:
    if isinstance(node, str):
        yield escape(node, quote=False)
        return
    tag, attributes, *children = node
    if tag == "diagram":
        tag, attributes, children = "div", diagram_frame(attributes), [_room(attributes["height"])]
    yield f"<{tag}{''.join(_written(attributes))}>"
    if tag in _VOID:
        return
    for child in children:
        yield from _html(child)
    yield f"</{tag}>"


def diagram_frame(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the box that a chart is drawn in; assets/site.js makes the same."""
    return {
        "class": "diagram",
        "role": "img",
        "aria-label": attributes["label"],
        "id": attributes["id"],
    }


def _room(height: int) -> Element:
    """What keeps a chart's place until it is drawn."""
    return ("svg", {"width": "1", "height": str(height), "aria-hidden": "true"})


def _written(attributes: Mapping[str, Any]) -> Iterator[str]:
    for name, value in attributes.items():
        if name in _NOT_HTML:
            continue
        name = _WRITTEN_AS.get(name, name)
        if value is True:
            yield f" {name}"
        else:
            yield f' {name}="{escape(str(value))}"'
