-- The rows of a file go with it, whoever takes it away.
CREATE FUNCTION import_rows_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM import_row WHERE import_id IN (SELECT id FROM gone);
    RETURN NULL;
END $$;
--===
CREATE TRIGGER fleet_import_gone AFTER DELETE ON fleet_import
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION import_rows_go();
