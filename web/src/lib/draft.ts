import { clockText } from './dates'

/** What a person has typed and the server has not yet confirmed, kept on this device. */
export interface KeptDraft<T> {
  /** When it was kept, milliseconds of the device's clock. */
  at: number
  /** The server version that the draft started from. */
  version: number
  value: T
}

export interface Keep {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const PREFIX = 'chengzhi.draft.'
/** Drafts older than this are dropped: the month has been locked long since. */
const MAX_AGE_MS = 40 * 86_400_000

function store(): Keep | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

export function draftKey(account: number, unit: number, month: string): string {
  return `${account}.${unit}.${month}`
}

/** Keeps a draft. Returns false when the device refuses (full, private mode), so that the page can say so. */
export function keepDraft<T>(key: string, draft: KeptDraft<T>, keep: Keep | null = store()): boolean {
  if (!keep) return false
  try {
    keep.setItem(PREFIX + key, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

/** The kept draft, or null when there is none, it is unreadable or too old. */
export function readDraft<T>(key: string, now: number, keep: Keep | null = store()): KeptDraft<T> | null {
  if (!keep) return null
  const text = keep.getItem(PREFIX + key)
  if (!text) return null
  try {
    const draft = JSON.parse(text) as KeptDraft<T>
    if (typeof draft.at !== 'number' || typeof draft.version !== 'number' || draft.value === undefined) throw new Error('shape')
    if (now - draft.at > MAX_AGE_MS) throw new Error('old')
    return draft
  } catch {
    keep.removeItem(PREFIX + key)
    return null
  }
}

export function dropDraft(key: string, keep: Keep | null = store()): void {
  keep?.removeItem(PREFIX + key)
}

/** Removes every draft on this device; done at sign-out, because phones are lent. */
export function dropAllDrafts(keep: Storage): void {
  for (const key of Object.keys(keep)) if (key.startsWith(PREFIX)) keep.removeItem(key)
}

/** 已在本机保留：场次信息、到会 37 人（09:05） */
export function keptText(parts: string[], at: number): string {
  return `已在本机保留：${parts.join('、') || '空白草稿'}（${clockText(at)}）`
}
