"""The contracts between services, generated from what the services declare: `python -m filiere.contracts write|check`.

`contracts/topics.yaml` (owners, consumers, order), `schemas/` and `examples/` per event type, `asyncapi.yaml`.
"""

from filiere.contracts.evolution import Break, breaks
from filiere.contracts.files import Files, drift, generate, read
from filiere.contracts.network import ContractFault, Network

__all__ = ["Break", "ContractFault", "Files", "Network", "breaks", "drift", "generate", "read"]
