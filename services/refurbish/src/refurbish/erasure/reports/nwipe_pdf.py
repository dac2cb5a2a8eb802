"""nwipe's certificates in PDF, of one drive or of a machine (0.41 and later), by the words on their pages."""

import io
import logging
import re
from collections.abc import Iterator

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.nwipe_log import kind_of
from refurbish.erasure.reports.report import Report, ReportedMedium, Unreadable, clock, moment, number, told, whole

MOST_PAGES = 120
_MOST_TEXT = 2_000_000
_VERSION = re.compile(r"Disc Erasure by NWIPE version (\d{1,3}(?:\.\d{1,3}){1,2})")
# Where a drive begins: on the certificate of one, on that of a machine.
_BEGINS = re.compile(r"^(?:Make/Model:|Make:) ?(?P<model>.*?) ?(?:Serial:|S/N:) ?(?P<serial>.*)$", re.MULTILINE)
_FIELDS = {
    "size": re.compile(r"Size\(Apparent\): .{0,40}?,\s*(\d{1,20}) ?(?:bytes|B)\b"),
    "real": re.compile(r"Size\(Real\): .{0,40}?,\s*(\d{1,20}) ?B\b"),
    "bus": re.compile(r"^Bus: (.{0,20}?) *Size\(Apparent\)", re.MULTILINE),
    "began": re.compile(r"Start time: ([\d/]{8,10} [\d:]{8})"),
    "ended": re.compile(r"End time: ([\d/]{8,10} [\d:]{8})"),
    "duration": re.compile(r"Duration: ?(\d{1,5}:\d\d:\d\d)"),
    "method": re.compile(r"^Method: (.{1,80}?) *PRNG algorithm:", re.MULTILINE),
    "errors": re.compile(r"Errors\(pass/sync/verify/retries\): ?((?:\d{1,20}/){2,3}\d{1,20})"),
    "older": re.compile(r"Errors\(pass/sync/verify\): ?((?:\d{1,20}/){2}\d{1,20})"),
    "bytes": re.compile(r"\*?Bytes Erased: (\d{1,20}), ?\((\d{1,3}(?:\.\d{1,2})?)%\)"),
    "rounds": re.compile(r"Rounds\(completed/requested\): ?(\d{1,4})/(\d{1,4})"),
}
_STATUS = re.compile(r"(?:^|Status: ?)(ERASED|FAILED|ABORTED|INSANITY)\b", re.MULTILINE)


def read(raw: bytes) -> Report:
    """Every drive of the certificate. Raises Unreadable."""
    return read_text("\n".join(_pages(raw)))


def _pages(raw: bytes) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would quote what it cannot read
    length = 0
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted:
            raise Unreadable("Ce PDF est protégé par un mot de passe.")
        for count, one in enumerate(reader.pages):
            if count >= MOST_PAGES:
                raise Unreadable("Ce PDF a plus de 120 pages.")
            text = one.extract_text()
            length += len(text)
            if length > _MOST_TEXT:
                raise Unreadable("Ce PDF est trop long pour un rapport.")
            yield text
    except Unreadable:
        raise
    except (
        PyPdfError, ValueError, LookupError, TypeError, AttributeError, OSError, ArithmeticError, AssertionError,
        RuntimeError,
    ) as error:  # fmt: skip
        # pypdf meets what is broken where it stands: a key that is missing, a number that is a name, endless nesting.
        raise Unreadable("Ce PDF n'est pas lisible.") from error


def read_text(text: str) -> Report:
    """The same of the words on the pages."""
    version = _VERSION.search(text)
    if version is None:
        raise Unreadable("Ce PDF n'est pas un certificat de nwipe.")
    starts = list(_BEGINS.finditer(text))
    ends = [one.start() for one in starts[1:]] + [len(text)]
    media = told(_medium(start, text[start.start() : end]) for start, end in zip(starts, ends, strict=False))
    if not media:
        raise Unreadable("Ce certificat ne nomme aucun disque.")
    return Report(tool="nwipe", tool_version=version[1], media=media)


def _medium(start: re.Match[str], text: str) -> ReportedMedium:
    said = {name: found[1] for name, pattern in _FIELDS.items() if (found := pattern.search(text[:4000])) is not None}
    status = _STATUS.search(text[:4000])
    size = number(said.get("real")) or number(said.get("size"))
    failed = status is not None and status[1] != "ERASED"
    errors = said.get("errors") or said.get("older") or "0"
    doubts = []
    if status is not None and not failed and any(int(one) for one in errors.split("/")):
        doubts.append(f"Le certificat dit « ERASED », mais compte des erreurs : {errors}.")
    erased = _FIELDS["bytes"].search(text[:4000])
    if erased is not None and not failed and (float(erased[2]) < 100 or (size and int(erased[1]) < size)):
        doubts.append(f"{erased[1]} octets effacés ({erased[2]} %) : le disque n'est pas effacé en entier.")
    rounds = _FIELDS["rounds"].search(text[:4000])
    if rounds is not None and not failed and int(rounds[1]) < int(rounds[2]):
        doubts.append(f"{rounds[1]} passage sur {rounds[2]} : l'effacement n'est pas allé au bout.")
    if "See Warning !" in text[:4000]:
        doubts.append("Le certificat porte un avertissement (« See Warning ! ») : lis-le.")
    return ReportedMedium(
        serial=whole(start["serial"]),
        model=whole(start["model"].replace("_", " ")),
        kind=kind_of("", said.get("bus", "")),
        size_bytes=size,
        level=Level.CLEAR,
        method=whole(said.get("method")),
        result=None if status is None else ErasureResult.FAILURE if failed else ErasureResult.SUCCESS,
        began_at=moment(said.get("began")),
        ended_at=moment(said.get("ended")),
        seconds=clock(said.get("duration")),
        quote=status[1] if status is not None and failed else None,
        doubts=tuple(doubts),
    )
