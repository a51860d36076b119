/** The parts of a record that a reviewer can point at. */
export const RETURN_FIELDS = [
  { field: 'held_on', label: '学习日期' },
  { field: 'minutes', label: '时长' },
  { field: 'place', label: '学习地点' },
  { field: 'speaker', label: '主讲人' },
  { field: 'topic', label: '学习主题' },
  { field: 'content', label: '学习内容' },
  { field: 'attendance', label: '参加人员' },
  { field: 'photos', label: '照片' },
  { field: 'filmed', label: '全程摄像' },
] as const

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

/** Past its due day without a first hand-in; the month's lock has not come yet. */
export function isOverdue(row: { state: string; on_time?: boolean | null; submit_due: { late: boolean } }): boolean {
  return (row.state === 'not_started' || row.state === 'draft') && row.on_time == null && row.submit_due.late
}

/**
 * Why nothing can be done to a record: the first refusal speaks for all that follow from the same state; why attendance
 * cannot be corrected has a reason of its own. None that the page says already.
 */
export function refusals(denied: { action: string; why: string }[], said: string[] = []): string[] {
  const own = denied.filter((item, index) => index === 0 || item.action === 'correct')
  return [...new Set(own.map((item) => item.why))].filter((why) => !said.includes(why))
}

/** The step of the phone's form on which a field stands: session, people, photos. */
export function stepOf(field: string): number {
  return field === 'attendance' ? 1 : field === 'photos' ? 2 : 0
}

/** Brings the control of a field into view and puts the focus there. */
export function goToField(field: string): void {
  const place = document.querySelector<HTMLElement>(`[data-field="${field}"]`)
  if (!place) return
  place.scrollIntoView({ block: 'center' })
  const control = place.matches('input, select, textarea') ? place : place.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea, button')
  control?.focus({ preventScroll: true })
}
