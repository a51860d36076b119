import { markAll as mark } from '@/features/study/composables/attendance'
import { halfDays } from './slots'
import type { DrillAttendance, DrillRecord, DrillSession, DrillSessionIn } from '../types'

/** The fields of a session as they are typed. */
export type SessionFields = Omit<Required<DrillSessionIn>, 'id' | 'attendance'>

/** One session under a person's hands. */
export interface SessionDraft {
  /** The server's row; none before the first save. */
  id: number | null
  /** Stays the same from the first key stroke on, so that the page keeps its place. */
  key: string
  fields: SessionFields
  attendance: DrillAttendance[]
}

export const EMPTY_FIELDS: SessionFields = {
  held_on: null,
  start_time: null,
  minutes: null,
  place: null,
  instructor: null,
  subjects: null,
  rest_times: null,
  rest_minutes: null,
  notes: null,
}

const FIELD_NAMES = Object.keys(EMPTY_FIELDS) as (keyof SessionFields)[]

/** The sessions of a record as a draft. Keys of sessions that are being written stay. */
export function draftsOf(sessions: DrillSession[], before: SessionDraft[] = []): SessionDraft[] {
  const loose = before.filter((draft) => draft.id === null)
  const known = new Set(before.map((draft) => draft.id))
  return sessions.map((session) => {
    const own = before.find((draft) => draft.id === session.id)
    const fresh = own || known.has(session.id) ? undefined : loose.find((draft) => sameFields(draft.fields, fieldsOf(session)))
    if (fresh) loose.splice(loose.indexOf(fresh), 1)
    return {
      id: session.id,
      key: own?.key ?? fresh?.key ?? `s${session.id}`,
      fields: fieldsOf(session),
      attendance: session.attendance.map((row) => ({ ...row })),
    }
  })
}

/** What can be typed of a session. */
export function fieldsOf(session: DrillSession): SessionFields {
  return {
    held_on: session.held_on ?? null,
    start_time: session.start_time?.slice(0, 5) ?? null,
    minutes: session.minutes ?? null,
    place: session.place ?? null,
    instructor: session.instructor ?? null,
    subjects: session.subjects ?? null,
    rest_times: session.rest_times ?? null,
    rest_minutes: session.rest_minutes ?? null,
    notes: session.notes ?? null,
  }
}

const plainField = (value: string | number | null) => (typeof value === 'string' ? value.trim() || null : value)

function sameFields(a: SessionFields, b: SessionFields): boolean {
  return FIELD_NAMES.every((name) => plainField(a[name]) === plainField(b[name]))
}

/** Whether two drafts would be saved the same; nothing and an empty text are the same to a form. */
export function sameDrafts(a: SessionDraft[], b: SessionDraft[]): boolean {
  const marks = (draft: SessionDraft) =>
    JSON.stringify(
      draft.attendance
        .map((row) => [row.person_id, row.present, row.present ? '' : (row.absence_reason ?? '')] as const)
        .sort((x, y) => x[0] - y[0]),
    )
  return (
    a.length === b.length &&
    a.every((draft, index) => {
      const other = b[index]
      return other !== undefined && draft.id === other.id && sameFields(draft.fields, other.fields) && marks(draft) === marks(other)
    })
  )
}

/** A session is worth sending once it stands on the server or has its day. */
export const isSent = (draft: SessionDraft): boolean => draft.id !== null || Boolean(draft.fields.held_on)

/** What goes to the server. */
export function bodyOf(drafts: SessionDraft[]): DrillSessionIn[] {
  return drafts.filter(isSent).map((draft) => ({
    ...(Object.fromEntries(FIELD_NAMES.map((name) => [name, plainField(draft.fields[name])])) as SessionFields),
    id: draft.id,
    attendance: draft.attendance.map(({ person_id, present, absence_reason }) => ({
      person_id,
      present,
      absence_reason: present ? null : absence_reason || null,
    })),
  }))
}

