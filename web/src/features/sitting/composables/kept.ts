import type { Keep } from '@/lib/draft'
import type { Answer, Item } from '../types'

/** What this device remembers of an attempt: enough to go on after a reload, a closed tab or a power cut. */
export interface Kept {
  /** Number of this device at the server. */
  device: number
  /** Answers that the server has not acknowledged, oldest first. */
  items: Item[]
  /** Texts being typed, not yet among the answers. */
  typing: Record<number, Answer>
  /** Questions marked for later. */
  later: number[]
  /** The question last looked at. */
  at: number | null
}

const PREFIX = 'chengzhi.sitting.'
const keyOf = (account: number, attempt: number): string => `${PREFIX}${account}.${attempt}`

export const nothing = (device: number): Kept => ({ device, items: [], typing: {}, later: [], at: null })

/** The browser's store, or none where it is closed to us. */
export function deviceStore(): Keep | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

export function readKept(account: number, attempt: number, keep: Keep | null = deviceStore()): Kept | null {
  const text = keep?.getItem(keyOf(account, attempt))
  if (!text) return null
  try {
    const kept = JSON.parse(text) as Kept
    return typeof kept.device === 'number' && Array.isArray(kept.items) ? { ...nothing(kept.device), ...kept } : null
  } catch {
    return null
  }
}

/** False when the device refuses (full, private window), so that the page can say so. */
export function writeKept(account: number, attempt: number, kept: Kept, keep: Keep | null = deviceStore()): boolean {
  if (!keep) return false
  try {
    keep.setItem(keyOf(account, attempt), JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}

export function dropKept(account: number, attempt: number, keep: Keep | null = deviceStore()): void {
  keep?.removeItem(keyOf(account, attempt))
}
