"""How far one device had come, and where it went, by what is proved of it: the same reading as the workshop's gate.

The service decides; what is read here is only told beforehand, so that nobody is surprised.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Self

from pydantic import ValidationError

from filiere.catalogue import Category, Tier
from filiere.catalogue.grades import StorageKind
from filiere.catalogue.statuses import ShownStatus
from filiere.identifiers import is_junk_serial, normalise_serial, valid_imei
from filiere.identifiers.same_person import are_one_person, same_person
from filiere.movein import values
from filiere.movein.ids import carried_id, same_name
from filiere.movein.network import Network
from filiere.movein.report import Report
from filiere.movein.rows import Row, Tables
from filiere.movein.values import Unread
from filiere.movein.wire import (
    SOLD_FOR_NO_TIER,
    UNTIMELY,
    CarriedDevice,
    CarriedErasure,
    CarriedGrade,
    CarriedMedium,
    CarriedPlace,
    CarriedWork,
    before_it_arrived,
)

_WITHOUT = {Category.MONITOR, Category.BASIC_PHONE, Category.PRINTER}
_SOLDERED = {Category.SMARTPHONE, Category.TABLET}
_WAS_READY = {
    ShownStatus.READY_TO_ORDER, ShownStatus.BEING_DELIVERED, ShownStatus.READY_TO_HAND_OVER, ShownStatus.HANDED_OVER,
}  # fmt: skip
_LEFT = _WAS_READY - {ShownStatus.READY_TO_ORDER}
NO_PROOF = "Sans preuve d'effacement : inscrit à l'atelier, à effacer."
AT_A_RELAIS = "Sans preuve d'effacement : inscrit à l'atelier, à effacer. Il est à renvoyer du Relais « {} »."
GONE = "Remis sans preuve d'effacement : Filière ne peut le dire ni effacé, ni à l'atelier. Il reste dans ce rapport."
UNTESTED = "Tests ou catégorie manquent : inscrit à l'atelier, à tester et à classer."
USED = "Revenu en SAV : inscrit à l'atelier, à effacer."


class Benches(NamedTuple):
    """What `effacements` and `classements` say, by device, whichever way it is written there: no disk goes unseen.

    `said`: sentences that wait for their device's line.
    """

    media: dict[str, list[tuple[Row, CarriedMedium]]]
    grades: dict[str, Row]
    said: dict[str, list[str]]

    @classmethod
    def of(cls, tables: Tables, report: Report) -> Self:
        known = {same_name(row["equipement"]) for row in tables.get("equipements", [])}
        media: dict[str, list[tuple[Row, CarriedMedium]]] = {}
        for row in _of_known(tables.get("effacements", []), "effacements", known, report):
            try:
                media.setdefault(same_name(row["equipement"]), []).append((row, _medium(row)))
            except (Unread, ValidationError) as error:
                sentence = str(error) if isinstance(error, Unread) else "Cette ligne ne se lit pas."
                report.refuse("effacements", row.number, row["equipement"], sentence)
                # A disk of which nothing can be read is a disk: nothing of its device is proved.
                unread = CarriedMedium(serial="N/A", kind=StorageKind.UNKNOWN)
                media.setdefault(same_name(row["equipement"]), []).append((row, unread))
            else:
                report.take("effacements")
        grades: dict[str, Row] = {}
        for row in _of_known(tables.get("classements", []), "classements", known, report):
            grades[same_name(row["equipement"])] = row
            report.take("classements")
        return cls(media, grades, {})

    def say(self, key: str, sentence: str) -> None:
        self.said.setdefault(key, []).append(sentence)


def device_of(row: Row) -> CarriedDevice:
    imeis = [one for one in (part.strip() for part in row["imei"].split(",")) if one and valid_imei(one)][:3]
    serial = normalise_serial(row["numero_serie"])
    return CarriedDevice(
        key=row["equipement"][:80], category=values.category(row["categorie"]), manufacturer=row["marque"] or None,
        model=row["modele"] or None, serial=serial[:80] if serial else None, imeis=imeis,
        asset_tag=row["numero_inventaire"][:80] or None, year=values.whole(row["annee"]) or None,
        ram_gb=values.number(row["memoire_go"]), storage_gb=values.number(row["stockage_go"]),
    )  # fmt: skip


def work_of(row: Row, collected_on: date, device: CarriedDevice, benches: Benches) -> tuple[CarriedWork, bool]:
    """(what is told to its workshop, whether the gate will let it out). Raises Unread."""
    key, status = device.key, values.status(row["statut"])
    arrived_on = max(values.day(row["arrive_le"]) or collected_on, collected_on)
    said = CarriedWork(
        key=key, arrived_on=arrived_on,
        media=[_since(one, collected_on, arrived_on, key, benches) for _, one in benches.media.get(same_name(key), [])],
        no_storage_by=row["sans_support_dit_par"] or None,
    )  # fmt: skip
    if status is ShownStatus.AFTER_SALES:
        benches.say(key, USED)
        return said.model_copy(update={"media": [_unwiped(one) for one in said.media], "no_storage_by": None}), False
    if status is ShownStatus.NOT_REUSABLE:
        gone = {"withdrawn": "other", "withdrawn_on": values.day(row["retire_le"])}
        return _timely(said.model_copy(update=gone)), False
    said = _timely(_graded(said, benches.grades.get(same_name(key))))
    is_wiped = _is_wiped(device.category, said)
    is_finished = said.tests_passed is True and said.graded is not None
    if status not in _WAS_READY:
        return said, False
    if is_wiped and is_finished:
        ready_on = values.day(row["pret_le"]) or (said.graded.graded_on if said.graded else arrived_on)
        return _timely(said.model_copy(update={"ready_on": ready_on})), True
    if status is ShownStatus.HANDED_OVER:
        raise Unread(GONE)
    if is_wiped:
        benches.say(key, UNTESTED)
    elif status is ShownStatus.READY_TO_ORDER:
        benches.say(key, NO_PROOF)
    else:
        benches.say(key, AT_A_RELAIS.format(row["relais"][:60]))
    return said, False


def place_of(row: Row, network: Network, *, is_ready: bool) -> CarriedPlace | None:
    """Where it went, of what the gate lets out. Raises Unread."""
    status = values.status(row["statut"])
    if status not in _LEFT or not is_ready:
        return None
    relais = row["relais"][:80]
    if relais not in network.relais:
        raise Unread(f"Son Relais « {relais} » n'est pas repris.")
    handed_over_on = values.day(row["remis_le"])
    delivered_on = values.day(row["recu_le"]) or handed_over_on
    shipped_on = values.day(row["envoye_le"]) or delivered_on
    if shipped_on is None or (status is ShownStatus.HANDED_OVER and handed_over_on is None):
        raise Unread("Il manque le jour où il est parti, ou celui où il a été remis.")
    tier, cents = _paid(row, status)
    return CarriedPlace(
        key=row["equipement"][:80], relais_id=carried_id(network.source, "relais", relais),
        order=row["commande"][:80] or "sans numéro", shipped_on=shipped_on,
        delivered_on=None if status is ShownStatus.BEING_DELIVERED else delivered_on or shipped_on,
        handed_over_on=handed_over_on if status is ShownStatus.HANDED_OVER else None,
        tier=tier, cents=cents,
    )  # fmt: skip


def _paid(row: Row, status: ShownStatus) -> tuple[Tier, int]:
    """For what it was handed over; what was sold is never made a gift. Raises Unread."""
    tier, cents = values.tier(row["palier"]), values.cents(row["montant"]) if row["montant"] else 0
    is_sold = cents > 0 or values.plain(row["statut"]) == "vendu"
    if status is ShownStatus.HANDED_OVER and is_sold and tier is Tier.GIFT:
        raise Unread(SOLD_FOR_NO_TIER)
    return tier, cents


def _of_known(rows: Iterable[Row], table: str, known: set[str], report: Report) -> Iterable[Row]:
    for row in rows:
        if same_name(row["equipement"]) in known:
            yield row
        else:
            report.refuse(table, row.number, row["equipement"], "Cet équipement n'est pas dans la table equipements.")


def _medium(row: Row) -> CarriedMedium:
    level = values.plain(row["niveau"])
    erasure = None
    if level:
        if level not in ("clear", "purge", "destroy"):
            raise Unread(f"« {row['niveau'][:40]} » n'est pas un niveau : clear, purge ou destroy.")
        missing = [name for name in ("methode", "outil", "efface_le", "efface_par", "preuve") if not row[name]]
        if missing:
            raise Unread(f"Sans {', '.join(missing)}, rien ne prouve cet effacement.")
        erasure = CarriedErasure.model_validate(
            {
                "level": level, "method": row["methode"], "tool": row["outil"], "tool_version": row["version"][:60],
                "erased_on": values.needed_day(row["efface_le"]), "operator": row["efface_par"],
                "verifier": row["verifie_par"] or None, "proof": row["preuve"],
            }
        )  # fmt: skip
    return CarriedMedium(
        serial=row["support_numero_serie"][:80], kind=values.kind(row["support_type"]),
        size_gb=values.number(row["support_go"]), erasure=erasure,
    )  # fmt: skip


def _since(medium: CarriedMedium, collected_on: date, arrived_on: date, key: str, benches: Benches) -> CarriedMedium:
    """What was wiped before it was fetched, or before it came, says nothing of what is on it now."""
    if medium.erasure is None or medium.erasure.erased_on >= arrived_on:
        return medium
    what = "la collecte" if medium.erasure.erased_on < collected_on else "l'arrivée à l'atelier"
    benches.say(key, f"Un effacement est d'avant {what} : il ne prouve rien.")
    return _unwiped(medium)


def _timely(said: CarriedWork) -> CarriedWork:
    """Raises Unread."""
    if before_it_arrived(said):
        raise Unread(UNTIMELY)
    return said


def _unwiped(medium: CarriedMedium) -> CarriedMedium:
    return medium.model_copy(update={"erasure": None})


def _graded(said: CarriedWork, row: Row | None) -> CarriedWork:
    """Raises Unread."""
    if row is None:
        return said
    tested_on = values.day(row["teste_le"]) or said.arrived_on
    grade = values.grade(row["categorie"])
    graded = None
    if grade is not None:
        graded = CarriedGrade(
            grade=grade, cosmetic=values.cosmetic(row["aspect"]), battery=values.battery(row["batterie"]),
            graded_on=values.day(row["classe_le"]) or tested_on,
        )  # fmt: skip
    return said.model_copy(
        update={"tests_passed": values.yes(row["tests_reussis"]) or None, "tested_on": tested_on, "graded": graded}
    )


def _is_wiped(category: Category, said: CarriedWork) -> bool:
    if said.media:
        return all(_proves(one) for one in said.media)
    return category in _WITHOUT or (category not in _SOLDERED and said.no_storage_by is not None)


def _proves(medium: CarriedMedium) -> bool:
    one = medium.erasure
    return (
        one is not None
        and one.verifier is not None
        and same_person(one.verifier) != ""
        and not are_one_person([one.verifier], [one.operator])
        and (one.level != "clear" or medium.kind is StorageKind.HDD)
        and not is_junk_serial(medium.serial)
    )
