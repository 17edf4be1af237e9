"""Who is told of what is due or late: once, and each kommun of its own alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_string, policy

import pytest

from config import Due, Mail, Notices
from jobs import reminders
from jobs.job import JobFailed, Surroundings
from tests.jobs.agency import Answer, serving
from tests.jobs.conftest import Clock
from tests.sql.made import deliver

Q4_IN = [("2026-01-14", []), ("2026-01-15", ["Snart dags: ntandvard för 2025-Q4"]), ("2026-01-21", ["Försenat: ntandvard för 2025-Q4"])]


def expecting(around: Surroundings, port: int) -> Surroundings:
    """N-tandvård is expected 20 days after the quarter, and there is a reminder 5 days before; Ale has an address of its own."""
    mail = Mail(host="127.0.0.1", port=port, sender="u@example.org", to=("analys@example.org",), kommuner={"1440": "ale@example.org"})
    due = {"ntandvard": Due(days_after=20, remind_days_before=5)}
    settings = around.settings.model_copy(update={"notices": Notices(mail=mail), "due": due})
    return Surroundings(settings, around.store, around.clock)


def run(around: Surroundings) -> str:
    return reminders.run(around, lambda line: None)


def person(kommun: str, quarter: str) -> dict[str, object]:
    return {"kommun": kommun, "kvartal": quarter, "intyg": 9, "onskar_mhb": 0, "fatt_mhb": 0, "fatt_tandvard": 0}


@pytest.mark.parametrize(("day", "subjects"), Q4_IN)
def test_it_is_told_when_it_is_time(
    around: Surroundings, clock: Clock, mailbox: tuple[int, list[str]], day: str, subjects: list[str]
) -> None:
    port, messages = mailbox
    clock.now = datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=UTC)
    run(expecting(around, port))
    assert [subject_of(message) for message in messages if "To: analys@example.org" in message] == subjects


def subject_of(message: str) -> str:
    return str(message_from_string(message, policy=policy.default)["Subject"])


def test_each_thing_is_told_once(around: Surroundings, clock: Clock, mailbox: tuple[int, list[str]]) -> None:
    port, messages = mailbox
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    assert run(expecting(around, port)) == "1 påminnelser skickade."
    clock.move(days=1)
    assert run(expecting(around, port)) == "Inget att påminna om."
    assert len(messages) == 2


def test_a_kommun_that_has_delivered_is_left_alone(around: Surroundings, clock: Clock, mailbox: tuple[int, list[str]]) -> None:
    port, messages = mailbox
    deliver(around.store, "ntandvard", [person("1440", "2025-Q4")])
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    run(expecting(around, port))
    assert not [message for message in messages if "ale@example.org" in message]


def test_nobody_is_told_when_all_have_delivered(around: Surroundings, clock: Clock, mailbox: tuple[int, list[str]]) -> None:
    port, messages = mailbox
    deliver(around.store, "ntandvard", [person(kommun, "2025-Q4") for kommun in around.settings.kommuner])
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    assert run(expecting(around, port)) == "Inget att påminna om."
    assert not messages


def test_what_could_not_be_sent_is_tried_again(around: Surroundings, clock: Clock, mailbox: tuple[int, list[str]]) -> None:
    port, messages = mailbox
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    with pytest.raises(JobFailed, match="E-post"):
        run(expecting(around, 1))
    run(expecting(around, port))
    assert len(messages) == 2


def with_webhook(around: Surroundings, address: str) -> Surroundings:
    due = {"ntandvard": Due(days_after=20, remind_days_before=5)}
    settings = around.settings.model_copy(update={"notices": Notices(webhook=address), "due": due})
    return Surroundings(settings, around.store, around.clock)


def test_a_webhook_is_told_of_all_and_of_no_kommun_by_itself(around: Surroundings, clock: Clock) -> None:
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    posted: list[dict[str, str]] = []

    def hook(method: str, path: str, body: dict[str, str]) -> Answer:
        posted.append(body)
        return 204, b"", {}

    with serving(hook) as address:
        assert run(with_webhook(around, address)) == "1 påminnelser skickade."
    (told,) = posted
    assert told["subject"] == "Försenat: ntandvard för 2025-Q4"
    assert "Ale" in told["text"]


def test_a_webhook_that_fails_is_told_of_and_tried_again(around: Surroundings, clock: Clock) -> None:
    clock.now = datetime(2026, 1, 25, 8, tzinfo=UTC)
    with serving(lambda method, path, body: (500, b"", {})) as address, pytest.raises(JobFailed, match="Webhook svarade inte"):
        run(with_webhook(around, address))
    with serving(lambda method, path, body: (200, b"", {})) as address:
        assert run(with_webhook(around, address)) == "1 påminnelser skickade."
