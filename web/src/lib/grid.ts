import type { GridCell } from '@/api/types'
import { monthNumber } from './dates'
import { num } from './format'

export interface SlotLook {
  /** The word of the legend. */
  name: string
  /** The single character in the cell: readable without colour. */
  letter: string
  /** CSS class; each has its own ground, line style or pattern, so that print and colour-blind readers see it. */
  look: string
}

/** The ten words of the slot grid. 迟报 is a submitted or confirmed slot whose first hand-in came after the due day. */
export const SLOT_LOOKS = {
  not_started: { name: '未开始', letter: '未', look: 'none' },
  draft: { name: '草稿', letter: '草', look: 'draft' },
  submitted: { name: '待审', letter: '审', look: 'wait' },
  late: { name: '迟报', letter: '迟', look: 'late' },
  returned: { name: '退回', letter: '退', look: 'returned' },
  confirmed: { name: '通过', letter: '通', look: 'done' },
  locked_missed: { name: '逾期', letter: '逾', look: 'missed' },
  locked_pending: { name: '待审已锁', letter: '锁', look: 'locked' },
  rejected_final: { name: '终退', letter: '终', look: 'rejected' },
  exempt: { name: '免', letter: '免', look: 'exempt' },
} as const satisfies Record<string, SlotLook>

export type SlotWord = keyof typeof SLOT_LOOKS

/** Which of the ten words a slot shows. */
export function slotWord(state: string, onTime: boolean | null | undefined): SlotWord {
  if (state === 'under_review') return onTime === false ? 'late' : 'submitted'
  if (state === 'submitted') return onTime === false ? 'late' : 'submitted'
  return state in SLOT_LOOKS ? (state as SlotWord) : 'not_started'
}

/** Twelve cells in calendar order; a month without a cell is null (the unit did not exist). */
export function byMonth(cells: GridCell[]): (GridCell | null)[] {
  const months: (GridCell | null)[] = Array.from({ length: 12 }, () => null)
  for (const cell of cells) {
    const index = monthNumber(cell.month) - 1
    if (index >= 0 && index < 12) months[index] = cell
  }
  return months
}

/** What a screen reader hears and the pointer shows. */
export function cellText(unit: string, cell: GridCell, today = ''): string {
  if (isAhead(cell.month, today)) return `${unit}，${monthNumber(cell.month)}月，未到`
  const parts = [`${unit}`, `${monthNumber(cell.month)}月`, cell.state_name]
  if (isOverdue(cell, today)) parts.push('已过报送期限')
  if (cell.on_time === false) parts.push('首次报送迟于期限')
  if (cell.round > 1) parts.push(`第${cell.round}轮`)
  if (cell.reviewed_late) parts.push('审核迟于期限')
  return parts.join('，')
}

/** A month that has not begun on `today`: nobody owes anything in it yet, whatever its cells say. */
export function isAhead(month: string, today: string): boolean {
  return today !== '' && month > today.slice(0, 7)
}

/** Open to the unit although its due day is over: late, but not lost before the lock. */
export function isOverdue(cell: GridCell, today: string): boolean {
  return today !== '' && (cell.state === 'not_started' || cell.state === 'draft') && cell.due < today
}

/** How often each word occurs in the months that have begun, in the order of the legend. */
export function countWords(rows: { cells: GridCell[] }[], today = ''): Record<SlotWord, number> {
  const counts = Object.fromEntries(Object.keys(SLOT_LOOKS).map((word) => [word, 0])) as Record<SlotWord, number>
  for (const row of rows) {
    for (const cell of row.cells) if (!isAhead(cell.month, today)) counts[slotWord(cell.state, cell.on_time)] += 1
  }
  return counts
}

/**
 * One month in a sentence, on the same base as the statistics: 应报 leaves out who is exempt, 已报 is who has handed in
 * at least once. Each unit is counted once on either side, so that the parts add up.
 */
export function monthSentence(rows: { cells: GridCell[] }[], month: string, today: string): string {
  const name = `${monthNumber(month)}月`
  if (isAhead(month, today)) return `${name}未到。`
  const cells = rows.flatMap((row) => row.cells.filter((cell) => cell.month === month && cell.state !== 'exempt'))
  const handed = cells.filter((cell) => cell.on_time !== null && cell.on_time !== undefined)
  const open = cells.filter((cell) => cell.on_time === null || cell.on_time === undefined)
  const parts = (among: GridCell[], words: readonly (readonly [string, readonly string[]])[]) =>
    words.flatMap(([word, states]) => {
      const count = among.filter((cell) => states.includes(cell.state)).length
      return count ? [`${word}${num(count)}`] : []
    })
  const bracket = (list: string[]) => (list.length ? `（${list.join('，')}）` : '')
  const late = handed.filter((cell) => cell.on_time === false).length
  const sides = [`应报${num(cells.length)}个单位`, `已报${num(handed.length)}${bracket(parts(handed, HANDED_WORDS))}`]
  if (late) sides.push(`已报中迟报${num(late)}`)
  sides.push(`未报${num(open.length)}${bracket(parts(open, OPEN_WORDS))}`)
  return `${name}${sides.join('，')}。`
}

const HANDED_WORDS = [
  ['通过', ['confirmed']],
  ['待审', ['submitted', 'under_review']],
  ['退回', ['returned']],
  ['撤回', ['draft']],
  ['待审已锁', ['locked_pending']],
  ['终退', ['rejected_final']],
  ['逾期', ['locked_missed']],
] as const
const OPEN_WORDS = [
  ['草稿', ['draft']],
  ['逾期', ['locked_missed']],
] as const
