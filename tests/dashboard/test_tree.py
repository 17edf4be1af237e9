"""Trees: how they are built, found in, and written as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from dashboard.tree import find, h, text_of, to_html


def test_an_element_is_plain_data() -> None:
    made = h.p("Länet ", h.b("2,87"), None, [" %", ["."]], class_="lead", aria_label="svar", hidden=False, tabindex=None)
    assert made == ("p", {"class": "lead", "aria-label": "svar"}, "Länet ", ("b", {}, "2,87"), " %", ".")
    assert text_of(made) == "Länet 2,87 %."


def test_elements_are_found_by_tag_and_attribute() -> None:
    page = h.main(h.section(h.h2("A", id="a")), h.section(h.h2("B", id="b"), class_="chart"))
    assert [text_of(found) for found in find(page, tag="h2")] == ["A", "B"]
    assert [text_of(found) for found in find(page, class_="chart")] == ["B"]


def test_attributes_as_html_writes_them() -> None:
    assert to_html(h.option("Ale", value="1440", selected=True)) == '<option value="1440" selected>Ale</option>'
    assert to_html(h.input(type="search", defaultValue="a&b", key="x")) == '<input type="search" value="a&amp;b">'


def test_a_chart_is_an_empty_frame_with_its_message() -> None:
    chart = h.diagram(id="karta", figure={"data": []}, height=300, label='22 av 49 "når"', picture={})
    frame = '<div class="diagram" role="img" aria-label="22 av 49 &quot;når&quot;" id="karta">'
    assert to_html(chart) == f'{frame}<svg width="1" height="300" aria-hidden="true"></svg></div>'
    assert text_of(chart) == '22 av 49 "når"'


class Reader(HTMLParser):
    """What a browser makes of the HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), min_size=1))
def test_no_text_becomes_markup(text: str) -> None:
    reader = Reader()
    reader.feed(to_html(h.p(text, title=text)))
    reader.close()
    assert reader.tags == [("p", {"title": text})]
    assert reader.text == text
