"""The commands: `up`, `demo`, `dev`, `seed`, `audit`, `backup` …; on a Filière that runs elsewhere `play`, `home`."""

import asyncio
import gc
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from filiere.calendar import now
from filiere.embedded.ports import PortTaken
from filiere.embedded.process import EngineError
from filiere.garbage_collection import give_back
from pydantic import ValidationError

from stack import backup as backups
from stack.addresses import databases_of
from stack.backup import Place
from stack.errors import StackError
from stack.playing import play_aside, play_here
from stack.run import run_stack
from stack.services import SERVICES, ServicePlan
from stack.settings import StackSettings
from stack.stack import Stack
from stack.states import Board
from stack.terminal import Terminal

# The supervisor stays small: what only other commands need (database, pages) is imported by those.
if TYPE_CHECKING:
    from stack.audit import Report

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Filière sur une seule machine, sans Docker.",
)
Named = Annotated[
    list[str] | None,
    typer.Option(help="service=adresse, une fois par service (sinon : Filière qui tourne, DATABASE_URL, embarqué)."),
]
AUDIT_FILE = "audit.json"
Data = Annotated[Path | None, typer.Option(help="Dossier des données (sinon FILIERE_DATA, sinon .filiere).")]


@app.command()
def up(data: Data = None) -> None:
    """Start everything and stay up until Ctrl-C."""
    settings = _settings(data)

    async def stay(stack: Stack, terminal: Terminal) -> None:
        _welcome(stack, terminal)
        await asyncio.Event().wait()

    _run(settings, sys.stdout, stay)


@app.command()
def demo(data: Data = None) -> None:
    """Start everything, play the demonstration once per data folder, and stay up until Ctrl-C."""
    settings = _settings(data)

    async def play(stack: Stack, terminal: Terminal) -> None:
        await _played(settings, stack, terminal)
        report = await _audit(settings, stack)
        terminal.say(report.in_words())
        _welcome(stack, terminal)
        gc.collect()
        give_back()  # it stays up for days; what its start needed goes back
        await asyncio.Event().wait()

    _run(settings, sys.stdout, play)


@app.command()
def dev(service: Annotated[str, typer.Argument(help="collect, refurbish ou distribute.")], data: Data = None) -> None:
    """Start everything and stay up; the service starts again whenever a file of it changes."""
    from stack.dev import folders_of, keep_fresh, plan_named

    settings = _settings(data)
    try:
        plan = plan_named(service)
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None

    async def stay(stack: Stack, terminal: Terminal) -> None:
        _welcome(stack, terminal)
        await keep_fresh(stack, terminal, plan, folders_of(plan))

    _run(settings, sys.stdout, stay, [replace(one, fresh=one == plan) for one in SERVICES])


@app.command()
def seed(data: Data = None) -> None:
    """Play the demonstration once into the data folder, and end: a world to work in."""
    settings = _settings(data)

    async def play(stack: Stack, terminal: Terminal) -> None:
        await _played(settings, stack, terminal)
        terminal.say((await _audit(settings, stack)).in_words())

    _run(settings, sys.stdout, play)


@app.command("demo-check")
def demo_check() -> None:
    """Play the demonstration in a temporary folder on free ports; the last line is one JSON object.

    Exit status 0 only when the audit holds and there are no dead letters. The folder is kept when it does not.
    """
    # The databases run under an unprivileged account when we are root: the folder must let it pass.
    folder = Path(tempfile.mkdtemp(prefix="filiere-demo-"))
    folder.chmod(0o755)
    settings = _settings(None, in_folder=folder / "data")
    outcome: dict[str, Any] = {"ok": False}

    async def play(stack: Stack, terminal: Terminal) -> None:
        result = await play_aside(stack, terminal)
        report = await _audit(settings, stack)
        terminal.say(report.in_words())
        outcome.update(result, **report.as_json())

    try:
        _run(settings, sys.stderr, play)
    except typer.Exit as stopped:
        if not outcome["ok"]:
            typer.echo(f"Le dossier est gardé : {folder}", err=True)
        typer.echo(json.dumps(outcome, ensure_ascii=False))
        raise typer.Exit(stopped.exit_code or (0 if outcome["ok"] else 1)) from None
    finally:
        if outcome["ok"]:
            shutil.rmtree(folder, ignore_errors=True)


