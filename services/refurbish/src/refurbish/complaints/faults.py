"""What a Relais says is wrong, as an event brings it."""

from filiere.catalogue import Fault


def fault_of(word: str, *, is_recall: bool) -> Fault:
    """A fault as distribute says it; a word that is newer than this release is something else."""
    if is_recall:
        return Fault.RECALLED
    return Fault(word) if word in {one.value for one in Fault} else Fault.OTHER