/**
 * Gives sessions that were new when they were sent the rows that the server made of them, while their owner goes on
 * typing: the server keeps the day, so they are found by it, in order.
 */
export function takeIds(drafts: SessionDraft[], sent: SessionDraft[], saved: DrillSession[]): SessionDraft[] {
  const known = new Set(sent.map((draft) => draft.id))
  const fresh = saved.filter((session) => !known.has(session.id))
  return drafts.map((draft) => {
    const was = sent.find((item) => item.key === draft.key)
    if (draft.id !== null || !was || !isSent(was)) return draft
    const index = fresh.findIndex((session) => sameFields(fieldsOf(session), was.fields))
    const row = fresh.splice(Math.max(index, 0), 1)[0]
    return row ? { ...draft, id: row.id } : draft
  })
}

/** The roster of another day: people who stay keep their marks, newcomers come unmarked, leavers drop out. */
export function mergeRoster(before: DrillAttendance[], roster: DrillAttendance[]): DrillAttendance[] {
  const marks = new Map(before.map((row) => [row.person_id, row]))
  return roster.map((row) => {
    const own = marks.get(row.person_id)
    return own ? { ...row, present: own.present, absence_reason: own.absence_reason ?? null } : { ...row }
  })
}

/** Out of the base by status or by an exemption, unless he came all the same. */
export const isExcused = (row: DrillAttendance): boolean => Boolean(row.away ?? row.exempt)

/** Marks all; who is away or exempt takes a mark of its own. */
export function markAll(rows: DrillAttendance[], present: boolean): DrillAttendance[] {
  const exempt = rows.filter((row) => present && row.exempt)
  return mark(rows, present).map((row, index) => {
    const before = rows[index]
    return before && exempt.includes(before) ? { ...before } : (row as DrillAttendance)
  })
}

/** The field of a blocker (`sessions[0].place`) as the page names it: by the session's key. */
export function fieldAnchor(field: string, record: Pick<DrillRecord, 'sessions'>, drafts: SessionDraft[]): string {
  const match = /^sessions\[(\d+)\]\.([a-z_]+)/.exec(field)
  if (!match) return 'sessions'
  const session = record.sessions[Number(match[1])]
  const draft = drafts.find((item) => item.id === session?.id)
  return draft ? `${draft.key}.${match[2]}` : 'sessions'
}

/** The step of the phone's form on which a field stands: session, people, film. */
export function stepOf(field: string): number {
  if (/\.attendance/.test(field)) return 1
  return /\.film$/.test(field) ? 2 : 0
}

/** The day with which a new session starts: today inside the half, otherwise none. */
export function firstDay(month: string, half: number, today: string): string | null {
  const { from, to } = halfDays(month, half)
  return today >= from && today <= to ? today : null
}

/** Days that a session of the half may have: the half itself, and for the first also the second, as a make-up. */
export function dayRange(month: string, half: number): { from: string; to: string } {
  return { from: halfDays(month, half).from, to: halfDays(month, 2).to }
}

/** The most that the server takes of each number. */
export const MOST = { minutes: 600, rest_times: 20, rest_minutes: 600 } as const
export type CountName = keyof typeof MOST
const COUNT_WORDS: Record<CountName, string> = { minutes: '一次训练最多600分钟', rest_times: '休息最多20次', rest_minutes: '休息最多600分钟' }

/** A whole number as typed, kept inside what is taken, and what is said when it was not; nothing stays nothing. */
export function countOf(name: CountName, text: string): { value: number | null; fault: string } {
  if (text.trim() === '') return { value: null, fault: '' }
  const typed = Math.round(Number(text) || 0)
  if (typed < 0) return { value: 0, fault: '不能小于0，已改为0。' }
  if (typed > MOST[name]) return { value: MOST[name], fault: `${COUNT_WORDS[name]}，已改为${MOST[name]}。` }
  return { value: typed, fault: '' }
}
