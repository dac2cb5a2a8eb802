"""Reports as tools write them: nwipe's log and its PDFs by their layout (0.42), Blancco's XML."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from filiere.calendar import PARIS, now

ENDED = (datetime.now(PARIS) - timedelta(hours=1)).replace(microsecond=0)
"""Devices of tests arrive when they run: a report of before would be asked about."""
_CLOCK = "%Y/%m/%d %H:%M:%S"
Word = tuple[str, float, float]  # a text, where it stands


class Disk(NamedTuple):
    """One disk of a report."""

    serial: str = "S29NNXAH146409"
    model: str = "SAMSUNG MZ7LN256"
    name: str = "sda"
    size: int = 256_060_514_304
    status: str = "ERASED"
    errors: str = "0/0/0/0"
    erased: int | None = None
    duration: str = "01:18:40"
    began: str = f"{ENDED - timedelta(seconds=4720):{_CLOCK}}"
    ended: str = f"{ENDED:{_CLOCK}}"
    method: str = "PRNG Stream"


def pdf(*pages: Sequence[Word]) -> bytes:
    """A PDF of these words, each placed for itself, as PDFGen writes nwipe's."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, words in enumerate(pages):
        said = "\n".join(f"BT /F1 12 Tf {x} {y} Td ({_escaped(text)}) Tj ET" for text, x, y in words)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(said.encode('cp1252'))} >>\nstream\n{said}\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def drive_pdf(disk: Disk, *, version: str = "0.42", business: str = "Atelier de Lens") -> bytes:
    """The certificate of one drive."""
    erased = disk.size if disk.erased is None else disk.erased
    head = [(f"Disc Erasure by NWIPE version {version}", 200, 30), ("Disk Erasure Report", 195, 690)]
    return pdf(
        [
            *head, ("Page 1 - Erasure Status", 195, 670), ("Business Name:", 60, 610), (business, 153, 610),
            ("Make/Model:", 60, 410), (disk.model, 135, 410), ("Serial:", 340, 410), (disk.serial, 380, 410),
            ("Bus:", 340, 390), ("ATA", 370, 390), ("Size(Apparent): ", 60, 390),
            (f" 256 GB, {disk.size} bytes", 145, 390), ("Size(Real):", 60, 370), (f" 256 GB,{disk.size}B", 125, 370),
            ("Start time:", 60, 310), (disk.began, 120, 310), ("End time:", 300, 310), (disk.ended, 360, 310),
            ("Duration:", 60, 290), (disk.duration, 115, 290), ("Status:", 300, 290), (disk.status, 365, 290),
            ("Method:", 60, 270), (disk.method, 110, 270), ("PRNG algorithm:", 300, 270), ("SplitMix64", 395, 270),
            ("*Bytes Erased:", 60, 230), (f"{erased}, ({100 * erased / disk.size:.2f}%)", 150, 230),
            ("Rounds(completed/requested):", 300, 230), ("1/1", 470, 230), ("Throughput:", 300, 190),
            ("54 MB/sec", 385, 190), ("Errors(pass/sync/verify/retries):", 60, 190), (disk.errors, 230, 190),
            ("Information:", 60, 170), ("* bytes erased: The amount of drive erased at least once", 60, 137),
        ],
        [*head, ("Page 2 - Smart Data", 195, 670), (f"serial number:    {disk.serial}", 50, 630)],
    )  # fmt: skip


def system_pdf(*disks: Disk, version: str = "0.42") -> bytes:
    """The certificate of a machine with all of its drives."""
    page: list[Word] = [(f"Disc Erasure by NWIPE version {version}", 200, 30), ("Disk Erasure status", 50, 430)]
    at = 410.0
    for disk in disks:
        erased = disk.size if disk.erased is None else disk.erased
        page += [
            ("Make:", 60, at), (disk.model.replace(" ", "_"), 90, at), ("S/N:", 300, at), (disk.serial, 330, at),
            ("Size(Apparent): ", 60, at - 12), (f" 256 GB,{disk.size}B", 150, at - 12), ("Size(Real): ", 300, at - 12),
            (f" 256 GB,{disk.size}B", 370, at - 12), ("Start time:", 60, at - 24), (disk.began, 150, at - 24),
            ("End time:", 300, at - 24), (disk.ended, 360, at - 24), ("Duration:", 60, at - 36),
            (disk.duration, 150, at - 36), ("Errors(pass/sync/verify/retries):", 300, at - 36),
            (disk.errors, 500, at - 36), ("*Bytes Erased:", 60, at - 48),
            (f"{erased}, ({100 * erased / disk.size:.2f}%)", 150, at - 48), ("Method:", 60, at - 60),
            (disk.method, 150, at - 60), ("PRNG algorithm:", 300, at - 60), ("SplitMix64", 395, at - 60),
            ("Rounds(completed/requested):", 60, at - 72), ("1/1", 230, at - 72), (disk.status, 300, at - 84),
        ]  # fmt: skip
        at -= 110
    return pdf(page)


