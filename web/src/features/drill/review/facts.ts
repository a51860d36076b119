import type { DrillSession } from '../review-api'

type Row = DrillSession['attendance'][number]

/** The roster of a session's day in its parts, and how the base came about. */
export function heads(session: Pick<DrillSession, 'attendance' | 'base' | 'exempt' | 'least'>) {
  const present = session.attendance.filter((row) => row.present)
  const gone = session.attendance.filter((row) => !row.present)
  const exempt = gone.filter((row) => row.exempt)
  const away = gone.filter((row) => row.away && !row.exempt)
  const absent = gone.filter((row) => !row.away && !row.exempt)
  const roster = session.attendance.length
  // Who is exempt counts by the year's rule; the server's base says whether he stays in it.
  const out: string[] = []
  if (exempt.length && session.base < roster - away.length) out.push(`免训${exempt.length}人`)
  if (away.length) out.push(`不在岗${away.length}人`)
  const arithmetic = out.length ? `当日名册${roster}人，${out.join('、')}不计，应训${session.base}人。` : `当日名册${roster}人，应训${session.base}人。`
  return { present, exempt, away, absent, arithmetic } satisfies { present: Row[]; exempt: Row[]; away: Row[]; absent: Row[]; arithmetic: string }
}
