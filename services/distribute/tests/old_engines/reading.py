"""A style sheet as Android's WebView 60 reads it: what it does not know it leaves out, as the standard says."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "webview_60.json").read_text())
_PROPERTIES = frozenset(KNOWN["properties"]) - frozenset(KNOWN["newer_contexts"])
_OTHER_NAMES: dict[str, list[str]] = KNOWN["other_names"]
_AGAIN = frozenset(other for others in _OTHER_NAMES.values() for other in others)
# Units and functions as they stand in a value; `px` and its like are older than the list.
_UNITS = frozenset(KNOWN["types"]) | {"px", "pt", "mm", "cm", "in", "pc", "s", "ms"}
_FUNCTIONS = frozenset(KNOWN["types"])
_NUMBER = re.compile(r"(?<![\w#.-])[+-]?(?:\d+\.?\d*|\.\d+)([a-z]+)", re.I)
_CALLED = re.compile(r"([a-z][\w-]*)\(", re.I)
_PSEUDO = re.compile(r"::?([a-z-]+)", re.I)
_FEATURE = re.compile(r"\(\s*([a-z-]+)", re.I)
_WORD = re.compile(r"(?<![\w(-])[a-z][a-z-]*(?![\w(-])", re.I)


@dataclass
class Rule:
    """A rule: what stands before its brace, and its declarations or the rules in it."""

    head: str
    declarations: list[tuple[str, str]] = field(default_factory=list)
    rules: list["Rule"] = field(default_factory=list)


def parse(css: str) -> list[Rule]:
    """Of a sheet without braces or semicolons in its texts."""
    rest = iter(re.split(r"([{};])", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))
    return _within(rest).rules


def unknown_of(name: str, value: str) -> str | None:
    """What the engine does not know of a declaration; None when it takes it."""
    if name.startswith("--"):
        return None
    if name not in _PROPERTIES and name not in _AGAIN:
        return name
    words = frozenset(_WORD.findall(value))
    if newer := words & frozenset(KNOWN["newer_values"].get(name, ())):
        return f"{name}: {min(newer)}"
    if strange := {one for one in _NUMBER.findall(value) if one.lower() not in _UNITS}:
        return f"{name}: 1{min(strange)}"
    if strange := {one for one in _CALLED.findall(value) if one not in _FUNCTIONS}:
        return f"{name}: {min(strange)}()"
    return None


def unknown_head(head: str) -> str | None:
    """What it does not know of a selector or an at-rule: it leaves the whole rule out."""
    if head.startswith("@"):
        name = head[1:].split()[0]
        if name not in KNOWN["at_rules"]:
            return f"@{name}"
        features = [re.sub("^(min|max)-", "", one) for one in _FEATURE.findall(head)]
        return next((one for one in features if one not in KNOWN["media"]), None)
    if "&" in head:
        return "nesting"
    return next((f":{one}" for one in _PSEUDO.findall(head) if one not in KNOWN["selectors"]), None)


def left_out(rules: list[Rule]) -> Iterator[str]:
    """What it leaves out and has nothing instead of: no earlier declaration of the same rule that it knows."""
    for rule in rules:
        if strange := unknown_head(rule.head):
            yield strange
            continue
        yield from left_out(rule.rules)
        said: set[str] = set()
        for name, value in rule.declarations:
            if (strange := unknown_of(name, value)) is None:
                said.add(name)
            elif not said & {name, *_OTHER_NAMES.get(name, ())}:
                yield strange


def as_read(rules: list[Rule]) -> str:
    """The sheet without what it leaves out."""
    return "\n".join(
        f"{rule.head} {{ {as_read(rule.rules)}"
        + "; ".join(f"{name}: {value}" for name, value in rule.declarations if unknown_of(name, value) is None)
        + " }"
        for rule in rules
        if unknown_head(rule.head) is None
    )


def _within(rest: Iterator[str], head: str = "") -> Rule:
    rule, text = Rule(head), ""
    for piece in rest:
        if piece == "{":
            rule.rules.append(_within(rest, " ".join(text.split())))
            text = ""
        elif piece in ";}":
            name, colon, value = text.partition(":")
            if colon:
                rule.declarations.append((name.strip(), value.strip()))
            text = ""
            if piece == "}":
                return rule
        else:
            text += piece
    return rule
