"""What is mutated: the files that people sent us where they lie beside the checkout, and a few of our own."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

from filiere.testing.workbooks import ods, xlsx

SHARED = Path(__file__).parents[2].parent / "shared"

FLEETS = [
    "Type;Marque;Modèle;N° de série;N° inventaire;Année;RAM (Go);Disque;Utilisateur\n"
    "PC portable;HP;EliteBook 840 G5;5CG8472QX1;INV-001;2021;7,8;256 Go;jdupont\n"
    "Écran;Dell;P2214H;;;2018;;;\n"
    "Smartphone;Samsung;Galaxy A52;356938035643809;;12/03/2021;6;128 Go;\n".encode(),
    b"Asset Tag,Category,Manufacturer,Model,Serial,Purchase Date\nA1,Laptop,Dell,Latitude 5490,640HP72,2021-03-12\n",
    "Quantité\tÉquipement\n10\tÉcran\n".encode("utf-16"),
]
INVENTORIES = [
    json.dumps(
        {
            "class": "system", "vendor": "LENOVO", "product": "20L6S29E00", "serial": "PF1A2B3C",
            "configuration": {"chassis": "notebook"},
            "children": [
                {"id": "memory", "class": "memory", "size": 8589934592},
                {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8250U"},
                {"class": "disk", "serial": "76DXT1234", "size": 1000204886016, "logicalname": ["/dev/sda"],
                 "capabilities": {"5400rpm": "5400 rotations per minute"}},
            ],
        }
    ).encode(),
    b"<REQUEST><CONTENT><BIOS><SSN>640HP72</SSN></BIOS><STORAGES><NAME>sda</NAME><DISKSIZE>256060</DISKSIZE>"
    b"<SERIAL>S29N</SERIAL></STORAGES></CONTENT></REQUEST>",
]  # fmt: skip
LOG = """[2026/11/28 20:01:00]    info: nwipe 0.42
[2026/11/28 20:01:00]  notice: Found /dev/sda, ATA, SAMSUNG MZ7LN256,  256 GB, S/N=S29NNXAH146409
[2026/11/28 20:01:02]  notice: /dev/sda has serial number S29NNXAH146409
[2026/11/28 20:01:02]  notice:   Total device bytes   = 256060514304
[2026/11/28 20:01:02]  notice: Invoking method 'PRNG Stream' on /dev/sda
[2026/11/28 21:19:42]  notice: 256060514304 bytes written to /dev/sda
******************************** Error Summary *********************************
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
       sda |           0 |                    0 |                    0
********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
       sda | Erased |  54 MB/s | 01:18:40 | SAMSUNG MZ7LN256/S29NNXAH146409
"""
CERTIFICATE = """Disc Erasure by NWIPE version 0.42
Make/Model: SAMSUNG MZ7LN256 Serial: S29NNXAH146409
Bus: ATA Size(Apparent): 256 GB, 256060514304 bytes
Start time: 2026/11/28 20:01:02 End time: 2026/11/28 21:19:42
Duration: 01:18:40 Status: ERASED
Method: PRNG Stream PRNG algorithm: SplitMix64
*Bytes Erased: 256060514304, (100.00%) Rounds(completed/requested): 1/1
Errors(pass/sync/verify/retries): 0/0/0/0
"""
# One of each tool: each has a reader of its own.
REPORTS = {
    "nwipe": [LOG.encode()],
    "nwipe-pdf": [],
    "blancco": [
        b"<root><blancco_data><description><product_version>7.12.0</product_version></description>"
        b'<blancco_erasure_report><entries name="erasures"><entries name="erasure">'
        b'<entry name="state">Successful</entry>'
        b'<entry name="end_time">2026-11-28T21:19:42+0100</entry><entry name="elapsed_time">01:18:40</entry>'
        b'<entry name="erasure_standard_name">NIST 800-88 Purge - ATA</entry><entries name="target">'
        b'<entry name="type">SSD</entry><entry name="serial">S29NNXAH146409</entry><entry name="capacity">256060514304'
        b"</entry></entries></entries></entries></blancco_erasure_report></blancco_data></root>"
    ],
    "hdparm": [
        b"# hdparm --security-erase p /dev/sda\nSECURITY_ERASE\nreal\t2m11.4s\nhdparm v9.65\n\tModel Number:  Samsung\n"
        b"\tSerial Number:  S29NNXAH146409\n\tdevice size with M = 1000*1000:  256060 MBytes\n\tnot\tenabled\n"
    ],
    "nvme": [
        b"sn : S29NNXAH146409\nnvme sanitize /dev/nvme0 --sanact=4\nSanitize Progress (SPROG) :  65535\n"
        b"Sanitize Status (SSTAT) :  0x101\nSanitize Command Dword 10 Information (SCDW10):  0x4\n",
        b"# nvme format /dev/nvme0n1 --ses=2\nSuccess formatting namespace:1\n",
        b'{"nvme0":{"sprog":65535,"sstat":{"global_erased":1,"status":"(1) Done"},"cdw10_info":2}}',
    ],
}


def fleets() -> list[bytes]:
    return FLEETS + _found("cases/fleets", "*.csv") + _found("samples/snipeit", "assets*.csv")


def inventories() -> list[bytes]:
    return INVENTORIES + _found("cases/inventories", "*.json") + _found("samples/glpi", "*_*")


def apart() -> list[bytes]:
    """What a process of its own reads: workbooks, inventories of a donor, archives of them."""
    rows = [line.split(";") for line in FLEETS[0].decode().splitlines()]
    return [xlsx(Parc=rows), ods(Parc=rows), packed(inventories()), *inventories()]


def packed(files: list[bytes]) -> bytes:
    """An archive of these, as they are: what is changed in it is read."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, raw in enumerate(files):
            archive.writestr(f"{number}.json", raw)
    return content.getvalue()


def reports() -> dict[str, list[bytes]]:
    """Of each tool; what lies beside the checkout is nwipe's."""
    found = _found("cases/erasures", "*") + _found("samples/nwipe", "*")
    return REPORTS | {"nwipe": REPORTS["nwipe"] + found, "nwipe-pdf": [pdf(CERTIFICATE)]}


def pdf(text: str) -> bytes:
    """One page with a line of text below the other."""
    lines = text.replace("(", "\\(").replace(")", "\\)").splitlines()
    said = "\n".join(f"BT /F1 9 Tf 50 {800 - 14 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842] /Contents 5 0 R >>",  # noqa: E501
        f"<< /Length {len(said)} >>\nstream\n{said}\nendstream",
    ]
    out, table = "%PDF-1.4\n", ""
    for number, body in enumerate(bodies, 1):
        table += f"{len(out):010} 00000 n \n"
        out += f"{number} 0 obj\n{body}\nendobj\n"
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + end).encode()


def _found(folder: str, pattern: str) -> list[bytes]:
    """Files beside the checkout, cut to what is still a small file."""
    return [path.read_bytes()[:60_000] for path in sorted((SHARED / folder).glob(pattern)) if path.is_file()]
