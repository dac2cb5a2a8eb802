"""Why a PDF is not taken."""


class PdfUnreadable(ValueError):
    """It is none, is cut off, has no page, or asks for more of the machine than a paper does."""


class PdfLocked(ValueError):
    """Nobody who has not its password reads it."""
