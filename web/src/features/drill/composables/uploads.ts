import { DetailedError, Upload as TusUpload, defaultOptions, type PreviousUpload } from 'tus-js-client'
import { reactive } from 'vue'
import { ApiError, messageOf, problemOf } from '@/api/problem'
import { inTurn } from '@/lib/turns'
import { queryClient } from '@/shell/query'
import { drill } from '../api'
import type { Slot, Upload } from '../types'
import { putRecord, recordTurn } from './editor'
import { slotKey } from './slots'
import { addSample, type Sample } from './speed'

const ENDPOINT = '/api/v1/uploads'
/** Small enough that a lost connection costs seconds, large enough that the way there and back does not count. */
const PART_BYTES = 8 * 1024 * 1024
/** How long to wait before the network is tried again by itself. */
const AGAIN_MS = 6000

export type FilmState = 'starting' | 'sending' | 'paused' | 'lost' | 'attaching' | 'failed'

/** One film on its way. */
export interface FilmUpload {
  key: string
  at: Slot
  session: number
  name: string
  size: number
  /** Bytes that have left. */
  sent: number
  /** Goes on from an earlier try at this byte; 0 for a new upload. */
  resumedFrom: number
  samples: Sample[]
  state: FilmState
  /** The server's words when it refused. */
  error: string
}

/** All films on their way; they go on while the pages change. */
export const filmUploads = reactive<FilmUpload[]>([])
const running = new Map<string, { tus: TusUpload; file: File; timer?: ReturnType<typeof setTimeout> }>()

/** The numbers of an upload's slot, `17:2024-11:1`, hold against those of a session. */
export function isOfSession(slot: string, at: Slot, session: number): boolean {
  const parts = slot.split(/[^\d-]+/).filter(Boolean)
  const [unit, month, half, of] = parts
  return Number(unit) === at.unit && month === at.month && Number(half) === at.half && (of === undefined || Number(of) === session)
}

/** The unfinished upload that this very file began, on this device or another one. */
export function sameFile(open: Upload[], file: Pick<File, 'name' | 'size'>, at: Slot, session: number): Upload | undefined {
  return open.find((item) => item.state === 'open' && item.file_name === file.name && item.length === file.size && isOfSession(item.slot, at, session))
}

const keyOf = (at: Slot, session: number, file: File) => `${slotKey(at)}/${session}/${file.name}/${file.size}/${file.lastModified}`

/** What the server said, or that the network is gone (null). */
function refusal(error: unknown): string | null {
  if (!(error instanceof DetailedError)) return messageOf(error)
  const answer = error.originalResponse
  if (!answer || answer.getStatus() === 0) return null
  let body: unknown
  try {
    body = JSON.parse(answer.getBody())
  } catch {
    body = undefined
  }
  return messageOf(new ApiError(problemOf(answer.getStatus(), body)))
}

/** Nothing is wrong with the film: another try may succeed. */
function mayRetry(error: Error | DetailedError): boolean {
  if (!(error instanceof DetailedError)) return false
  const status = error.originalResponse?.getStatus() ?? 0
  return status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507)
}

/** Sends a film for a session, from where an earlier try stopped. */
export async function sendFilm(at: Slot, session: number, file: File): Promise<void> {
  const key = keyOf(at, session, file)
  if (running.has(key)) return
  const before = filmUploads.findIndex((item) => item.key === key)
  if (before >= 0) filmUploads.splice(before, 1)
  filmUploads.push({
    key, at: { ...at }, session, name: file.name, size: file.size, sent: 0, resumedFrom: 0, samples: [], state: 'starting', error: '',
  })
  const item = filmUploads[filmUploads.length - 1]
  if (!item) return
  const tus = new TusUpload(file, {
    endpoint: ENDPOINT,
    chunkSize: PART_BYTES,
    retryDelays: [0, 1000, 3000],
    headers: { 'X-Chengzhi': '1', Accept: 'application/json' },
    metadata: {
      purpose: 'drill.film',
      filename: file.name,
      unit_id: String(at.unit),
      month: at.month,
      half: String(at.half),
      session_id: String(session),
    },
    // Kept until the film hangs at its session: should that fail, the same file need not be sent again.
    removeFingerprintOnSuccess: false,
    fingerprint: () => Promise.resolve(`chengzhi.film.${key}`),
    onShouldRetry: (error) => {
      if (!mayRetry(error)) return false
      item.state = 'lost'
      return navigator.onLine
    },
    onProgress: (sent) => {
      if (item.state === 'starting' || item.state === 'lost') item.state = 'sending'
      item.sent = sent
      item.samples = addSample(item.samples, { at: Date.now(), bytes: sent })
    },
    onError: (error) => {
      const words = mayRetry(error) ? null : refusal(error)
      if (words === null) wait(item)
      else {
        item.state = 'failed'
        item.error = words
      }
    },
    onSuccess: () => void attach(item),
  })
  running.set(key, { tus, file })
  const earlier = await earlierTry(tus, at, session, file)
  if (earlier) {
    item.resumedFrom = earlier.received
    tus.resumeFromPreviousUpload(earlier.previous)
  }
  if (running.has(key)) tus.start()
}

