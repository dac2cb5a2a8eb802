"""`python -m distribute …`."""

from filiere.cli import commands

from distribute.definition import service
from distribute.dues.commands import dues_commands
from distribute.till_books.commands import till_commands
from distribute.topups.commands import topups_commands

app = commands(service)
app.add_typer(till_commands(service), name="till")
app.add_typer(dues_commands(service), name="dues")
app.add_typer(topups_commands(service), name="topups")
app()
