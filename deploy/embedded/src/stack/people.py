"""The people and organisations of the demonstration. All fictitious: `.example` addresses, invented names.

Subjects are what the identity provider and the memberships know; names and e-mails live with the provider alone.
"""

from dataclasses import dataclass

from filiere.embedded.people import Person

COORDINATOR = Person("claire", "Claire Martin", "claire.martin@coordination.example", "Coordinatrice de la filière")


@dataclass(frozen=True, slots=True)
class Address:
    """A French postal address; `insee` is the commune's code."""

    address: str
    postcode: str
    city: str
    insee: str


@dataclass(frozen=True, slots=True)
class DemoDonor:
    """A company or a public body that gives its equipment, and the person who declares it."""

    key: str
    siren: str
    name: str
    public_body: bool
    site: Address
    person: Person


@dataclass(frozen=True, slots=True)
class DemoWorkshop:
    """A workshop: capacity in devices per week and category."""

    key: str
    name: str
    city: str
    postcode: str
    capacity: dict[str, int]
    technicians: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class DemoRelais:
    """An organisation near people in precarity, and its social worker."""

    key: str
    name: str
    legal_form: str
    place: Address
    publics: tuple[str, ...]
    people_supported: int
    may_sell: bool
    person: Person


DONORS = (
    DemoDonor(
        "volta",
        "123456782",
        "Assurances Volta",
        False,
        Address("12 rue du Port", "63000", "Clermont-Ferrand", "63113"),
        Person("hugo", "Hugo Lefèvre", "hugo.lefevre@volta.example", "Donateur, Assurances Volta"),
    ),
    DemoDonor(
        "pays-vert",
        "200000008",
        "Communauté de communes du Pays Vert",
        True,
        Address("3 place de la Mairie", "43000", "Le Puy-en-Velay", "43157"),
        Person("sophie", "Sophie Garnier", "sophie.garnier@paysvert.example", "Donatrice, organisme public"),
    ),
)

WORKSHOPS = (
    DemoWorkshop(
        "clermont",
        "Atelier Second Souffle",
        "Clermont-Ferrand",
        "63100",
        {"laptop": 60, "desktop": 40, "monitor": 40, "smartphone": 80, "tablet": 60, "basic_phone": 40, "printer": 5},
        (
            Person("karim", "Karim Haddad", "karim.haddad@secondsouffle.example", "Technicien, Clermont-Ferrand"),
            Person("lea", "Léa Fournier", "lea.fournier@secondsouffle.example", "Technicienne, Clermont-Ferrand"),
        ),
    ),
    DemoWorkshop(
        "saint-etienne",
        "Atelier du Gier",
        "Saint-Étienne",
        "42000",
        {"laptop": 30, "desktop": 30, "smartphone": 40, "tablet": 20},
        (
            Person("thomas", "Thomas Perrin", "thomas.perrin@gier.example", "Technicien, Saint-Étienne"),
            Person("nour", "Nour Belkacem", "nour.belkacem@gier.example", "Responsable d'atelier, Saint-Étienne"),
        ),
    ),
)

RELAIS = (
    DemoRelais(
        "mende",
        "Maison des solidarités de Mende",
        "public_body",
        Address("8 rue Basse", "48000", "Mende", "48095"),
        ("seniors", "familles"),
        240,
        True,
        Person("amina", "Amina Benali", "amina.benali@solidarites-mende.example", "Travailleuse sociale, Mende"),
    ),
    DemoRelais(
        "issoire",
        "Espace Numérique d'Issoire",
        "association",
        Address("21 boulevard Triozon", "63500", "Issoire", "63178"),
        ("demandeurs-emploi", "jeunes"),
        180,
        True,
        Person("paul", "Paul Mercier", "paul.mercier@numerique-issoire.example", "Conseiller numérique, Issoire"),
    ),
    DemoRelais(
        "saint-flour",
        "Accueil de jour de Saint-Flour",
        "association",
        Address("5 rue des Lacs", "15100", "Saint-Flour", "15187"),
        ("personnes-en-situation-durgence", "familles"),
        90,
        False,
        Person("ines", "Inès Moreau", "ines.moreau@accueil-saintflour.example", "Travailleuse sociale, Saint-Flour"),
    ),
)


def colleague(subject: str) -> Person:
    """Another technician of the same workshop: whoever wipes does not verify."""
    people = next(one.technicians for one in WORKSHOPS if subject in [person.subject for person in one.technicians])
    return next(person for person in people if person.subject != subject)


def everybody() -> list[Person]:
    """All who can log in, in the order the login page shows them."""
    technicians = [person for workshop in WORKSHOPS for person in workshop.technicians]
    return [
        COORDINATOR,
        *(donor.person for donor in DONORS),
        *technicians,
        *(relais.person for relais in RELAIS),
    ]
