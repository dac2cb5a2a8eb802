-- Which erasure of a medium waits for a second person. Statements are separated by lines of two dashes and three equal signs.
CREATE FUNCTION erasure_awaits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The latest attempt on a medium is the one that counts.
    IF NEW.result = 'success' AND NOT NEW.verified THEN
        INSERT INTO awaited_erasure (workshop_id, medium_id, erasure_id)
        VALUES (NEW.workshop_id, NEW.medium_id, NEW.id)
        ON CONFLICT (medium_id) DO UPDATE SET erasure_id = EXCLUDED.erasure_id;
    ELSE
        DELETE FROM awaited_erasure WHERE medium_id = NEW.medium_id;
    END IF;
    RETURN NULL;
END $$
--===
CREATE TRIGGER erasure_awaits AFTER INSERT ON erasure FOR EACH ROW EXECUTE FUNCTION erasure_awaits()
--===
CREATE FUNCTION verification_ends_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM awaited_erasure WHERE erasure_id = NEW.erasure_id;
    RETURN NULL;
END $$
--===
CREATE TRIGGER verification_ends_waiting AFTER INSERT ON verification
    FOR EACH ROW EXECUTE FUNCTION verification_ends_waiting()
--===
INSERT INTO awaited_erasure (workshop_id, medium_id, erasure_id)
SELECT e.workshop_id, m.id, e.id FROM storage_medium m
JOIN LATERAL (SELECT * FROM erasure a WHERE a.medium_id = m.id ORDER BY a.id DESC LIMIT 1) e
    ON e.result = 'success' AND NOT e.verified
WHERE m.wiped_by IS NULL AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id)
ON CONFLICT DO NOTHING
