"""Sizes as they are sold: memory in GiB, disks in decimal GB."""

MAX_RAM_GB = 4096
MAX_MEDIUM_GB = 100_000
# Sizes that memory is sold in, in GiB. A system shows a little less: the firmware and the graphics take their part.
_MEMORY_SOLD = (
    0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 16, 18, 20, 24, 32, 36, 40, 48, 64, 96, 128, 192, 256, 384, 512, 1024,
)  # fmt: skip
# Sizes that disks are sold in, in decimal gigabytes.
_DISKS_SOLD = (
    4, 8, 16, 20, 24, 30, 32, 40, 60, 64, 80, 100, 120, 128, 160, 180, 200, 240, 250, 256, 275, 300, 320, 360, 400, 480,
    500, 512, 525, 600, 640, 750, 800, 900, 960, 1000, 1024, 1050, 1200, 1500, 1600, 1920, 2000, 2048, 2500, 3000, 3200,
    3840, 4000, 4096, 5000, 6000, 7680, 8000, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000, 22_000, 24_000,
)  # fmt: skip


def nominal_gb(mib: float | None) -> float | None:
    """Nominal memory from what a system reports in MiB: 7800 → 8, 3887 → 4. None for what no machine has.

    A number of GiB that modules add up to (8 + 4 + 2 = 14; 2 + 0.5) has nothing missing from it.
    """
    if mib is None or not 0 < mib / 1024 <= MAX_RAM_GB:
        return None
    gib = mib / 1024
    if (gib * 4).is_integer():
        return gib
    return next((float(sold) for sold in _MEMORY_SOLD if gib <= sold * 1.01), round(gib))


def sold_memory(decimal_gb: float) -> float:
    """The memory in GiB of a figure that somebody counted in decimal gigabytes: 9 → 8, 17 → 16; 8 stays 8."""
    if decimal_gb in _MEMORY_SOLD:
        return decimal_gb
    return min(_MEMORY_SOLD, key=lambda sold: abs(decimal_gb / 1.0737 - sold))


def size_gb(amount: float | None, per_gb: float) -> float | None:
    """The size that a medium is sold as, in decimal gigabytes: 256.06 → 256, 62.5 → 64; None for what no medium has."""
    size = amount / per_gb if amount else 0.0
    if not 0.05 <= size <= MAX_MEDIUM_GB:
        return None
    near = min(_DISKS_SOLD, key=lambda sold: abs(size - sold) / sold)
    # A soldered memory keeps some of its cells for itself; a disk has a little more than it says.
    if -0.036 * near <= size - near <= 0.012 * near:
        return float(near)
    return float(round(size) if size >= 10 else round(size, 1))
