"""`python -m collect …`."""

from filiere.cli import main

from collect import service

main(service)
