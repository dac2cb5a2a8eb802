-- What somebody used is handed over to nobody else before its workshop has wiped it. Statements are separated by lines
-- of two dashes and three equal signs.
CREATE FUNCTION used_since_promised(device uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- Ready anew it is promised anew, so what was before its present promise was wiped since.
    SELECT EXISTS (
        SELECT 1 FROM loan_item x JOIN loan l ON l.id = x.loan_id
        WHERE x.device_id = device AND x.outcome = 'returned' AND l.kind = 'place' AND x.settled_at > p.since
    ) OR EXISTS (
        SELECT 1 FROM till_entry u JOIN till_entry s ON s.relais_id = u.relais_id AND s.sequence = u.undoes
        WHERE u.device_id = device AND u.kind = 'undo' AND u.at > p.since
          AND (u.reason = 'does_not_work' OR u.reason = 'changed_mind'
               AND u.at - coalesce((s.details ->> 'sold_at')::timestamptz, s.at) > interval '1 hour')
    )
    FROM (
        SELECT max(reserved_at) AS since FROM reservation WHERE device_id = device AND released_at IS NULL
    ) p
$$
--===
CREATE FUNCTION handed_over_wiped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF used_since_promised(NEW.device_id) THEN
        RAISE EXCEPTION 'somebody has used device %: its workshop wipes it before anybody else has it', NEW.label
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
--===
CREATE TRIGGER handed_over_wiped BEFORE UPDATE OF status ON stock_item FOR EACH ROW
    WHEN (NEW.status = 'handed_over' AND OLD.status <> 'handed_over')
    EXECUTE FUNCTION handed_over_wiped()
