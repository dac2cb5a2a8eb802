"""`python -m collect …`."""

from filiere.cli import main

from collect.definition import service

main(service)
