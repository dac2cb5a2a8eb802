"""Where things are, as far as prices, demand and fairness need it: département, region, locality class."""

from filiere.geography.communes import locality_of_address
from filiere.geography.locality import LocalityClass, locality_class
from filiere.geography.places import place_of_departement
from filiere.geography.territories import (
    Departement,
    UnknownTerritory,
    departement,
    departement_of_postcode,
    departements,
    load,
    region_name,
)

__all__ = [
    "Departement",
    "LocalityClass",
    "UnknownTerritory",
    "departement",
    "departement_of_postcode",
    "departements",
    "load",
    "locality_class",
    "locality_of_address",
    "place_of_departement",
    "region_name",
]
