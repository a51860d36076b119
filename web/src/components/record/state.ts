import type { DiffRow, Due, HistoryRow } from '@/api/types'

/** What every record of a reporting cycle says of itself, whatever is reported in it. */
export interface CycleRecord {
  state: string
  state_name: string
  /** Whether the first hand-in was in time; none before it. */
  on_time?: boolean | null
  /** Number of the hand-in. */
  round: number
  /** To be sent back with commands. */
  version: number
  unit: { name: string; reviewer_name: string }
  /** What the caller may do. */
  allowed: string[]
  /** What he may not, and why. */
  denied: { action: string; why: string }[]
  submit_due: Due
  review_due: Due
  lock_at: Due
  receipt?: { at: string; hash_short: string; who_can_change: string } | null
  history: HistoryRow[]
  diff?: DiffRow[] | null
}

/** A reason to send a record back. */
export interface ReturnReason {
  code: string
  text: string
  /** How it is mended; the owner reads it. */
  mend: string
  /** The reviewer has to say more. */
  note_required: boolean
}

export type ToneName = 'done' | 'soon' | 'late' | 'info' | 'none'

/** The ground on which the word of a state stands. */
export function stateTone(state: string): ToneName {
  switch (state) {
    case 'confirmed':
      return 'done'
    case 'submitted':
    case 'under_review':
      return 'info'
    case 'returned':
      return 'soon'
    case 'locked_missed':
    case 'locked_pending':
    case 'rejected_final':
      return 'late'
    default:
      return 'none'
  }
}

/** Whether the unit may still change what it recorded, as long as the month is not locked. */
export function isOpen(state: string): boolean {
  return state === 'not_started' || state === 'draft' || state === 'returned'
}

/** Handed in and not decided: a reviewer finds it in his queue. */
export function awaitsReview(state: string): boolean {
  return state === 'submitted' || state === 'under_review' || state === 'locked_pending'
}

/** Past its due day without a first hand-in; the month's lock has not come yet. */
export function isOverdue(row: { state: string; on_time?: boolean | null; submit_due: { late: boolean } }): boolean {
  return (row.state === 'not_started' || row.state === 'draft') && row.on_time == null && row.submit_due.late
}

/** The last return, as long as it is the unit's turn to mend what was sent back. */
export function lastReturnOf<H extends { event: string }>(record: { state: string; history: H[] } | undefined): H | null {
  if (record?.state !== 'returned' && record?.state !== 'draft') return null
  return [...record.history].reverse().find((row) => row.event === 'return') ?? null
}

/** 新进入名单：王一；不再在名单：李二。 Nothing when the roster is still the one that was stored. */
export function rosterText(changes: { joined: string[]; left: string[] } | undefined): string {
  const parts = []
  if (changes?.joined.length) parts.push(`新进入名单：${changes.joined.join('、')}`)
  if (changes?.left.length) parts.push(`不再在名单：${changes.left.join('、')}`)
  return parts.length ? `${parts.join('；')}。` : ''
}

/** What happens next to a record and until when; the two words are those of the kind of record. */
export function stateSentence(
  now: (CycleRecord & { reviewed_late?: boolean | null }) | undefined,
  words: { confirmed: string; exempt: string },
): string {
  if (!now) return ''
  const { reviewer_name } = now.unit
  if (now.state === 'submitted' || now.state === 'under_review') return `已报送，由${reviewer_name}在${now.review_due.label}前审核。`
  if (now.state === 'confirmed') return `${reviewer_name}${words.confirmed}${now.reviewed_late ? '审核迟于期限，记在审核方。' : ''}`
  if (now.state === 'exempt') return words.exempt
  if (now.allowed.includes('save')) return `${now.state === 'returned' ? '补正重新提交后' : '提交后'}由${reviewer_name}在${now.review_due.label}前审核。`
  return now.denied[0]?.why ?? ''
}

/**
 * Why nothing can be done to a record: the first refusal speaks for all that follow from the same state; why attendance
 * cannot be corrected has a reason of its own. None that the page says already.
 */
export function refusals(denied: { action: string; why: string }[], said: string[] = []): string[] {
  const own = denied.filter((item, index) => index === 0 || item.action === 'correct')
  return [...new Set(own.map((item) => item.why))].filter((why) => !said.includes(why))
}

/** Brings the control of a field into view and puts the focus there. */
export function goToField(field: string): void {
  const place = document.querySelector<HTMLElement>(`[data-field="${field}"]`)
  if (!place) return
  place.scrollIntoView({ block: 'center' })
  const control = place.matches('input, select, textarea') ? place : place.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea, button')
  control?.focus({ preventScroll: true })
}
