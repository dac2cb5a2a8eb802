// The till without the network: devices and their prices are in the page, sales are kept on this device and sent later.
"use strict";
(() => {
  const kit = document.getElementById("till");
  if (!kit || !window.isSecureContext || !window.filiereQueue) return;
  const words = JSON.parse(kit.dataset.words);
  const { root, send, worker, page } = kit.dataset;
  const person = kit.dataset.queuePerson;
  const isDesk = kit.dataset.desk !== undefined;
  const devices = new Map(isDesk ? JSON.parse(kit.dataset.devices).map((one) => [one.label, one]) : []);
  const money = (cents) => new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" }).format(cents / 100);
  const element = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
  const find = (name) => kit.querySelector(`[data-${name}]`);
  // What is said of the person and of the paper that opens a tier: it leaves this device with its sale.
  const OF_PERSON = ["person_alias", "public", "criterion", "bracket", "seen_by"];
  const withoutPerson = (body) => Object.fromEntries(Object.entries(body).filter(([name]) => !OF_PERSON.includes(name)));
  let cart = [], gone = new Set();

  function drawQueue(all, { trouble }) {
    const mine = all.filter((one) => one.person === person);
    gone = new Set(mine.filter((one) => ["waiting", "done"].includes(one.state)).flatMap((one) => one.body.devices.map((device) => device.label)));
    const waiting = mine.filter((one) => one.state === "waiting");
    const note = find("waiting");
    note.hidden = !waiting.length;
    note.textContent = `${words.waiting.replace("{count}", waiting.length)} ${trouble ? words[trouble] : ""}`;
    const list = find("made");
    list.replaceChildren(...mine.filter((one) => one.state !== "settled").slice(-20).reverse().map((one) => {
      const item = element("li", "");
      item.append(element("b", one.state === "waiting" ? words.queued : words[one.state]), " ", one.body.devices.map((device) => device.label).join(", "));
      if (one.state === "done") { const link = element("a", ` ${words.receipt}`); link.href = one.said.receipt; item.append(" ", link); }
      if (one.state === "refused") {
        const button = element("button", words.settled, "btn quiet");
        button.type = "button";
        button.addEventListener("click", () => queue.change(one, { state: "settled", body: withoutPerson(one.body) }));
        if (one.body.person_alias && one.said.errors?.some((error) => error.field.endsWith("person_alias"))) {
          const again = element("button", words.alone, "btn quiet");
          again.type = "button";
          again.addEventListener("click", async () => {
            const id = crypto.randomUUID(); // nothing was sold by the one before
            await queue.change(one, { key: id, state: "waiting", body: { ...one.body, id, person_alias: null } });
            window.dispatchEvent(new Event("online"));
          });
          item.append(again, " ");
        }
        item.append(element("span", one.said.detail || one.said.errors?.[0]?.message_fr || one.said.title, "why"), button);
      }
      return item;
    }));
    if (isDesk) draw();
  }
  const queue = window.filiereQueue({
    name: "sales", root, person, send, page, onChange: drawQueue,
    answered: (said, isTaken, one) => isTaken ? { state: "done", said, body: withoutPerson(one.body) } : { state: "refused", said },
  });
  window.filiereKeepPages({ root, person, worker, pages: [page], isFresh: true });
  if (!isDesk) return;

  const form = kit.querySelector("form"), field = form.elements.label, choice = form.elements.choice;
  const tier = () => form.elements.tier.value;
  const total = () => cart.reduce((sum, label) => sum + (devices.get(label).prices[tier()] ?? 0), 0);
  function draw() {
    cart = cart.filter((label) => !gone.has(label));
    find("cart").replaceChildren(...cart.map((label) => {
      const item = element("li", `${devices.get(label).name} · ${label} `);
      const out = element("button", words.remove, "btn link");
      out.type = "button";
      out.addEventListener("click", () => { cart = cart.filter((one) => one !== label); draw(); });
      item.append(out);
      return item;
    }));
    const free = [...devices.values()].filter((one) => !gone.has(one.label) && !cart.includes(one.label));
    choice.replaceChildren(new Option(words.choose, ""), ...free.map((one) => new Option(`${one.name} · ${one.label}`, one.label)));
    for (const one of form.querySelectorAll("[name=tier][data-paying]")) one.disabled = cart.some((label) => !devices.get(label).may_sell);
    for (const one of form.querySelectorAll("[name=tier][data-giving]")) one.disabled = cart.some((label) => devices.get(label).may_give === false);
    for (const one of form.querySelectorAll("[name=tier]:disabled")) one.checked = false;
    find("total").textContent = tier() && cart.length ? money(total()) : "";
    form.querySelector("[data-sell]").disabled = !cart.length || !tier();
  }
  const typed = (name) => form.elements[name].value.trim() || null;
  const cents = () => { const text = typed("structure") ?? "0"; return /^\d{1,5}([.,]\d{1,2})?$/.test(text) ? Math.round(Number(text.replace(",", ".")) * 100) : -1; };
  // What the page online asks for too: null when it is all there, else what to say.
  function missing() {
    const criterion = typed("criterion"), part = cents();
    if (criterion && !typed("seen_by")) return words.seen_by;
    if (["family_quotient", "left_to_live"].includes(criterion) && !typed("bracket")) return words.bracket;
    return tier() !== "gift" && (part < 0 || part > total()) ? words.part : null;
  }
  const codeOf = (text) => (text.toUpperCase().match(/FIL-?([0-9A-Z]{5})-?([0-9A-Z])\/?$/) || []).slice(1).join("-");
  // A label says what it is; a serial, an IMEI or an inventory number names a device that bears it alone.
  const plain = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  function named(text) {
    const code = codeOf(text.trim());
    if (code) return [`FIL-${code}`];
    const bearing = [...devices.values()].filter((one) => plain(text) && one.numbers.some((number) => plain(number) === plain(text)));
    return bearing.map((one) => one.label);
  }
  function take(text) {
    const found = named(text), label = found[0] || "";
    const problem = found.length > 1 ? words.shared : gone.has(label) ? words.gone : devices.has(label) ? "" : words.unknown;
    find("problem").textContent = problem;
    document.dispatchEvent(new CustomEvent("sound", { detail: problem ? "wrong" : "ok" }));
    if (!problem && !cart.includes(label)) cart.push(label);
    draw();
  }
  // Enter adds what was scanned; it never sells.
  form.addEventListener("submit", (event) => { event.preventDefault(); if (field.value.trim()) take(field.value); field.value = ""; field.focus(); });
  choice.addEventListener("change", () => { if (choice.value) take(choice.value); });
  form.addEventListener("change", draw);
  form.querySelector("[data-sell]").addEventListener("click", async () => {
    const isGift = tier() === "gift", problem = missing();
    find("missing").textContent = problem ?? "";
    if (problem) return;
    const said = Object.fromEntries(OF_PERSON.map((name) => [name, typed(name)]).filter(([, value]) => value));
    if (!isGift && cents()) Object.assign(said, { structure_cents: cents(), structure_means: typed("structure_means") });
    const devices = cart.map((label) => ({ label, declared_defects: typed("declared_defects") }));
    const body = { id: crypto.randomUUID(), devices, kind: isGift ? "given" : "sold", tier: tier(), means: isGift ? "unsaid" : form.elements.means.value, sold_at: new Date().toISOString(), ...said };
    cart.forEach((label) => gone.add(label)); // pressed twice, it is sold once
    cart = [];
    form.querySelectorAll("[name=tier]").forEach((one) => { one.checked = false; });
    // The next person is another one.
    for (const name of [...OF_PERSON, "declared_defects", "structure", "structure_means"]) form.elements[name].value = "";
    form.querySelectorAll("details").forEach((one) => { one.open = false; });
    draw();
    queue.add({ key: body.id, body });
    field.focus();
  });
  draw();
})();
