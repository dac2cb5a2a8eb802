"""Loaded by schemathesis: chooses who calls, gives bodies real objects, and weighs every input."""

import atexit
import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from requests.structures import CaseInsensitiveDict
from schemathesis.checks import CheckContext

from tests.fuzz import ANONYMOUS, PEOPLE_FILE
from tests.fuzz.meter import Meter

Case = schemathesis.Case[Any]
_known = json.loads(Path(os.environ[PEOPLE_FILE]).read_text())
_meter = Meter(_known["pid"])
_callers: Counter[str] = Counter()
_everybody = [ANONYMOUS, *sorted(_known["tokens"])]
_rng = random.Random(0)


def _write_callers() -> None:
    Path(_known["callers"]).write_text(json.dumps(_callers))


atexit.register(_write_callers)


@schemathesis.auth(refresh_interval=None)
class SomebodyElse:
    """Mostly a person who may call the route, so that the request gets in; else anybody."""

    def get(self, case: Case, context: schemathesis.AuthContext) -> str:
        may = _known["may"].get(case.operation.label, [])
        name: str = _rng.choice(may if may and _rng.random() < 0.7 else _everybody)
        return name

    def set(self, case: Case, data: str, context: schemathesis.AuthContext) -> None:
        _callers[data] += 1
        headers = {"x-fuzz-as": data}
        if data != ANONYMOUS:
            headers["Authorization"] = f"Bearer {_known['tokens'][data]}"
        case.headers = CaseInsensitiveDict(case.headers or ())
        case.headers.update(headers)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    _meter.begin()


@schemathesis.check
def costs_little(context: CheckContext, response: schemathesis.Response, case: Case) -> None:
    """No input costs the api more than two seconds of CPU or 200 MB."""
    if excess := _meter.end().excess:
        raise AssertionError(f"this request cost {excess}")
