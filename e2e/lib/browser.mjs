// Chromium for the walks: one process per spec file, a fresh context per walk, and a watch that keeps what no page
// may do: complain in the console, throw, or ask another host for anything.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** The two widths at which every page is judged, and the desk at 200 %: half as many pixels for the same screen. */
export const DEVICES = {
  desk: { viewport: { width: 1440, height: 900 } },
  zoomed: { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    userAgent:
      'Mozilla/5.0 (Linux; Android 13; Phone) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
  },
}

export function chromiumPath() {
  if (process.env.CHENGZHI_CHROMIUM) return process.env.CHENGZHI_CHROMIUM
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name)
      if (existsSync(path)) return path
    }
  }
  throw new Error('no Chromium: install the package chromium or set CHENGZHI_CHROMIUM')
}

export function launch() {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Not even a name is looked up: what a page asks of another host fails, and the watch says so.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  })
}

/** A fresh context on the given device; `base` is the server's address. */
export async function openPage(browser, base, device = 'desk', options = {}) {
  assert.ok(DEVICES[device], `no device ${device}`)
  const context = await browser.newContext({
    baseURL: base,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    ...DEVICES[device],
    ...options,
  })
  context.setDefaultTimeout(15_000)
  const watch = new Watch(base)
  context.on('page', (page) => watch.follow(page))
  context.on('request', (request) => watch.request(request))
  const page = await context.newPage()
  return { context, page, watch }
}

/** Requests of each page that have not ended yet. */
const underWay = new WeakMap()

/** How many requests of a page have not ended yet. */
export function requestsUnderWay(page) {
  return underWay.get(page)?.size ?? 0
}

export class Watch {
  #origin
  // The pages ask who is signed in; for a stranger the answer is 401, and the console says so.
  #allowed = [/status of 401 .*\/api\/v1\/session\)$/]
  #faults = []

  constructor(base) {
    this.#origin = new URL(base).origin
  }

  follow(page) {
    const open = new Set()
    underWay.set(page, open)
    page.on('request', (request) => open.add(request))
    page.on('requestfinished', (request) => open.delete(request))
    page.on('requestfailed', (request) => open.delete(request))
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      const { url } = message.location()
      this.#note(`console ${message.type()}: ${message.text()}${url ? ` (${url})` : ''}`)
    })
    page.on('pageerror', (error) => this.#note(`uncaught: ${error.message}`))
  }

  request(request) {
    const url = new URL(request.url())
    if (['data:', 'blob:', 'about:', 'chrome-error:'].includes(url.protocol)) return
    if (url.origin !== this.#origin) this.#note(`request to another host: ${request.url()}`)
  }

  /** A fault that the walk provokes on purpose, for instance the 401 of a wrong password. */
  allow(pattern) {
    this.#allowed.push(pattern)
  }

  /** The walk ends the server or cuts the network: what was under way breaks off at any point of its way. */
  allowCutOff() {
    this.allow(/net::ERR_(CONNECTION_\w+|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|SOCKET_NOT_CONNECTED|INTERNET_DISCONNECTED|NETWORK_CHANGED)/)
    // Said once more by the browser for a part of the program; what the page makes of it is on the page.
    this.allow(/Failed to fetch dynamically imported module/)
  }

  #note(text) {
    this.#faults.push(text)
  }

  get faults() {
    return this.#faults.filter((fault) => !this.#allowed.some((pattern) => pattern.test(fault)))
  }

  assertClean() {
    const faults = [...new Set(this.faults)]
    if (faults.length > 0) throw new Error(`the page complained:\n${faults.join('\n')}`)
  }
}
