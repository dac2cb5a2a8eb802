-- A page that shows a donation is told when it changes, whoever changes it: a person, or an event of another service.
-- Statement by statement, one word for each donation; nobody listening, PostgreSQL forgets it at once.
CREATE FUNCTION donation_changed_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'donation' THEN
        PERFORM pg_notify('filiere_live', 'donation:' || c.id) FROM changed c;
    ELSE
        PERFORM pg_notify('filiere_live', 'donation:' || c.donation_id)
        FROM (SELECT DISTINCT donation_id FROM changed) c;
    END IF;
    RETURN NULL;
END $$;
--===
CREATE TRIGGER donation_moved AFTER UPDATE ON donation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
--===
CREATE TRIGGER donation_device_made AFTER INSERT ON device
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
--===
CREATE TRIGGER donation_device_moved AFTER UPDATE ON device
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
--===
CREATE TRIGGER donation_lot_made AFTER INSERT ON lot
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
--===
CREATE TRIGGER donation_lot_moved AFTER UPDATE ON lot
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
--===
CREATE TRIGGER donation_word_said AFTER INSERT ON donation_message
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION donation_changed_tell();
