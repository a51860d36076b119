import { describe, expect, it } from 'vitest'
import type { ComponentOut } from '@/api/types'
import { missingSoFar, monthState, stepOf } from '@/features/assessment/composables/standing'
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

describe('a training whose window is assumed', () => {
  const district = (text: string) =>
    ({
      key: 'district', due: true, met: false, missing_hours: 24, missing_credits: 12,
      next_step: '本区集训已于2024年6月30日（周日）结束，仍缺24学时、12学分。',
      explain: [{ text }],
    }) as unknown as ComponentOut
  it('has not ended: nobody registered it', () => {
    const text = stepOf(district('集训2024年6月1日（周六）至2024年6月30日（周日）期间在岗，应参加区局集训（区局未列集训场次，此期间为推定）'))
    expect(text).toBe('未登记集训，按默认窗口2024年6月1日（周六）至2024年6月30日（周日）计，还差24学时、12学分。请向区局教育培训管理员了解集训安排。')
  })
  it('keeps the sentence of a registered one', () => {
    const component = district('集训2024年6月3日（周一）至2024年6月5日（周三）期间在岗，应参加区局集训')
    expect(stepOf(component)).toBe(component.next_step)
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
