"""What a merge refuses beside the rules of the devices."""

from collections.abc import Sequence

from filiere.web import Conflict

from refurbish.devices.device import Device
from refurbish.merges.differences import Difference


class DisksOnTheOther(Conflict):
    """Disks that were declared on the row that would go: none of them is lost on the way, wiped or not."""

    title = "Des disques sont déclarés sur l'autre ligne."

    def __init__(self, other: Device, serials: Sequence[str]) -> None:
        super().__init__(
            f"{other.label} porte des disques que celui-ci n'a pas : {', '.join(serials)}. Garde plutôt {other.label}, "
            "ou déclare d'abord ces disques ici."
        )


class AreTwo(Conflict):
    """The machines themselves say that they are two: no reason makes them one, and no lead."""

    title = "Leurs audits sont de deux machines."

    def __init__(self, kept: Device, other: Device, differences: Sequence[Difference]) -> None:
        said = ", ".join(f"{one.what.label_fr.lower()} {one.kept} / {one.other}" for one in differences)
        super().__init__(
            f"{kept.label} et {other.label} ne se fusionnent pas : {said}. Si un de ces audits n'est pas le sien, "
            "reprends-le d'abord.",
            differences=_written(differences),
        )


class SeemTwo(Conflict):
    """What is known of the two rows contradicts itself, and nobody said that they are one machine despite it."""

    title = "Ces deux lignes semblent être deux machines."

    def __init__(self, kept: Device, other: Device, differences: Sequence[Difference]) -> None:
        said = ", ".join(f"{one.what.label_fr.lower()} {one.kept} / {one.other}" for one in differences)
        super().__init__(
            f"{kept.label} et {other.label} diffèrent : {said}. Compare-les. Si c'est bien la même machine, "
            "confirme-le et dis pourquoi.",
            differences=_written(differences),
        )


def _written(differences: Sequence[Difference]) -> list[dict[str, str]]:
    return [
        {"what": one.what.value, "kept": one.kept, "other": one.other, "label_fr": one.what.label_fr}
        for one in differences
    ]
