import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { isOverdue } from '@/features/study/composables/fields'
import { useSession } from '@/shell/session'
import { drill } from '../api'
import { review } from '../review-api'
import type { DrillRecord, Slot } from '../types'
import { fieldAnchor, type SessionDraft } from './draft'
import { filmUploads } from './uploads'
import { slotKey } from './slots'

/** What both record pages, desk and phone, say about a record. */
export function useRecordWords(at: Ref<Slot>, record: Ref<DrillRecord | undefined>, drafts: Ref<SessionDraft[]>) {
  const session = useSession()
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
  const lastReturn = computed(() =>
    record.value?.state === 'returned' || record.value?.state === 'draft'
      ? ([...record.value.history].reverse().find((row) => row.event === 'return') ?? null)
      : null,
  )
  const returnYear = computed(() => Number(at.value.month.slice(0, 4)))
  const reasons = useQuery({
    queryKey: computed(() => ['drill', 'reasons', returnYear.value]),
    queryFn: () => review.reasons(returnYear.value),
    enabled: computed(() => lastReturn.value !== null),
    staleTime: Infinity,
  })
  /** What the reviewer was told that the squad would read: how this reason is mended. */
  const mending = computed(() => reasons.data.value?.find((reason) => reason.code === lastReturn.value?.reason?.code)?.mend ?? '')
  const late = computed(() => (record.value ? isOverdue(record.value) : false))
  const rosterNote = computed(() => {
    const changes = record.value?.roster_changes
    const parts = []
    if (changes?.joined.length) parts.push(`新进入名单：${changes.joined.join('、')}`)
    if (changes?.left.length) parts.push(`不再在名单：${changes.left.join('、')}`)
    return parts.length ? `${parts.join('；')}。` : ''
  })
  const sentence = computed(() => {
    const now = record.value
    if (!now) return ''
    if (now.state === 'submitted' || now.state === 'under_review') return `已报送，由${now.unit.reviewer_name}在${now.review_due.label}前审核。`
    if (now.state === 'confirmed') return `${now.unit.reviewer_name}已确认。${now.reviewed_late ? '审核迟于期限，记在审核方。' : ''}`
    if (now.state === 'exempt') return '本半月无须报送。'
    if (now.allowed.includes('save')) return `${now.state === 'returned' ? '补正重新提交后' : '提交后'}由${now.unit.reviewer_name}在${now.review_due.label}前审核。`
    return now.denied[0]?.why ?? ''
  })
  /** A film is still on its way: a hand-in would go without it. */
  const uploading = computed(() => filmUploads.some((item) => slotKey(item.at) === slotKey(at.value) && item.state !== 'failed'))
  const today = computed(() => session.me?.today ?? '')
  return { names, must, blockers, lastReturn, mending, late, rosterNote, sentence, uploading, today, month }
}

/** 第2次：请填写训练地点。 */
export function numbered(field: string, message: string): string {
  const match = /^sessions\[(\d+)\]/.exec(field)
  return match ? `第${Number(match[1]) + 1}次：${message}` : message
}
