"""What the home pages show, read from the data folder and from the probes."""

import asyncio
import email
import email.policy
import json
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from filiere.calendar import PARIS

_PROBE_SECONDS = 1.5
# Mark, word and chip colour by state: never colour alone.
_WORDS = {
    "ready": ("●", "en service", "ok"),
    "starting": ("◐", "démarre", "wait"),
    "restarting": ("◐", "redémarre", "wait"),
    "failing": ("✕", "en panne", "stop"),
    "waiting": ("◌", "attend", "info"),
    "stopped": ("○", "arrêté", "info"),
    "unready": ("◐", "répond, mais il lui manque quelque chose", "wait"),
    "silent": ("✕", "ne répond pas", "stop"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table « Ce qui tourne »."""

    title: str
    address: str
    opens: bool  # whether `address` is a page for people
    mark: str
    word: str
    colour: str
    restarts: int
    detail: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One written e-mail. `name` is its file."""

    name: str
    subject: str
    to: str
    at: str
    text: str


async def parts(data: Path) -> list[Part]:
    """Every part of the stack: the supervisor's word, corrected by the services' own probes at this moment."""
    return await probed(_json(data / "status.json", []))


async def probed(entries: list[dict[str, Any]]) -> list[Part]:
    """Entries of the shape that the supervisor writes, each service's own word put in their place."""
    async with httpx.AsyncClient(timeout=_PROBE_SECONDS, trust_env=False) as client:
        return list(await asyncio.gather(*(_part(client, entry) for entry in entries)))


async def _part(client: httpx.AsyncClient, entry: dict[str, Any]) -> Part:
    state, detail, name = entry["state"], entry["detail"], entry["name"]
    if state == "ready" and name.endswith(("-api", "-worker")):
        try:
            answer = await client.get(f"{entry['address'].replace('//localhost:', '//127.0.0.1:')}/health/ready")
            if answer.status_code != httpx.codes.OK:
                state, detail = "unready", _what_fails(answer)
        except httpx.HTTPError as error:
            state, detail = "silent", type(error).__name__
    mark, word, colour = _WORDS[state]
    opens = name == "home" or name.endswith("-api")
    return Part(entry["title"], entry["address"], opens, mark, word, colour, entry["restarts"], detail)


def _what_fails(answer: httpx.Response) -> str:
    """The failed checks of a probe's answer (`filiere.health`), or the beginning of what a proxy says in its place."""
    try:
        checks = answer.json()["checks"]
        failed = [f"{name}: {check['observed']}" for name, check in checks.items() if check["status"] == "fail"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.text[:200]
    return "; ".join(failed)[:200]


def audit(data: Path) -> dict[str, Any] | None:
    """The last audit of this data folder and when it was made; None when there was none."""
    file = data / "audit.json"
    found = _json(file, None)
    return None if found is None else {**found, "at": _when(file)}


def mails(folder: Path) -> list[Mail]:
    """Newest first, two hundred at most."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:200]
    return [_mail(file) for file in files]


def mail(folder: Path, name: str) -> Mail | None:
    """One e-mail by its file name; None for anything that is not exactly one of the folder's files."""
    return next((_mail(file) for file in folder.glob("*.eml") if file.name == name), None)


def _mail(file: Path) -> Mail:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain",))
    text = str(body.get_content()) if body is not None else ""
    return Mail(file.name, str(message["subject"] or "(sans objet)"), str(message["to"] or ""), _when(file), text)


def _when(file: Path) -> str:
    return datetime.fromtimestamp(file.stat().st_mtime, PARIS).strftime("%d/%m/%Y à %H:%M")


def _json(file: Path, otherwise: Any) -> Any:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return otherwise
