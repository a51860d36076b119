// Keeps the parts of the sign-in page, so that the link of a room's square opens on a phone without network.
// Its scope is /m/in/ alone; everything else goes its usual way.
const STORE = 'chengzhi-sign'
const PAGE = '/m/in/0'
/** Longest wait for the network before the kept page is shown. */
const PATIENCE_MS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(STORE).then((cache) => cache.add(PAGE)).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

// The page tells which parts it is made of; what belongs to an older version goes.
self.addEventListener('message', (event) => {
  const parts = event.data && Array.isArray(event.data.parts) ? event.data.parts.filter((path) => typeof path === 'string' && path.startsWith('/assets/')) : []
  if (parts.length === 0) return
  event.waitUntil(
    caches.open(STORE).then(async (cache) => {
      const known = new Set((await cache.keys()).map((request) => new URL(request.url).pathname))
      await cache.add(PAGE)
      await Promise.all(parts.filter((path) => !known.has(path)).map((path) => cache.add(path)))
      const wanted = new Set([...parts, PAGE])
      await Promise.all([...known].filter((path) => !wanted.has(path)).map((path) => cache.delete(path)))
    }).catch(() => undefined),
  )
})

function inTime(request) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('no answer')), PATIENCE_MS)
    fetch(request).then((answer) => {
      clearTimeout(timer)
      if (answer.ok) done(answer)
      else failed(new Error(String(answer.status)))
    }, failed)
  })
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    event.respondWith(inTime(request).catch(() => caches.match(PAGE).then((kept) => kept || fetch(request))))
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept || fetch(request)))
  }
})
