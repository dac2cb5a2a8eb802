"""`python -m refurbish audit`: show what the machine at hand is, and send it to its device. It asks nothing.

    FILIERE_KEY=filiere_… python -m refurbish audit --push --url https://atelier.exemple.fr
    python -m refurbish audit --push --label FIL-7K2M9-4        # where the firmware does not tell its serial
    python -m refurbish audit --send audit-PF1TEST01-….json     # what was written where there was no network

Made for a live USB: it needs no settings of the service and no database. What leaves the machine is the copy that
would be kept of it, without host names, addresses and people.
"""

import json
import re
import time
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx
import typer
from filiere.calendar import now
from filiere.inventories.copies import copy_of
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import read
from filiere.inventories.values import Unreadable
from filiere.web.tls import authorities

from refurbish.audits.collector import collect
from refurbish.audits.questions import said_of

_TIMEOUT_S = 30.0
_TRIES = 3
LATER = 3
"""Exit status: nothing was sent, a file waits."""


def audit(
    push: Annotated[bool, typer.Option("--push", help="Send it.")] = False,
    url: Annotated[str, typer.Option(envvar="FILIERE_URL", help="Address of the workshop's service.")] = "",
    key: Annotated[str, typer.Option(envvar="FILIERE_KEY", help="A key that sends audits.", show_envvar=True)] = "",
    label: Annotated[
        str | None, typer.Option(help="The label on the machine, where it does not tell its serial.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where a file is written that waits for a network.")] = Path(),
    send: Annotated[Path | None, typer.Option(help="A file that was written before, sent now.")] = None,
) -> None:
    """Show what this machine is; with --push send it to its device. Without a network a file is written for later."""
    raw = _from(send) if send is not None else copy_of(json.dumps(collect()).encode())
    try:
        facts = read(raw)
    except Unreadable as why:
        _end(1, f"Rien à envoyer : {why}")
    _show(facts)
    if not push and send is None:
        return
    if not url or not key:
        _later(raw, facts, folder, send, "Il manque l'adresse (--url) ou la clé (FILIERE_KEY).")
    try:
        answer = _post(url, key, label, raw)
    except httpx.HTTPError as why:
        _later(raw, facts, folder, send, f"{url} ne répond pas ({type(why).__name__}).")
    _told(answer, raw, facts, folder, send)


def _post(url: str, key: str, label: str | None, raw: bytes) -> httpx.Response:
    """The same file twice is one audit: what broke off is sent again. Raises httpx.HTTPError."""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    with httpx.Client(timeout=_TIMEOUT_S, verify=authorities()) as client:
        for again in range(_TRIES):
            try:
                answer = client.post(
                    f"{url.rstrip('/')}/api/v1/audits",
                    content=raw,
                    params={"label": label} if label else None,
                    headers=headers,
                )
            except httpx.TransportError:
                if again == _TRIES - 1:
                    raise
            else:
                if answer.status_code < 500 or again == _TRIES - 1:
                    return answer
            time.sleep(1 + again)
    raise AssertionError  # the last try answers or raises


def _told(answer: httpx.Response, raw: bytes, facts: HardwareFacts, folder: Path, send: Path | None) -> None:
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        body = {}
    if answer.status_code != 201:
        detail = body.get("detail") or body.get("title") or f"réponse {answer.status_code}"
        _later(raw, facts, folder, send, str(detail), status=1 if answer.status_code < 500 else LATER)
    if body.get("status") == "asked":
        _say(f"{body['label']} : {body['question']} Réponds sur sa page.")
    else:
        _say(f"{body['label']} : audit reçu.")
    for sentence in body.get("differences", []):
        _say(f"  {sentence}")


def _show(facts: HardwareFacts) -> None:
    _say(said_of(facts) or "Une machine qui ne dit rien d'elle.")
    _say(f"  numéro de série : {facts.serial or 'inconnu'}")
    for medium in facts.media:
        _say(f"  disque : {medium.serial or 'sans numéro'}")


def _later(
    raw: bytes, facts: HardwareFacts, folder: Path, send: Path | None, why: str, status: int = LATER
) -> NoReturn:
    """Say why nothing was sent, and where it waits."""
    if send is not None:
        _end(status, f"{why} Le fichier reste : {send}")
    name = re.sub(r"[^A-Za-z0-9]", "", facts.serial or "machine")[:40]
    file = folder / f"audit-{name}-{now():%Y%m%dT%H%M%S}.json"
    try:
        file.write_bytes(raw)
    except OSError as error:
        _end(1, f"{why} Et rien n'a pu être écrit dans {folder} ({error.strerror}).")
    _end(status, f"{why} Gardé pour plus tard : {file}\nEnvoie-le avec : python -m refurbish audit --send {file}")


def _from(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _end(1, f"{file} ne se lit pas ({error.strerror}).")


def _say(line: str) -> None:
    typer.echo(line)


def _end(status: int, sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(status)
