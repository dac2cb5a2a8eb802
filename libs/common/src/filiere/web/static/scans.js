// No scan is lost: each goes into this device's own queue (IndexedDB) first, is shown at once, and is sent in its turn with a
// key of its own, so that what is sent twice is taken once. Loaded on every page of a service that takes scans.
"use strict";
(() => {
  const kit = document.getElementById("scans");
  if (!kit || !window.isSecureContext) return; // over plain HTTP browsers keep nothing: forms are sent as they are
  const words = JSON.parse(kit.dataset.words);
  const { send, person, desk: deskAddress, root } = kit.dataset;
  const desk = document.querySelector("[data-scan-desk]");
  const form = desk?.querySelector("form");
  const KEPT = 200; // answered scans that stay on this device
  const openedAt = Date.now();
  const SEND_TIMEOUT = 30000;

  // The queue ------------------------------------------------------------------------------------------------------
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  function opened() {
    const request = indexedDB.open(`filiere-scans:${root}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("scans", { keyPath: "seq", autoIncrement: true });
    return done(request);
  }
  let store; // null: a browser that keeps nothing; then this page's memory, and it says so
  const ready = opened().then((database) => { store = database; }, () => { store = null; });
  const memory = [];
  const written = (use) => new Promise((resolve, reject) => {
    // "strict": said to be kept only once it is on the disk.
    const transaction = store.transaction("scans", "readwrite", { durability: "strict" });
    const result = use(transaction.objectStore("scans"));
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  async function add(scan) {
    await ready;
    if (store) scan.seq = await written((scans) => scans.add(scan));
    else memory.push({ ...scan, seq: (scan.seq = memory.length + 1) });
  }
  async function put(scan) {
    if (store) await written((scans) => scans.put(scan));
    else memory[scan.seq - 1] = { ...scan };
  }
  async function all() {
    await ready;
    return store ? done(store.transaction("scans").objectStore("scans").getAll()) : memory.map((scan) => ({ ...scan }));
  }
  async function forget(scans) {
    if (store && scans.length) await written((kept) => { for (const scan of scans) kept.delete(scan.seq); });
  }
  const news = new BroadcastChannel(`filiere-scans:${root}`); // other tabs of this device show the same

  // What is shown --------------------------------------------------------------------------------------------------
  let trouble = ""; // "", "offline", "later", "login"
  let unsent = 0;
  const filled = (text, count) => text.replace("{count}", new Intl.NumberFormat(document.documentElement.lang).format(count));
  const counted = (name, count) => filled(words[name][count > 1 ? 1 : 0], count);
  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function link(href, text) {
    const made = element("a", "", text);
    made.href = href;
    return made;
  }
  const KIND = { waiting: "wait", new: "ok", already: "info", wrong: "stop" };
  function row(scan) {
    const kind = scan.state === "waiting" ? "waiting" : scan.kind;
    const item = element("li", `scanned ${KIND[kind]}`);
    item.append(element("b", "", words.kinds[kind]), " ", element("code", "", scan.label || scan.code));
    if (scan.sentence) item.append(element("span", "why", scan.sentence));
    if (scan.href) { const open = element("span", "why"); open.append(link(scan.href, words.open)); item.append(open); }
    return item;
  }
  function card(scan) {
    const made = element("div", "note stop"), inside = element("div", "");
    inside.append(element("b", "", scan.label || scan.code), " ", element("span", "", scan.sentence));
    const settle = element("button", "btn quiet", words.settled);
    settle.type = "button";
    settle.addEventListener("click", async () => { await put({ ...scan, state: "done" }); await show(); news.postMessage("changed"); });
    const actions = element("p", "row");
    actions.append(settle);
    inside.append(actions);
    made.append(inside);
    return made;
  }
  let drawing = Promise.resolve();
  const show = () => (drawing = drawing.then(draw, draw)); // one after the other: the latest state stays
  async function draw() {
    const scans = await all();
    const mine = scans.filter((scan) => scan.person === person);
    const waiting = (unsent = mine.filter((scan) => scan.state === "waiting").length);
    const others = scans.filter((scan) => scan.person !== person && scan.state === "waiting").length;
    kit.hidden = !waiting && !others && store !== null;
    kit.replaceChildren();
    if (waiting) {
      const line = element("p", "", counted("unsent", waiting));
      if (trouble) line.append(" ", words[trouble]);
      if (trouble === "login") line.append(" ", link(`${root}/login?next=${encodeURIComponent(location.pathname.slice(root.length))}`, words.log_in));
      else if (!desk) line.append(" ", link(deskAddress, words.desk));
      kit.append(line);
    }
    if (others) kit.append(element("p", "", counted("others", others)));
    if (store === null) kit.append(element("p", "", words.memory));
    if (!desk) return;
    const here = mine.filter((scan) => !desk.dataset.lot || scan.lot === desk.dataset.lot);
    desk.querySelector("[data-last]").replaceChildren(...here.slice(-Number(desk.dataset.shown)).reverse().map(row));
    const open = here.filter((scan) => scan.state === "settle");
    desk.querySelector("[data-settle]").replaceChildren(...open.map(card));
    const latest = here.findLast((scan) => scan.arrived !== undefined);
    const tally = desk.querySelector("[data-tally]");
    if (!tally || !latest) return;
    desk.querySelector("[data-left-line]").hidden = true;
    // A colleague's scans come with the page's own count, which may be the newer one.
    if (latest.arrived >= Number(tally.dataset.arrived)) tally.textContent = words.tally.replace("{arrived}", latest.arrived).replace("{announced}", latest.announced);
    // The last one, answered since this page was opened (a copy kept for the time without the network would open for
    // ever): the page has another next step now.
    const isLast = latest.arrived === latest.announced && latest.answered >= openedAt && !waiting;
    if (isLast && Number(desk.dataset.left) && navigator.onLine && !isTyping()) location.reload();
  }

  // Sending --------------------------------------------------------------------------------------------------------
  let token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  let pause = 0, again;
  const later = () => { pause = Math.min(Math.max(pause * 2, 1000), 30000); clearTimeout(again); again = setTimeout(drain, pause); };

  async function newToken() {
    const answer = await fetch(deskAddress, { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = JSON.parse(page.body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"];
    // Somebody else may have logged in meanwhile, in another tab: the scans stay with whoever made them.
    if (!fresh || page.getElementById("scans")?.dataset.person !== person) return false;
    token = fresh;
    return true;
  }
  const posted = (scan) => fetch(send, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(SEND_TIMEOUT),
    headers: { "content-type": "application/json", "x-csrf-token": token, "idempotency-key": scan.key },
    body: JSON.stringify({ label: scan.code, lot_id: scan.lot || null }),
  });
  // One scan: true when it is answered for good, false when it must be tried again later.
  async function sent(scan) {
    let answer;
    try {
      answer = await posted(scan);
      if ([401, 403].includes(answer.status)) {
        if (!(await newToken())) { trouble = "login"; return false; }
        answer = await posted(scan);
      }
    } catch { trouble = "offline"; return false; }
    if (answer.type === "opaqueredirect" || answer.status === 401) { trouble = "login"; return false; }
    const said = await answer.json().catch(() => null);
    // Words of a proxy, or the welcome page of somebody's wireless network, are no answer to a scan.
    const isOurs = answer.ok ? said?.kind in KIND : typeof said?.title === "string";
    if (!isOurs || answer.status >= 500 || [408, 409, 425, 429].includes(answer.status)) { trouble = "later"; return false; }
    trouble = "";
    const change = answer.ok
      ? { state: said.kind === "wrong" ? "settle" : "done", kind: said.kind, sentence: said.sentence, label: said.label, href: said.href, arrived: said.arrived, announced: said.announced, answered: Date.now() }
      : { state: "settle", kind: "wrong", sentence: said.errors?.[0]?.message_fr || said.title };
    await put({ ...scan, ...change });
    document.dispatchEvent(new CustomEvent("sound", { detail: change.kind }));
    if (scan.opens && change.href && mayLeave(scan)) location.href = change.href;
    else if (!desk && change.sentence) document.dispatchEvent(new CustomEvent("toast", { detail: { text: change.sentence, kind: KIND[change.kind], href: change.href, word: words.open } }));
    return true;
  }
  let asked = false;
  function drain() {
    // One tab sends at a time: the order of the scans is the order of their answers.
    return navigator.locks.request(`filiere-scans:${root}`, { ifAvailable: true }, async (lock) => {
      if (!lock) { asked = true; later(); return; }
      do {
        asked = false;
        for (;;) {
          const next = (await all()).find((scan) => scan.state === "waiting" && scan.person === person);
          if (!next) { pause = 0; trouble = ""; break; }
          const ended = await sent(next);
          await show();
          news.postMessage("changed");
          if (!ended) { later(); return; }
          pause = 0;
        }
      } while (asked);
      const answered = (await all()).filter((scan) => scan.state === "done");
      await forget(answered.slice(0, Math.max(0, answered.length - KEPT)));
      await show();
    });
  }

  // Scanning -------------------------------------------------------------------------------------------------------
  let latestKey;
  async function take(code, { lot = "", opens = false } = {}) {
    const scan = { key: crypto.randomUUID(), code: code.slice(0, 300), lot, opens, person, at: new Date().toISOString(), state: "waiting" };
    latestKey = scan.key;
    try { await add(scan); } catch { store = null; await add(scan); } // the disk is full
    await show();
    news.postMessage("changed");
    asked = true;
    await drain();
  }
  // A page is left for a device only when nothing was scanned after it, and nothing typed would be lost.
  const mayLeave = (scan) => scan.key === latestKey && !isTyping();
  function isTyping() {
    const typed = [...document.querySelectorAll("main input, main textarea")].some((field) => field.type !== "hidden" && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
    return typed || document.querySelector("dialog[open]") !== null;
  }
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector(".scan input");
    const code = field.value.trim();
    field.value = ""; // at once: the next scan is being typed already
    field.focus();
    if (code) take(code, { lot: desk.dataset.lot, opens: !desk.dataset.lot });
  });

  // A scanner types faster than any hand and ends with Enter. Anywhere but in its own field, that opens the device and
  // sends no form; in a field, what is no label of ours was meant for the field and stays there, and a label too where
  // the field asks for one.
  const FAST = 60; // ms between two keys
  const OURS = /(?:^|\/)(FIL-?[0-9A-Z]{5}-?[0-9A-Z])\/?$/i;
  let burst = "", last = 0, before = null, sure = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    if (form && target === form.querySelector(".scan input")) return;
    const isField = target.matches("input, textarea");
    const isFast = event.timeStamp - last < FAST;
    if (event.key === "Enter") {
      const code = burst;
      burst = "";
      if (!isFast || code.length < 6) return;
      const label = code.match(OURS);
      event.preventDefault(); // a scanner never sends a form
      event.stopPropagation();
      if (isField && (!label || target.matches("[data-takes-label]"))) {
        if (target.matches("textarea[data-takes-label]")) target.setRangeText("\n", target.selectionEnd, target.selectionEnd, "end"); // a list, one a line
        return;
      }
      if (isField && before !== null) { target.value = before; target.dispatchEvent(new Event("input", { bubbles: true })); }
      take(label ? label[1] : code, { lot: desk?.dataset.lot, opens: !desk?.dataset.lot });
    } else if (event.key.length === 1) {
      if (!isFast || !burst) { burst = ""; before = isField ? target.value : null; }
      burst += event.key;
      last = event.timeStamp;
    }
  }, true);

  // The rest -------------------------------------------------------------------------------------------------------
  news.addEventListener("message", show);
  window.addEventListener("online", drain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) drain(); });
  window.addEventListener("beforeunload", (event) => { if (!store && memory.some((scan) => scan.state === "waiting")) event.preventDefault(); });
  const PAGES = `filiere-pages:${root}`;
  window.addEventListener("pageshow", (event) => { if (event.persisted) drain(); }); // by the Back button
  document.querySelectorAll("form[data-logout]").forEach((out) => out.addEventListener("submit", (event) => {
    if (unsent && !confirm(`${counted("unsent", unsent)} ${words.leaving}`)) event.preventDefault();
    else if (navigator.onLine) caches?.delete(PAGES); // without the network nobody is logged out
  }));
  async function keepPages() {
    if (localStorage.getItem(PAGES) !== person) { await caches.delete(PAGES); localStorage.setItem(PAGES, person); }
    await navigator.serviceWorker.register(kit.dataset.worker, { scope: `${root}/` });
    // The worker keeps what it sees; where one scans was opened before it was there.
    const pages = await caches.open(PAGES);
    for (const address of new Set([deskAddress, ...(desk ? [location.pathname] : [])])) {
      if (await pages.match(address)) continue;
      const copy = await fetch(address, { redirect: "manual" });
      if (copy.ok) await pages.put(address, copy);
    }
    await navigator.storage?.persist?.();
  }
  keepPages().catch(() => {}); // a private window: only the queue
  show().then(drain);
})();
