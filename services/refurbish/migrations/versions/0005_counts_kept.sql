-- How many devices there are of each kind, kept with every change of them in the same transaction: a list of a million
-- tells its total without counting. A change adds a row with the difference, so that no two transactions ever wait for
-- one another here; now and then one of them adds the rows up.
CREATE FUNCTION device_tally_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO device_tally (stage, category, devices)
        SELECT stage, category, count(*) FROM gained GROUP BY 1, 2;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO device_tally (stage, category, devices)
        SELECT stage, category, -count(*) FROM lost GROUP BY 1, 2;
    ELSE
        INSERT INTO device_tally (stage, category, devices)
        SELECT stage, category, sum(devices) FROM (
            SELECT stage, category, 1 AS devices FROM gained UNION ALL SELECT stage, category, -1 FROM lost
        ) AS moved GROUP BY 1, 2 HAVING sum(devices) <> 0;
    END IF;
    -- In a snapshot that is older than another's sum, adding up would fail: such a transaction leaves it to others.
    IF random() < 0.02 AND current_setting('transaction_isolation') = 'read committed'
        AND pg_try_advisory_xact_lock('device_tally'::regclass::bigint) THEN
        WITH gone AS (DELETE FROM device_tally RETURNING stage, category, devices)
        INSERT INTO device_tally (stage, category, devices)
        SELECT stage, category, sum(devices) FROM gone GROUP BY 1, 2 HAVING sum(devices) <> 0;
    END IF;
    RETURN NULL;
END $$;
--===
CREATE TRIGGER device_tally_gained AFTER INSERT ON device
    REFERENCING NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION device_tally_keep();
--===
CREATE TRIGGER device_tally_moved AFTER UPDATE ON device
    REFERENCING NEW TABLE AS gained OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION device_tally_keep();
--===
CREATE TRIGGER device_tally_lost AFTER DELETE ON device
    REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION device_tally_keep();
--===
-- The triggers' lock keeps writers out until this is committed.
INSERT INTO device_tally (stage, category, devices)
SELECT stage, category, count(*) FROM device GROUP BY 1, 2;
