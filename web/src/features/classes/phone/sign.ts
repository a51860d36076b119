import { hex, hmacSha256, unhex } from '@/lib/hmac'
import type { ScanIn } from '../api'

/** This phone as the server knows it. One phone has one number, whoever signs in on it. */
export interface Device {
  id: number
  key: string
}

/** A scan that is signed and waits for the network. */
export interface Kept {
  account: number
  name: string
  at: number
  scan: ScanIn
}

export interface Keep {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

const DEVICE = 'chengzhi.sign.device'
const KEPT = 'chengzhi.sign.kept'
const WHO = 'chengzhi.sign.who'
/** The server takes late scans for a day at most; what is older is dropped with a word. */
const MAX_AGE_MS = 3 * 86_400_000

function store(): Keep | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

function readAs<T>(keep: Keep | null, key: string): T | null {
  try {
    return JSON.parse(keep?.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

function write(keep: Keep | null, key: string, value: unknown): boolean {
  try {
    keep?.setItem(key, JSON.stringify(value))
    return keep !== null
  } catch {
    return false
  }
}

export const knownDevice = (keep: Keep | null = store()): Device | null => readAs<Device>(keep, DEVICE)
export const rememberDevice = (device: Device, keep: Keep | null = store()): boolean => write(keep, DEVICE, device)

/** Who signed in on this phone last: the page may be opened without network, when nobody can be asked. */
export const lastWho = (keep: Keep | null = store()): { account: number; name: string } | null => readAs(keep, WHO)
export const rememberWho = (account: number, name: string, keep: Keep | null = store()): boolean => write(keep, WHO, { account, name })

export const keptScans = (keep: Keep | null = store(), now = Date.now()): Kept[] => (readAs<Kept[]>(keep, KEPT) ?? []).filter((one) => now - one.at < MAX_AGE_MS)
export const keepScans = (all: Kept[], keep: Keep | null = store()): boolean => write(keep, KEPT, all)

/** What the square carries: `window.sign`; anything else is taken for typed figures. */
export function readCode(code: string): Pick<ScanIn, 'window' | 'sign' | 'digits'> | null {
  const link = /^(\d{1,12})\.([0-9a-z]{6,32})$/.exec(code)
  if (link) return { window: Number(link[1]), sign: link[2]!, digits: null }
  const digits = code.replace(/\s/g, '')
  return /^\d{8}$/.test(digits) ? { window: null, sign: null, digits } : null
}

export type Kind = 'in' | 'mid' | 'out'

/** A scan signed by this phone. */
export function signedScan(device: Device, lesson: number, kind: Kind, code: string, client_ms: number, position?: { lat: number; lon: number } | null): ScanIn | null {
  const read = readCode(code)
  if (!read) return null
  const said = read.digits ?? `${read.window}.${read.sign}`
  const signature = hex(hmacSha256(unhex(device.key), new TextEncoder().encode(`${lesson}|${kind}|${said}|${client_ms}`)))
  return {
    lesson_id: lesson,
    kind,
    ...read,
    device_id: device.id,
    client_ms,
    signature,
    offline: false,
    lat_micro: position ? Math.round(position.lat * 1e6) : null,
    lon_micro: position ? Math.round(position.lon * 1e6) : null,
  }
}

/** Where the phone is, if its owner has allowed it before; never waited for long. */
export async function positionIfAllowed(): Promise<{ lat: number; lon: number } | null> {
  try {
    if (!window.isSecureContext || !navigator.geolocation) return null
    const asked = await navigator.permissions.query({ name: 'geolocation' })
    if (asked.state !== 'granted') return null
    return await new Promise((done) =>
      navigator.geolocation.getCurrentPosition(
        (found) => done({ lat: found.coords.latitude, lon: found.coords.longitude }),
        () => done(null),
        { timeout: 1500, maximumAge: 60_000 },
      ),
    )
  } catch {
    return null
  }
}

/** The parts of the sign-in page are kept by a small worker, so that the link opens without network. Secure pages only. */
export async function keepPage(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return false
  try {
    const registration = await navigator.serviceWorker.register('/sign-worker.js', { scope: '/m/in/' })
    const worker = registration.active ?? registration.waiting ?? registration.installing
    const parts = performance
      .getEntriesByType('resource')
      .map((entry) => new URL(entry.name))
      .filter((url) => url.origin === window.location.origin && url.pathname.startsWith('/assets/'))
      .map((url) => url.pathname)
    worker?.postMessage({ parts: [...new Set(parts)] })
    return worker !== null
  } catch {
    return false
  }
}
