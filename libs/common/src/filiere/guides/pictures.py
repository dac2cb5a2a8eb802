"""The pictures of a guide and what each of them shows.

Pictures are static files of the service, `static/guides/<guide>/<step>.<language>.webp`; what is seen on them stands in
`guides/seen/<guide>.<language>.json`, written and read again by the browser test that walks the guide.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Picture:
    """heading: of the page. pressed: what is outlined. lines: all that is seen, with what changes by itself left out.

    digest: of the file, so that neither is changed without the other.
    """

    heading: str
    pressed: str
    width: int
    height: int
    digest: str
    lines: tuple[str, ...]


def picture_file(root: Path, guide: str, step: str, language: str) -> Path:
    """Where a picture is, below a service's package."""
    return root / "static" / picture_name(guide, step, language)


def picture_name(guide: str, step: str, language: str) -> str:
    """Its name as a static file."""
    return f"guides/{guide}/{step}.{language}.webp"


def seen_file(root: Path, guide: str, language: str) -> Path:
    return root / "guides" / SEEN / f"{guide}.{language}.json"


@cache
def pictures_of(root: Path, guide: str, language: str) -> dict[str, Picture]:
    """Step → picture; empty for a guide whose pictures are still to be taken."""
    return read_pictures(seen_file(root, guide, language))


def read_pictures(file: Path) -> dict[str, Picture]:
    if not file.is_file():
        return {}
    found = json.loads(file.read_text(encoding="utf-8"))
    return {step: Picture(**{**one, "lines": tuple(one["lines"])}) for step, one in found.items()}


def write_pictures(file: Path, pictures: dict[str, Picture]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({step: asdict(one) for step, one in pictures.items()}, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    pictures_of.cache_clear()
