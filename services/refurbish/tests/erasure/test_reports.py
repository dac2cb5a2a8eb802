"""Reports of erasure tools are read for what they say, medium by medium, and for what in them does not fit."""

import contextlib
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from filiere.catalogue.grades import StorageKind
from hypothesis import given
from hypothesis import strategies as st
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.reading import MAX_BYTES, MAX_TEXT, read
from refurbish.erasure.reports.report import Report, ReportedMedium, Unreadable, is_same_serial

from . import papers
from .papers import Disk

SHARED = Path(__file__).parents[5] / "shared"
GOOD, FAILED = ErasureResult.SUCCESS, ErasureResult.FAILURE
DONE = "Success formatting namespace:1"
FIRST, SECOND = Disk(), Disk(serial="WD-WX11A1234567", model="WDC WD10JPVX", name="sdb", size=1_000_204_886_016)


def of(raw: bytes | str, serial: str) -> ReportedMedium:
    found = read(raw.encode() if isinstance(raw, str) else raw).of(serial)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "raw", [papers.log(FIRST, SECOND).encode(), papers.system_pdf(FIRST, SECOND)], ids=["log", "pdf"]
)
def test_nwipe_says_the_same_of_each_disk_in_its_log_and_in_its_certificate(raw: bytes) -> None:
    report = read(raw)
    assert (report.tool, report.tool_version) == ("nwipe", "0.42")
    assert report.serials == (FIRST.serial, SECOND.serial)
    for disk in (FIRST, SECOND):
        said = of(raw, disk.serial)
        assert said.model == disk.model
        assert (said.size_bytes, said.level, said.method) == (disk.size, Level.CLEAR, "PRNG Stream")
        assert (said.result, said.seconds, said.doubts) == (GOOD, 4720, ())
        assert said.ended_at == papers.ENDED.replace(tzinfo=None)  # as the machine's clock showed it


def test_a_certificate_of_one_drive_is_read_whoever_made_it_for_whom() -> None:
    said = of(papers.drive_pdf(FIRST, business="Serial: ERASED (Status: FAILED)"), FIRST.serial)
    assert (said.result, said.size_bytes, said.seconds) == (GOOD, FIRST.size, 4720)
    assert (said.model, said.method) == (FIRST.model, "PRNG Stream")


@pytest.mark.parametrize("status", ["FAILED", "ABORTED", "INSANITY"])
@pytest.mark.parametrize("make", [papers.drive_pdf, papers.system_pdf, lambda disk: papers.log(disk).encode()])
def test_whatever_is_not_erased_has_failed(make: Any, status: str) -> None:
    said = of(make(FIRST._replace(status=status)), FIRST.serial)
    assert said.result is FAILED
    assert said.quote


