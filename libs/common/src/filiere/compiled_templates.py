"""Templates that a process has compiled, for its other environments of the same options and for what it forks."""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """By name and source: whoever makes another environment (tests make thousands) compiles none anew.

    What is compiled depends on the options of the environment and, where a filter is given a constant, on its filters:
    only environments that have all of them in common may share one.
    """

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code
