import { reactive, shallowReactive } from 'vue'
import { messageOf } from '@/api/problem'

export interface Notice {
  id: number
  tone: 'done' | 'late' | 'info'
  text: string
}

/** Short confirmations and faults at the top of the page; read aloud politely. */
export const notices = reactive<Notice[]>([])
/** Open panels, topmost last. Modal panels cover everything else, so notices show inside the topmost. */
export const panels = shallowReactive<HTMLElement[]>([])
let next = 1

export function notify(tone: Notice['tone'], text: string): void {
  const notice = { id: next++, tone, text }
  notices.push(notice)
  setTimeout(() => dismiss(notice.id), tone === 'late' ? 9000 : 4500)
}

export function dismiss(id: number): void {
  const index = notices.findIndex((notice) => notice.id === id)
  if (index >= 0) notices.splice(index, 1)
}

export const notifyDone = (text: string) => notify('done', text)
export const notifyError = (error: unknown) => notify('late', messageOf(error))