@pytest.mark.parametrize("make", [papers.drive_pdf, papers.system_pdf, lambda disk: papers.log(disk).encode()])
def test_the_word_erased_alone_is_not_believed(make: Any) -> None:
    """nwipe's table once called a dead drive erased."""
    short = of(make(FIRST._replace(erased=FIRST.size // 2)), FIRST.serial)
    assert short.result is GOOD
    assert any("octets effacés" in one for one in short.doubts)
    counted = of(make(FIRST._replace(errors="1/0/2/0")), FIRST.serial)
    assert counted.result is FAILED or counted.doubts


def test_a_line_that_complains_speaks_against_the_table() -> None:
    error = "[2026/11/28 21:00:00]   error: Write error on '/dev/sda' at offset 4\n"
    text = papers.log(FIRST).replace("\n\n****", f"\n{error}\n****", 1)
    assert any("Write error" in one for one in of(text, FIRST.serial).doubts)


def test_of_several_runs_in_one_log_the_last_counts() -> None:
    """nwipe adds to a log that is there, and the next machine's first disk is called sda again."""
    failed = papers.log(FIRST._replace(status="FAILED"), version="0.38")
    again = papers.log(FIRST)
    other = papers.log(Disk(serial="ZZ9999999"))
    assert of(failed + again, FIRST.serial).result is GOOD
    assert of(again + failed, FIRST.serial).result is FAILED
    assert of(again + other, FIRST.serial).result is GOOD
    assert of(again + other, "ZZ9999999").result is GOOD


def test_a_disk_that_nobody_chose_is_not_of_the_report() -> None:
    text = papers.log(FIRST).replace(
        "[2026/11/28 20:01:01]",
        "[2026/11/28 20:01:00]  notice: Found /dev/sdx, USB, KEY, 16 GB, S/N=KEY00001\n[2026/11/28 20:01:01]",
        1,
    )
    assert read(text.encode()).serials == (FIRST.serial,)


@pytest.mark.parametrize(
    ("standard", "level"),
    [
        ("NIST 800-88 Purge - ATA", Level.PURGE),
        ("Cryptographic Erasure", Level.PURGE),
        ("Blancco SSD Erasure - ATA", Level.PURGE),
        ("Firmware Based Erasure", Level.PURGE),
        ("NIST 800-88 Clear - Firmware", Level.CLEAR),
        ("NIST 800-88 Clear", Level.CLEAR),
        ("HMG Infosec Standard 5, Lower Standard", Level.CLEAR),
        ("Zeros, Lower Standard", Level.CLEAR),
        ("DoD 5220.22-M", Level.CLEAR),
        ("Notre standard", None),
    ],
)
def test_blancco_s_level_is_what_its_standard_says(standard: str, level: Level | None) -> None:
    assert of(papers.blancco(FIRST, standard=standard), FIRST.serial).level is level


def test_blancco_speaks_of_each_drive() -> None:
    raw = papers.blancco(FIRST, SECOND)
    report = read(raw)
    assert (report.tool, report.tool_version) == ("Blancco Drive Eraser", "7.12.0")
    assert report.serials == (FIRST.serial, SECOND.serial)
    said = of(raw, SECOND.serial)
    assert (said.result, said.kind, said.size_bytes, said.seconds) == (GOOD, StorageKind.SSD, SECOND.size, 4720)
    assert of(papers.blancco(FIRST, state="Failed"), FIRST.serial).result is FAILED
    strange = of(papers.blancco(FIRST, state="Successful with exceptions"), FIRST.serial)
    assert strange.result is None
    assert "exceptions" in strange.doubts[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><blancco_data>&x;</blancco_data>",
        b"<blancco_data>" + b"<a>" * 40,
        b"<blancco_data><blancco_erasure_report/></blancco_data>",
        b"{}",
        b"{" * 100_000,
        b'{"sstat": [}',
        b"%PDF-1.7\n\xe2\xe3\xcf\xd3",
        papers.pdf([("Facture", 50, 700)]),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"a\0b",
        b"x" * (MAX_TEXT + 1),
        b"%PDF-" + b"x" * MAX_BYTES,
    ],
    ids=range(13),
)
def test_what_is_no_report_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"\w"):
        read(raw)


def test_hdparm_has_erased_when_security_is_off_again() -> None:
    said = of(papers.HDPARM, "S3Z2NB0K123456")
    assert said.model_dump(exclude_none=True, exclude={"doubts"}) == {
        "serial": "S3Z2NB0K123456", "model": "Samsung SSD 860 EVO 500GB", "kind": StorageKind.SSD,
        "size_bytes": 500_107_000_000, "level": Level.PURGE, "method": "ATA secure erase, enhanced", "result": GOOD,
        "seconds": 131, "passes": 1,
    }  # fmt: skip
    assert said.doubts == ()
    held = papers.HDPARM.replace("\tnot\tenabled", "\t\tenabled")
    assert of(held, "S3Z2NB0K123456").result is FAILED
    assert (
        of(papers.HDPARM.replace("real", "SECURITY_ERASE: Input/output error\nreal"), "S3Z2NB0K123456").result is FAILED
    )
    before = papers.HDPARM[papers.HDPARM.index("/dev/sda:\n\nATA") :]
    described = of(before, "S3Z2NB0K123456")
    assert described.result is None
    assert "ne dit pas qu'il a été effacé" in described.doubts[0]


@pytest.mark.parametrize("status", ["0257", "08x101", "01x4"])
def test_a_number_of_nvme_with_zeros_before_it_is_read_or_left_alone(status: str) -> None:
    text = f"nvme sanitize /dev/nvme0 --sanact=4\nSanitize Status (SSTAT) :  {status}\n(SCDW10):  {status}\n"
    [medium] = read(text.encode()).media
    assert medium.result is (ErasureResult.SUCCESS if status == "0257" else None)


def test_nvme_s_log_says_whether_the_operation_ended() -> None:
    said = of(papers.SANITIZED, "S29NNXAH146409")
    assert (said.result, said.level, said.method) == (GOOD, Level.PURGE, "NVMe sanitize, crypto erase")
    assert (said.size_bytes, said.kind, said.doubts) == (256_060_514_304, StorageKind.NVME, ())
    for status, result in (("0x102", None), ("0x103", FAILED), ("0x0", None), ("0x104", GOOD), ("1", GOOD)):
        said = of(papers.SANITIZED.replace("0x101", status), "S29NNXAH146409")
        assert said.result is result
        assert bool(said.doubts) is (status in ("0x102", "0x0", "1"))
    as_json = '{"nvme0":{"sprog":65535,"sstat":%s,"cdw10_info":2}}'
    for state, result in (
        ("257", GOOD),
        ("259", FAILED),
        ('{"global_erased":1,"status":"(1) Done"}', GOOD),
        ('"x"', None),
    ):
        said = of((as_json % state).encode(), "WHATEVER01")
        assert said.result is result
        assert said.method == "NVMe sanitize, block erase"


@pytest.mark.parametrize(
    ("text", "level", "method", "result"),
    [
        (f"# nvme format /dev/nvme0n1 --ses=2\n{DONE}", Level.PURGE, "NVMe format, crypto erase", GOOD),
        (f"# nvme format /dev/nvme0n1 -s 1\n{DONE}", Level.PURGE, "NVMe format, user data erase", GOOD),
        (f"# nvme format /dev/nvme0n1\n{DONE}", None, "NVMe format", GOOD),
        ("# nvme format /dev/nvme0n1 --ses=1\nNVMe status: NO", Level.PURGE, "NVMe format, user data erase", FAILED),
        (DONE, Level.PURGE, "NVMe format", GOOD),
    ],
    ids=range(5),
)  # fmt: skip
def test_a_format_is_an_erasure_when_it_was_asked_to_be(
    text: str, level: Level | None, method: str, result: ErasureResult
) -> None:
    said = of(text, "S29NNXAH146409")  # it names no disk: it is of the one that it is attached to
    assert (said.level, said.method, said.result) == (level, method, result)
    assert bool(said.doubts) is (level is None)


@pytest.mark.parametrize("text", ["Photo prise à l'écran.", "Serial Number: S4NSSD0001, effacé.", ""])
def test_words_of_a_person_are_of_no_tool(text: str) -> None:
    assert read(text.encode()) == Report()


def test_makers_put_letters_in_front_of_a_serial() -> None:
    assert is_same_serial("WX11A1234567", "wd-wx11a1234567")
    assert not is_same_serial("K3", "S4NSSD00K3")
    assert of(papers.log(SECOND), "WX11A1234567").serial == SECOND.serial


HOSTILE = [
    "nwipe 0.42\n" + "/dev/" * 40_000,
    "nwipe 0.42\n" + "Found /dev/sda," * 13_000,
    "nwipe 0.42\n" + "/dev/sda has serial number " * 7_400,
    "* Drive Status *\n" + "sda |" + " " * 199_000,
    "nwipe 0.42\n" + "******** Drive Status ********\n" + "a|b|c|d|e\n" * 400,
    "nwipe 0.42\n" + "".join(f"Invoking method 'x' on /dev/sd{n}\n" for n in range(400)),
    "hdparm v9.65\n" + "Serial Number: " * 14_000,
    "hdparm v9.65\nSECURITY_ERASE" + "\tenabled\n" * 20_000,
    "nvme format" * 18_000,
    "nvme sanitize" + " -a" * 60_000,
    "/dev/nvme0n1 " * 15_000 + "nvme format",
    "|" * 200_000,
    "/dev/\n" * 33_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_report_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    read(text.encode())
    assert time.process_time() - began < 1


@given(
    raw=st.binary(max_size=400),
    kind=st.sampled_from([b"", b"nwipe 0.42\n", b"%PDF-1.4\n", b"<blancco_data>", b"{", b"hdparm v9.65\n"]),
)
def test_any_bytes_are_read_or_refused(raw: bytes, kind: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(read(kind + raw), Report)


# What the excerpts of real logs and the cases beside the checkout say, section by section.
EXPECTED: dict[str, list[dict[str, Any]]] = {
    "nwipe_log_excerpts.txt A": [
        {"serial": None, "model": "Loopback device", "result": GOOD, "seconds": 1, "method": None, "doubts": ()}
    ],
    "nwipe_log_excerpts.txt B": [
        # Its last line is cut, the status of two of three disks with it.
        {"model": "ST1000D", "result": GOOD, "seconds": 7138},
        {"result": None, "ended_at": datetime(2023, 3, 12, 4, 44, 9)},  # noqa: DTZ001
        {"result": None, "ended_at": datetime(2023, 3, 12, 12, 44, 30)},  # noqa: DTZ001
    ],
    "nwipe_log_excerpts.txt C": [],  # the beginning of a log: nothing was done yet
    "nwipe_log_excerpts.txt D": [
        {"result": None, "method": "PRNG Stream", "size_bytes": 256_060_514_304, "seconds": 4720}
    ],
    "nwipe_log_excerpts.txt E": [
        {"result": None, "method": "PRNG Stream", "size_bytes": 600_127_266_816, "seconds": 4842}
    ],
    "nwipe_failed.log": [
        {"serial": "ZZ9999999", "model": "TESTDISK", "result": FAILED, "method": "PRNG Stream", "seconds": 13140,
         "quote": "sda | 1 | 214 | 1"},
    ],
}  # fmt: skip


def sections() -> dict[str, str]:
    """Every file beside the checkout; excerpts of several logs are parted by their titles."""
    found = {}
    for folder in ("samples/nwipe", "cases/erasures"):
        for path in sorted((SHARED / folder).glob("*")):
            parts = path.read_text().split("\n# --- ")
            for part in parts[1:]:
                found[f"{path.name} {part[0]}"] = part.partition("\n")[2]
            if len(parts) == 1:
                found[path.name] = parts[0]
    return found


@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples are not beside this checkout")
def test_every_sample_and_case_is_read_with_its_right_values() -> None:
    texts = sections()
    assert set(texts) == set(EXPECTED)  # a file that nobody expects is a file that nobody has read
    for title, expected in EXPECTED.items():
        found = read(texts[title].encode()).media
        assert len(found) == len(expected), title
        for said, wanted in zip(found, expected, strict=True):
            assert {name: getattr(said, name) for name in wanted} == wanted, title
    assert read(texts["nwipe_failed.log"].encode()).tool_version == "0.38"
