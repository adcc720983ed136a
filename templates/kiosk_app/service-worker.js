{% load static %}// The kiosk's service worker. It keeps the page that says that there is no connection, and files of /static/: nothing
// that the server says of anyone. Everything else goes to the network as if it were not here.

const NAME = "ostiary-{{ version|escapejs }}";
const OFFLINE = "{% url 'kiosk_app:offline' %}";
const KEPT = [
  OFFLINE,
  "{% static 'fonts/source-sans-3-latin.woff2' %}",
  "{% static 'fonts/source-serif-4-latin-600.woff2' %}",
  "{% static 'fonts/fonts.css' %}",
  "{% static 'ostiary-tokens.css' %}",
  "{% static 'ostiary.css' %}",
  "{% static 'recognition/live.css' %}",
  "{% static 'recognition/offline.js' %}",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("ostiary-") && name !== NAME);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (pathname.startsWith("{% get_static_prefix %}")) event.respondWith(file(request));
});

// The network's, so that an update is seen; without it the one that was seen last.
async function file(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok) cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
