-- A report is evidence too. Statements are separated by lines of two dashes and three equal signs.
CREATE TRIGGER erasure_report_is_evidence BEFORE UPDATE OR DELETE ON erasure_report
    FOR EACH ROW EXECUTE FUNCTION erasure_is_evidence()
