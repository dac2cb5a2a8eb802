-- Written by triggers, so that the release before keeps it too. One row while something is left, none afterwards.
CREATE FUNCTION move_money_left(kept uuid, of_relais uuid, of_invoice boolean, cents bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO money_left AS l (relais_id, id, is_invoice, left_cents) VALUES (of_relais, kept, of_invoice, cents)
    ON CONFLICT (id) DO UPDATE SET left_cents = l.left_cents + excluded.left_cents;
    DELETE FROM money_left WHERE id = kept AND left_cents = 0;
END $$
--===
CREATE FUNCTION money_left_by_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM move_money_left(NEW.id, NEW.relais_id, NEW.kind = 'invoice', abs(NEW.total_cents));
    RETURN NULL;
END $$
--===
CREATE FUNCTION money_left_by_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM move_money_left(coalesce(NEW.undoes, NEW.id), NEW.relais_id, FALSE, NEW.amount_cents);
    RETURN NULL;
END $$
--===
CREATE FUNCTION money_left_by_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM move_money_left(NEW.invoice_id, NEW.relais_id, TRUE, -NEW.amount_cents);
    PERFORM move_money_left(coalesce(NEW.payment_id, NEW.credit_note_id), NEW.relais_id, FALSE, -NEW.amount_cents);
    RETURN NULL;
END $$
--===
CREATE TRIGGER money_left_by_invoice AFTER INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION money_left_by_invoice()
--===
CREATE TRIGGER money_left_by_payment AFTER INSERT ON payment FOR EACH ROW EXECUTE FUNCTION money_left_by_payment()
--===
CREATE TRIGGER money_left_by_settlement AFTER INSERT ON settlement FOR EACH ROW
    EXECUTE FUNCTION money_left_by_settlement()
--===
-- What was there before: the triggers above hold every writer off until this is kept.
INSERT INTO money_left (relais_id, id, is_invoice, left_cents)
SELECT relais_id, id, is_invoice, sum(cents) FROM (
    SELECT relais_id, id, kind = 'invoice' AS is_invoice, abs(total_cents) AS cents FROM invoice
    UNION ALL SELECT relais_id, coalesce(undoes, id), FALSE, amount_cents FROM payment
    UNION ALL SELECT relais_id, invoice_id, TRUE, -amount_cents FROM settlement
    UNION ALL SELECT relais_id, coalesce(payment_id, credit_note_id), FALSE, -amount_cents FROM settlement
) moved GROUP BY relais_id, id, is_invoice HAVING sum(cents) <> 0
