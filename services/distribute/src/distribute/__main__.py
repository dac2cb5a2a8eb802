"""`python -m distribute …`."""

from filiere.cli import main

from distribute.definition import service

main(service)
