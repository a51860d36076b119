import { monthNumber } from '@/lib/dates'
import type { DrillStats } from '../review-api'

export interface HalfBar {
  key: string
  /** 3月上 */
  label: string
  due: number
  /** The three parts of what is owed, by the first hand-in. */
  on_time: number
  late: number
  none: number
  /** The month is over: what was not handed in can no longer come. */
  over: boolean
  /** Locked without a hand-in that stands, also after a return. */
  missed: number
}

/** The bars of a year in the order of the half-months; `today` tells which months are over. */
export function halfBars(rows: DrillStats['by_half'], today: string): HalfBar[] {
  return [...rows]
    .sort((a, b) => a.month.localeCompare(b.month) || a.half - b.half)
    .map((row) => ({
      key: `${row.month}/${row.half}`,
      label: `${monthNumber(row.month)}月${row.half === 1 ? '上' : '下'}`,
      due: row.due,
      on_time: row.on_time,
      late: row.late,
      none: Math.max(0, row.due - row.on_time - row.late),
      over: row.month < today.slice(0, 7),
      missed: row.missed,
    }))
}
