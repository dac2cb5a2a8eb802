"""Grading of laptops and desktops.

Thresholds are those published by Emmaüs Connect's own tools (data/pc_*.yaml). Where the published
rules are silent or contradict one another, this is how they are read:

1. Order: marks of memory, storage and processor are summed; then the NVMe bonus; then the technical and cosmetic
   deltas; then the caps. Caps come last because "at best B" would mean nothing if a delta could lift a device over it.
2. Several media: their marks are summed, and the sum is capped at 4 (published for 2023, carried over to 2025, which
   does not say). A bad medium costs its -8 in 2023 even beside a good one: the published expected categories do so.
3. The caps speak of "HDD" or "SSD": the machine is judged by its best medium, because the system is installed there;
   a hard disk kept for data does not cap a machine with an SSD. NVMe and eMMC count as SSD for the caps.
4. NVMe: 2023 has a table of its own; 2025 uses the SSD table and adds one point to the total, once, whatever the
   processor (a variant published the same year asks for 3,500 PassMark points; the rule set's own list does not).
5. Hard disks in 2025: bounds 160 and 257 (`regles.csv`); the variant with a fourth step at 1,000 GB is not used.
6. eMMC is in neither table: read as SSD. A medium of unknown kind is read as a hard disk, the prudent reading.
7. A machine without any medium is not graded: it cannot start, and the legal ceilings speak of working machines.
8. What is measured is made nominal where it is read (3,968 MB are 4 GB): no margin is taken off a bound here. The
   published program had one of 6 % for a while, and gave it up (decision 0042).
9. 2026 looks at the disk that the system is on, as its source does: the best flash medium, else the best hard disk.
10. 2023 knows two words that our grades do not: HC (hors catégorie) is printed as D, INVENDABLE as no grade at all.
   2025 has no unsellable computer: D has no lower bound.
"""

from filiere.catalogue.errors import IncompleteSpec
from filiere.catalogue.estimation import Estimate, estimate_cpu_mark
from filiere.catalogue.grades import StorageKind
from filiere.catalogue.grading.result import Grading, Reason, points_fr
from filiere.catalogue.grading.rules import Cap, PcRules, mark, pc_rules, word_of
from filiere.catalogue.grading.specs import PcSpec, Storage

_TABLE_OF_KIND = {
    StorageKind.HDD: "hdd",
    StorageKind.UNKNOWN: "hdd",
    StorageKind.SSD: "ssd",
    StorageKind.EMMC: "ssd",
    StorageKind.NVME: "nvme",
}


def grade_pc(spec: PcSpec, ruleset: str = "pc_2025") -> Grading:
    """Grade a computer and say why. Raises IncompleteSpec (no medium, no processor known) and UnknownRuleset."""
    rules = pc_rules(ruleset)
    media = [medium for medium in spec.storage if medium.kind is not StorageKind.NONE]
    if not media:
        raise IncompleteSpec("Sans disque, un ordinateur ne démarre pas : installez-en un avant de le classer.")
    if rules.storage == "main" and len(media) > 1:
        media = [max(media, key=lambda one: (one.kind.is_flash, mark(_table(one.kind, rules), one.size_gb), one.kind))]
    cpu_mark, notes = _cpu_mark(spec)

    cpu_points = mark(rules.cpu_mark, cpu_mark)
    reasons = [
        _reason(f"Mémoire vive de {spec.ram_gb:g} Go", mark(rules.ram, spec.ram_gb)),
        *_storage_reasons(media, rules),
        _reason(f"Processeur à {cpu_mark} points PassMark{' (estimation)' if notes else ''}", cpu_points),
    ]
    has_nvme = any(medium.kind is StorageKind.NVME for medium in media)
    if rules.nvme_bonus and has_nvme and cpu_mark >= rules.nvme_bonus_from_cpu_mark:
        reasons.append(_reason("Disque NVMe", rules.nvme_bonus))
    if spec.technical_delta:
        reasons.append(_reason("Note technique de l'atelier", spec.technical_delta))
    if spec.cosmetic_delta:
        reasons.append(_reason("Note esthétique de l'atelier", spec.cosmetic_delta))

    total = sum(reason.points for reason in reasons)
    best = "flash" if any(medium.kind.is_flash for medium in media) else "hdd"
    for cap in rules.caps:
        if total > cap.at_most and _applies(cap, spec, best, cpu_mark, cpu_points):
            reasons.append(Reason(f"{cap.sentence} ({points_fr(cap.at_most - total)}).", cap.at_most - total))
            total = cap.at_most
    word = word_of(rules.words, total)
    if word.note:
        notes.append(word.note)
    return Grading(word.grade, word.published, total, tuple(reasons), rules.name, tuple(notes))


def _cpu_mark(spec: PcSpec) -> tuple[int, list[str]]:
    """The points typed, else an estimation and the sentence that says so."""
    if spec.cpu_mark is not None:
        return spec.cpu_mark, []
    estimate: Estimate | None = estimate_cpu_mark(spec.cpu, spec.year)
    if estimate is None:
        raise IncompleteSpec("Indiquez l'indice PassMark du processeur, à défaut son modèle ou l'année.")
    return estimate.mark, [estimate.sentence]


def _storage_reasons(media: list[Storage], rules: PcRules) -> list[Reason]:
    reasons = [
        _reason(f"{medium.kind.label_fr} de {medium.size_gb:g} Go", mark(_table(medium.kind, rules), medium.size_gb))
        for medium in media
    ]
    surplus = sum(reason.points for reason in reasons) - rules.storage_capped_at
    if surplus > 0:
        reasons.append(_reason(f"Stockage compté pour {rules.storage_capped_at} points au plus", -surplus))
    return reasons


def _table(kind: StorageKind, rules: PcRules) -> list[tuple[float | None, float]]:
    named = _TABLE_OF_KIND[kind]
    return rules.hdd if named == "hdd" else rules.ssd if named == "ssd" else rules.nvme


def _applies(cap: Cap, spec: PcSpec, best: str, cpu_mark: int, cpu_points: int) -> bool:
    return (
        (cap.disk is None or cap.disk == best)
        and (cap.cpu_mark_below is None or cpu_mark < cap.cpu_mark_below)
        and (cap.cpu_points_at_most is None or cpu_points <= cap.cpu_points_at_most)
        and (cap.os_contains is None or any(name in (spec.os or "").lower() for name in cap.os_contains))
    )


def _reason(what: str, points: float) -> Reason:
    return Reason(f"{what} : {points_fr(points)}.", points)
