import { monthNumber, monthsOf, shortDay } from '@/lib/dates'
import { num } from '@/lib/format'
import { SLOT_LOOKS, slotWord, type SlotWord } from '@/lib/grid'
import type { DrillCell, DrillGridRow, Slot } from '../types'

export const HALF_NAMES = ['上半月', '下半月'] as const

/** 上半月, 下半月. */
export const halfName = (half: number): string => HALF_NAMES[half - 1] ?? ''

/** 11月上半月 */
export const slotName = (month: string, half: number): string => `${monthNumber(month)}月${halfName(half)}`

/** Names a slot for caches and queues. */
export const slotKey = (at: Slot): string => `${at.unit}/${at.month}/${at.half}`

/** First and last day of a half-month. */
export function halfDays(month: string, half: number): { from: string; to: string } {
  const end = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10)
  return half === 1 ? { from: `${month}-01`, to: `${month}-15` } : { from: `${month}-16`, to: end }
}

/** The half-month of a day. */
export function halfOf(day: string): { month: string; half: number } {
  return { month: day.slice(0, 7), half: Number(day.slice(8, 10)) <= 15 ? 1 : 2 }
}

/** Whether a half-month has not begun on `today`. */
export function isAhead(month: string, half: number, today: string): boolean {
  return today !== '' && halfDays(month, half).from > today
}

/** Still open to the squad although its due day is over: late, but not lost before the lock. */
export function isOverdue(cell: Pick<DrillCell, 'state' | 'due'>, today: string): boolean {
  return today !== '' && (cell.state === 'not_started' || cell.state === 'draft') && cell.due < today
}

/** The columns of a grid: both halves of one month, or of all twelve. */
export function columnsOf(year: number, month: string): { month: string; half: number }[] {
  const months = month ? [month] : monthsOf(year)
  return months.flatMap((key) => [
    { month: key, half: 1 },
    { month: key, half: 2 },
  ])
}

/** The cell of a half, or none when nothing was owed. */
export function cellAt(row: DrillGridRow, month: string, half: number): DrillCell | null {
  return row.cells.find((cell) => cell.month === month && cell.half === half) ?? null
}

/** What a screen reader hears and the pointer shows. */
export function cellText(unit: string, cell: DrillCell, today: string): string {
  const parts = [unit, slotName(cell.month, cell.half)]
  if (isAhead(cell.month, cell.half, today)) return [...parts, '未到'].join('，')
  parts.push(cell.state_name, `报送期限${shortDay(cell.due)}`)
  if (isOverdue(cell, today)) parts.push('已过报送期限')
  if (cell.on_time === false) parts.push('首次报送迟于期限')
  if (cell.round > 1) parts.push(`第${cell.round}轮`)
  if (cell.reviewed_late) parts.push('审核迟于期限')
  return parts.join('，')
}

/** How often each word of the legend occurs in the halves that have begun. A district's cell counts its squads. */
export function countWords(rows: DrillGridRow[], today: string): Record<SlotWord, number> {
  const counts = Object.fromEntries(Object.keys(SLOT_LOOKS).map((word) => [word, 0])) as Record<SlotWord, number>
  for (const cell of rows.flatMap((row) => row.cells)) {
    if (isAhead(cell.month, cell.half, today)) continue
    if (cell.counts) for (const [state, count] of Object.entries(cell.counts)) counts[slotWord(state, null)] += count
    else counts[slotWord(cell.state, cell.on_time)] += 1
  }
  return counts
}

/** One half in a sentence: 上半月应报220，已报188（通过150，待审38），迟报3，未报32。 Who is exempt owes nothing. */
export function halfSentence(rows: DrillGridRow[], month: string, half: number, today: string): string {
  if (isAhead(month, half, today)) return `${halfName(half)}未到。`
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell.month === month && cell.half === half && cell.state !== 'exempt')
  if (!cells.length) return ''
  const handed = cells.filter((cell) => cell.on_time !== null && cell.on_time !== undefined)
  const among = (states: string[]) => handed.filter((cell) => states.includes(cell.state)).length
  const words = [
    ['通过', among(['confirmed'])],
    ['待审', among(['submitted', 'under_review', 'locked_pending'])],
    ['退回', among(['returned'])],
  ] as const
  const bracket = words.flatMap(([word, count]) => (count ? [`${word}${num(count)}`] : [])).join('，')
  const late = handed.filter((cell) => cell.on_time === false).length
  return [
    `${halfName(half)}应报${num(cells.length)}`,
    `已报${num(handed.length)}${bracket ? `（${bracket}）` : ''}`,
    ...(late ? [`迟报${num(late)}`] : []),
    `未报${num(cells.length - handed.length)}。`,
  ].join('，')
}
