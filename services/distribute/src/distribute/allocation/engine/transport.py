"""Kilometres between workshops and Relais: great circles, to the whole kilometre."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from distribute.allocation.engine.flow import Integers
from distribute.allocation.engine.problem import Place

EARTH_KM = 6371.0


def kilometres(origins: Sequence[Place | None], ends: Sequence[Place | None], unknown_km: int) -> Integers:
    """A row per origin, a column per end; `unknown_km` where either place is not known."""
    start, start_known = _radians(origins)
    end, end_known = _radians(ends)
    halves = np.sin((end[None, :, :] - start[:, None, :]) / 2) ** 2
    chord = halves[..., 0] + np.cos(start[:, None, 0]) * np.cos(end[None, :, 0]) * halves[..., 1]
    # Rounded to whole kilometres: the last digit of a sine differs between machines, the kilometre does not.
    distance = np.rint(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))).astype(np.int64)
    return np.where(start_known[:, None] & end_known[None, :], distance, unknown_km).astype(np.int64)


def _radians(places: Sequence[Place | None]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    degrees = [(one.latitude / 1e6, one.longitude / 1e6) if one else (0.0, 0.0) for one in places]
    known = np.array([one is not None for one in places], np.bool_)
    return np.radians(np.array(degrees, np.float64).reshape(len(places), 2)), known
