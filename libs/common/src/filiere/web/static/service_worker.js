// Keeps the pages where one scans, and the static files, for the time without the network. `filiere` is set above (offline.py).
const PAGES = `filiere-pages:${filiere.root}`;
const FILES = `filiere-files:${filiere.root}:${filiere.version}`;
const PATIENCE = 4000; // ms for a page that is kept: a network that never answers is none

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(FILES)).addAll([...filiere.files, filiere.offline]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys())
    if (name.startsWith(`filiere-files:${filiere.root}:`) && name !== FILES) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith(filiere.static)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(navigated(event, pathname));
});

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    // A page kept before a deployment asks with the old version; as from the service, it gets the new file.
    const name = new URL(request.url).pathname.slice(filiere.static.length).replace(/^[^/]+/, "");
    return (await caches.match(`${filiere.static}${filiere.version}${name}`)) || Promise.reject(error);
  }
}

async function navigated(event, pathname) {
  const copy = await (await caches.open(PAGES)).match(pathname);
  let patience;
  const late = new Promise((resolve) => { if (copy) patience = setTimeout(resolve, PATIENCE); });
  try {
    const asked = fetch(event.request);
    event.waitUntil(asked.then((answer) => keep(pathname, answer), () => {}));
    const answer = await Promise.race([asked, late]);
    return answer && !(copy && answer.status >= 502) ? answer : copy; // 502 to 504: nobody is behind the proxy
  } catch (error) {
    return copy || (await caches.match(filiere.offline)) || Promise.reject(error);
  } finally {
    clearTimeout(patience);
  }
}

async function keep(pathname, answer) {
  if (!answer.ok || answer.redirected || !filiere.kept.some((kept) => new RegExp(kept).test(pathname))) return;
  const copy = answer.clone(); // before anybody reads it: this runs first
  await (await caches.open(PAGES)).put(pathname, copy);
}
