"""`python -m distribute till …`."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from filiere.cli import fail, say, with_database
from filiere.database import EVERYBODY, Database, Scope
from filiere.service import Service

from distribute.settings import DistributeSettings
from distribute.till_books.archive import examine
from distribute.till_books.proving import prove
from distribute.till_journal.repository import TillJournalRepository


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

    @till.command("verify-archive")
    def verify_archive(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
        here: Annotated[bool, typer.Option("--here", help="Hold its last entry against this database too.")] = False,
    ) -> None:
        """Read an archive of a till with nothing but itself; exit status 1 when it does not hold."""
        try:
            found = examine(file)
        except ValueError as error:
            fail(str(error))
            return
        faults = list(found.faults)

        async def work(database: Database) -> None:
            async with database.read() as session:
                own = Scope((UUID(found.relais_id),))
                entry = await TillJournalRepository.from_session(session).get(own, found.entries)
            if found.entries and (entry is None or entry.hash != found.last_hash):
                faults.append("La dernière écriture de l'archive n'est pas celle de cette base.")

        if here:
            with_database(service, work)
        say(f"{found.relais_id}\t{found.until}\t{found.entries} entries\ttotal {found.total_cents}\t{found.last_hash}")
        if faults:
            fail("\n".join(faults))

    return till
