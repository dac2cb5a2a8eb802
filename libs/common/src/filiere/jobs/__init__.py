"""Jobs: work that is too long for a request. A row says what is to do and how far it is; a worker does it.

Whoever asked may go away; a worker that dies loses its job to the next one, which begins it again.
"""

from filiere.jobs.repository import Claim, Job, JobLost, JobRepository, JobState
from filiere.jobs.running import Handler, JobRefused, Work, run_jobs

__all__ = ["Claim", "Handler", "Job", "JobLost", "JobRefused", "JobRepository", "JobState", "Work", "run_jobs"]
