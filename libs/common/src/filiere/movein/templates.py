"""The tables that we publish: one CSV each, its columns with what stands in them. `docs/moving-in.md` is made of it."""

import csv
from pathlib import Path
from typing import NamedTuple


class Column(NamedTuple):
    name: str
    help: str
    is_needed: bool = False


def _day(what: str) -> str:
    return f"{what} (jj/mm/aaaa ou aaaa-mm-jj)"


TABLES: dict[str, tuple[Column, ...]] = {
    "donateurs": (
        Column("donateur", "son nom dans l'ancien outil, ou son numéro", True),
        Column("siren", "neuf chiffres", True),
        Column("nom", "raison sociale", True),
        Column("organisme_public", "oui ou non ; non si vide"),
        Column("adresse", "où l'on enlève", True),
        Column("code_postal", "cinq chiffres", True),
        Column("ville", "commune", True),
        Column("contact_nom", "qui appeler", True),
        Column("contact_courriel", "son adresse électronique", True),
    ),
    "ateliers": (
        Column("atelier", "son nom ou numéro dans l'ancien outil", True),
        Column("nom", "nom montré aux gens", True),
        Column("ville", "commune", True),
        Column("code_postal", "cinq chiffres", True),
        Column("capacites", "par semaine : portable=40, smartphone=60"),
    ),
    "relais": (
        Column("relais", "son nom ou numéro dans l'ancien outil", True),
        Column("nom", "nom de la structure", True),
        Column("forme_juridique", "association, organisme public, coopérative, fondation, entreprise ou autre", True),
        Column("siret", "quatorze chiffres"),
        Column("adresse", "rue", True),
        Column("code_postal", "cinq chiffres", True),
        Column("ville", "commune", True),
        Column("publics", "valeurs de data.inclusion, séparées par des virgules", True),
        Column("personnes_accompagnees", "par an"),
        Column("vend", "oui si ses statuts le permettent"),
        Column("convention_signee_le", _day("sans date, il ne commande pas")),
        Column("convention_signee_par", "nom de qui a signé"),
    ),
    "lots": (
        Column("lot", "son numéro", True),
        Column("donateur", "de la table donateurs", True),
        Column("atelier", "de la table ateliers", True),
        Column("collecte_le", _day("jour de l'enlèvement"), True),
    ),
    "equipements": (
        Column("equipement", "son numéro dans l'ancien outil", True),
        Column("lot", "de la table lots", True),
        Column("categorie", "portable, fixe, smartphone, tablette, écran, imprimante, téléphone à touches", True),
        Column("marque", "fabricant"),
        Column("modele", "modèle"),
        Column("numero_serie", "du fabricant"),
        Column("imei", "un ou deux, séparés par une virgule"),
        Column("numero_inventaire", "celui du donateur ; sinon l'ancien numéro"),
        Column("annee", "de fabrication"),
        Column("memoire_go", "mémoire vive"),
        Column("stockage_go", "disques ensemble"),
        Column("statut", "à traiter, en cours, non réemployable, prêt, en livraison, au relais, distribué, SAV", True),
        Column("arrive_le", _day("à l'atelier ; sinon le jour de la collecte")),
        Column("pret_le", _day("déclaré prêt")),
        Column("retire_le", _day("non réemployable depuis")),
        Column("sans_support_dit_par", "qui a constaté qu'il n'y a aucun disque"),
        Column("relais", "de la table relais, s'il y est parti"),
        Column("commande", "numéro de la commande avec laquelle il est parti"),
        Column("envoye_le", _day("parti vers le Relais")),
        Column("recu_le", _day("reçu au Relais")),
        Column("remis_le", _day("remis à quelqu'un, dont rien n'est dit")),
        Column("palier", "don, très solidaire ou solidaire ; nécessaire s'il a été vendu"),
        Column("montant", "en euros, ce qui a été payé"),
    ),
    "effacements": (
        Column("equipement", "de la table equipements", True),
        Column("support_numero_serie", "du disque ; une ligne par disque, effacé ou non", True),
        Column("support_type", "hdd, ssd, nvme, emmc ; sinon inconnu"),
        Column("support_go", "sa taille"),
        Column("niveau", "clear, purge ou destroy ; vide si rien ne le dit effacé"),
        Column("methode", "par exemple secure erase"),
        Column("outil", "par exemple nwipe"),
        Column("version", "de l'outil"),
        Column("efface_le", _day("jour de l'effacement")),
        Column("efface_par", "qui a effacé"),
        Column("verifie_par", "une deuxième personne ; sans elle, l'effacement attend d'être vérifié ici"),
        Column("preuve", "numéro ou fichier du rapport"),
    ),
    "classements": (
        Column("equipement", "de la table equipements", True),
        Column("tests_reussis", "oui si chaque test a réussi"),
        Column("teste_le", _day("jour des tests")),
        Column("categorie", "PREMIUM, A, B, C ou D"),
        Column("aspect", "A, B, C ou D"),
        Column("batterie", "bonne, moyenne, usée, non mesurée, sans"),
        Column("classe_le", _day("jour du classement")),
    ),
    "commandes": (
        Column("commande", "son numéro", True),
        Column("relais", "de la table relais", True),
        Column("passee_le", _day("jour de la commande"), True),
        Column("categorie", "ce qui est encore attendu", True),
        Column("quantite", "ce qui est encore attendu", True),
        Column("categorie_minimale", "PREMIUM, A, B, C ou D ; D si vide"),
    ),
}
"""In the order in which they are read: what is named stands before what names it."""


def write_templates(folder: Path) -> None:
    """The tables without a row, as a spreadsheet of a French office reads them; none that is there is touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in TABLES.items():
        path = folder / f"{table}.csv"
        if not path.exists():
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, delimiter=";").writerow([column.name for column in columns])


def described() -> str:
    """The tables as Markdown."""
    parts = []
    for table, columns in TABLES.items():
        rows = [f"| `{one.name}` | {'oui' if one.is_needed else ''} | {one.help} |" for one in columns]
        parts.append(
            "\n".join([f"### `{table}.csv`", "", "| colonne | nécessaire | ce qu'elle dit |", "|---|---|---|", *rows])
        )
    return "\n\n".join(parts) + "\n"
