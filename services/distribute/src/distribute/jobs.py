"""What the worker does beside its events: compute proposals, and promise what becomes ready."""

from filiere.housekeeping import take_away_files

from distribute.allocation.continuous import promise_what_becomes_ready
from distribute.allocation.proposals.worker import compute_proposals

BACKGROUND = [take_away_files, compute_proposals, promise_what_becomes_ready]
