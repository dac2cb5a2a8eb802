-- The wipe gate per cycle: what somebody had is wiped again. Statements are separated by lines of two dashes and three
-- equal signs.
CREATE FUNCTION erasure_of_its_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever writes it, also a release that does not know of cycles here. The device is locked by them.
    NEW.cycle := coalesce((SELECT cycle FROM device WHERE id = NEW.device_id), 1);
    RETURN NEW;
END $$
--===
CREATE TRIGGER erasure_of_its_cycle BEFORE INSERT ON erasure
    FOR EACH ROW EXECUTE FUNCTION erasure_of_its_cycle()
--===
CREATE OR REPLACE FUNCTION device_wipe_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unwiped text;
BEGIN
    IF NEW.stage = 'left' AND NOT (TG_OP = 'UPDATE' AND OLD.stage IN ('ready', 'left')) THEN
        RAISE EXCEPTION 'device % leaves without having been ready', NEW.label USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage = 'ready' THEN
        IF NEW.wipe_from > NEW.cycle THEN
            RAISE EXCEPTION 'somebody has had device %: it needs another cycle', NEW.label
                USING ERRCODE = 'check_violation';
        END IF;
        -- The row is locked by this very statement; a concurrent declaration of a medium waits for it, or has committed.
        SELECT serial INTO unwiped FROM storage_medium
            WHERE device_id = NEW.id AND wiped_by IS NULL AND gone_by IS NULL LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'device % has an unwiped medium %', NEW.label, unwiped USING ERRCODE = 'check_violation';
        END IF;
        -- Nothing but what was destroyed outlasts its use.
        SELECT m.serial INTO unwiped FROM storage_medium m JOIN erasure e ON e.id = m.wiped_by
            WHERE m.device_id = NEW.id AND m.gone_by IS NULL AND e.cycle < NEW.wipe_from AND e.level <> 'destroy'
            LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'device % was used since its medium % was wiped', NEW.label, unwiped
                USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM storage_medium WHERE device_id = NEW.id AND gone_by IS NULL)
            AND (NEW.category IN ('smartphone', 'tablet')
                 OR (NEW.category IN ('laptop', 'desktop') AND NOT NEW.no_storage)) THEN
            RAISE EXCEPTION 'nobody said what storage device % has', NEW.label USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$
--===
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
--===
-- What somebody has now, as far as it was heard: wiped again when it comes back.
UPDATE device SET wipe_from = cycle + 1 WHERE stage = 'left' AND away IN ('broken', 'lent', 'lost_lent')
--===
-- What came back from somebody and is at work: wiped before it goes on. What is not wiped cannot be ready.
UPDATE device d SET wipe_from = cycle, back_at = (
        SELECT max(p.ended_at) FROM past_cycle p WHERE p.device_id = d.id
    ), stage = 'erasing', no_storage = false, no_storage_by = NULL, erased_at = NULL, tests_passed = NULL,
    tested_at = NULL, ruleset = NULL, grade = NULL, cosmetic = NULL, battery = NULL, reasons = '{}', graded_at = NULL,
    ready_at = NULL
WHERE stage IN ('erasing', 'erased', 'to_repair', 'tested', 'graded')
    AND EXISTS (SELECT 1 FROM complaint k WHERE k.device_id = d.id AND k.cycle < d.cycle)
--===
UPDATE device d SET wipe_from = cycle WHERE stage = 'withdrawn'
    AND EXISTS (SELECT 1 FROM complaint k WHERE k.device_id = d.id AND k.cycle < d.cycle)
    AND NOT EXISTS (SELECT 1 FROM waste_exit_device w WHERE w.device_id = d.id)
--===
UPDATE storage_medium m SET wiped_by = NULL FROM device d, erasure e
WHERE d.id = m.device_id AND e.id = m.wiped_by AND d.stage IN ('erasing', 'withdrawn') AND e.cycle < d.wipe_from
    AND e.level <> 'destroy' AND m.gone_by IS NULL
--===
DELETE FROM awaited_erasure w USING storage_medium m, device d
WHERE m.id = w.medium_id AND d.id = m.device_id AND d.wipe_from > 1 AND m.gone_by IS NULL
