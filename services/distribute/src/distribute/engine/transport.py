"""Kilometres between workshops and Relais: great circles, to the whole kilometre; and the parcels of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distribute.engine.fairness_report import Numbers
from distribute.engine.flow import Integers
from distribute.engine.instance import Instance
from distribute.engine.problem import Place

EARTH_KM = 6371.0
# Less than that of a device is nothing.
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Takes:
    """So many devices (perhaps fractions) of a class for a line, side by side."""

    line: Integers
    of_class: Integers
    count: Numbers


def journeys(instance: Instance, takes: Takes) -> tuple[int, float]:
    """Parcels (pairs of workshop and Relais), and the kilometres that all devices travel together."""
    origin, places = origins_of(instance)
    start, end = origin[takes.of_class], instance.line_relais[takes.line]
    distance = kilometres(places, [one.place for one in instance.problem.relais], instance.policy.transport.unknown_km)
    sent = np.zeros((len(places), len(instance.slope)), np.float64)
    np.add.at(sent, (start, end), takes.count)
    return int((sent > TINY).sum()), float((sent * distance).sum())


def origins_of(instance: Instance) -> tuple[Integers, list[Place | None]]:
    """The workshop place of each class, by number, and the places."""
    keys = [(one.region, one.place and (one.place.latitude, one.place.longitude)) for one in instance.problem.classes]
    places = {key: one.place for key, one in zip(keys, instance.problem.classes, strict=True)}
    names = sorted(places, key=repr)
    number = {key: index for index, key in enumerate(names)}
    return np.array([number[key] for key in keys], np.int64), [places[key] for key in names]


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
