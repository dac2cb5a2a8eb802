"""`python -m distribute till …`."""

import typer
from filiere.cli import fail, say, with_database
from filiere.database import EVERYBODY, Database
from filiere.service import Service

from distribute.settings import DistributeSettings
from distribute.till_books.proving import prove


def till_commands(service: Service[DistributeSettings]) -> typer.Typer:
    """What an operator may ask of the tills."""
    till = typer.Typer(no_args_is_help=True, help="The tills of the Relais.")

    @till.callback()
    def _group() -> None:
        """The tills of the Relais."""

    @till.command()
    def verify() -> None:
        """Read every journal from its first entry to its last; exit status 1 when one does not hold."""
        broken: list[str] = []

        async def work(database: Database) -> None:
            async with database.read() as session:
                proofs = await prove(session, EVERYBODY)
            for one in proofs:
                say(f"{one.relais_id}\t{one.entries} entries\ttotal {one.total_cents}\t{one.last_hash}")
                broken.extend(f"{one.relais_id}\t{found.sentence_fr}" for found in one.breaks)
            say(f"{len(proofs)} journals, {sum(one.entries for one in proofs)} entries read")

        with_database(service, work)
        if broken:
            fail("\n".join(broken))

    return till
