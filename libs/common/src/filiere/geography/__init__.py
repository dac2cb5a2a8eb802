"""Where things are, as far as prices, demand and fairness need it: département, region, locality class."""

from filiere.geography.commune_search import Commune, commune_of_address, communes_called, km_between
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
    "Commune",
    "Departement",
    "LocalityClass",
    "UnknownTerritory",
    "commune_of_address",
    "communes_called",
    "departement",
    "departement_of_postcode",
    "departements",
    "km_between",
    "load",
    "locality_class",
    "locality_of_address",
    "place_of_departement",
    "region_name",
]
