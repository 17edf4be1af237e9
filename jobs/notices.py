"""Telling people: by mail and by webhook."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import requests

from config import Mail, Notices

PASSWORD: Final = "UPPFOLJNING_SMTP_PASSWORD"  # noqa: S105 - the variable's name
_SECONDS: Final = 30


@dataclass(frozen=True)
class Notice:
    """A subject and a text; with a `kommun` it is for that one alone, and goes to nobody else."""

    subject: str
    text: str
    kommun: str | None = None


def send(to: Notices, notice: Notice) -> list[str]:
    """Send the notice to all who are to have it. Returns a Swedish sentence for each way that did not work."""
    return [*_mailed(to.mail, notice), *(_posted(to.webhook, notice) if notice.kommun is None else ())]


def _mailed(mail: Mail | None, notice: Notice) -> Iterator[str]:
    receivers = _receivers(mail, notice) if mail else []
    if mail is None or not receivers:
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, ", ".join(receivers), notice.subject
    message.set_content(notice.text)
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=_SECONDS) as server:
            if mail.starttls:
                server.starttls()
            if mail.user:
                server.login(mail.user, os.environ.get(PASSWORD, ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        yield f"E-post kunde inte skickas ({type(error).__name__}). Kontrollera notices.mail i inställningarna."


def _receivers(mail: Mail, notice: Notice) -> list[str]:
    return list(mail.to) if notice.kommun is None else [mail.kommuner[notice.kommun]]


def _posted(webhook: str | None, notice: Notice) -> Iterator[str]:
    if webhook is None:
        return
    try:
        requests.post(webhook, json={"subject": notice.subject, "text": notice.text}, timeout=_SECONDS).raise_for_status()
    except requests.RequestException as error:
        yield f"Webhook svarade inte ({type(error).__name__}). Kontrollera notices.webhook i inställningarna."
