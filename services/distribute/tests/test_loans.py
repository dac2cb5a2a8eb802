"""Devices carried on the street or lent to a place: out once, back or given, in one place all the while."""

from datetime import date, timedelta

from distribute.loans.reminders import remind_of_loans
from filiere.calendar import clock_at, now, today
from filiere.identifiers import uuid7
from filiere.web.formats import full_day

from .conftest import World
from .test_pages import submit, words

STREET = {"kind": "street", "place": "Tournée du mardi"}


async def test_a_worker_leaves_with_devices_and_settles_on_return(world: World) -> None:
    relais = await world.relais()
    order, labels = await world.delivered(relais, 3)
    loan = await world.call(relais["client"], "/loans", {**STREET, "labels": labels}, status=201)
    assert (loan["lent"], loan["out"]) == (3, 3)
    assert await world.statuses() == {"lent": 3}
    # Out is not at the till, and the order does not move.
    refused = {"label": labels[0], "kind": "given"}
    await world.call(relais["client"], "/handovers", refused, status=409)
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "delivered"
    back, given, out = (one["device_id"] for one in loan["devices"])
    path = f"/loans/{loan['id']}/settle"
    settled = await world.call(relais["client"], path, {"returned": [back], "given": [given]})
    assert (settled["out"], settled["settled_at"]) == (1, None)
    assert await world.statuses() == {"delivered": 1, "handed_over": 1, "lent": 1}
    assert [event.data["how"] for event in await world.published("device-handed-over")] == ["given"]
    await world.call(relais["client"], path, {"returned": [back]}, status=409)
    done = await world.call(relais["client"], path, {"given": [out]})
    assert done["settled_at"] is not None
    assert [row["n"] for row in await world.rows("SELECT count(*) AS n FROM handover")] == [2]


async def test_only_what_lies_here_may_leave_and_once(world: World) -> None:
    relais = await world.relais()
    other = await world.relais("L'autre", postcode="69001")
    _, (label,) = await world.delivered(relais)
    await world.call(other["client"], "/loans", {**STREET, "labels": [label]}, status=404)
    loan = await world.call(relais["client"], "/loans", {**STREET, "labels": [label]}, status=201)
    refused = await world.call(relais["client"], "/loans", {**STREET, "labels": [label]}, status=422)
    assert label in refused["detail"]
    await world.read(other["client"], f"/loans/{loan['id']}", status=404)
    body = {"returned": [loan["devices"][0]["device_id"]]}
    await world.call(other["client"], f"/loans/{loan['id']}/settle", body, status=404)
    await world.call(world.coordinator, f"/loans/{loan['id']}/settle", body, status=403)
    path = f"/loans/{loan['id']}/settle"
    await world.call(relais["client"], path, {}, status=422)
    await world.call(relais["client"], path, {"returned": [str(uuid7())]}, status=409)
    both = body["returned"]
    refused = await world.call(relais["client"], path, {"returned": both, "given": both}, status=422)
    assert "à la fois" in refused["title"]
    assert await world.statuses() == {"lent": 1}


