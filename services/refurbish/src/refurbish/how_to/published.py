"""What is published about keys, as data with its sources; found for one machine. Pure but for the words."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from filiere.catalogue.datafiles import DataModel, Versioned, load_file
from filiere.web import gettext as _
from pydantic import Field, StringConstraints

_FILE = Path(__file__).parent / "data" / "how_to.yaml"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Entry(DataModel):
    """Keys of one maker, for all its models or some."""

    maker: Text
    also: list[Text] = Field(default_factory=list, description="other spellings, as inventories write them")
    topic: Literal["boot", "setup"]
    models: list[Text] = Field(default_factory=list)
    keys: list[Text] = Field(min_length=1, max_length=3)
    either: bool = False
    held: bool = Field(default=False, description="held down while the machine is switched on")
    source: Text

    def fit(self, maker: str, model: str) -> int | None:
        """How well it fits: the length of the model's beginning that it names; None for another machine."""
        if folded(maker) not in {folded(name) for name in (self.maker, *self.also)}:
            return None
        if not self.models:
            return 0
        # « Lenovo ThinkPad T480 » and « ThinkPad T480 » are one model.
        name = folded(model).removeprefix(folded(self.maker)).strip()
        return max((len(one) for one in self.models if name.startswith(folded(one))), default=None)

    @property
    def words(self) -> str:
        """« Échap, puis F9 », « F12 ou Échap »."""
        names = [_(key) for key in self.keys]
        said = (_(" ou ") if self.either else _(", puis ")).join(names)
        return _("{keys} (garde le doigt dessus)").format(keys=said) if self.held else said


class HowToFile(Versioned):
    """The file how_to.yaml."""

    entries: list[Entry]


def folded(text: str) -> str:
    """A maker's or a model's name as it is compared."""
    return " ".join(text.split()).casefold()


@cache
def entries() -> tuple[Entry, ...]:
    """All that is published. Raises BrokenDataFile."""
    return tuple(load_file(HowToFile, _FILE).entries)


def keys_for(topic: Literal["boot", "setup"], maker: str | None, model: str | None) -> Entry | None:
    """The entry that fits best; None where nothing is published, and then nothing is guessed."""
    found = [
        (fit, entry)
        for entry in entries()
        if entry.topic == topic and (fit := entry.fit(maker or "", model or "")) is not None
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
