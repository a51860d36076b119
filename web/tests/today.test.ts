import { describe, expect, it } from 'vitest'
import type { AssessmentOut, ComponentOut, Due } from '@/api/types'
import { assumedWindow, headlineOf, placeOwn, type TodayBlock, type TodayItem } from '@/features/today/composables/own'
import { figureItem } from '@/features/today/composables/today'

const due = (due_on: string, late: boolean, clause = ''): Due => ({
  due_on, due_at: `${due_on}T24:00:00+08:00`, label: due_on, days_left: late ? -1 : 1, working_days_left: null, late, rule: { rule: clause && 'B-22', clause, text: '' },
})
const line = (kind: string, more: Partial<TodayItem> = {}): TodayItem => ({ kind, title: kind, detail: '', count: null, due: null, link: '/', ...more })
const soon = (...items: TodayItem[]): TodayBlock[] => [{ key: 'due_soon', title: '快到期', items }]
const part = (text: string, more: Partial<ComponentOut> = {}): ComponentOut => ({
  key: 'district', name: '区局集训', due: true, required_hours: 24, required_credits: 12, earned_hours: 20, earned_credits: 10,
  missing_hours: 4, missing_credits: 2, met: false, risk: 'high', by: null, next_step: '', months: [],
  explain: [{ rule: 'B-22', clause: '三(一)', title: '', text, inputs: [], arithmetic: null, would_change: null }], ...more,
} as ComponentOut)
const own = (...components: ComponentOut[]) => ({ components }) as AssessmentOut
const LISTED = '集训2024年5月29日（周三）至2024年5月31日（周五）期间在岗，应参加区局集训'
const ASSUMED = '集训2024年6月1日（周六）至2024年6月30日（周日）期间在岗，应参加区局集训（区局未列集训场次，此期间为推定）'

describe('own lines of the first page', () => {
  it('moves a line past its last day to what is late, with the clause of its component', () => {
    const by = due('2024-06-25', true, '宝城执〔2024〕6号 三(一)')
    const blocks = placeOwn(soon(line('own_district', { due: due('2024-06-25', true) })), own(part(LISTED, { by })))
    expect(blocks.map((block) => block.key)).toEqual(['overdue'])
    expect(blocks[0]?.title).toBe('已逾期')
    expect(blocks[0]?.items[0]?.due).toEqual(by)
    expect(headlineOf(blocks)).toBe('已逾期1项，请先处理。')
  })
  it('calls a default window one, and not an end', () => {
    const blocks = placeOwn(soon(line('own_district', { detail: '本区集训已于2024年6月30日结束', due: due('2024-06-30', true) })), own(part(ASSUMED)))
    const [item] = blocks[0]?.items ?? []
    expect(blocks[0]?.key).toBe('waiting')
    expect(item?.detail).toContain('未登记集训，按默认窗口6月1日至30日；仍缺4学时、2学分。')
    expect(item?.detail).not.toContain('结束')
    expect(item?.due).toBeNull()
  })
  it('leaves all other lines where the server put them', () => {
    const blocks = soon(line('study.draft', { due: due('2024-11-20', true, '三(二)') }), line('own_squad', { due: due('2024-12-31', false, '') }))
    expect(placeOwn(blocks, undefined)).toEqual(blocks)
    expect(headlineOf(blocks)).toBe('没有逾期，快到期2项。')
  })
  it('reads the window only from a trace that calls it assumed', () => {
    expect(assumedWindow(part(LISTED))).toBeNull()
    expect(assumedWindow(part(ASSUMED))).toBe('6月1日至30日')
  })
})

describe('figures of the first page', () => {
  const figure = (value: number, hint: string) => ({ key: 'review_on_time', label: '按时审核率', value, unit: '%', hint, link: null, trend: null })
  it('shows no rate on an empty base', () => {
    expect(figureItem(figure(0, '按时审核0期，已审核0期'))).toMatchObject({ value: '—', unit: null, title: '尚无应审记录' })
    expect(figureItem(figure(0, '按时审核0期，已审核10期'))).toMatchObject({ value: 0, unit: '%' })
  })
})
