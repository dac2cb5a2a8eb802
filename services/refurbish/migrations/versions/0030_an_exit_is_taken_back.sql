-- What was taken back is evidence too: only by whoever said it, once, and never beside an answer. Statements are
-- separated by lines of two dashes and three equal signs.
CREATE TRIGGER exit_taken_back_is_evidence BEFORE UPDATE OR DELETE ON exit_taken_back
    FOR EACH ROW EXECUTE FUNCTION exit_is_evidence()
--===
CREATE FUNCTION exit_taken_back_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Waits for whoever answers at this moment, and makes them wait.
    PERFORM 1 FROM medium_exit x JOIN device d ON d.id = x.device_id WHERE x.id = NEW.exit_id FOR NO KEY UPDATE OF d;
    IF EXISTS (SELECT 1 FROM exit_answer a WHERE a.exit_id = NEW.exit_id) THEN
        RAISE EXCEPTION 'somebody has answered already' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM medium_exit x
        WHERE x.id = NEW.exit_id AND x.asked_by = NEW.taken_back_by AND x.workshop_id = NEW.workshop_id
    ) THEN
        RAISE EXCEPTION 'only whoever said it takes it back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
--===
CREATE TRIGGER exit_taken_back_in_time BEFORE INSERT ON exit_taken_back
    FOR EACH ROW EXECUTE FUNCTION exit_taken_back_in_time()
--===
CREATE FUNCTION exit_answered_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM medium_exit x JOIN device d ON d.id = x.device_id WHERE x.id = NEW.exit_id FOR NO KEY UPDATE OF d;
    IF EXISTS (SELECT 1 FROM exit_taken_back b WHERE b.exit_id = NEW.exit_id) THEN
        RAISE EXCEPTION 'what is answered was taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
--===
CREATE TRIGGER exit_answered_in_time BEFORE INSERT ON exit_answer
    FOR EACH ROW EXECUTE FUNCTION exit_answered_in_time()
