import { describe, expect, it } from 'vitest'
import type { GridCell } from '@/api/types'
import { SLOT_LOOKS, byMonth, cellText, countWords, isOverdue, monthSentence, slotWord } from '@/lib/grid'

const cell = (month: number, state: string, more: Partial<GridCell> = {}): GridCell => ({
  month: `2024-${String(month).padStart(2, '0')}`, state, state_name: state, letter: '', round: 1, due: '2024-11-20', ...more,
})

describe('slot grid', () => {
  it('shows every state of the cycle as one of the ten words', () => {
    const states = ['not_started', 'draft', 'submitted', 'under_review', 'returned', 'confirmed', 'locked_missed', 'locked_pending', 'rejected_final', 'exempt']
    const words = states.map((state) => slotWord(state, true))
    expect(new Set(words).size).toBe(9)
    expect(slotWord('submitted', false)).toBe('late')
    expect(slotWord('under_review', false)).toBe('late')
    expect(slotWord('confirmed', false)).toBe('confirmed')
  })
  it('gives every word its own character and look, so that colour is not needed', () => {
    const looks = Object.values(SLOT_LOOKS)
    expect(new Set(looks.map((look) => look.letter)).size).toBe(looks.length)
    expect(new Set(looks.map((look) => look.look)).size).toBe(looks.length)
  })
  it('puts cells in calendar order and leaves gaps', () => {
    const months = byMonth([cell(12, 'draft'), cell(3, 'confirmed')])
    expect(months).toHaveLength(12)
    expect(months[2]?.state).toBe('confirmed')
    expect(months[11]?.state).toBe('draft')
    expect(months[0]).toBeNull()
  })
  it('shows a state it does not know as not started', () => {
    expect(slotWord('something_new', null)).toBe('not_started')
  })
  it('says all of it in words', () => {
    const text = cellText('顾村中队', cell(9, 'confirmed', { state_name: '通过', on_time: false, round: 2, reviewed_late: true }))
    expect(text).toBe('顾村中队，9月，通过，首次报送迟于期限，第2轮，审核迟于期限')
  })
  it('counts by word', () => {
    const counts = countWords([{ cells: [cell(1, 'submitted', { on_time: false }), cell(2, 'submitted', { on_time: true }), cell(3, 'exempt')] }])
    expect(counts.late).toBe(1)
    expect(counts.submitted).toBe(1)
    expect(counts.exempt).toBe(1)
    expect(counts.confirmed).toBe(0)
  })
  it('counts no month that has not begun', () => {
    const rows = [{ cells: [cell(11, 'draft'), cell(12, 'not_started')] }]
    expect(countWords(rows, '2024-11-18').not_started).toBe(0)
    expect(countWords(rows, '2024-12-01').not_started).toBe(1)
    expect(cellText('顾村中队', cell(12, 'not_started'), '2024-11-18')).toBe('顾村中队，12月，未到')
  })
  it('shows what is late and still open as late', () => {
    expect(isOverdue(cell(11, 'draft'), '2024-11-21')).toBe(true)
    expect(isOverdue(cell(11, 'draft'), '2024-11-20')).toBe(false)
    expect(isOverdue(cell(11, 'returned'), '2024-11-21')).toBe(false)
  })
  it('says a month so that its parts add up', () => {
    const one = (state: string, on_time: boolean | null = null) => ({ cells: [cell(11, state, { on_time })] })
    const rows = [one('confirmed', true), one('submitted', false), one('returned', true), one('draft'), one('not_started'), one('exempt')]
    expect(monthSentence(rows, '2024-11', '2024-11-22')).toBe('11月应报5个单位，已报3（通过1，待审1，退回1），已报中迟报1，未报2（草稿1）。')
    expect(monthSentence([one('confirmed', true)], '2024-11', '2024-11-22')).toBe('11月应报1个单位，已报1（通过1），未报0。')
    expect(monthSentence(rows, '2024-12', '2024-11-22')).toBe('12月未到。')
  })
})
