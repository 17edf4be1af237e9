"""Choices and addresses are the same thing said twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.choices import Choices, read

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
CHOICES = st.builds(
    Choices,
    path=st.sampled_from(["/", "/kommun/1440", "/indikator/foljsamhet"]),
    area=WORDS,
    period=st.sampled_from(["", "2025", "2025-Q3", "2025-07"]),
    division=WORDS,
    indicator=WORDS,
    view=WORDS,
    sort=WORDS,
    order=WORDS,
    only=WORDS,
    query=WORDS,
)


@given(CHOICES)
def test_an_address_leads_back_to_the_same_choices(chosen: Choices) -> None:
    assert read(chosen.address) == chosen


def test_what_a_person_wrote_is_understood() -> None:
    assert read("/kommun/1440/?period=2025K3&okant=1") == Choices("/kommun/1440", period="2025-Q3")
    assert read("/?period=igår") == Choices("/")


def test_a_link_keeps_what_it_is_told_to_keep() -> None:
    here = Choices("/", area="1440", period="2025", sort="foljsamhet")
    assert here.at("/kommun/1440", "period").address == "/kommun/1440?period=2025"
    assert here.but(area="").address == "/?period=2025&sortera=foljsamhet"
