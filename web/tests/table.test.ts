import { describe, expect, it } from 'vitest'
import { nextSort, sortRows } from '@/components/table'
import { num, percentText, rateText, sizeText } from '@/lib/format'
import { buildTree } from '@/features/organisation/composables/units'
import type { UnitRow } from '@/api/types'
import { passwordFault } from '@/features/accounts/composables/password'
import { problemOf } from '@/api/problem'

describe('tables', () => {
  it('goes through ascending, descending and none', () => {
    expect(nextSort('', 'name')).toBe('name')
    expect(nextSort('name', 'name')).toBe('-name')
    expect(nextSort('-name', 'name')).toBe('')
    expect(nextSort('-name', 'hours')).toBe('hours')
  })
  it('sorts numbers as numbers and leaves empty values last both ways', () => {
    const rows = [{ n: 10 }, { n: null }, { n: 9 }]
    expect(sortRows(rows, 'n').map((r) => r.n)).toEqual([9, 10, null])
    expect(sortRows(rows, '-n').map((r) => r.n)).toEqual([10, 9, null])
    expect(sortRows(rows, '')).toBe(rows)
  })
})

describe('figures', () => {
  it('never shows a rate of nothing', () => {
    expect(rateText(0, 0)).toBe('—')
    expect(rateText(9552, 10000)).toBe('95.5%')
    expect(percentText(null)).toBe('—')
  })
  it('writes hours without trailing zeros', () => {
    expect(num(23.5)).toBe('23.5')
    expect(num(24)).toBe('24')
    expect(num(1204)).toBe('1,204')
    expect(num(null)).toBe('—')
  })
  it('writes sizes', () => expect([sizeText(900), sizeText(482_000), sizeText(1_840_000)]).toEqual(['900 B', '471 KB', '1.8 MB']))
})

describe('units', () => {
  const unit = (id: number, parent_id: number | null, street_id: number | null = null): UnitRow => ({
    id, parent_id, street_id, code: '', name: `U${id}`, kind: 'squad', kind_name: '', opened_on: '2021-07-01', headcount: 0, trains: true,
  })
  it('hangs squads on the district or on the street, and makes a root of what has no visible parent', () => {
    const rows = [unit(1, null), unit(2, 1, 9), unit(3, 77), unit(9, null)]
    expect(buildTree(rows).map((n) => n.id)).toEqual([1, 3, 9])
    expect(buildTree(rows, 'territorial').find((n) => n.id === 9)?.children.map((n) => n.id)).toEqual([2])
  })
  it('does not loop when a unit names itself as parent', () => {
    expect(buildTree([unit(5, 5)]).map((n) => n.id)).toEqual([5])
  })
})

describe('words for faults', () => {
  it('says what to do when the server says nothing', () => {
    expect(problemOf(409, null).detail).toBe('内容已被他人更新，请刷新后再试。')
    expect(problemOf(500, { event_id: 'E7' }).detail).toContain('事件编号 E7')
    expect(problemOf(422, { detail: '时长不足' }).detail).toBe('时长不足')
  })
  it('checks a new password before asking', () => {
    expect(passwordFault('abc1', 'abc1')).toContain('10位')
    expect(passwordFault('abcdefghijk', 'abcdefghijk')).toContain('数字')
    expect(passwordFault('Abcdefgh12', 'Abcdefgh13')).toContain('不一致')
    expect(passwordFault('abcdefgh12', 'abcdefgh12')).toContain('三类')
    expect(passwordFault('Abcdefgh12', 'Abcdefgh12')).toBe('')
    expect(passwordFault('abcdefghijklmnop', 'abcdefghijklmnop')).toBe('')
  })
})
