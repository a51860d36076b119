import type { GridCell } from '@/api/types'
import { monthNumber } from './dates'

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
  submitted: { name: '待审', letter: '待', look: 'wait' },
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
export function cellText(unit: string, cell: GridCell): string {
  const parts = [`${unit}`, `${monthNumber(cell.month)}月`, cell.state_name]
  if (cell.on_time === false) parts.push('首次报送迟于期限')
  if (cell.round > 1) parts.push(`第${cell.round}轮`)
  if (cell.reviewed_late) parts.push('审核迟于期限')
  return parts.join('，')
}

/** How often each word occurs, in the order of the legend. */
export function countWords(rows: { cells: GridCell[] }[]): Record<SlotWord, number> {
  const counts = Object.fromEntries(Object.keys(SLOT_LOOKS).map((word) => [word, 0])) as Record<SlotWord, number>
  for (const row of rows) for (const cell of row.cells) counts[slotWord(cell.state, cell.on_time)] += 1
  return counts
}
