import { reactive } from 'vue'
import { ApiError } from '@/api/problem'
import { fitness, type Marked } from './api'

/** A figure that has not been confirmed by the server yet. */
export interface Waiting {
  key: string
  entry_id: number
  item: string
  text: string
  measured_at: string
  /** For the list of what is kept: name and item as people know them. */
  label: string
}

/** A figure that the server would not take, with its reason. */
export interface Refused extends Waiting {
  reason: string
}

interface Kept {
  waiting: Waiting[]
  refused: Refused[]
}

// No draft: signing out must not lose a figure that was measured.
const PREFIX = 'chengzhi.fitness.'
const MOST = 100

/** A name that no other phone gives. */
export function newKey(): string {
  const bytes = new Uint8Array(12)
  window.crypto.getRandomValues(bytes)
  return `m-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Figures on their way: kept on this phone until the server has each one, sent at once where there is a network and later
 * where there is none. Sending twice stores once, because each carries its own name.
 */
export function makeQueue(account: number, test: number, keep: Storage, send: (marks: Waiting[]) => Promise<Marked[]>) {
  const place = `${PREFIX}${account}.${test}`
  const state = reactive<Kept & { sending: boolean; kept: boolean }>({ waiting: [], refused: [], sending: false, kept: true })
  try {
    const found = JSON.parse(keep.getItem(place) ?? 'null') as Kept | null
    if (found) Object.assign(state, { waiting: found.waiting, refused: found.refused })
  } catch {
    // What cannot be read is dropped: it was not written by this page.
  }
  function store() {
    try {
      if (state.waiting.length || state.refused.length) keep.setItem(place, JSON.stringify({ waiting: state.waiting, refused: state.refused }))
      else keep.removeItem(place)
      state.kept = true
    } catch {
      state.kept = false
    }
  }
  /** Sends what is waiting; gives what the server said, or nothing while it cannot be reached. */
  async function flush(): Promise<Marked[]> {
    if (state.sending || !state.waiting.length) return []
    state.sending = true
    try {
      const batch = state.waiting.slice(0, MOST)
      const told = await send(batch)
      const by = new Map(told.map((one) => [one.key, one]))
      for (const one of batch) {
        const said = by.get(one.key)
        if (said && !said.stored) state.refused.push({ ...one, reason: said.text })
      }
      state.waiting = state.waiting.filter((one) => !by.has(one.key))
      store()
      return told
    } catch (error) {
      // Without network they wait. What the server refuses as a whole is told once for each.
      if (error instanceof ApiError && [403, 404, 409, 422].includes(error.status)) {
        const reason = error.problem.detail ?? '未能保存。'
        state.refused.push(...state.waiting.map((one) => ({ ...one, reason })))
        state.waiting = []
        store()
      }
      return []
    } finally {
      state.sending = false
    }
  }
  return {
    state,
    flush,
    add(one: Waiting) {
      state.waiting.push(one)
      store()
    },
    forget(key: string) {
      state.refused = state.refused.filter((one) => one.key !== key)
      store()
    },
  }
}

export const sender = (test: number) => (marks: Waiting[]) =>
  fitness.mark(test, { phone: true, marks: marks.map(({ key, entry_id, item, text, measured_at }) => ({ key, entry_id, item, text, measured_at })) })
