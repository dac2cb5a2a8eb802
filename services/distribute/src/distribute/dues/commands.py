"""`python -m distribute dues …`."""

import typer
from filiere.cli import fail, say, with_database
from filiere.database import Database
from filiere.service import Service

from distribute.dues import service as dues
from distribute.settings import DistributeSettings


def dues_commands(service: Service[DistributeSettings]) -> typer.Typer:
    """What an operator may ask of the dues."""
    commands = typer.Typer(no_args_is_help=True, help="What the Relais owe and have paid.")

    @commands.callback()
    def _group() -> None:
        """What the Relais owe and have paid."""

    @commands.command()
    def verify() -> None:
        """Hold every amount since the first against what it comes from; exit status 1 when one does not add up."""
        broken: list[str] = []

        async def work(database: Database) -> None:
            async with database.read() as session:
                proof = await dues.prove(session)
            say(f"{proof.dues} dues\ttotal {proof.due_cents}\t{proof.invoices} invoices\t{proof.payments} payments")
            broken.extend(
                f"{one.relais_id}\t{one.what}\t{one.said_cents} instead of {one.expected_cents}" for one in proof.breaks
            )

        with_database(service, work)
        if broken:
            fail("\n".join(broken))

    return commands
