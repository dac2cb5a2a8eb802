"""`python -m refurbish api | worker | migrate | check | audit | events … | members …`."""

from filiere.cli import commands

from refurbish.audits.command import audit
from refurbish.definition import service

app = commands(service)
app.command()(audit)
app()
