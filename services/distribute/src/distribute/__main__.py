"""`python -m distribute …`."""

from filiere.cli import commands

from distribute.definition import service
from distribute.till_books.commands import till_commands

app = commands(service)
app.add_typer(till_commands(service), name="till")
app()
