"""The fuzzers: whatever people, programs, files and the broker may bring. `make fuzz`, or `python -m tests.fuzz`."""

ANONYMOUS = "anonymous"
PEOPLE_FILE = "FILIERE_FUZZ_PEOPLE"
"""Environment variable: a file with the pid of the api, the tokens, who may call which route, and the real ids."""
