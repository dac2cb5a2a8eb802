"""`python -m filiere.movein`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import httpx
import typer

from filiere.movein.checking import check as checked
from filiere.movein.network import Network
from filiere.movein.posting import NotTaken, Service, Services, move, settled
from filiere.movein.report import Report
from filiere.movein.rows import read_folder
from filiere.movein.sources import READERS, NotThatTool, write
from filiere.movein.templates import described, write_templates

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Faire entrer un réseau qui tourne déjà.")
Folder = Annotated[Path, typer.Argument(help="le dossier des tables")]
Source = Annotated[str, typer.Option(help="nom de l'ancien outil, toujours le même")]


@app.command()
def templates(folder: Folder) -> None:
    """Écrire les tables vides."""
    write_templates(folder)


@app.command()
def columns() -> None:
    """Dire les colonnes de chaque table, en Markdown."""
    typer.echo(described(), nl=False)


@app.command()
def convert(
    tool: Annotated[str, typer.Argument(help=", ".join(READERS))],
    file: Annotated[Path, typer.Argument(help="ce que l'outil a écrit")],
    folder: Folder,
) -> None:
    """Faire des tables de ce qu'un autre outil a écrit ; ce qui manque se complète à la main."""
    if tool not in READERS:
        typer.echo(f"Outils lus : {', '.join(READERS)}.", err=True)
        raise typer.Exit(1)
    try:
        written = write(folder, READERS[tool](file.read_bytes()))
    except NotThatTool as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Écrit : {', '.join(written) or 'rien, ces tables sont déjà là'}.")


@app.command()
def check(folder: Folder, source: Source = "ancien outil") -> None:
    """Tout lire, ne rien écrire que le rapport."""
    _read(folder, source)


@app.command(name="move")
def move_in(folder: Folder, source: Source = "ancien outil") -> None:
    """Tout lire, puis le dire aux trois services. Interrompu, relancez-le : rien ne se fait deux fois."""
    network, report = _read(folder, source)
    try:
        asyncio.run(_move(network, report, folder))
    except NotTaken as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _read(folder: Path, source: str) -> tuple[Network, Report]:
    report = Report()
    network = checked(source, read_folder(folder, report), report)
    _write(report, folder)
    typer.echo(report.summary())
    return network, report


def _write(report: Report, folder: Path) -> None:
    path = folder / "rapport.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        report.write(file)
    typer.echo(f"Rapport : {path}")


async def _move(network: Network, report: Report, folder: Path) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        services = Services(*[_service(client, name) for name in ("COLLECT", "REFURBISH", "DISTRIBUTE")])
        told = await move(network, services, typer.echo)
        for one in told.refused:
            report.refuse("services", 0, one.key, one.sentence)
        _write(report, folder)
        is_settled = await settled(network.source, services, typer.echo)
    typer.echo(f"Nouveaux : {told.new}. Déjà là : {told.known}. Refusés : {len(told.refused)}.")
    if not is_settled:
        typer.echo("Des équipements attendent encore : relancez, ou voyez les lettres mortes.", err=True)
        raise typer.Exit(2)


def _service(client: httpx.AsyncClient, name: str) -> Service:
    address = os.environ.get(f"{name}_URL", "")
    key, command = os.environ.get(f"{name}_KEY", ""), os.environ.get("TOKEN_COMMAND", "")
    if not address or not (key or command):
        typer.echo(f"Dites {name}_URL, et {name}_KEY ou TOKEN_COMMAND.", err=True)
        raise typer.Exit(1)
    return Service(client, address, Secret(key, command))


class Secret:
    """A key, or what a command of the operator's prints: their provider's way to a token, asked again once it ended."""

    def __init__(self, key: str, command: str) -> None:
        self._key, self._command = key, command

    async def __call__(self, fresh: bool) -> str:
        if self._command and (fresh or not self._key):
            process = await asyncio.create_subprocess_shell(self._command, stdout=asyncio.subprocess.PIPE)
            printed, _ = await process.communicate()
            if process.returncode:
                raise NotTaken("TOKEN_COMMAND a échoué.")
            self._key = printed.decode().strip()
        return self._key


if __name__ == "__main__":
    app()
