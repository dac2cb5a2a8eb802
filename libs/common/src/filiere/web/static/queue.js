// Work that is kept on this device (IndexedDB) before it is sent, in its order, each with a key of its own: what is sent
// twice is taken once. For pages that go on without the network; scans have their own (scans.js, decision 0041).
"use strict";
window.filiereQueue = ({ name, root, person, send, page, onChange }) => {
  const SEND_TIMEOUT = 30000;
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opened = (async () => {
    const request = indexedDB.open(`filiere-${name}:${root}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept", { keyPath: "seq", autoIncrement: true });
    return done(request);
  })();
  async function written(use) {
    const store = await opened;
    return new Promise((resolve, reject) => {
      // "strict": said to be kept only once it is on the disk.
      const transaction = store.transaction("kept", "readwrite", { durability: "strict" });
      const result = use(transaction.objectStore("kept"));
      transaction.oncomplete = () => resolve(result?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
  const all = async () => done((await opened).transaction("kept").objectStore("kept").getAll());
  const news = new BroadcastChannel(`filiere-${name}:${root}`); // other tabs of this device show the same
  const changed = async () => { news.postMessage("changed"); await onChange(await all(), state); };
  news.addEventListener("message", async () => onChange(await all(), state));
  const state = { trouble: "" }; // "", "offline", "later", "login"

  let token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
  async function newToken() {
    const answer = await fetch(page, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Somebody else may have logged in meanwhile: what waits stays with whoever did it.
    if (fresh.querySelector("[data-queue-person]")?.dataset.queuePerson !== person) return false;
    token = JSON.parse(fresh.body.getAttribute("hx-headers"))["X-CSRF-Token"];
    return true;
  }
  const posted = (one) => fetch(send, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(SEND_TIMEOUT),
    headers: { "content-type": "application/json", "x-csrf-token": token, "idempotency-key": one.key },
    body: JSON.stringify(one.body),
  });
  // One of them: true when it is answered for good, false when it must be tried again later.
  async function sent(one) {
    let answer;
    try {
      answer = await posted(one);
      if ([401, 403].includes(answer.status)) {
        if (!(await newToken())) { state.trouble = "login"; return false; }
        answer = await posted(one);
      }
    } catch { state.trouble = "offline"; return false; }
    if (answer.type === "opaqueredirect" || answer.status === 401) { state.trouble = "login"; return false; }
    const said = await answer.json().catch(() => null);
    // Words of a proxy, or the welcome page of somebody's wireless network, are no answer.
    const isOurs = answer.ok ? said?.is_kept === true : typeof said?.title === "string";
    const isRefused = answer.status === 409 && said?.type !== "urn:filiere:problem:request-in-progress";
    if (!isOurs || answer.status >= 500 || ([408, 409, 425, 429].includes(answer.status) && !isRefused)) { state.trouble = "later"; return false; }
    state.trouble = "";
    await written((kept) => kept.put({ ...one, state: answer.ok ? "done" : "refused", said, answered: Date.now() }));
    return true;
  }
  let pause = 0, again;
  const later = () => { pause = Math.min(Math.max(pause * 2, 1000), 30000); clearTimeout(again); again = setTimeout(drain, pause); };
  const KEPT = 50; // answered ones that stay
  function drain() {
    // One tab sends at a time: their order is the order in which they were done.
    return navigator.locks.request(`filiere-${name}:${root}`, { ifAvailable: true }, async (lock) => {
      if (!lock) { later(); return; }
      for (;;) {
        const next = (await all()).find((one) => one.state === "waiting" && one.person === person);
        if (!next) { pause = 0; state.trouble = ""; break; }
        const ended = await sent(next);
        await changed();
        if (!ended) { later(); return; }
        pause = 0;
      }
      const answered = (await all()).filter((one) => one.state === "done").slice(0, -KEPT);
      if (answered.length) await written((kept) => { for (const one of answered) kept.delete(one.seq); });
    });
  }
  async function add(body) {
    const one = { key: body.id, body, person, state: "waiting" };
    one.seq = await written((kept) => kept.add(one));
    await changed();
    drain();
  }
  async function settle(one) { await written((kept) => kept.put({ ...one, state: "settled" })); await changed(); }
  window.addEventListener("online", drain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) drain(); });
  changed().then(drain);
  return { add, settle, drain };
};

// Keep a page for the time without the network: its service worker, and a copy of today's.
window.filiereKeepPage = async ({ root, person, worker, page }) => {
  const PAGES = `filiere-pages:${root}`;
  if (localStorage.getItem(PAGES) !== person) { await caches.delete(PAGES); localStorage.setItem(PAGES, person); }
  document.querySelectorAll("form[data-logout]").forEach((out) => out.addEventListener("submit", () => { if (navigator.onLine) caches.delete(PAGES); }));
  await navigator.serviceWorker.register(worker, { scope: `${root}/` });
  const copy = await fetch(page, { redirect: "manual", cache: "no-store" });
  if (copy.ok) await (await caches.open(PAGES)).put(page, copy);
  await navigator.storage?.persist?.();
};
