// Keeps the pages where one scans, and the static files, for the time without the network. `filiere` is set above (offline.py).
const PAGES = `filiere-pages:${filiere.root}`;
const FILES = `filiere-files:${filiere.root}:${filiere.version}`;

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
  return (await caches.match(request)) || fetch(request);
}

async function navigated(event, pathname) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !answer.redirected && filiere.kept.some((kept) => new RegExp(kept).test(pathname))) {
      const copy = answer.clone();
      event.waitUntil(caches.open(PAGES).then((pages) => pages.put(pathname, copy)));
    }
    return answer;
  } catch (error) {
    return (await (await caches.open(PAGES)).match(pathname)) || (await caches.match(filiere.offline)) || Promise.reject(error);
  }
}
