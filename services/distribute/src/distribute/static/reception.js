// Receiving without the network: each scan is kept on this device (queue.js), shown at once, and sent in its turn.
"use strict";
(() => {
  const kit = document.getElementById("reception");
  if (!kit || !window.isSecureContext || !window.filiereQueue) return; // forms are sent as they are
  const words = JSON.parse(kit.dataset.words);
  const { root, send, worker, page, queuePerson: person } = kit.dataset;
  const desk = document.querySelector("[data-reception]");
  const parcel = document.querySelector("[data-parcel]"); // the page of one parcel
  const openedAt = Date.now();
  const KIND = { waiting: "wait", found: "ok", already: "info", recalled: "stop", surplus: "stop", unknown: "stop", refused: "stop" };
  const kindOf = (one) => (one.state === "waiting" ? "waiting" : one.kind);
  const element = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const counted = (name, count) => words[name][count > 1 ? 1 : 0].replace("{count}", count);
  const isOnPaper = (item, code) => item.dataset.codes.toUpperCase().split(" ").includes(code.toUpperCase());

  function row(one) {
    const item = element("li", `scanned ${KIND[kindOf(one)]}`);
    item.append(element("b", "", words.kinds[kindOf(one)]), " ", element("code", "", one.label || one.code));
    return item;
  }
  function card(one) {
    const made = element("div", "note stop"), inside = element("div", ""), actions = element("p", "row");
    const settle = element("button", "btn quiet", words.settled);
    settle.type = "button";
    settle.addEventListener("click", () => queue.change(one, { state: "done" }));
    actions.append(settle);
    inside.append(element("p", "", one.sentence), actions);
    made.append(inside);
    return made;
  }
  function unsentLine(mine, others, { trouble, isLasting }) {
    const waiting = mine.filter((one) => one.state === "waiting").length;
    kit.hidden = !waiting && !others && isLasting;
    kit.replaceChildren();
    if (waiting) {
      const line = element("p", "", `${counted("unsent", waiting)} ${words[trouble] || ""}`);
      if (!desk) line.append(" ", Object.assign(element("a", "", words.desk), { href: page }));
      if (trouble === "login") line.append(" ", Object.assign(element("a", "", words.log_in), { href: `${root}/login?next=${encodeURIComponent(page.slice(root.length))}` }));
      kit.append(line);
    }
    if (others) kit.append(element("p", "", counted("others", others)));
    if (!isLasting) kit.append(element("p", "", words.memory));
  }
  let isStale = false;
  function draw(all, state) {
    const mine = all.filter((one) => one.person === person);
    unsentLine(mine, all.filter((one) => one.person !== person && one.state === "waiting").length, state);
    if (!desk && !parcel) return;
    const shown = desk || parcel;
    shown.querySelector("[data-last]").replaceChildren(...mine.slice(-8).reverse().map(row));
    shown.querySelector("[data-settle]").replaceChildren(...mine.filter((one) => one.state === "settle").map(card));
    // What this device has scanned needs no second look; a copy of the page may be older than the answer.
    const noted = mine.filter((one) => ["waiting", "found", "recalled"].includes(kindOf(one)));
    for (const item of document.querySelectorAll("[data-codes]")) {
      const one = noted.findLast((it) => isOnPaper(item, it.label || it.code));
      item.querySelector("[data-noted]").textContent = one ? words.noted[kindOf(one)] : "";
      item.querySelector("[data-acts]").hidden = Boolean(one);
    }
    isStale ||= mine.some((one) => ["found", "recalled"].includes(one.kind) && one.answered >= openedAt);
    if (isStale && navigator.onLine && !mine.some((one) => one.state === "waiting")) { isStale = false; if (desk) renew(); else location.reload(); }
  }
  // What is still on its way, as the service says now; the copy for the time without the network is renewed with it.
  let renewed = Promise.resolve();
  function renew() {
    renewed = renewed.then(async () => {
      const answer = await fetch(page, { redirect: "manual", cache: "no-store" });
      if (!answer.ok) return;
      await (await caches.open(`filiere-pages:${root}`)).put(page, answer.clone());
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["[data-parcels]", "[data-expected]"]) document.querySelector(name)?.replaceWith(fresh.querySelector(name));
    }).catch(() => {});
  }
  const queue = window.filiereQueue({
    name: "reception", root, person, send, page, most: 200, onChange: draw,
    body: (one) => ({ scanned: one.code }),
    answered: (said, isTaken) => isTaken
      ? { state: ["found", "already"].includes(said.kind) ? "done" : "settle", kind: said.kind, label: said.label, sentence: said.sentence }
      : { state: "settle", kind: "refused", sentence: said.errors?.[0]?.message_fr || said.detail || said.title },
    onAnswer(one) { document.dispatchEvent(new CustomEvent("sound", { detail: one.state === "settle" ? "wrong" : "ok" })); },
  });
  window.filiereKeepPages({ root, person, worker, pages: parcel ? [page, location.pathname] : [page], isFresh: true });
  if (!desk && !parcel) return;
  const take = (code) => queue.add({ key: crypto.randomUUID(), code: code.slice(0, 200), at: new Date().toISOString() });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.closest("[data-parcel]")) { // always by the queue: a browser that says it is online may reach nobody
      event.preventDefault();
      event.stopImmediatePropagation();
      const codes = new FormData(form).getAll("label").map((code) => code.trim()).filter(Boolean);
      form.reset();
      form.querySelector(".scan input")?.focus();
      codes.forEach(take);
    } else if (form.matches("[data-reception] form")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const field = form.querySelector(".scan input"), code = field.value.trim();
      field.value = ""; // at once: the next scan is being typed already
      field.focus();
      if (code) take(code);
    } else if (form.closest("[data-here]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      take(form.elements.label.value);
    } else if (form.closest("[data-parcels]") && !navigator.onLine) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.only_scans, kind: "stop" } }));
    }
  }, true);
})();
