import type { AttendanceRow, SessionForm } from '@/api/types'

/** What is kept of a record while it is being written. */
export interface RecordDraft {
  session: SessionForm
  attendance: AttendanceRow[]
}

/** Common reasons offered for an absence; any other may be typed. */
export const ABSENCE_REASONS = ['执勤值守', '休假', '病假', '公差', '参加其他培训', '借调外出', '轮休']

/** The roster of another day: people who stay keep their marks, newcomers start present-not-marked, leavers drop out. */
export function mergeRoster(before: AttendanceRow[], roster: AttendanceRow[]): AttendanceRow[] {
  const marks = new Map(before.map((row) => [row.person_id, row]))
  return roster.map((row) => {
    const mark = marks.get(row.person_id)
    return mark ? { ...row, present: mark.present, absence_reason: mark.absence_reason ?? null } : { ...row }
  })
}

/**
 * Marks all; those with a reason for absence keep it when they stay absent. Who is away by his status (长病假 …) is not
 * made present with the rest: that takes a mark of its own.
 */
export function markAll(rows: AttendanceRow[], present: boolean): AttendanceRow[] {
  return rows.map((row) => (present && row.away ? { ...row } : { ...row, present, absence_reason: present ? null : (row.absence_reason ?? null) }))
}

/** The base of the head count, as the server counts it: who is away by his status is expected only if he came. */
export function expectedCount(rows: AttendanceRow[]): number {
  return rows.filter((row) => row.present || !row.away).length
}

export function presentCount(rows: AttendanceRow[]): number {
  return rows.filter((row) => row.present).length
}

/** Whether two drafts would be saved the same; null and empty are the same to a form. */
export function sameDraft(a: RecordDraft, b: RecordDraft): boolean {
  const plain = (draft: RecordDraft) => {
    const session = Object.fromEntries(
      Object.entries(draft.session)
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    )
    const rows = draft.attendance
      .map((row) => [row.person_id, row.present, row.present ? '' : (row.absence_reason ?? '')] as const)
      .sort((x, y) => x[0] - y[0])
    return JSON.stringify([session, rows])
  }
  return plain(a) === plain(b)
}
