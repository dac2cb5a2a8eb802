"""What `nvme` (nvme-cli) writes: `format`, `sanitize` and the log of it, as text or JSON, with `id-ctrl` or `list`."""

import json
import re
from typing import Any

from filiere.catalogue.grades import StorageKind

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.report import Report, ReportedMedium, Unreadable, for_each, whole

_VERSION = re.compile(r"\bnvme(?:-cli)?(?: version)? v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\b")
_SERIAL = re.compile(r"^sn\s*:\s*(\S.{0,40})$", re.MULTILINE)
_MODEL = re.compile(r"^mn\s*:\s*(\S.{0,60})$", re.MULTILINE)
_SIZE = re.compile(r"^tnvmcap\s*:\s*(\d{1,20})\s*$", re.MULTILINE)
_LISTED = re.compile(
    r"^/dev/nvme\d{1,3}n\d{1,3}\s+(?:/dev/ng\S{1,12}\s+)?(?P<serial>[\w-]{4,40})\s+(?P<model>\S.{0,60}?)\s{2,}",
    re.MULTILINE,
)
_COMMAND = re.compile(r"\bnvme format\b(.{0,200})")
_SES = re.compile(r"(?:--ses[= ]|-s[ =]?)(\d)\b")
_SANITIZE = re.compile(r"\bnvme sanitize\b(?!-log)(.{0,200})")
_ACTION = re.compile(r"(?:--sanact[= ]|-a[ =]?)(?:0x0?)?(\d|[a-z-]{5,20})\b")
_FORMATTED = re.compile(r"Success formatting namespace")
_BAD = re.compile(
    r"^.{0,100}?(?:NVMe status: (?!SUCCESS)|(?:format|sanitize): (?:Input/output|Operation not|Invalid)).{0,100}$",
    re.MULTILINE,
)
_PROGRESS = re.compile(r"\(SPROG\)\s*:\s*(\d{1,6})")
_STATUS = re.compile(r"\(SSTAT\)\s*:\s*(0x[0-9a-fA-F]{1,8}|\d{1,8})\b")
_WORD10 = re.compile(r"\(SCDW10\)\s*:\s*(0x[0-9a-fA-F]{1,8}|\d{1,10})\b")
_ACTIONS = {2: "NVMe sanitize, block erase", 3: "NVMe sanitize, overwrite", 4: "NVMe sanitize, crypto erase"}
_NAMED = {"start-block-erase": 2, "start-overwrite": 3, "start-crypto-erase": 4}


def looks_like_it(text: str) -> bool:
    return (
        "formatting namespace" in text
        or _STATUS.search(text) is not None
        or "nvme sanitize" in text
        or "nvme format" in text
        or _VERSION.search(text) is not None
    )


def read(text: str) -> Report:
    """One disk; the log of a sanitize operation says more than the command that began it."""
    version = _VERSION.search(text)
    serials = dict.fromkeys(found[1].strip() for found in _SERIAL.finditer(text))
    listed = list(_LISTED.finditer(text))
    if not serials and len(listed) == 1:
        serials = dict.fromkeys([listed[0]["serial"]])
    model = _MODEL.search(text)
    size = _SIZE.search(text)
    level, method, result, doubts = _done(text)
    bad = _BAD.search(text)
    if bad is not None:
        result = ErasureResult.FAILURE
    medium = ReportedMedium(
        serial=whole(next(iter(serials))) if len(serials) == 1 else None,
        model=whole(model[1]) if model else whole(listed[0]["model"]) if len(listed) == 1 else None,
        kind=StorageKind.NVME,
        size_bytes=int(size[1]) if size else None,
        level=level,
        method=method,
        result=result,
        quote=whole(bad[0], 120) if bad else "sanitize: failed" if result is ErasureResult.FAILURE else None,
        doubts=tuple(doubts),
    )
    return Report(tool="nvme-cli", tool_version=version[1] if version else None, media=for_each(serials, medium))


def _as_written(digits: str) -> int:
    """A number as the tool prints it: in hexadecimal with its mark, else in decimal, zeros before it or not."""
    return int(digits, 16 if digits[:2] in {"0x", "0X"} else 10)


