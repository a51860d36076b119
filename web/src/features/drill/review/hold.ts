import { onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { messageOf } from '@/api/problem'
import { queryClient } from '@/shell/query'
import { review, type DrillRecord, type Slot } from '../review-api'

/** Well within the half hour of a hold. */
const RENEW_MS = 10 * 60_000

/**
 * The soft hold: opening a record takes it once, leaving it gives it back. `fault` says why it could not be taken, for
 * example because a colleague has it open. A hold lasts half an hour and a film almost as long, so it is lengthened
 * while the page stands, but never between the reading and the sending of a decision (`busy`).
 */
export function useHold(at: Ref<Slot>, record: Ref<DrillRecord | undefined>, busy: Ref<boolean>, set: (next: DrillRecord) => void) {
  const fault = ref('')
  let held: Slot | null = null
  const same = (a: Slot | null, b: Slot) => a?.unit === b.unit && a.month === b.month && a.half === b.half

  watch(
    record,
    async (now) => {
      const here = at.value
      if (!now || same(held, here) || !now.allowed.includes('open_review')) return
      held = here
      fault.value = ''
      try {
        set(await review.open(here, now.version))
      } catch (error) {
        fault.value = messageOf(error)
      }
    },
    { immediate: true },
  )
  async function lengthen(): Promise<void> {
    const now = record.value
    const here = at.value
    if (!now?.hold?.mine || busy.value || !same(held, here) || !now.allowed.includes('open_review')) return
    busy.value = true
    try {
      const out = await review.open(here, now.version)
      if (same(held, here)) set(out)
    } catch (error) {
      fault.value = messageOf(error)
    } finally {
      busy.value = false
    }
  }
  const timer = setInterval(() => void lengthen(), RENEW_MS)
  async function leave(): Promise<void> {
    const was = held
    held = null
    // A hold runs out by itself, so a failed release is no fault to tell.
    if (was) await review.release(was).catch(() => undefined)
  }
  watch(at, (next, before) => {
    fault.value = ''
    if (!same(next, before)) void leave()
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    void leave().then(() => queryClient.invalidateQueries({ queryKey: ['drill', 'queue'] }))
  })
  /** After a decision there is nothing to give back. */
  const forget = () => {
    held = null
  }
  return { fault, forget }
}
