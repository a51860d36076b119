import { describe, expect, it } from 'vitest'
import { missingSoFar, monthState } from '@/features/assessment/composables/standing'
import { firstYear } from '@/features/assessment/composables/years'

const month = (n: number, over = {}) => ({ month: n, due: true, fulfilled: false, why: '应学，未记录', ...over })

describe('a month of study', () => {
  it('is missing only when it is over', () => {
    const state = (n: number) => monthState(month(n), 2024, '2024-11-18')
    expect([state(10), state(11), state(12)]).toEqual(['gap', 'now', 'ahead'])
    expect(monthState(month(12), 2023, '2024-11-18')).toBe('gap')
    expect(monthState(month(1), 2025, '2024-11-18')).toBe('ahead')
    expect(monthState(month(12, { fulfilled: true }), 2024, '2024-11-18')).toBe('done')
    expect(monthState(month(2, { due: false }), 2024, '2024-11-18')).toBe('off')
  })
})

describe('years with rules', () => {
  it('begin with the first pack', () => {
    expect(firstYear(['shanghai/2024', 'shanghai/2023'])).toBe(2023)
    expect(firstYear([])).toBeGreaterThan(3000)
  })
})

describe('what a list says is missing', () => {
  it('leaves out months that are not over', () => {
    expect(missingSoFar('网训缺7学时、6学分；科队学习缺12月', 2024, '2024-11-18')).toBe('网训缺7学时、6学分')
    expect(missingSoFar('科队学习缺3、8至12月', 2024, '2024-11-18')).toBe('科队学习缺3、8、9、10月')
    expect(missingSoFar('科队学习缺12月', 2023, '2024-11-18')).toBe('科队学习缺12月')
    expect(missingSoFar('', 2024, '2024-11-18')).toBe('')
  })
})