async function earlierTry(tus: TusUpload, at: Slot, session: number, file: File): Promise<{ previous: PreviousUpload; received: number } | null> {
  const [own] = await tus.findPreviousUploads()
  const id = Number(own?.uploadUrl?.split('/').pop())
  const known = id ? await drill.upload(id).catch(() => null) : null
  const listed =
    known && (known.state === 'open' || known.state === 'complete')
      ? known
      : sameFile(await drill.openUploads().catch(() => []), file, at, session)
  if (!listed) return null
  return {
    previous: {
      ...(own ?? { size: file.size, metadata: {}, creationTime: '', urlStorageKey: '', parallelUploadUrls: null }),
      uploadUrl: new URL(listed.url, window.location.href).href,
    },
    received: listed.received,
  }
}

/** Waits for the network and goes on by itself. */
function wait(item: FilmUpload): void {
  item.state = 'lost'
  item.samples = []
  const job = running.get(item.key)
  if (!job) return
  clearTimeout(job.timer)
  job.timer = setTimeout(() => {
    if (item.state !== 'lost') return
    if (navigator.onLine) job.tus.start()
    else wait(item)
  }, AGAIN_MS)
}
window.addEventListener('online', () => {
  for (const item of filmUploads) if (item.state === 'lost') running.get(item.key)?.tus.start()
})
window.addEventListener('beforeunload', (event) => {
  if (filmUploads.some((item) => item.state === 'sending' || item.state === 'attaching')) event.preventDefault()
})

export async function pauseFilm(item: FilmUpload): Promise<void> {
  item.state = 'paused'
  item.samples = []
  await running.get(item.key)?.tus.abort()
}

/** Goes on after a pause, a lost network or a refusal. */
export function resumeFilm(item: FilmUpload): void {
  const job = running.get(item.key)
  if (!job) return
  const whole = item.sent >= item.size && job.tus.url !== null
  item.error = ''
  item.samples = []
  if (whole && item.state === 'failed') void attach(item)
  else {
    item.state = 'starting'
    job.tus.start()
  }
}

/** Takes the film back: what the server has of it goes too. */
export async function cancelFilm(item: FilmUpload): Promise<void> {
  const job = running.get(item.key)
  running.delete(item.key)
  clearTimeout(job?.timer)
  const index = filmUploads.findIndex((other) => other.key === item.key)
  if (index >= 0) filmUploads.splice(index, 1)
  // What cannot be ended now runs out on the server by itself.
  await job?.tus.abort(true).catch(() => undefined)
}

async function attach(item: FilmUpload): Promise<void> {
  const job = running.get(item.key)
  const id = job?.tus.url?.split('/').pop()
  if (!job || !id) return
  item.sent = item.size
  item.state = 'attaching'
  try {
    await inTurn(recordTurn(item.at), async () => putRecord(item.at, await drill.attachFilm(item.at, item.session, id)))
    void queryClient.invalidateQueries({ queryKey: ['film-room'] })
    running.delete(item.key)
    const index = filmUploads.findIndex((other) => other.key === item.key)
    if (index >= 0) filmUploads.splice(index, 1)
    for (const done of await job.tus.findPreviousUploads()) await defaultOptions.urlStorage?.removeUpload(done.urlStorageKey)
  } catch (error) {
    item.state = 'failed'
    item.error = messageOf(error)
  }
}
