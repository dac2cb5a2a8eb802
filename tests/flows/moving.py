"""A small network as its old tool says it: ten devices at each step of their way, with and without a proof."""

import csv
from pathlib import Path
from typing import Any

SOURCE = "BOLC"
STEPS = ("a traiter", "en cours", "pret", "en livraison", "au relais", "distribue", "non reemployable", "sav")


def table(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, titles, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_network(folder: Path, devices: int = 10, lots: int = 1) -> None:
    """`devices` at each step, half of them proved, over so many lots."""
    table(
        folder, "donateurs",
        [{"donateur": "D-1", "siren": "552100554", "nom": "Mairie de Liévin", "organisme_public": "non",
          "adresse": "45 rue Édouard-Vaillant", "code_postal": "62800", "ville": "Liévin",
          "contact_nom": "Dominique Petit", "contact_courriel": "d.petit@lievin.example"}],
    )  # fmt: skip
    table(
        folder, "ateliers",
        [{"atelier": "LI", "nom": "Atelier de Lille", "ville": "Lille", "code_postal": "59000",
          "capacites": "portable=40"}],
    )  # fmt: skip
    table(
        folder, "relais",
        [{"relais": "R-1", "nom": "Espace Mende", "forme_juridique": "association", "adresse": "3 rue du Pont",
          "code_postal": "48000", "ville": "Mende", "publics": "seniors", "personnes_accompagnees": "80",
          "vend": "oui", "convention_signee_le": "10/01/2023", "convention_signee_par": "Alix Bernard"}],
    )  # fmt: skip
    table(
        folder, "lots",
        [{"lot": f"L-{n}", "donateur": "D-1", "atelier": "LI", "collecte_le": "04/05/2023"} for n in range(lots)],
    )  # fmt: skip
    table(
        folder, "commandes",
        [{"commande": "CMD-9", "relais": "R-1", "passee_le": "01/02/2024", "categorie": "portable", "quantite": "2"}],
    )  # fmt: skip
    rows, wiped, graded = [], [], []
    for step in STEPS:
        for number in range(devices):
            key = f"M-{STEPS.index(step)}-{number}"
            rows.append(_device(key, step, f"L-{(number + STEPS.index(step)) % lots}"))
            wiped.append(_wiped(key, is_proved=number % 2 == 0))
            graded.append(
                {"equipement": key, "tests_reussis": "oui", "teste_le": "02/06/2023", "categorie": "B",
                 "aspect": "B", "batterie": "bonne", "classe_le": "03/06/2023"}
            )  # fmt: skip
    table(folder, "equipements", rows)
    table(folder, "effacements", wiped)
    table(folder, "classements", graded)


def _device(key: str, step: str, lot: str) -> dict[str, Any]:
    row = {
        "equipement": key, "lot": lot, "categorie": "portable", "marque": "HP", "modele": "EliteBook 840 G5",
        "numero_serie": f"5CG8{key.replace('-', 'X')}AB", "memoire_go": "8", "stockage_go": "256", "annee": "2019",
        "statut": step, "arrive_le": "10/05/2023", "pret_le": "04/06/2023",
    }  # fmt: skip
    if step in ("en livraison", "au relais", "distribue"):
        row |= {"relais": "R-1", "commande": "CMD-7", "envoye_le": "10/06/2023"}
    if step in ("au relais", "distribue"):
        row |= {"recu_le": "12/06/2023"}
    if step == "distribue":
        row |= {"remis_le": "20/06/2023", "palier": "solidaire", "montant": "45,00"}
    return row


def _wiped(key: str, *, is_proved: bool) -> dict[str, Any]:
    disk = {
        "equipement": key, "support_numero_serie": f"S4NY{key.replace('-', 'Z')}QQ", "support_type": "ssd",
        "support_go": "256",
    }  # fmt: skip
    proof = {
        "niveau": "purge", "methode": "secure erase", "outil": "nwipe", "version": "0.36", "efface_le": "01/06/2023",
        "efface_par": "Camille Moreau", "verifie_par": "Alix Bernard", "preuve": f"rapport-{key}.pdf",
    }  # fmt: skip
    return {**disk, **proof} if is_proved else disk
