"""`python -m refurbish api | worker | migrate | check | events … | members …`."""

from filiere.cli import main

from refurbish import service

main(service)
