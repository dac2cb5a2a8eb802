"""How fair a distribution is, in the figures people use: for reports and comparisons, never for decisions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from filiere.geography import LocalityClass

from distribute.engine.distinct import distinct
from distribute.engine.flow import Integers
from distribute.engine.instance import Instance

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """Over the Relais with a line that some device could go to. Shares are served / asked, history included.

    The weighted share is the share divided by the weight (1.0 is neutral). `jain` is 1 when all weighted shares are
    equal and 1/n when one has everything; `gini` is 0 and then nearly 1.
    """

    minimum_weighted_share: float
    jain: float
    gini: float
    share_by_locality: Mapping[LocalityClass, float]
    given: float
    unmet: float
    without_any: int  # Relais that get nothing in this run

    @property
    def rural_gap(self) -> float:
        """Metropolitan share less rural share: above zero, rural structures are worse off."""
        shares = self.share_by_locality
        return shares.get(LocalityClass.METROPOLE, 0.0) - shares.get(LocalityClass.RURAL, 0.0)


def fairness(instance: Instance, given: Integers | Numbers) -> FairnessReport:
    """Report on what each Relais is given (devices, by number; fractions are welcome)."""
    asking = distinct(instance.line_relais[instance.relevant])
    weights = np.array([one.thousandths for one in instance.weights], np.float64)[asking] / 1000
    amount = np.asarray(given, np.float64)[asking]
    share = (instance.served[asking] + amount) / instance.asked[asking]
    weighted = share / weights
    wanted = np.zeros(len(instance.slope), np.int64)
    np.add.at(wanted, instance.line_relais[instance.relevant], instance.quantity[instance.relevant])
    localities = np.array([one.locality.value for one in instance.problem.relais])[asking]
    served = instance.served[asking] + amount
    return FairnessReport(
        float(weighted.min(initial=1.0)),
        jain(weighted),
        gini(weighted),
        {
            one: float(served[localities == one.value].sum() / instance.asked[asking][localities == one.value].sum())
            for one in LocalityClass
            if (localities == one.value).any()
        },
        float(amount.sum()),
        float(wanted.sum() - amount.sum()),
        int((amount < 1e-9).sum()),
    )


def jain(values: Numbers) -> float:
    """Jain's index, 1 when all are equal (and when there is nobody)."""
    square = float((values**2).sum())
    return float(values.sum()) ** 2 / (len(values) * square) if square else 1.0


def gini(values: Numbers) -> float:
    """Gini coefficient, 0 when all are equal (and when there is nothing)."""
    total = float(values.sum())
    if not total:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(2 * (ranks * np.sort(values)).sum() / (len(values) * total) - (len(values) + 1) / len(values))
