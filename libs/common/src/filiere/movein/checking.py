"""The whole folder, checked before anything is written: each line taken, corrected or refused with its reason."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from filiere.catalogue import Grade
from filiere.geography import UnknownTerritory, departement_of_postcode
from filiere.identifiers import IdentifierError, normalise_siren, normalise_siret
from filiere.movein import values
from filiere.movein.devices import Benches, device_of, place_of, work_of
from filiere.movein.ids import carried_id, same_name
from filiere.movein.network import Network
from filiere.movein.report import Report
from filiere.movein.rows import Row, Tables
from filiere.movein.values import Unread
from filiere.movein.wire import (
    AT_ONCE,
    MOST_LINES,
    MOST_OF_ONE,
    CarriedDevice,
    CarriedDonor,
    CarriedLine,
    CarriedLot,
    CarriedOrder,
    CarriedPlace,
    CarriedRelais,
    CarriedWork,
    CarriedWorkshop,
)

Found = TypeVar("Found")
LONGEST_NAME = 80
_FORMS = {
    "association": "association", "organisme public": "public_body", "ccas": "public_body",
    "public body": "public_body",
    "cooperative": "cooperative", "fondation": "foundation", "foundation": "foundation", "entreprise": "company",
    "company": "company", "autre": "other", "other": "other",
}  # fmt: skip


def check(source: str, tables: Tables, report: Report) -> Network:
    """What may be told of these tables; the rest stands in the report. Never raises for what a cell holds."""
    network = Network(source)
    for row, key in _each(tables, "donateurs", "donateur", report):
        _taken(report, "donateurs", row, key, lambda r: _donor(r), network.donors)
    for row, key in _each(tables, "ateliers", "atelier", report):
        _taken(report, "ateliers", row, key, lambda r: _workshop(r), network.workshops)
    for row, key in _each(tables, "relais", "relais", report):
        _taken(report, "relais", row, key, lambda r: _relais(r), network.relais)
    lots: dict[str, tuple[str, str, date]] = {}
    for row, key in _each(tables, "lots", "lot", report):
        _taken(report, "lots", row, key, lambda r: _lot(network, r), lots)
    _devices(network, tables, lots, report)
    network.orders += _orders(network, tables, report)
    return network


def _devices(network: Network, tables: Tables, lots: dict[str, tuple[str, str, date]], report: Report) -> None:
    benches = Benches.of(tables, report)
    inside: dict[str, list[CarriedDevice]] = {}
    serials: dict[str, str] = {}
    for row, key in _each(tables, "equipements", "equipement", report):
        lot = lots.get(row["lot"])
        if lot is None:
            report.refuse("equipements", row.number, key, f"Son lot « {row['lot']} » n'est pas repris.")
            continue
        found = _read(report, "equipements", row, key, lambda r: device_of(r))
        if found is None:
            continue
        if found.serial and (other := serials.setdefault(found.serial, key)) != key:
            report.correct("equipements", row.number, key, f"Son numéro de série est celui de {other} : laissé vide.")
            found = found.model_copy(update={"serial": None})
        went = _read(report, "equipements", row, key, partial(_work, lot[2], found, benches))
        if went is None:
            continue
        work, is_ready = went
        where = _read(report, "equipements", row, key, partial(_place, network, is_ready))
        if where is None:
            continue
        for sentence in benches.said.pop(key, []):
            report.correct("equipements", row.number, key, sentence)
        network.devices[key] = found
        network.work[key] = work
        for place in where:
            network.places[key] = place
        inside.setdefault(row["lot"], []).append(found)
        report.take("equipements")
    names = {same_name(one) for one in lots}
    for key, devices in inside.items():
        donor, workshop, collected_on = lots[key]
        for part, start in enumerate(range(0, len(devices), AT_ONCE), 1):
            network.lots.append(
                CarriedLot(
                    key=key if part == 1 else _part(key, part, names),
                    siren=network.donors[donor].siren,
                    workshop_id=carried_id(network.source, "workshop", workshop),
                    collected_on=collected_on,
                    devices=devices[start : start + AT_ONCE],
                )
            )


def _orders(network: Network, tables: Tables, report: Report) -> Iterable[CarriedOrder]:
    """One for each Relais and number, with a line for each row of it."""
    found: dict[tuple[UUID, str], CarriedOrder] = {}
    for row, key in _each(tables, "commandes", "commande", report, several=True):
        order = _read(report, "commandes", row, key, partial(_order, network))
        if order is None:
            continue
        if before := found.get((order.relais_id, key)):
            if before.placed_on != order.placed_on:
                sentence = f"Elle est du {before.placed_on:%d/%m/%Y} plus haut : ce jour est gardé."
                report.correct("commandes", row.number, key, sentence)
            order = _read(report, "commandes", row, key, partial(_joined, before, order.lines[0]))
        if order is not None:
            found[order.relais_id, key] = order
            report.take("commandes")
    return found.values()


def _work(collected_on: date, device: CarriedDevice, benches: Benches, row: Row) -> tuple[CarriedWork, bool]:
    return work_of(row, collected_on, device, benches)


def _place(network: Network, is_ready: bool, row: Row) -> list[CarriedPlace]:
    place = place_of(row, network, is_ready=is_ready)
    return [place] if place is not None else []


def _part(key: str, part: int, names: set[str]) -> str:
    """The name of a further part of a lot, which is no other lot's and no longer than names are."""
    name = f"{key[: LONGEST_NAME - 20]} ({part})"
    while same_name(name) in names:
        name += "."
    names.add(same_name(name))
    return name


