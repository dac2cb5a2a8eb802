"""QR codes as SVG, drawn by the page itself: no script, no image file, sharp on any printer."""

from io import BytesIO

import segno
from markupsafe import Markup


def qr_svg(text: str, *, label: str = "", scale: int = 4) -> Markup:
    """An inline `<svg>` of the QR code of `text`; error correction M survives a scratched label.

    Colours come from the stylesheet (`.qr`); `label` is its accessible name, decorative without one.
    """
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    classes = {"svgclass": "qr", "lineclass": "qr-dark"}
    code.save(out, kind="svg", scale=scale, border=2, xmldecl=False, svgns=False, omitsize=True, **classes)
    name = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    # segno writes the tag itself and escapes nothing of the text, which is in the drawing only.
    return Markup("<svg") + name + Markup(out.getvalue().decode().strip().removeprefix("<svg"))  # noqa: S704