def _done(text: str) -> tuple[Level | None, str, ErasureResult | None, list[str]]:
    status = _STATUS.search(text)
    if status is not None or _SANITIZE.search(text):
        word10 = _WORD10.search(text)
        action = _as_written(word10[1]) & 7 if word10 else _asked(text)
        state = _as_written(status[1]) if status else None
        progress = _PROGRESS.search(text)
        return _sanitized(state, action, int(progress[1]) if progress else None)
    command = _COMMAND.search(text)
    asked = _SES.search(command[1]) if command else None
    setting = int(asked[1]) if asked else 0 if command else None
    result = ErasureResult.SUCCESS if _FORMATTED.search(text) else None
    if setting == 2:
        return Level.PURGE, "NVMe format, crypto erase", result, []
    if setting == 0:
        return None, "NVMe format", result, ["La commande n'a pas demandé d'effacement (« --ses » manque ou vaut 0)."]
    return Level.PURGE, "NVMe format, user data erase" if setting == 1 else "NVMe format", result, []


def _asked(text: str) -> int | None:
    command = _SANITIZE.search(text)
    action = _ACTION.search(command[1]) if command else None
    if action is None:
        return None
    return int(action[1]) if action[1].isdigit() else _NAMED.get(action[1])


def _sanitized(
    state: int | None, action: int | None, progress: int | None
) -> tuple[Level | None, str, ErasureResult | None, list[str]]:
    """By the three lowest bits of the status: 1 and 4 are done, 2 is under way, 3 has failed, 0 is never."""
    method = _ACTIONS.get(action or 0, "NVMe sanitize")
    if state is None:
        return Level.PURGE, method, None, []
    done = state & 7
    if done in (1, 4):
        doubts = []
        if progress is not None and progress < 65535:
            doubts.append(f"Le journal dit « fini », mais l'avancement est de {progress} sur 65535.")
        if not state & 0x100:
            doubts.append("Des données ont été écrites sur ce disque depuis son effacement (SSTAT).")
        return Level.PURGE, method, ErasureResult.SUCCESS, doubts
    if done == 3:
        return Level.PURGE, method, ErasureResult.FAILURE, []
    doubts = ["L'effacement n'est pas fini."] if done == 2 else ["Ce disque n'a jamais été effacé par « sanitize »."]
    return Level.PURGE, method, None, doubts


def from_json(raw: bytes) -> Report:
    """`nvme sanitize-log -o json`: by controller, or flat. Raises Unreadable."""
    if raw.count(b"{") + raw.count(b"[") > 2000 or len(raw) > 200_000:
        raise Unreadable("Ce JSON est trop grand pour un rapport d'effacement.")
    try:
        document: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Le JSON n'est pas lisible.") from error
    if isinstance(document, dict) and len(document) == 1 and isinstance(next(iter(document.values())), dict):
        document = next(iter(document.values()))
    if not isinstance(document, dict) or "sstat" not in document:
        raise Unreadable("Ce JSON n'est pas un rapport d'effacement (nvme sanitize-log).")
    state = _state(document["sstat"])
    word10 = document.get("cdw10_info", document.get("scdw10"))
    progress = document.get("sprog")
    level, method, result, doubts = _sanitized(state, _small(word10, 7), _small(progress, 65535))
    medium = ReportedMedium(
        serial=whole(document.get("sn") if isinstance(document.get("sn"), str) else None),
        kind=StorageKind.NVME, level=level, method=method, result=result, doubts=tuple(doubts),
        quote="sanitize: failed" if result is ErasureResult.FAILURE else None,
    )  # fmt: skip
    return Report(tool="nvme-cli", media=(medium,))


def _state(said: Any) -> int | None:
    """A number, or by parts: `global_erased` and a `status` that begins with its number in brackets."""
    if isinstance(said, dict):
        found = re.match(r"\(?(\d)\)?", str(said.get("status", ""))[:20])
        erased = said.get("global_erased", said.get("global_data_erased"))
        return int(found[1]) + (0x100 if erased in (1, True) else 0) if found else None
    return _small(said, 0xFFFF)


def _small(said: Any, mask: int) -> int | None:
    if isinstance(said, str):
        try:
            said = int(said[:20], 0)
        except ValueError:
            return None
    return said & mask if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**40 else None