async def test_the_pages_of_a_loan(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    empty = await submit(browser, "/prets", kind="place", place="", labels=label)
    assert empty.status_code == 422
    made = await submit(browser, "/prets", kind="place", place="Un accueil de nuit", due_on="2026-12-24", labels=label)
    told = words(made)
    assert "Prêté à la structure" in told
    assert "Régler au retour" in told
    assert "comme un don, avec son reçu" in told  # a gift has no guarantee
    assert "Il est prêté" in words(await browser.get(await own_page(world)))
    (loan,) = (await world.read(relais["client"], "/loans", is_open=True))["items"]
    page = f"/prets/{loan['id']}"
    assert "Cochez" in words(await submit(browser, page, f"{page}/regler"))
    device = (await world.rows("SELECT device_id::text FROM stock_item"))[0]["device_id"]
    assert "Tout est réglé." in words(await submit(browser, page, f"{page}/regler", returned=device))
    assert await world.statuses() == {"returning": 1}  # somebody used it there


async def test_what_is_missing_is_named(world: World) -> None:
    relais = await world.relais()
    await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    bare = words(await submit(browser, "/prets", kind="street", place="Tournée"))
    assert "Quels appareils ? Vingt au plus. : Ce champ est obligatoire." in bare.replace("\xa0", " ")


async def test_the_return_is_not_in_the_past(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    late = await submit(browser, "/prets", kind="street", place="Tournée", due_on="2020-01-01", labels=label)
    assert late.status_code == 422
    assert "Cette date est passée" in words(late)
    assert await world.statuses() == {"delivered": 1}


async def test_a_form_that_is_sent_twice_says_why_it_is_refused(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    token = (await browser.get("/prets")).text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "kind": "street", "place": "Tournée", "labels": label}
    assert (await browser.post("/prets", data=form)).status_code in (200, 303)
    again = await browser.post("/prets", data=form)  # the last one of the stock: the page has no form any more
    assert again.status_code == 422
    assert f"À vérifier : {label}" in words(again)


async def own_page(world: World) -> str:
    (row,) = await world.rows("SELECT device_id::text FROM stock_item")
    return f"/stock/equipements/{row['device_id']}"


async def test_what_is_lost_on_the_street_is_declared_its_line_waits_again_and_what_is_found_goes_back(
    world: World,
) -> None:
    relais = await world.relais()
    order, labels = await world.delivered(relais, 2)
    loan = await world.call(relais["client"], "/loans", {**STREET, "labels": labels}, status=201)
    assert [event.data["kind"] for event in await world.published("device-lent")] == ["street", "street"]
    gone, back = (one["device_id"] for one in loan["devices"])
    path = f"/loans/{loan['id']}/settle"
    await world.call(relais["client"], path, {"lost": [gone], "returned": [gone]}, status=422)
    settled = await world.call(relais["client"], path, {"lost": [gone], "returned": [back]})
    assert [one["outcome"] for one in settled["devices"]] == ["lost", "returned"]
    assert (settled["out"], settled["settled_at"] is not None) == (0, True)
    assert await world.statuses() == {"lost": 1, "delivered": 1}
    (line,) = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"]
    assert (line["allocated"], "perdu" in line["reason"]) == (1, True)
    told = [event.name for event in await world.published() if event.key == gone]
    assert told[-3:] == ["device-lent", "device-released", "device-lost"]
    (lost,) = await world.published("device-lost")
    assert (lost.data["while_lent"], lost.data["relais_id"]) == (True, relais["id"])
    (ended,) = await world.published("device-loan-ended")
    assert (ended.key, ended.data["outcome"]) == (back, "returned")
    # Found again, it is nobody's until its workshop has seen it.
    await world.call(relais["client"], path, {"found": [back]}, status=409)
    await world.call(relais["client"], path, {"found": [gone]})
    assert await world.statuses() == {"returning": 1, "delivered": 1}
    await world.call(relais["client"], path, {"found": [gone]}, status=409)
    (found,) = await world.published("device-found")
    assert found.data["while_lent"] is True


async def test_a_loss_is_declared_and_taken_back_on_the_page(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    loan = await world.call(relais["client"], "/loans", {**STREET, "labels": [label]}, status=201)
    page, device = f"/prets/{loan['id']}", loan["devices"][0]["device_id"]
    said = words(await submit(browser, page, f"{page}/regler", lost=device))
    assert "Perdu" in said
    assert "Oui, il revient à l'atelier" in said
    assert "il revient à l'atelier" in words(await submit(browser, page, f"{page}/regler", found=device))
    assert await world.statuses() == {"returning": 1}
    seen = await world.client.login("camille")
    assert "Il revient à l'atelier." in words(await seen.get(f"/stock/equipements/{device}"))


async def test_a_loan_is_extended_and_its_day_before_stays_written(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    _, (label,) = await world.delivered(relais)
    soon, later = (today() + timedelta(days=days) for days in (7, 30))
    lent = {"kind": "place", "place": "Un accueil de nuit", "due_on": soon.isoformat(), "labels": [label]}
    loan = await world.call(relais["client"], "/loans", lent, status=201)
    path = f"/loans/{loan['id']}/extend"
    await world.call(other["client"], path, {"due_on": later.isoformat()}, status=404)
    for day, sentence in (
        (today() - timedelta(days=1), "Cette date est passée"),
        (soon, "Choisissez un jour après le retour prévu."),
    ):
        refused = await world.call(relais["client"], path, {"due_on": day.isoformat()}, status=422)
        assert refused["errors"][0]["field"] == "due_on"
        assert sentence in refused["errors"][0]["message_fr"]
    browser = await world.client.login(relais["subject"])
    place = f"/prets/{loan['id']}"
    wrong = await submit(browser, place, f"{place}/prolonger", due_on=soon.isoformat())
    assert wrong.status_code == 422
    assert "Choisissez un jour après le retour prévu." in words(wrong)
    done = await submit(browser, place, f"{place}/prolonger", due_on=later.isoformat())
    assert "Prêt prolongé." in words(done)
    assert f"Prêt prolongé : du {written(soon)} au {written(later)}" in words(done), "who and when, with both days"
    assert (await world.read(relais["client"], f"/loans/{loan['id']}"))["due_on"] == later.isoformat()


async def test_a_loan_that_was_extended_is_reminded_of_its_new_day_and_a_settled_one_stays(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    first, second = (today() + timedelta(days=days) for days in (1, 5))
    lent = {**STREET, "due_on": first.isoformat(), "labels": [label]}
    loan = await world.call(relais["client"], "/loans", lent, status=201)
    with clock_at(now() + timedelta(days=2)):
        assert await remind_of_loans(world.database) == 1
    await world.call(relais["client"], f"/loans/{loan['id']}/extend", {"due_on": second.isoformat()})
    with clock_at(now() + timedelta(days=3)):
        assert await remind_of_loans(world.database) == 0
    with clock_at(now() + timedelta(days=6)):
        assert await remind_of_loans(world.database) == 1
    await world.call(relais["client"], f"/loans/{loan['id']}/settle", {"returned": [loan["devices"][0]["device_id"]]})
    late = {"due_on": (second + timedelta(days=9)).isoformat()}
    await world.call(relais["client"], f"/loans/{loan['id']}/extend", late, status=409)
    browser = await world.client.login(relais["subject"])
    place = f"/prets/{loan['id']}"
    stale = await submit(browser, place, f"{place}/prolonger", **late)
    assert "la date de retour ne change plus" in words(stale), "a page from before says why nothing was done"


def written(day: date) -> str:
    return str(full_day(day)).replace("\xa0", " ")