def log(*disks: Disk, version: str = "0.42") -> str:
    """nwipe's log of a run over these disks."""
    lines = [
        f"[2026/11/28 20:01:00]    info: nwipe {version}",
        *(
            f"[2026/11/28 20:01:00]  notice: Found /dev/{disk.name}, ATA, {disk.model},  256 GB, S/N={disk.serial}"
            for disk in disks
        ),
        f"[2026/11/28 20:01:01]  notice:   banner       = nwipe {version}",
        "[2026/11/28 20:01:01]  notice: system-serial-number = PF1TEST01",
    ]
    for disk in disks:
        lines += [
            f"[2026/11/28 20:01:02]  notice: /dev/{disk.name} has serial number {disk.serial}",
            f"[2026/11/28 20:01:02]  notice: /dev/{disk.name}: Device geometry is as follows...",
            f"[2026/11/28 20:01:02]  notice:   Total device bytes   = {disk.size}",
            f"[{disk.began}]  notice: Invoking method '{disk.method}' on /dev/{disk.name}",
            f"[{disk.began}]  notice: Starting pass 1/1, round 1/1, on /dev/{disk.name}",
            f"[{disk.ended}]  notice: {disk.size if disk.erased is None else disk.erased} bytes written to "
            f"/dev/{disk.name}",
            f"[{disk.ended}]  notice: Finished final round 1 of 1 on /dev/{disk.name}",
        ]
    words = {"ERASED": " Erased ", "FAILED": "-FAILED-", "ABORTED": "UABORTED", "INSANITY": "INSANITY"}
    counts = {disk.name: disk.errors.split("/") for disk in disks}
    lines += [
        "",
        "******************************** Error Summary *********************************",
        "!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors",
        "-" * 80,
        *(
            f"  {name:>8} |  {one[0]:>10} |           {one[2]:>10} |           {one[1]:>10}"
            for name, one in counts.items()
        ),
        "*" * 80,
        "",
        "********************************* Drive Status *********************************",
        "!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number",
        "-" * 80,
        *(
            f"  {disk.name:>8} |{words[disk.status]}|   54 MB/s | {disk.duration} | {disk.model}/{disk.serial}"
            for disk in disks
        ),
        "-" * 80,
        "[2026/11/28 23:40:05]    info: Nwipe successfully completed. See summary table for details.",
        "",
    ]
    return "\n".join(lines)


def blancco(
    *disks: Disk, state: str = "Successful", standard: str = "NIST 800-88 Purge - ATA", kind: str = "SSD"
) -> bytes:
    """Blancco's report in XML, by the names that programs of others read."""

    def entry(name: str, text: object) -> str:
        return f'<entry name="{name}" type="string">{text}</entry>'

    erasures = "".join(
        '<entries name="erasure">'
        + entry("timestamp", f"{ENDED:%Y-%m-%dT%H:%M:%S%z}")
        + entry("state", state)
        + entry("start_time", f"{ENDED - timedelta(seconds=4720):%Y-%m-%dT%H:%M:%S%z}")
        + entry("end_time", f"{ENDED:%Y-%m-%dT%H:%M:%S%z}")
        + entry("elapsed_time", disk.duration)
        + entry("erasure_standard_name", standard)
        + entry("total_errors", 0)
        + '<entries name="target">'
        + entry("type", kind)
        + entry("model", disk.model)
        + entry("serial", disk.serial)
        + entry("capacity", disk.size)
        + "</entries></entries>"
        for disk in disks
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><root><report><blancco_data><description>'
        "<document_id>0f3e</document_id><document_log><log_entry><author>"
        '<product_name id="51" name="Blancco Drive Eraser">Blancco Drive Eraser</product_name>'
        "<product_version>7.12.0</product_version></author></log_entry></document_log></description>"
        f'<blancco_erasure_report><entries name="erasures">{erasures}</entries></blancco_erasure_report>'
        '<blancco_hardware_report><entries name="system"><entry name="serial">PF1TEST01</entry></entries>'
        "</blancco_hardware_report></blancco_data></report></root>"
    ).encode()


HDPARM = """# hdparm --user-master u --security-erase-enhanced p /dev/sda
hdparm v9.65
/dev/sda:
 Issuing SECURITY_ERASE command, password="p", user=user

real\t2m11.42s
# hdparm -I /dev/sda
/dev/sda:

ATA device, with non-removable media
\tModel Number:       Samsung SSD 860 EVO 500GB
\tSerial Number:      S3Z2NB0K123456
\tFirmware Revision:  RVT02B6Q
\tdevice size with M = 1000*1000:      500107 MBytes (500 GB)
\tNominal Media Rotation Rate: Solid State Device
Security:
\tMaster password revision code = 65534
\t\tsupported
\tnot\tenabled
\tnot\tlocked
\tnot\tfrozen
\tnot\texpired: security count
\t\tsupported: enhanced erase
\t4min for SECURITY ERASE UNIT. 8min for ENHANCED SECURITY ERASE UNIT.
"""

SANITIZED = """# nvme id-ctrl /dev/nvme0
NVME Identify Controller:
vid       : 0x144d
sn        : S29NNXAH146409
mn        : SAMSUNG MZVLB256HAHQ-000L7
tnvmcap   : 256060514304
# nvme sanitize /dev/nvme0 --sanact=4
# nvme sanitize-log /dev/nvme0
Sanitize Progress                     (SPROG) :  65535
Sanitize Status                       (SSTAT) :  0x101
Sanitize Command Dword 10 Information (SCDW10):  0x4
Estimated Time For Overwrite                   :  4294967295
"""


def log_of_today(serial: str) -> str:
    """Of a hard disk of a thousand GB that has just been overwritten: nothing in it asks a question."""
    ended = now().astimezone(PARIS)
    disk = Disk(
        serial=serial, model="TOSHIBA MQ01ABD1", size=1_000_204_886_016, duration="03:39:00",
        began=f"{ended - timedelta(seconds=13_140):{_CLOCK}}", ended=f"{ended:{_CLOCK}}",
    )  # fmt: skip
    return log(disk, version="0.38")
