"""A folder of tables is checked whole: each line is taken, corrected or refused, with its reason."""

from io import StringIO
from pathlib import Path

import pytest
from filiere.catalogue import Tier
from filiere.movein.checking import check
from filiere.movein.ids import same_name
from filiere.movein.network import Network
from filiere.movein.report import Outcome, Report
from filiere.movein.rows import read_folder
from filiere.movein.templates import TABLES, described, write_templates
from filiere.movein.wire import SOLD_FOR_NO_TIER, UNTIMELY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DONOR = (
    "donateur;siren;nom;adresse;code_postal;ville;contact_nom;contact_courriel\n"
    "D-1;552 100 554;Mairie;1 rue;62800;Liévin;Petit;a@b.example\n"
)
WORKSHOP = "atelier;nom;ville;code_postal;capacites\nLI;Atelier de Lille;Lille;59000;portable=40\n"
RELAIS = (
    "relais;nom;forme_juridique;adresse;code_postal;ville;publics\nR-1;Espace;association;3 rue;48000;Mende;seniors\n"
)
LOTS = "lot;donateur;atelier;collecte_le\nL-1;D-1;LI;04/05/2023\n"
DISK = "equipement;support_numero_serie;support_type;niveau;methode;outil;efface_le;efface_par;verifie_par;preuve\n"
PROOF = "M-1;S4NY0001QQ;ssd;purge;secure erase;nwipe;01/06/2023;Camille;Alix;rapport-1\n"
GRADE = "equipement;tests_reussis;categorie;classe_le\nM-1;oui;B;03/06/2023\n"
TITLES = "equipement;lot;categorie;statut;relais;envoye_le;remis_le\n"


def read(folder: Path, **tables: str) -> tuple[Network, Report]:
    """`tables` beside a donor, a workshop, a Relais and a lot."""
    parents = {"donateurs": DONOR, "ateliers": WORKSHOP, "relais": RELAIS, "lots": LOTS}
    for name, text in {**parents, **tables}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    report = Report()
    return check("BOLC", read_folder(folder, report), report), report


def said(report: Report) -> list[tuple[str, str, str]]:
    return [(line.key, line.outcome.value, line.sentence) for line in report.lines]


def test_a_device_with_every_proof_is_ready(tmp_path: Path) -> None:
    network, report = read(
        tmp_path,
        equipements=f"{TITLES}M-1;L-1;Portable;Prêt à vendre;;;\n",
        effacements=DISK + PROOF,
        classements=GRADE,
    )
    assert said(report) == []
    assert network.work["M-1"].ready_on is not None
    assert network.lots[0].siren == "552100554"


@pytest.mark.parametrize(
    ("row", "outcome", "words"),
    [
        ("M-1;L-1;portable;pret;;;", "corrigé", "Sans preuve d'effacement : inscrit à l'atelier, à effacer."),
        ("M-1;L-1;portable;PRET_A_DISTRIBUER;R-1;10/06/2023;", "corrigé", "Il est à renvoyer du Relais « R-1 »."),
        ("M-1;L-1;portable;DISTRIBUE;R-1;10/06/2023;20/06/2023", "refusé", "Remis sans preuve d'effacement"),
        ("M-1;L-9;portable;pret;;;", "refusé", "Son lot « L-9 » n'est pas repris."),
        ("M-1;L-1;grille-pain;pret;;;", "refusé", "« grille-pain » n'est pas une catégorie connue."),
        ("M-1;L-1;portable;presque;;;", "refusé", "« presque » n'est pas un statut connu."),
        (";L-1;portable;pret;;;", "refusé", "Il manque : equipement."),
        ("M-1;L-1;portable;SAV;;;", "corrigé", "Revenu en SAV : inscrit à l'atelier, à effacer."),
    ],
)
def test_what_is_not_proved_or_not_read_is_said(tmp_path: Path, row: str, outcome: str, words: str) -> None:
    network, report = read(tmp_path, equipements=f"{TITLES}{row}\n", classements=GRADE if row[0] == "M" else "")
    found = [line for line in said(report) if line[1] == outcome]
    assert any(words in sentence for _, _, sentence in found), said(report)
    assert network.places == {}
    assert [work.ready_on for work in network.work.values()] in ([], [None])


