"""`python -m filiere.contracts write | check`: keep `contracts/` equal to what the services declare."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from filiere.contracts import ContractFault, Files, Network, breaks, drift, generate, read
from filiere.contracts.files import write as write_files
from filiere.service import installed_services

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Contracts between the services.")
Folder = Annotated[Path, typer.Option(help="Where the generated files are.")]


@app.command()
def write(
    folder: Folder = Path("contracts"),
    allow_breaking: Annotated[
        bool, typer.Option(help="Also when readers lose something: only for events that were never released.")
    ] = False,
) -> None:
    """Write the files; refuse when a schema would lose or tighten a field."""
    network, wanted = _wanted()
    if not allow_breaking:
        _refuse_breaks(read(folder), wanted, network, "the committed schemas")
    for name in write_files(folder, wanted):
        _say(f"{folder / name}")


@app.command()
def check(
    folder: Folder = Path("contracts"),
    since: Annotated[str, typer.Option(help="Also compare with the schemas of this git revision.")] = "",
) -> None:
    """Fail when the files differ from the declarations, or a schema loses or tightens a field."""
    network, wanted = _wanted()
    present = read(folder)
    _refuse_breaks(present, wanted, network, "the committed schemas")
    if since:
        _refuse_breaks(_at(since, folder), wanted, network, since)
    if difference := drift(present, wanted):
        _say(difference)
        _fail("contracts/ differs from what the services declare: run `make contracts` and commit the result.")
    _say(f"contracts/ is up to date: {len(network.topics)} topics, {len(network.events)} events.")


def _wanted() -> tuple[Network, Files]:
    try:
        network = Network(installed_services())
        return network, generate(network)
    except ContractFault as error:
        _fail(str(error))


def _refuse_breaks(old: Files, new: Files, network: Network, than: str) -> None:
    found = breaks(_schemas(old), _schemas(new), network)
    if found:
        for each in found:
            _say(f"  {each}")
        _fail(f"Compared with {than}, readers lose something. Publish a new version (v2) beside the old one instead.")


def _schemas(files: Files) -> Mapping[str, Any]:
    """Schemas by event type."""
    return {
        name.removeprefix("schemas/").removesuffix(".schema.json"): json.loads(text)
        for name, text in files.items()
        if name.startswith("schemas/")
    }


def _at(revision: str, folder: Path) -> Files:
    """The schemas as they were at a git revision."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            _fail(done.stderr.strip())
        return done.stdout

    names = git("ls-tree", "-r", "--name-only", revision, "schemas").split()
    return {name: git("show", f"{revision}:./{name}") for name in names}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