@app.command()
def audit(data: Data = None) -> None:
    """Check the promises on a running stack: every device in one place, nothing waiting, no dead letter.

    With COLLECT_DATABASE_URL, REFURBISH_DATABASE_URL and DISTRIBUTE_DATABASE_URL: of a Filière that runs elsewhere.
    """
    from stack.audit import audit as look
    from stack.elsewhere import work as elsewhere
    from stack.elsewhere.settings import ElsewhereSettings

    there = ElsewhereSettings()
    if there.databases():
        _tell(asyncio.run(elsewhere.audit(there)))
    settings = _settings(data)
    databases = databases_of(settings.data)
    if not databases:
        typer.echo(f"Aucune Filière ne tourne sur {settings.data}.", err=True)
        raise typer.Exit(2)
    _tell(asyncio.run(look(databases)))


@app.command("settled-audit", hidden=True)
def settled_audit(data: Data = None) -> None:
    """Audit a running stack once nothing is on its way any more, and leave the result in its folder."""
    from stack.audit import settled_audit as settled

    folder = _settings(data).data
    report = asyncio.run(settled(databases_of(folder)))
    (folder / AUDIT_FILE).write_text(json.dumps(report.as_json(), ensure_ascii=False))


@app.command("play-here", hidden=True)
def play_for_a_stack(places: str, data: Data = None) -> None:
    """Play the demonstration on the stack of this folder, in the process that it starts for that."""
    asyncio.run(play_here(_settings(data), json.loads(places)))


@app.command()
def play() -> None:
    """Play the demonstration on a Filière that runs elsewhere, by its public addresses; once per FILIERE_DATA."""
    from stack.elsewhere import work as elsewhere
    from stack.elsewhere.settings import ElsewhereSettings

    terminal = Terminal(Board(), sys.stdout)
    try:
        result = asyncio.run(elsewhere.play(ElsewhereSettings(), terminal))
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.status) from None
    if result is None:
        terminal.say("  La démonstration a déjà été jouée : ses données sont là.")
    else:
        terminal.say(json.dumps(result.as_json(), ensure_ascii=False))


@app.command()
def home() -> None:
    """Be the front door of a Filière that runs elsewhere, until a signal."""
    from stack.elsewhere import work as elsewhere
    from stack.elsewhere.settings import ElsewhereSettings

    elsewhere.serve_home(ElsewhereSettings())


@app.command()
def backup(
    folder: Annotated[
        Path | None, typer.Argument(help="Nouveau dossier (sinon : sous le dossier des données).")
    ] = None,
    database: Named = None,
    data: Data = None,
) -> None:
    """Dump the three databases at one instant of the network; everything may go on meanwhile."""
    settings = _settings(data)
    folder = folder or settings.data / "backups" / f"{now():%Y%m%dT%H%M%SZ}"

    async def work(place: Place) -> None:
        manifest = await backups.backup(place.databases, folder, settings.data / "files")
        events = sum(service["events"] for service in manifest["services"].values())
        typer.echo(f"Sauvegarde : {folder} ({events} événements).", err=True)
        if settings.topup_key_file.exists():
            typer.echo(
                f"Gardez à part {settings.topup_key_file} : sans lui aucun code de recharge ne s'ouvre.", err=True
            )
        typer.echo(json.dumps({"folder": str(folder), **manifest}))

    _on_databases(settings, database, work)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="Dossier d'une sauvegarde.")],
    database: Named = None,
    data: Data = None,
) -> None:
    """Replace what the three databases hold by a backup. Services stopped, and the broker empty at the next start."""
    settings = _settings(data)

    async def work(place: Place) -> None:
        if place.running:
            raise StackError("Filière tourne sur ce dossier : arrêtez-la d'abord (Ctrl-C).")
        manifest = await backups.restore(place.databases, folder, settings.data / "files")
        typer.echo(f"Restauré : l'état du {manifest['at']}. Tout événement sera envoyé à nouveau.", err=True)
        if not settings.topup_key_file.exists():
            told = f"Mettez-y le fichier topup-keys d'avant ({settings.topup_key_file}) avant de démarrer"
            typer.echo(f"{told} : une autre clé n'ouvre aucun code de recharge.", err=True)
        typer.echo(json.dumps(manifest))

    _on_databases(settings, database, work)