@pytest.mark.parametrize(
    ("disk", "words"),
    [
        (PROOF.replace("Alix", ""), None),
        (PROOF.replace("Alix", "CAMILLE"), None),
        (PROOF.replace("Camille", "Amélie Durand").replace("Alix", "Amelie  DURAND"), None),
        (PROOF.replace("purge", "clear"), None),
        (PROOF.replace("S4NY0001QQ", "N/A"), None),
        (PROOF.replace("01/06/2023", "01/05/2023"), "Un effacement est d'avant la collecte : il ne prouve rien."),
        (PROOF.replace("rapport-1", ""), "Sans preuve, rien ne prouve cet effacement."),
        (PROOF.replace("purge", "formaté"), "« formaté » n'est pas un niveau : clear, purge ou destroy."),
        (PROOF + "M-1;S4NY0002QQ;ssd;;;;;;;\n", None),
        (PROOF + "m-1;S4NY0002QQ;ssd;;;;;;;\n", None),
    ],
    ids=[
        "one name",
        "the same name",
        "but for its accent",
        "too weak",
        "no serial",
        "before",
        "no report",
        "no level",
        "a second disk",
        "a second disk under its name in small letters",
    ],
)
def test_no_weaker_proof_makes_a_device_ready(tmp_path: Path, disk: str, words: str | None) -> None:
    network, report = read(
        tmp_path, equipements=f"{TITLES}M-1;L-1;portable;pret;;;\n", effacements=DISK + disk, classements=GRADE
    )
    sentences = [sentence for _, _, sentence in said(report)]
    assert network.work["M-1"].ready_on is None
    assert "Sans preuve d'effacement : inscrit à l'atelier, à effacer." in sentences
    assert words is None or words in sentences


def test_what_was_wiped_before_it_came_is_to_be_wiped(tmp_path: Path) -> None:
    network, report = read(
        tmp_path,
        equipements="equipement;lot;categorie;statut;arrive_le\nM-1;L-1;portable;pret;02/06/2023\n",
        effacements=DISK + PROOF,
        classements=GRADE,
    )
    assert network.work["M-1"].ready_on is None
    assert "Un effacement est d'avant l'arrivée à l'atelier : il ne prouve rien." in [one for *_, one in said(report)]


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("arrive_le", "pret;04/06/2023"),
        ("pret_le", "pret;03/05/2023"),
        ("retire_le", "hs;03/05/2023"),
    ],
)
def test_no_step_of_the_bench_is_before_it_came(tmp_path: Path, titles: str, row: str) -> None:
    network, report = read(
        tmp_path,
        equipements=f"equipement;lot;categorie;statut;{titles}\nM-1;L-1;portable;{row}\n",
        effacements=DISK + PROOF,
        classements=GRADE,
    )
    assert network.devices == {}
    assert [line for line in said(report) if line[1] == "refusé"] == [("M-1", "refusé", UNTIMELY)]


@pytest.mark.parametrize("twin", ["m-1", "M-1"])
def test_two_names_that_would_be_one_device_are_not_both_taken(tmp_path: Path, twin: str) -> None:
    rows = f"{TITLES}M-1;L-1;portable;en cours;;;\n{twin};L-1;portable;en cours;;;\n"
    network, report = read(tmp_path, equipements=rows)
    ((key, outcome, sentence),) = said(report)
    assert ([*network.devices], key, outcome) == (["M-1"], twin, "refusé")
    assert sentence.startswith("Ce nom est déjà plus haut")


SOLD = (
    "equipement;lot;categorie;statut;relais;envoye_le;remis_le;palier;montant\n"
    "M-1;L-1;portable;{};R-1;10/06/2023;20/06/2023;{};{}\n"
)


@pytest.mark.parametrize(
    ("status", "tier", "amount", "taken"),
    [
        ("vendu", "", "50", False), ("distribué", "", "50", False), ("vendu", "don", "50", False),
        ("vendu", "", "", False), ("vendu", "solidaire", "50", True), ("distribué", "", "", True),
        ("distribué", "don", "0", True),
    ],
)  # fmt: skip
def test_what_was_sold_is_never_made_a_gift(tmp_path: Path, status: str, tier: str, amount: str, taken: bool) -> None:
    rows = SOLD.format(status, tier, amount)
    network, report = read(tmp_path, equipements=rows, effacements=DISK + PROOF, classements=GRADE)
    assert [one[2] for one in said(report)] == ([] if taken else [SOLD_FOR_NO_TIER])
    assert [(one.tier, one.cents) for one in network.places.values()] == (
        [(Tier.SOLIDARY, 5000) if amount == "50" else (Tier.GIFT, 0)] if taken else []
    )


