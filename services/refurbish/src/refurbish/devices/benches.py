"""On which bench a device lies, as the scanning page counts them and the board filters them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from refurbish.devices.stages import Stage


class Bench(StrEnum):
    """In the order of the way; the value stands in addresses."""

    TO_RECEIVE = "expected"
    TO_ERASE = "to-erase"
    TO_TEST = "to-test"
    TO_GRADE = "tested"
    TO_PUT_AWAY = "graded"
    READY = "ready"
    TO_INVENTORY = "to-inventory"  # of no place on the way: whatever is here and nobody itemised
    NONE = ""

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    Bench.TO_RECEIVE: "À recevoir",
    Bench.TO_ERASE: "À effacer",
    Bench.TO_TEST: "À tester",
    Bench.TO_GRADE: "À classer",
    Bench.TO_PUT_AWAY: "À ranger",
    Bench.READY: "Prêts",
    Bench.TO_INVENTORY: "Inventaire à finir",
    Bench.NONE: "",
}
BENCHES: Mapping[Bench, Sequence[Stage]] = {
    Bench.TO_RECEIVE: [Stage.EXPECTED],
    Bench.TO_ERASE: [Stage.ARRIVED, Stage.ERASING],
    # Arrived: of what holds no data. The next step is its test, there is nothing to wipe.
    Bench.TO_TEST: [Stage.ARRIVED, Stage.ERASED, Stage.TO_REPAIR],
    Bench.TO_GRADE: [Stage.TESTED],
    Bench.TO_PUT_AWAY: [Stage.GRADED],
    Bench.READY: [Stage.READY],
    Bench.TO_INVENTORY: [stage for stage in Stage if stage.is_present],
}
IN_ORDER = [bench for bench in BENCHES if bench is not Bench.TO_INVENTORY]
"""As the scanning page shows them."""


def bench_of(stage: Stage, *, without: bool) -> Bench:
    """The bench of a device; `without`: it is of what holds no data."""
    if stage is Stage.ARRIVED:
        return Bench.TO_TEST if without else Bench.TO_ERASE
    return next((bench for bench in IN_ORDER if stage in BENCHES[bench]), Bench.NONE)
