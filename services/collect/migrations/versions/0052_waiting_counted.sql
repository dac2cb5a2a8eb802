-- How many devices wait at each stage since which day of Paris, kept with every change of them in the same transaction:
-- the coordination's home tells a million without counting. A change adds rows with the difference, so that no two
-- transactions ever wait for one another here; now and then one of them adds the rows up.
-- The day since which a device waits where it is; none where it is at its end, or lost on its way.
CREATE FUNCTION device_waiting_day(
    stage text, away text, promise text, promise_at timestamptz, work text, work_at timestamptz, custody text,
    dispatched_at timestamptz, collected_at timestamptz, created_at timestamptz
) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN stage NOT IN ('handed_over', 'withdrawn', 'missing', 'cancelled')
        AND (away IS NULL OR away NOT IN ('lost', 'lost_lent'))
    THEN (coalesce(
        CASE
            WHEN promise IN ('reserved', 'shipped', 'delivered') THEN promise_at
            WHEN work IS NOT NULL THEN work_at
            WHEN custody = 'in_transit' THEN dispatched_at
            WHEN custody = 'collected' THEN collected_at
        END, created_at
    ) AT TIME ZONE 'Europe/Paris')::date END
$$;
--===
CREATE FUNCTION device_waiting_tally_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO device_waiting_tally (stage, day, devices)
        SELECT stage, day, count(*) FROM (
            SELECT stage, device_waiting_day(stage, away, promise, promise_at, work, work_at, custody, dispatched_at,
                                             collected_at, created_at) AS day FROM gained
        ) AS moved WHERE day IS NOT NULL GROUP BY 1, 2;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO device_waiting_tally (stage, day, devices)
        SELECT stage, day, -count(*) FROM (
            SELECT stage, device_waiting_day(stage, away, promise, promise_at, work, work_at, custody, dispatched_at,
                                             collected_at, created_at) AS day FROM lost
        ) AS moved WHERE day IS NOT NULL GROUP BY 1, 2;
    ELSE
        INSERT INTO device_waiting_tally (stage, day, devices)
        SELECT stage, day, sum(devices) FROM (
            SELECT stage, 1 AS devices,
                   device_waiting_day(stage, away, promise, promise_at, work, work_at, custody, dispatched_at,
                                      collected_at, created_at) AS day FROM gained
            UNION ALL
            SELECT stage, -1,
                   device_waiting_day(stage, away, promise, promise_at, work, work_at, custody, dispatched_at,
                                      collected_at, created_at) FROM lost
        ) AS moved WHERE day IS NOT NULL GROUP BY 1, 2 HAVING sum(devices) <> 0;
    END IF;
    -- In a snapshot that is older than another's sum, adding up would fail: such a transaction leaves it to others.
    IF random() < 0.02 AND current_setting('transaction_isolation') = 'read committed'
        AND pg_try_advisory_xact_lock('device_waiting_tally'::regclass::bigint) THEN
        WITH gone AS (DELETE FROM device_waiting_tally RETURNING stage, day, devices)
        INSERT INTO device_waiting_tally (stage, day, devices)
        SELECT stage, day, sum(devices) FROM gone GROUP BY 1, 2 HAVING sum(devices) <> 0;
    END IF;
    RETURN NULL;
END $$;
--===
CREATE TRIGGER device_waiting_tally_gained AFTER INSERT ON device
    REFERENCING NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION device_waiting_tally_keep();
--===
CREATE TRIGGER device_waiting_tally_moved AFTER UPDATE ON device
    REFERENCING NEW TABLE AS gained OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION device_waiting_tally_keep();
--===
CREATE TRIGGER device_waiting_tally_lost AFTER DELETE ON device
    REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION device_waiting_tally_keep();
--===
-- The triggers' lock keeps writers out until this is committed.
INSERT INTO device_waiting_tally (stage, day, devices)
SELECT stage, day, count(*) FROM (
    SELECT stage, device_waiting_day(stage, away, promise, promise_at, work, work_at, custody, dispatched_at,
                                     collected_at, created_at) AS day FROM device
) AS moved WHERE day IS NOT NULL GROUP BY 1, 2;