def test_the_rows_of_one_order_are_its_lines(tmp_path: Path) -> None:
    rows = [
        "C-1;R-1;01/02/2024;portable;4;C", "C-1;R-1;01/02/2024;portable;2;A", "C-1;R-1;03/02/2024;portable;3;C",
        "C-1;R-1;01/02/2024;smartphone;1;", "C-1;R-2;01/02/2024;portable;9;", "C-2;R-1;01/02/2024;portable;8;",
    ]  # fmt: skip
    titles = "commande;relais;passee_le;categorie;quantite;categorie_minimale\n"
    two = RELAIS + "R-2;Autre;association;4 rue;48000;Mende;seniors\n"
    network, report = read(tmp_path, commandes=titles + "\n".join(rows), relais=two)
    found = [
        [(line.category.value, line.min_grade.value, line.quantity) for line in one.lines] for one in network.orders
    ]
    assert found == [
        [("laptop", "C", 7), ("laptop", "A", 2), ("smartphone", "D", 1)],
        [("laptop", "D", 9)],
        [("laptop", "D", 8)],
    ]
    assert len({(one.relais_id, same_name(one.key)) for one in network.orders}) == 3
    assert said(report) == [("C-1", "corrigé", "Elle est du 01/02/2024 plus haut : ce jour est gardé.")]


def test_the_second_part_of_a_large_lot_has_a_name_of_its_own(tmp_path: Path) -> None:
    long = "L" * 80
    lots = f"{LOTS}{long};D-1;LI;04/05/2023\nL-1 (2);D-1;LI;04/05/2023\n"
    rows = "".join(
        f"M-{lot}-{n};{name};portable;en cours;;;\n"
        for lot, (name, devices) in enumerate([(long, 501), ("L-1", 501), ("L-1 (2)", 1)])
        for n in range(devices)
    )
    network, _ = read(tmp_path, lots=lots, equipements=TITLES + rows)
    names = [lot.key for lot in network.lots]
    assert (len(names), len({same_name(one) for one in names})) == (5, 5)
    assert max(map(len, names)) <= 80


def test_a_name_is_never_cut(tmp_path: Path) -> None:
    long = "M" * 81
    network, report = read(tmp_path, equipements=f"{TITLES}{long};L-1;portable;en cours;;;\n")
    assert network.devices == {}
    assert said(report) == [(long, "refusé", "Ce nom a plus de 80 caractères : raccourcissez-le.")]


def test_the_published_tables_are_read_by_their_own_titles(tmp_path: Path) -> None:
    write_templates(tmp_path)
    report = Report()
    tables = read_folder(tmp_path, report)
    assert {*tables} == {*TABLES}
    assert report.lines == []
    (tmp_path / "lots.csv").write_text("mine", encoding="utf-8")
    write_templates(tmp_path)
    assert (tmp_path / "lots.csv").read_text(encoding="utf-8") == "mine"


def test_the_page_of_the_documentation_names_every_column() -> None:
    page = Path(__file__).parents[4] / "docs/moving-in.md"
    assert described() in page.read_text(encoding="utf-8")


@given(table=st.sampled_from([*TABLES]), content=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_a_report(tmp_path: Path, table: str, content: bytes) -> None:
    (tmp_path / f"{table}.csv").write_bytes(content)
    report = Report()
    check("BOLC", read_folder(tmp_path, report), report)
    report.write(StringIO())


CELLS = st.text(max_size=30) | st.sampled_from(["M-1", "L-1", "D-1", "04/05/2023", "purge", "pret", "portable", "R-1"])


@given(table=st.sampled_from([*TABLES]), cells=st.lists(st.lists(CELLS, min_size=1, max_size=25), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_under_our_titles_are_taken_or_said(tmp_path: Path, table: str, cells: list[list[str]]) -> None:
    titles = [column.name for column in TABLES[table]]
    lines = ["\t".join(titles), *["\t".join(cell.replace("\t", " ") for cell in row) for row in cells]]
    network, report = read(tmp_path, **{table: "\n".join(lines)})
    report.write(StringIO())
    assert all(line.outcome is not Outcome.TAKEN for line in report.lines)
    assert all(lot.devices for lot in network.lots)
