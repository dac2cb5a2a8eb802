"""`python -m distribute …`."""

from filiere.cli import main

from distribute import service

main(service)
