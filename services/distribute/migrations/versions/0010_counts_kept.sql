-- How many devices there are of each kind, kept with every change of them in the same transaction: a list of a million
-- tells its total without counting. A change adds a row with the difference, so that no two transactions ever wait for
-- one another here; now and then one of them adds the rows up.
CREATE FUNCTION stock_item_tally_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO stock_item_tally (status, category, campaign, devices)
        SELECT status, category, coalesce(campaign, '') AS campaign, count(*) FROM gained GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO stock_item_tally (status, category, campaign, devices)
        SELECT status, category, coalesce(campaign, '') AS campaign, -count(*) FROM lost GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO stock_item_tally (status, category, campaign, devices)
        SELECT status, category, campaign, sum(devices) FROM (
            SELECT status, category, coalesce(campaign, '') AS campaign, 1 AS devices FROM gained UNION ALL SELECT status, category, coalesce(campaign, '') AS campaign, -1 FROM lost
        ) AS moved GROUP BY 1, 2, 3 HAVING sum(devices) <> 0;
    END IF;
    -- In a snapshot that is older than another's sum, adding up would fail: such a transaction leaves it to others.
    IF random() < 0.02 AND current_setting('transaction_isolation') = 'read committed'
        AND pg_try_advisory_xact_lock('stock_item_tally'::regclass::bigint) THEN
        WITH gone AS (DELETE FROM stock_item_tally RETURNING status, category, campaign, devices)
        INSERT INTO stock_item_tally (status, category, campaign, devices)
        SELECT status, category, campaign, sum(devices) FROM gone GROUP BY 1, 2, 3 HAVING sum(devices) <> 0;
    END IF;
    RETURN NULL;
END $$;
--===
CREATE TRIGGER stock_item_tally_gained AFTER INSERT ON stock_item
    REFERENCING NEW TABLE AS gained FOR EACH STATEMENT EXECUTE FUNCTION stock_item_tally_keep();
--===
CREATE TRIGGER stock_item_tally_moved AFTER UPDATE ON stock_item
    REFERENCING NEW TABLE AS gained OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION stock_item_tally_keep();
--===
CREATE TRIGGER stock_item_tally_lost AFTER DELETE ON stock_item
    REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION stock_item_tally_keep();
--===
-- The triggers' lock keeps writers out until this is committed.
INSERT INTO stock_item_tally (status, category, campaign, devices)
SELECT status, category, coalesce(campaign, '') AS campaign, count(*) FROM stock_item GROUP BY 1, 2, 3;
