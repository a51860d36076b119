import { onBeforeUnmount, onMounted } from 'vue'
import { sittings } from '../api'

/** Shorter looks away are a notification of the system, not more. */
const SHORTEST = 3

/** Notes for how long the page was out of sight while it is sat; told to the candidate beforehand. */
export function useLeft(attempt: number, sits: () => boolean, noted: (seconds: number) => void): void {
  let since = 0
  function look(): void {
    if (document.visibilityState === 'hidden') {
      since = sits() ? performance.now() : 0
      return
    }
    if (!since) return
    const seconds = Math.round((performance.now() - since) / 1000)
    since = 0
    if (seconds < SHORTEST || !sits()) return
    noted(seconds)
    // A signal that does not arrive is none; the answers matter more.
    sittings.pageLeft(attempt, seconds).catch(() => undefined)
  }
  onMounted(() => document.addEventListener('visibilitychange', look))
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', look))
}
