"""Which column of a file is what: French, English and tool-made header names, written in many ways."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from rapidfuzz import fuzz, process

from collect.eligibility.plain import plain

# Field → header names. Compared by `key()`: without case, accents, punctuation or unit.
NAMES: dict[str, tuple[str, ...]] = {
    "category": (
        "type", "categorie", "category", "type de materiel", "type materiel", "nature", "type d equipement", "famille",
        "equipement", "materiel", "device type", "asset type", "asset category", "chassis type", "chassis",
        "type d appareil", "appareil", "designation", "kind", "form factor", "itemtype", "computer type",
        "type of device", "type de poste", "chassistypes", "chassis types", "type de chassis", "pc type",
        "assets category", "categorie d actifs", "genre", "genre de materiel",
    ),
    "quantity": ("quantite", "qte", "quantity", "qty", "nombre", "nb", "count", "nombre d equipements", "effectif"),
    "manufacturer": (
        "marque", "fabricant", "fabriquant", "constructeur", "manufacturer", "brand", "make", "vendor", "oem",
        "marque constructeur", "asset make",
    ),
    "model": (
        "modele", "model", "model name", "nom du modele", "reference", "modele commercial", "product name", "product",
        "produit", "system model", "asset model", "libelle modele", "reference modele",
    ),
    "serial": (
        "n de serie", "numero de serie", "no de serie", "num serie", "n serie", "serie", "serial", "serial number",
        "serialnumber", "serial no", "serial num", "s n", "sn", "service tag", "servicetag", "numero serie",
        "num de serie", "bios serial", "chassis serial number", "asset serial", "bios serial number",
        "bios numero de serie", "numero de serie du bios", "numero de serie bios", "numero de serie du chassis",
    ),
    "imei": ("imei", "imei 1", "imei1", "numero imei", "n imei", "code imei"),
    "imei2": (
        "imei 2", "imei2", "second imei", "deuxieme imei", "imei secondaire", "secondary imei", "autre imei",
        "autres imei", "other imei", "other imeis", "imei sim 2", "numero imei 2", "n imei 2", "code imei 2",
    ),
    "asset_tag": (
        "asset tag", "assettag", "tag", "numero d inventaire", "n d inventaire", "n inventaire", "inventaire",
        "numero inventaire", "inventory number", "otherserial", "code inventaire", "immobilisation",
        "n immobilisation", "numero d immobilisation", "asset number", "asset id", "id materiel", "code materiel",
        "tag no", "tag number", "n inventary", "inventory no", "num inv", "n inv", "no inv", "numero inv",
        "num inventaire", "inventory tag", "ref parc", "reference parc", "n de parc", "n parc", "numero de parc",
    ),
    "year": (
        "annee", "year", "annee d achat", "annee de fabrication", "date d achat", "purchase date", "date achat",
        "date of purchase", "date de mise en service", "mise en service", "date d acquisition", "acquisition",
        "annee de mise en service", "manufacture year", "annee fabrication", "date de fabrication", "in service date",
        "date d entree", "millesime",
    ),
    "ram_gb": ("ram", "memoire", "memory", "memoire vive", "ram totale", "memoire ram", "total memory", "ram size",
        "composants memoire", "composants memoires", "memory size", "memoire totale", "physical memory",
        "memoire physique", "memoire physique totale",
        "total physical memory"),
    "storage_gb": (
        "stockage", "storage", "disque", "disque dur", "disk", "hdd", "ssd", "taille disque", "capacite disque",
        "disk size", "hard drive", "capacite", "memoire interne", "taille du disque", "drive size",
        "capacite de stockage", "total storage", "taille stockage", "taille du stockage", "storage size",
        "composants disque dur", "composants disques durs", "stockage interne", "stockage total", "disk space",
        "total disk space", "espace disque", "espace disque total",
        "taille du disque logique", "capacite totale du disque",
    ),
    # Which line of a declaration a row corrects: written by our file of faulty rows alone.
    "mark": ("repere filiere", "filiere mark"),
    "system": ("os", "operating system", "systeme", "systeme d exploitation", "os name", "platform", "plateforme"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tool:
    """An export whose titles mean another thing than elsewhere: told by others of its titles."""

    told_by: frozenset[str]
    names: Mapping[str, str | None]
    """Title → our field; None for what is none of ours there."""


# Sources of the titles: docs/inventory-exports.md. Of the French titles of ConfigMgr's reports no source was found:
# « numero de serie du bios », « memoire physique totale », « espace disque total », « taille du disque logique » and
# « capacite totale du disque » translate the English ones.
_TOOLS = (
    # Its TAG says where a machine stands: a whole building has the same.
    _Tool(frozenset({"last inventory", "computer"}), {"tag": None}),
    _Tool(frozenset({"dernier inventaire", "machine"}), {"tag": None}),
    # A row of its database, and the number on the sticker.
    _Tool(frozenset({"asset name", "lastseen"}), {"asset id": None, "bar code": "asset_tag"}),
)

# Says what a device is where nothing else does; beside a title that does, it names the model.
_ELSE_THE_MODEL = ("designation",)

# What may be an inventory number when no column is called so: on our own export it is the label.
_ELSE_THE_TAG = ("etiquette",)

# Columns about people: named to the donor as dropped; their cells only tell what to take out of the others.
_PERSONAL = re.compile(
    r"\b(user|username|utilisateur|utilisateurs|login|identifiant(?! uniq)|e ?mail|courriel|mail|phone|telephone|tel|"
    r"mobile|gsm|msisdn|owner|proprietaire|detenteur|affecte|affectation|attribue|assigned|checked out|checkout|"
    r"salarie|employe|employee|beneficiaire|usager|titulaire|agent|collaborateur|contact|first name|last name|prenom|"
    r"nom|matricule|personne|benevole|benevoles|volunteer|sim|iccid|alternate username|mot de passe|password)\b"
)
# Where somebody's machine is reached: as much theirs, but no word of it is a name to take out of other cells.
_ADDRESSES = re.compile(r"^(ip|mac)$|\b((ip|mac) ?address(es)?|adresses? (ip|mac)|user ?domain|account domain)\b")
# What a machine is called on the network: often after whoever works at it.
_MACHINES = re.compile(r"\b(computer|machine|host ?name|asset name|netbios|fqdn|dns ?name)\b")
# Names that resemble one of ours and mean another thing.
_NOT_OURS = {
    "model number", "model notes", "order number", "numero de commande", "product key", "cle produit", "company",
    "location", "supplier", "fournisseur", "asset eol date", "fin de vie", "end of life", "warranty", "garantie",
    "date de fin de garantie", "purchase cost", "prix d achat", "cout d achat", "asset notes", "asset name",
    "free disk space", "espace disque libre", "type de disque", "disk type", "type disque", "type de contrat",
    "type de garantie", "checkout type", "serial sim",
    "etat", "status", "site", "lieu", "service", "nom du poste", "hostname", "numero de contrat", "screen size",
}  # fmt: skip
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")
_UNIT = re.compile(r"\b(go|gb|gib|mo|mb|mib|to|tb|tib|ko|kb|kib|[kmgt]bytes|[kmgt]octets)\b")
# Of 100: one letter wrong in a word of eight.
_CLOSE = 87
_SHORTEST_NEAR = 5
MAX_HEADER = 80
"""Characters of a column's title that are looked at; a longer cell is a text, and costs no more than a short one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands. `columns`: field → index; `units`: field → unit named in its header.

    `personal`: headers of the columns about people, which stand at the indexes `about_people`. `naming`: those of them
    whose cells may be names. `machines`: columns of what machines are called.
    """

    headers: tuple[str, ...]
    columns: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    about_people: tuple[int, ...] = ()
    naming: tuple[int, ...] = ()
    machines: tuple[int, ...] = ()

    @property
    def score(self) -> int:
        """How many of our fields were found."""
        return len(self.columns)

    def named(self) -> dict[str, str]:
        """Field → header as written."""
        return {name: self.headers[index] for name, index in self.columns.items()}


def promise(headers: Sequence[str]) -> tuple[int, int]:
    """How many fields a row names exactly, and how many it could name at most: cheap, to look closer at few rows."""
    keys = [key(header) for header in headers]
    exact = {found for name in keys if (found := _exact(name)) is not None}
    others = sum(len(name) >= _SHORTEST_NEAR and _exact(name) is None for name in keys)
    return len(exact), min(len(exact) + others, len(NAMES))


def layout_of(
    headers: Sequence[str], chosen: Mapping[str, str] | None = None, about_people: Collection[int] = ()
) -> Layout:
    """Recognise the columns. The first exact name wins; near spellings only fill what no exact name has taken.

    `chosen`: by its name (`names_of`) the field that somebody took each column for, empty for one not to read; a column
    about people is none of them, whatever was chosen. `about_people`: indexes of those that their cells give away.
    """
    keys = [key(header) for header in headers]
    addresses = {index for index, name in enumerate(keys) if _ADDRESSES.search(name)}
    personal = {index for index, name in enumerate(keys) if _PERSONAL.search(name) and _exact(name) is None}
    personal |= addresses | set(about_people)
    columns = _guessed(keys, personal) if chosen is None else _as_chosen(headers, chosen, personal)
    taken = set(columns.values())
    return Layout(
        headers=tuple(" ".join(header.split())[:MAX_HEADER] for header in headers),
        columns=columns,
        units={
            name: unit.group(1)
            for name, index in columns.items()
            if name in ("ram_gb", "storage_gb") and (unit := _UNIT.search(plain(headers[index][:MAX_HEADER])))
        },
        ignored=tuple(
            headers[i][:MAX_HEADER]
            for i in range(len(headers))
            if headers[i].strip() and i not in taken and i not in personal
        ),
        personal=tuple(headers[i][:MAX_HEADER] for i in sorted(personal)),
        about_people=tuple(sorted(personal)),
        naming=tuple(sorted(personal - addresses)),
        machines=tuple(
            index
            for index, name in enumerate(keys)
            if index not in taken and index not in personal and _MACHINES.search(name)
        ),
    )


def _guessed(keys: Sequence[str], personal: Collection[int]) -> dict[str, int]:
    there = {name: found for tool in _TOOLS if tool.told_by <= set(keys) for name, found in tool.names.items()}
    columns = {found: keys.index(name) for name, found in there.items() if found and name in keys}
    free = [
        index
        for index, name in enumerate(keys)
        if name and index not in personal and name not in _NOT_OURS and name not in there
    ]
    for index in free:
        if (found := _exact(keys[index])) is not None and keys[index] not in _ELSE_THE_MODEL:
            columns.setdefault(found, index)
    for index in free:
        if keys[index] in _ELSE_THE_MODEL:
            columns.setdefault("model" if "category" in columns else "category", index)
    # « IMEI (SIM 1) », « IMEI (SIM 2) »: two columns of one name.
    again = [index for index in free if _exact(keys[index]) == "imei" and index != columns.get("imei")]
    if again:
        columns.setdefault("imei2", again[0])
    for index in free:
        if _exact(keys[index]) is None and (found := _near(keys[index])) is not None:
            columns.setdefault(found, index)
    for index in free:
        if keys[index] in _ELSE_THE_TAG and "asset_tag" not in columns:
            columns["asset_tag"] = index
    return columns


def _as_chosen(headers: Sequence[str], chosen: Mapping[str, str], personal: Collection[int]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, name in enumerate(names_of(headers)):
        if index not in personal and (found := chosen.get(name, "")) in NAMES:
            columns.setdefault(found, index)
    return columns


def names_of(headers: Sequence[str]) -> list[str]:
    """What tells the columns of one heading apart wherever they stand: their words, and which of several alike."""
    seen: Counter[str] = Counter()
    names = []
    for header in headers:
        words = key(header)
        seen[words] += 1
        names.append(words if words and seen[words] == 1 else f"{words}#{seen[words]}")
    return names


def heading_of(headers: Sequence[str]) -> str:
    """The same for every file with these column titles, in any order."""
    return sha256("\n".join(sorted(names_of(headers))).encode()).hexdigest()


def key(header: str) -> str:
    """A header to compare: plain words, without its unit nor what stands in parentheses."""
    words = _ASIDE.sub(" ", header[:MAX_HEADER])
    return " ".join(_UNIT.sub(" ", plain(words)).split())


_EXACT = {key(name): found for found, names in NAMES.items() for name in names}
_LONG_NAMES = [name for name in _EXACT if len(name) >= _SHORTEST_NEAR]


def _exact(name: str) -> str | None:
    return _EXACT.get(name)


def _near(name: str) -> str | None:
    """A field whose name is nearly this one: a typing error, a plural. Short names must be exact."""
    if len(name) < _SHORTEST_NEAR:
        return None
    found = process.extractOne(name, _LONG_NAMES, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return _EXACT[found[0]] if found is not None else None
