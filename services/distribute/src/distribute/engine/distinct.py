"""The values of an array, each once and sorted."""

import numpy as np

from distribute.engine.flow import Integers


def distinct(values: Integers) -> Integers:
    """As `np.unique`, which without counts would load NumPy's masked arrays: 4 MB of each process that allocates."""
    return np.unique(values, return_counts=True)[0]