def _each(tables: Tables, table: str, name: str, report: Report, *, several: bool = False) -> Iterator[tuple[Row, str]]:
    """Rows with their name; without one, or with one that was, they are refused."""
    seen: dict[str, str] = {}
    first: dict[str, Row] = {}
    for row in tables.get(table, []):
        key = row[name]
        if not key:
            report.refuse(table, row.number, "", f"Il manque : {name}.")
        elif len(key) > LONGEST_NAME:
            report.refuse(table, row.number, key, f"Ce nom a plus de {LONGEST_NAME} caractères : raccourcissez-le.")
        elif (other := seen.setdefault(same_name(key), key)) != key:
            sentence = f"Ce nom est déjà plus haut, écrit « {other} » : renommez l'un des deux."
            report.refuse(table, row.number, key, sentence)
        elif row is not first.setdefault(key, row) and not several:
            report.refuse(table, row.number, key, "Ce nom est déjà plus haut.")
        else:
            yield row, key


def _read(report: Report, table: str, row: Row, key: str, read: Callable[[Row], Found]) -> Found | None:
    try:
        return read(row)
    except (Unread, IdentifierError, UnknownTerritory) as error:
        report.refuse(table, row.number, key, str(error))
    except ValidationError as error:
        report.refuse(table, row.number, key, _sentence(error))
    return None


def _taken(
    report: Report, table: str, row: Row, key: str, read: Callable[[Row], Found], into: dict[str, Found]
) -> None:
    found = _read(report, table, row, key, read)
    if found is not None:
        into[key] = found
        report.take(table)


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] in ("string_too_short", "missing"):
        return f"Il manque : {where}."
    return f"« {str(first.get('input'))[:40]} » ne convient pas ({where})."


def _donor(row: Row) -> CarriedDonor:
    departement_of_postcode(row["code_postal"])
    return CarriedDonor(
        siren=normalise_siren(row["siren"]), name=row["nom"], public_body=values.yes(row["organisme_public"]),
        address=row["adresse"], postcode=row["code_postal"], city=row["ville"], contact_name=row["contact_nom"],
        contact_email=row["contact_courriel"],
    )  # fmt: skip


def _workshop(row: Row) -> CarriedWorkshop:
    departement_of_postcode(row["code_postal"])
    capacity: dict[Any, Any] = {}
    for part in filter(None, (one.strip() for one in row["capacites"].split(","))):
        word, _, count = part.partition("=")
        capacity[values.category(word.strip())] = values.whole(count.strip()) or 0
    return CarriedWorkshop(
        key=row["atelier"], name=row["nom"], city=row["ville"], postcode=row["code_postal"], capacity=capacity
    )


def _relais(row: Row) -> CarriedRelais:
    departement_of_postcode(row["code_postal"])
    form = _FORMS.get(values.plain(row["forme_juridique"]))
    if form is None:
        raise Unread(f"« {row['forme_juridique'][:40]} » n'est pas une forme juridique connue.")
    return CarriedRelais(
        key=row["relais"], name=row["nom"], legal_form=form,
        siret=normalise_siret(row["siret"]) if row["siret"] else None, address=row["adresse"],
        postcode=row["code_postal"], city=row["ville"],
        publics=[one.strip() for one in row["publics"].split(",") if one.strip()],
        people_supported=values.whole(row["personnes_accompagnees"]) or 0, may_sell=values.yes(row["vend"]),
        signed_on=values.day(row["convention_signee_le"]), signed_by=row["convention_signee_par"] or None,
    )  # fmt: skip


def _lot(network: Network, row: Row) -> tuple[str, str, date]:
    donor, workshop = row["donateur"][:80], row["atelier"][:80]
    if donor not in network.donors:
        raise Unread(f"Son donateur « {donor} » n'est pas repris.")
    if workshop not in network.workshops:
        raise Unread(f"Son atelier « {workshop} » n'est pas repris.")
    return donor, workshop, values.needed_day(row["collecte_le"])


def _order(network: Network, row: Row) -> CarriedOrder:
    relais = row["relais"][:80]
    if relais not in network.relais:
        raise Unread(f"Son Relais « {relais} » n'est pas repris.")
    line = CarriedLine(
        category=values.category(row["categorie"]), quantity=values.whole(row["quantite"]) or 0,
        min_grade=values.grade(row["categorie_minimale"]) or Grade.D,
    )  # fmt: skip
    return CarriedOrder(
        key=row["commande"], relais_id=carried_id(network.source, "relais", relais),
        placed_on=values.needed_day(row["passee_le"]), lines=[line],
    )  # fmt: skip


def _joined(order: CarriedOrder, line: CarriedLine, _: Row) -> CarriedOrder:
    """The order with one line more; the same asked twice is asked for together. Raises Unread."""
    lines = {(one.category, one.min_grade): one for one in order.lines}
    asked = line.category, line.min_grade
    quantity = line.quantity + (lines[asked].quantity if asked in lines else 0)
    lines[asked] = line.model_copy(update={"quantity": quantity})
    if len(lines) > MOST_LINES or quantity > MOST_OF_ONE:
        raise Unread(f"Une commande a au plus {MOST_LINES} lignes, et {MOST_OF_ONE} équipements par ligne.")
    return order.model_copy(update={"lines": [*lines.values()]})
