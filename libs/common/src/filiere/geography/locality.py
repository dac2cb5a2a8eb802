"""Locality class of a place, by population: how close a Relais is to where resources are.

The four classes and their bounds are those of the survey of 235 structures that describes the programme
(A. Redortier, mémoire, 2020): "très proche ou dans une métropole (plus de 200 000 habitants)", "… une ville moyenne
(entre 20 000 et 200 000)", "petite ville (entre 5 000 et 20 000)", "milieu rural (moins de 5 000)".
"""

from enum import StrEnum


class LocalityClass(StrEnum):
    """From the densest to the most isolated."""

    METROPOLE = "METROPOLE"
    VILLE_MOYENNE = "VILLE_MOYENNE"
    PETITE_VILLE = "PETITE_VILLE"
    RURAL = "RURAL"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    LocalityClass.METROPOLE: "Métropole (plus de 200 000 habitants)",
    LocalityClass.VILLE_MOYENNE: "Ville moyenne (de 20 000 à 200 000 habitants)",
    LocalityClass.PETITE_VILLE: "Petite ville (de 5 000 à 20 000 habitants)",
    LocalityClass.RURAL: "Milieu rural (moins de 5 000 habitants)",
}


def locality_class(commune_population: int, agglomeration_population: int | None = None) -> LocalityClass:
    """Return the class of a commune of so many inhabitants.

    The survey says "très proche **ou** dans": a commune of 30,000 beside a metropolis is metropolitan. Give the
    population of its urban intercommunality (métropole, communauté urbaine or d'agglomération; not a communauté de
    communes) to count it so. A bound belongs to the denser class, except 200,000, which the survey puts below.
    """
    if commune_population < 0:
        raise ValueError(f"a population is not negative: {commune_population}")
    if max(commune_population, agglomeration_population or 0) > 200_000:
        return LocalityClass.METROPOLE
    if commune_population >= 20_000:
        return LocalityClass.VILLE_MOYENNE
    return LocalityClass.PETITE_VILLE if commune_population >= 5_000 else LocalityClass.RURAL
