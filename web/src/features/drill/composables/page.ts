import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { lastReturnOf, rosterText, stateSentence } from '@/components/record/state'
import { drill } from '../api'
import { review } from '../review-api'
import type { DrillRecord, Slot } from '../types'
import { fieldAnchor, type SessionDraft } from './draft'
import { filmUploads } from './uploads'
import { slotKey } from './slots'

/** What both record pages, desk and phone, say about a record. */
export function useRecordWords(at: Ref<Slot>, record: Ref<DrillRecord | undefined>, drafts: Ref<SessionDraft[]>) {
  const instructors = useQuery({
    queryKey: ['drill-instructors'],
    queryFn: () => drill.instructors(),
    staleTime: 5 * 60_000,
  })
  const month = useQuery({
    queryKey: computed(() => ['drill-month', at.value.unit, at.value.month]),
    queryFn: () => drill.month(at.value.unit, at.value.month),
  })
  /** Who serves, each name once. */
  const names = computed(() => {
    const found = new Map((instructors.data.value?.rows ?? []).filter((row) => row.serving).map((row) => [row.name, row.district_name]))
    return [...found].map(([name, note]) => ({ name, note }))
  })
  /** People of the squad whom the month has not seen yet. */
  const must = computed(() => (month.data.value?.missing ?? []).map((row) => row.person_id))
  const blockers = computed(() =>
    (record.value?.blockers ?? []).map((blocker) => ({
      field: record.value ? fieldAnchor(blocker.field, record.value, drafts.value) : blocker.field,
      message: (record.value?.sessions.length ?? 0) > 1 ? numbered(blocker.field, blocker.message) : blocker.message,
    })),
  )
  const lastReturn = computed(() => lastReturnOf(record.value))
  const returnYear = computed(() => Number(at.value.month.slice(0, 4)))
  const reasons = useQuery({
    queryKey: computed(() => ['drill', 'reasons', returnYear.value]),
    queryFn: () => review.reasons(returnYear.value),
    enabled: computed(() => lastReturn.value !== null),
    staleTime: Infinity,
  })
  /** What the reviewer was told that the squad would read: how this reason is mended. */
  const mending = computed(() => reasons.data.value?.find((reason) => reason.code === lastReturn.value?.reason?.code)?.mend ?? '')
  const rosterNote = computed(() => rosterText(record.value?.roster_changes))
  const sentence = computed(() => stateSentence(record.value, { confirmed: '已确认。', exempt: '本半月无须报送。' }))
  /** A film is still on its way: a hand-in would go without it. */
  const uploading = computed(() => filmUploads.some((item) => slotKey(item.at) === slotKey(at.value) && item.state !== 'failed'))
  return { names, must, blockers, lastReturn, mending, rosterNote, sentence, uploading }
}

/** 第2次：请填写训练地点。 */
export function numbered(field: string, message: string): string {
  const match = /^sessions\[(\d+)\]/.exec(field)
  return match ? `第${Number(match[1]) + 1}次：${message}` : message
}
