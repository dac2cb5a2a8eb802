"""Queries of the manager's page: one statement each, whatever the number of devices."""

from datetime import datetime

from filiere.database import Repository, Scope

from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Stage
from refurbish.steering.figures import AtStage

# Not for a defect: a grade to look at again, a slip of the finger.
DEFECTS = [reason.value for reason in RecallReason if reason not in {RecallReason.GRADE, RecallReason.MISTAKE}]
_SHOWN = [stage for stage in Stage if stage.is_present or stage in {Stage.EXPECTED, Stage.MISSING, Stage.READY}]
# Since when a device stands where it is: the last of its moments that has come.
_SINCE = """CASE stage WHEN 'ready' THEN ready_at WHEN 'graded' THEN graded_at WHEN 'tested' THEN tested_at
    WHEN 'erased' THEN erased_at WHEN 'to_repair' THEN coalesce(tested_at, erased_at, arrived_at)
    WHEN 'expected' THEN (SELECT dispatched_at FROM lot WHERE lot.id = lot_id)
    WHEN 'missing' THEN (SELECT reconciled_at FROM lot WHERE lot.id = lot_id) ELSE arrived_at END"""
_FUNNEL = f"""
SELECT stage, count(*) AS devices, count(*) FILTER (WHERE since >= $2) AS week,
       count(*) FILTER (WHERE since < $2 AND since >= $3) AS month, count(*) FILTER (WHERE since < $3) AS older,
       min(since) AS oldest
FROM (SELECT stage, {_SINCE} AS since FROM device
      WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND stage = ANY($4::text[])) d
GROUP BY stage
"""
# Of a past cycle: somebody had the device at its end.
_USED = "EXISTS (SELECT 1 FROM device d WHERE d.id = past_cycle.device_id AND d.wipe_from > past_cycle.cycle)"


class SteeringRepository(Repository):
    async def funnel(self, scope: Scope, week: datetime, month: datetime) -> list[AtStage]:
        """How many devices stand at each stage, and since when, in the order of their way."""
        names = [stage.value for stage in _SHOWN]
        rows = await (await self.driver()).fetch(_FUNNEL, scope.ids, week, month, names)
        found = {row["stage"]: AtStage(**{**dict(row), "stage": Stage(row["stage"])}) for row in rows}
        return [found.get(stage.value, AtStage(stage, 0, 0, 0, 0, None)) for stage in _SHOWN]

    async def defects(self, scope: Scope, since: datetime) -> int:
        """Cycles of devices that ended for a defect; those of which a Relais said what is wrong are counted by that.

        What only comes back to be wiped after use is none.
        """
        found: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM past_cycle WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) "
            "AND ended_at >= $2 AND reason = ANY($3::text[]) AND NOT EXISTS (SELECT 1 FROM complaint k"
            " WHERE k.device_id = past_cycle.device_id AND k.cycle = past_cycle.cycle)"
            f" AND NOT (reason = 'other' AND {_USED})",
            *(scope.ids, since, DEFECTS),
        )
        return found

    async def shipped(self, scope: Scope, since: datetime) -> int:
        """Devices that left, those that have come back since among them, damaged on the road or broken later: what
        counts as a defect of a device that has left stands in both numbers. What came back before that was kept
        is known by who used it and by what its Relais said.
        """
        found: int = await (await self.driver()).fetchval(
            "SELECT (SELECT count(*) FROM device WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1))"
            " AND stage = 'left' AND closed_at >= $2)"
            " + (SELECT count(*) FROM past_cycle WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1))"
            f" AND ended_at >= $2 AND (left_at IS NOT NULL OR {_USED} OR EXISTS (SELECT 1 FROM complaint k"
            " WHERE k.device_id = past_cycle.device_id AND k.cycle = past_cycle.cycle)))",
            *(scope.ids, since),
        )
        return found
