import { ref } from 'vue'
import { ApiError, messageOf, OfflineError } from '@/api/problem'
import { useSession } from '@/shell/session'
import { classes } from '../api'
import { keepScans, keptScans, type Kept } from './sign'

/** Scans signed without network, and what became of those that were sent later. */
export const kept = ref<Kept[]>(keptScans())
export const told = ref<{ text: string; good: boolean }[]>([])
let busy = false

export function keepScan(one: Kept): boolean {
  kept.value = [...keptScans(), one]
  return keepScans(kept.value)
}

/** Sends what waits for the account that is signed in; what the server refuses for good is told and dropped. */
export async function sendKept(): Promise<void> {
  if (busy || !keptScans().length) return
  const session = useSession()
  busy = true
  try {
    // A page that was opened without network does not know yet who is signed in.
    if (!session.me) await session.load().catch(() => null)
    const account = session.me?.account_id
    if (!account) return
    for (const one of keptScans().filter((found) => found.account === account)) {
      try {
        const receipt = await classes.scan({ ...one.scan, offline: true })
        told.value = [...told.value, { text: `${receipt.class_title}：${receipt.text}`, good: true }]
      } catch (error) {
        if (error instanceof OfflineError || (error instanceof ApiError && (error.status === 401 || error.status === 429 || error.status >= 500))) return
        told.value = [...told.value, { text: messageOf(error), good: false }]
      }
      kept.value = keptScans().filter((found) => found.scan.signature !== one.scan.signature)
      keepScans(kept.value)
    }
  } finally {
    busy = false
  }
}
