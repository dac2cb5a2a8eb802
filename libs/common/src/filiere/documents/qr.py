"""QR codes: as SVG that a page holds itself (no script, no image file, sharp on any printer), or as their modules.

A code is drawn with one mask instead of the best of eight: a fifth of the work, and as readable to a scanner.
"""

import asyncio
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup

_QUIET_ZONE = 2
_MASK = 3


@lru_cache(maxsize=4096)  # 2 kB each; the same sheet is looked at, printed and printed again
def qr_svg(text: str, *, label: str = "", scale: int = 4) -> Markup:
    """An inline `<svg>` of the QR code of `text`; error correction M survives a scratched label.

    Colours come from the stylesheet (`.qr`); `label` is its accessible name, decorative without one.
    """
    out = BytesIO()
    classes = {"svgclass": "qr", "lineclass": "qr-dark"}
    _code(text).save(
        out, kind="svg", scale=scale, border=_QUIET_ZONE, xmldecl=False, svgns=False, omitsize=True, **classes
    )
    name = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    # segno writes the tag itself and escapes nothing of the text, which is in the drawing only.
    return Markup("<svg") + name + Markup(out.getvalue().decode().strip().removeprefix("<svg"))  # noqa: S704


async def draw(texts: Iterable[str]) -> None:
    """Draw codes that a page is about to show, off the event loop: 2 ms each, a sheet of them 50 ms."""
    await asyncio.to_thread(lambda: [qr_svg(text) for text in texts])


def modules(text: str) -> list[list[bool]]:
    """The rows of a code, dark modules True, with its quiet zone."""
    return [[bool(module) for module in row] for row in _code(text).matrix_iter(border=_QUIET_ZONE)]


def _code(text: str) -> "segno.QRCode":
    return segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
