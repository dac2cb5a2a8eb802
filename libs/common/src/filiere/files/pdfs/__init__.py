"""PDFs that open: what calls itself one is looked at before it is kept, in a bounded process (decision 0036).

await opens(upload, most=10 * MIB)       # raises PdfUnreadable, PdfLocked; anything but a PDF passes
"""

from filiere.files.pdfs.looking import opens
from filiere.files.pdfs.refusals import PdfLocked, PdfUnreadable

__all__ = ["PdfLocked", "PdfUnreadable", "opens"]
