// Work that is kept on this device (IndexedDB) before it is sent, in its order, each with a key of its own: what is sent
// twice is taken once (decision 0041). One queue for all that goes on without the network: scans, receptions, sales.
"use strict";
(() => {
  const SEND_TIMEOUT = 30000;
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Records in their order. A browser that keeps nothing (a private window, a full disk) has this page's memory.
  function storeOf(name, store) {
    let database = null, memory = [];
    const opened = (async () => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: "seq", autoIncrement: true });
      database = await done(request);
    })().catch(() => {});
    const written = (use) => new Promise((resolve, reject) => {
      // "strict": said to be kept only once it is on the disk.
      const transaction = database.transaction(store, "readwrite", { durability: "strict" });
      const result = use(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(result?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const inMemory = (one) => memory.push({ ...one, seq: (one.seq = memory.length + 1) });
    return {
      isLasting: () => database !== null,
      async add(one) {
        await opened;
        if (!database) return inMemory(one);
        try { one.seq = await written((kept) => kept.add(one)); } catch { database = null; inMemory(one); }
      },
      async put(one) {
        if (database) await written((kept) => kept.put(one));
        else memory[one.seq - 1] = { ...one };
      },
      async all() {
        await opened;
        return database ? done(database.transaction(store).objectStore(store).getAll()) : memory.map((one) => ({ ...one }));
      },
      async forget(some) {
        if (database && some.length) await written((kept) => { for (const one of some) kept.delete(one.seq); });
      },
      hasUnsentMemory: () => !database && memory.some((one) => one.state === "waiting"),
    };
  }

  // `page`: where a new token is found, in a page that names its person by data-queue-person. `body`: what is sent of a
  // record. `isAnswer`: whether a 2xx is the service's own word. `answered`: what a record (its last argument) becomes by
  // its answer, "done" or a state that stays until somebody settles it. `onAnswer`: told after each. `onChange`: all of
  // them, and the trouble.
  window.filiereQueue = ({
    name, root, person, send, page, store = "kept", most = 50, onChange,
    body = (one) => one.body,
    isAnswer = (said) => said?.is_kept === true,
    answered = (said, isTaken) => ({ state: isTaken ? "done" : "refused", said }),
    onAnswer = () => {},
  }) => {
    const place = `filiere-${name}:${root}`;
    const records = storeOf(place, store);
    const state = { trouble: "", isLasting: true }; // trouble: "", "offline", "later", "login"
    let drawing = Promise.resolve();
    const draw = async () => { const all = await records.all(); state.isLasting = records.isLasting(); await onChange(all, state); };
    const show = () => (drawing = drawing.then(draw, draw)); // one after the other: the latest state stays
    const news = new BroadcastChannel(place); // other tabs of this device show the same
    const changed = () => { news.postMessage("changed"); return show(); };
    news.addEventListener("message", show);

    let token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
    async function newToken() {
      const answer = await fetch(page, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(SEND_TIMEOUT) });
      if (!answer.ok) return false;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = JSON.parse(fresh.body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"];
      // Somebody else may have logged in meanwhile, in another tab: what waits stays with whoever did it.
      if (!found || fresh.querySelector("[data-queue-person]")?.dataset.queuePerson !== person) return false;
      token = found;
      return true;
    }
    const posted = (one) => fetch(send, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(SEND_TIMEOUT),
      headers: { "content-type": "application/json", "x-csrf-token": token, "idempotency-key": one.key },
      body: JSON.stringify(body(one)),
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
      const isOurs = answer.ok ? isAnswer(said) : typeof said?.title === "string";
      const isRefused = answer.status === 409 && said?.type !== "urn:filiere:problem:request-in-progress";
      if (!isOurs || answer.status >= 500 || ([408, 409, 425, 429].includes(answer.status) && !isRefused)) { state.trouble = "later"; return false; }
      state.trouble = "";
      const after = { ...one, ...answered(said, answer.ok, one), answered: Date.now() };
      await records.put(after);
      onAnswer(after);
      return true;
    }

    let pause = 0, again, isAsked = false;
    const soon = () => { clearTimeout(again); again = setTimeout(drain, Math.max(pause, 1000)); };
    const later = () => { pause = Math.min(Math.max(pause * 2, 1000), 30000); soon(); };
    function drain() {
      // One tab sends at a time: their order is the order in which they were done.
      return navigator.locks.request(place, { ifAvailable: true }, async (lock) => {
        // Who scans while one is on its way has met no trouble: only a failure makes the next try later than the last.
        if (!lock) { isAsked = true; soon(); return; }
        do {
          isAsked = false;
          for (;;) {
            const next = (await records.all()).find((one) => one.state === "waiting" && one.person === person);
            if (!next) { pause = 0; state.trouble = ""; break; }
            const ended = await sent(next);
            await changed();
            if (!ended) { later(); return; }
            pause = 0;
          }
        } while (isAsked);
        await records.forget((await records.all()).filter((one) => one.state === "done").slice(0, -most));
        await show();
      });
    }
    window.addEventListener("online", drain);
    window.addEventListener("pageshow", (event) => { if (event.persisted) drain(); }); // by the Back button
    document.addEventListener("visibilitychange", () => { if (!document.hidden) drain(); });
    window.addEventListener("beforeunload", (event) => { if (records.hasUnsentMemory()) event.preventDefault(); });
    show().then(drain);
    return {
      async add(given) {
        await records.add({ ...given, person, state: "waiting" });
        await changed();
        isAsked = true;
        await drain();
      },
      async change(one, after) { await records.put({ ...one, ...after }); await changed(); },
    };
  };

  // Keep pages for the time without the network: their service worker, and a copy of each. `isFresh`: of today's, not
  // only where there is none. Copies go at logout, and when somebody else logs in.
  window.filiereKeepPages = async ({ root, person, worker, pages, isFresh }) => {
    const PAGES = `filiere-pages:${root}`;
    document.querySelectorAll("form[data-logout]").forEach((out) => out.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && navigator.onLine) caches?.delete(PAGES); // without the network nobody is logged out
    }));
    try {
      if (localStorage.getItem(PAGES) !== person) { await caches.delete(PAGES); localStorage.setItem(PAGES, person); }
      await navigator.serviceWorker.register(worker, { scope: `${root}/` });
      // The worker keeps what it sees; these were opened before it was there, or are not opened now.
      const kept = await caches.open(PAGES);
      for (const address of new Set(pages)) {
        if (!isFresh && (await kept.match(address))) continue;
        const copy = await fetch(address, { redirect: "manual", cache: "no-store" });
        if (copy.ok) await kept.put(address, copy);
      }
      await navigator.storage?.persist?.();
    } catch { /* a private window: only the queue */ }
  };
})();
