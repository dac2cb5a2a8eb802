-- The guard of media: one that was away and is back loses what was proved of it, whoever brings it back.
CREATE OR REPLACE FUNCTION storage_medium_wipe() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
    since integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a declared medium stays declared' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.device_id <> OLD.device_id OR NEW.serial <> OLD.serial) THEN
        RAISE EXCEPTION 'a medium keeps its device and its serial' USING ERRCODE = 'check_violation';
    END IF;
    -- Nobody knows what was written to it meanwhile, nor whether it is the one that was away. A process of the release
    -- before keeps the proof of a destroyed one: it is taken from it, rather than its work refused.
    IF TG_OP = 'UPDATE' AND OLD.gone_by IS NOT NULL AND NEW.gone_by IS NULL THEN
        NEW.wiped_by := NULL;
    END IF;
    -- Waits for whoever is making the device ready, and makes them wait.
    SELECT stage, wipe_from INTO present, since FROM device WHERE id = NEW.device_id FOR NO KEY UPDATE;
    IF NEW.wiped_by IS NULL AND NEW.gone_by IS NULL AND present IN ('ready', 'left') THEN
        RAISE EXCEPTION 'an unwiped medium cannot join a ready device' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.wiped_by IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM erasure e
        WHERE e.id = NEW.wiped_by AND e.medium_id = NEW.id AND e.device_id = NEW.device_id
          AND e.medium_serial = NEW.serial AND e.result = 'success'
          AND (e.verified OR EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed))
          AND (e.level IN ('purge', 'destroy') OR NEW.kind = 'hdd')
    ) THEN
        RAISE EXCEPTION 'erasure % does not prove that medium % is wiped', NEW.wiped_by, NEW.serial
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.wiped_by IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.wiped_by IS DISTINCT FROM OLD.wiped_by) AND EXISTS (
        SELECT 1 FROM erasure e WHERE e.id = NEW.wiped_by AND e.cycle < since AND e.level <> 'destroy'
    ) THEN
        RAISE EXCEPTION 'erasure % is of before medium % was used', NEW.wiped_by, NEW.serial
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.gone_by IS NULL AND NEW.gone_by IS NOT NULL AND present IN ('ready', 'left') THEN
        RAISE EXCEPTION 'a ready device keeps its media' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.gone_by IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id
        WHERE x.id = NEW.gone_by AND x.medium_id = NEW.id AND x.device_id = NEW.device_id AND a.confirmed
    ) THEN
        RAISE EXCEPTION 'nobody confirmed that medium % is gone', NEW.serial USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