@app.command("settings")
def settings_() -> None:
    """Print every setting of the stack with its meaning; secrets are masked."""
    chosen = _settings(None)
    for name, field in StackSettings.model_fields.items():
        variable = field.validation_alias or f"FILIERE_{name.upper()}"
        typer.echo(f"{variable}={getattr(chosen, name)}\t# {field.description}")


def _tell(report: "Report") -> NoReturn:
    """Say the report, in words and as the last line in JSON; ends with exit status 0 when it is good."""
    typer.echo(report.in_words())
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    raise typer.Exit(0 if report.ok else 1)


def _settings(data: Path | None, *, in_folder: Path | None = None) -> StackSettings:
    """The settings, or one sentence per wrong variable and exit status 2."""
    try:
        settings = StackSettings.in_folder(in_folder) if in_folder else StackSettings().with_free_ports()
    except ValidationError as error:
        for wrong in error.errors():
            name = str(wrong["loc"][0])
            variable = name if name.isupper() else f"FILIERE_{name.upper()}"
            typer.echo(f"Le réglage {variable} n'est pas valable : {wrong['msg']}", err=True)
        raise typer.Exit(2) from None
    return settings.model_copy(update={"data": data}) if data else settings


def _on_databases(settings: StackSettings, named: list[str] | None, work: Callable[[Place], Awaitable[None]]) -> None:
    """Do `work` where the databases are; a failure is one sentence and exit status 1."""
    given = dict(one.split("=", 1) for one in named or [] if "=" in one)

    async def run() -> None:
        async with backups.place(settings, given) as place:
            await work(place)

    try:
        asyncio.run(run())
    except EngineError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _run(
    settings: StackSettings,
    stream: Any,
    work: Callable[[Stack, Terminal], Awaitable[None]],
    services: Sequence[ServicePlan] = SERVICES,
) -> None:
    """Run the stack around `work`; always ends with typer.Exit."""
    try:
        status = asyncio.run(run_stack(settings, lambda board: Terminal(board, stream), work, services))
    except EngineError as error:
        typer.echo(f"\n{error}", err=True)
        usage = isinstance(error, PortTaken)
        raise typer.Exit(2 if usage else error.status if isinstance(error, StackError) else 1) from None
    raise typer.Exit(status)


async def _played(settings: StackSettings, stack: Stack, terminal: Terminal) -> None:
    """Play the demonstration, unless this folder has seen it."""
    played = settings.data / "demo.json"
    if played.exists():
        terminal.say("  La démonstration a déjà été jouée dans ce dossier : ses données sont là.")
        return
    played.write_text(json.dumps(await play_aside(stack, terminal), ensure_ascii=False))


async def _audit(settings: StackSettings, stack: Stack) -> "Report":
    """Audit once nothing is on its way, in a process of its own, which leaves the result for the home page too."""
    from stack.report import Report

    await stack.aside("audit", "settled-audit", f"--data={settings.data.absolute()}")
    return Report.read(json.loads((settings.data / AUDIT_FILE).read_text()))


def _welcome(stack: Stack, terminal: Terminal) -> None:
    terminal.say()
    terminal.say(f"  Ouvrez {stack.home_url}   (Ctrl-C arrête tout)")
    terminal.say()
