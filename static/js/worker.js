// Watches over the sheets' addresses. Online it does nothing but pass on. Without a network it
// gives the page that the browser keeps of the sheet, with all its questions; what is typed
// there goes through the same door as ever once the network is back. It keeps pages of one
// person only, and a page that the portal no longer gives is thrown away.

const PREFIX = "sheets-";
const SHEET = /^\/sheets\/[^/]+\/[^/]+\/[^/]+\/\d+\//;
const AWAY = "/sheets/away/";
const ASSET = /(?:href|src)="(\/static\/[^"]+)"/g;
// Trains have networks that take a request and never answer.
const PATIENCE_MS = 8000;

function cacheOf(person) {
  return caches.open(PREFIX + person);
}

async function forget(keepPerson) {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + keepPerson);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function keepAssets(cache, html) {
  const addresses = new Set([...html.matchAll(ASSET)].map((found) => found[1]));
  await Promise.all(
    [...addresses].map(async (address) => {
      const answer = await fetch(address);
      if (answer.ok) {
        await cache.put(address, answer);
      }
    }),
  );
}

async function keepPage(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    await cache.delete(address);
    return false;
  }
  const html = await answer.clone().text();
  await keepAssets(cache, html);
  await cache.put(address, answer);
  return true;
}

async function keep({ person, page }) {
  await forget(person);
  const cache = await cacheOf(person);
  await keepPage(cache, AWAY);
  return keepPage(cache, page);
}

async function kept(address) {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) {
      const found = await (await caches.open(name)).match(address);
      if (found) {
        return found;
      }
    }
  }
  return null;
}

async function keptPage(url) {
  const sheet = url.pathname.match(SHEET)?.[0];
  const page = sheet ? await kept(`${sheet}offline/`) : null;
  return page ?? (await kept(AWAY)) ?? Response.error();
}

// A navigation's request takes no signal: it is raced against a clock instead.
function fetchSoon(request) {
  const tooLate = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
  return Promise.race([fetch(request), tooLate]);
}

async function navigate(request) {
  try {
    return await fetchSoon(request);
  } catch {
    return keptPage(new URL(request.url));
  }
}

async function asset(request) {
  try {
    return await fetchSoon(request);
  } catch {
    return (await kept(new URL(request.url).pathname)) ?? Response.error();
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate" && SHEET.test(url.pathname)) {
    event.respondWith(navigate(request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(asset(request));
  }
});

self.addEventListener("message", (event) => {
  const { kind } = event.data;
  const done = kind === "keep" ? keep(event.data) : forget("");
  event.waitUntil(
    done.then(
      (isKept) => event.ports[0]?.postMessage({ kept: isKept === true }),
      () => event.ports[0]?.postMessage({ kept: false }),
    ),
  );
});
