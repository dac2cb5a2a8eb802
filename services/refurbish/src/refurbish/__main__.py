"""`python -m refurbish api | worker | migrate | check | events … | members …`."""

from filiere.cli import main

from refurbish.definition import service

main(service)
