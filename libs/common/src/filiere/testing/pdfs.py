"""A PDF as people bring them: it opens, and has one page."""


def pdf(content: bytes = b"", *, pages: int = 1, trailer: str = "") -> bytes:
    """With these bytes in its page, whatever they are; `trailer` adds to what says where all begins."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
    ]
    out, table = b"%PDF-1.7\n", ""
    for number, body in enumerate(objects, 1):
        table += f"{len(out):010} 00000 n \n"
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer}>>\nstartxref\n"
    return out + f"{end}{len(out)}\n%%EOF\n".encode()
