-- What a second person said, as the database keeps it. Statements are separated by lines of two dashes and three equal signs.
CREATE FUNCTION verification_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a verification is evidence: it is neither changed nor deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM erasure e WHERE e.id = NEW.erasure_id AND (
            e.workshop_id <> NEW.workshop_id OR e.result <> 'success'
            OR lower(e.operator) IN (lower(NEW.verifier), lower(NEW.verifier_name))
            OR lower(e.operator_name) IN (lower(NEW.verifier), lower(NEW.verifier_name)))
    ) THEN
        RAISE EXCEPTION 'whoever wipes does not verify, and a failure is not verified' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
--===
CREATE TRIGGER verification_is_evidence BEFORE INSERT OR UPDATE OR DELETE ON verification
    FOR EACH ROW EXECUTE FUNCTION verification_is_evidence()
--===
CREATE OR REPLACE FUNCTION storage_medium_wipe() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a declared medium stays declared' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.device_id <> OLD.device_id OR NEW.serial <> OLD.serial) THEN
        RAISE EXCEPTION 'a medium keeps its device and its serial' USING ERRCODE = 'check_violation';
    END IF;
    -- Waits for whoever is making the device ready, and makes them wait.
    SELECT stage INTO present FROM device WHERE id = NEW.device_id FOR NO KEY UPDATE;
    IF NEW.wiped_by IS NULL AND present IN ('ready', 'left') THEN
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
    RETURN NEW;
END $$
