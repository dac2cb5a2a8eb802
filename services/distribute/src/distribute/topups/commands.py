"""`python -m distribute topups …`."""

import typer
from filiere.cli import fail, say, with_database
from filiere.database import Database
from filiere.service import Service

from distribute.settings import DistributeSettings
from distribute.topups.resealing import SameCodeTwice, reseal
from distribute.topups.vault import DoesNotOpen, NoKeys, Vault


def topups_commands(service: Service[DistributeSettings]) -> typer.Typer:
    """What an operator may ask of the codes."""
    commands = typer.Typer(no_args_is_help=True, help="Codes of top-ups, as they are kept.")

    @commands.callback()
    def _group() -> None:
        """Codes of top-ups, as they are kept."""

    @commands.command("reseal")
    def reseal_all() -> None:
        """Seal every code by the first of TOPUP_KEYS; afterwards the others may be taken out of it."""
        try:
            vault = Vault.of(service.settings().topup_keys)
        except NoKeys:
            fail("TOPUP_KEYS is not set, or one of its secrets is shorter than 32 characters.")

        async def work(database: Database) -> None:
            try:
                say(f"{await reseal(database, vault)} codes resealed")
            except DoesNotOpen:
                raise ValueError("A code opens by none of TOPUP_KEYS: put the key that sealed it last in it.") from None
            except SameCodeTwice as error:
                raise ValueError(
                    f"Codes that stand in two rows: {error}. Keep both keys until they have left."
                ) from None

        with_database(service, work)

    return commands
