import { describe, expect, it } from 'vitest'
import type { PolicyRule } from '@/api/types'
import { inputHint, inputKind, typedText, typedValue } from '@/features/assessment/composables/ruleInput'
import { areaOf, byArea, ruleWords, valueText } from '@/features/assessment/composables/rules'

const rule = (key: string, value_input: string, over: Partial<PolicyRule> = {}): PolicyRule => ({
  key, title: key, value_input, value_text: value_input, unit: null, row: 'B-01', clause: '', force: '必须', note: null, ...over,
})

describe('rules in the order of the notice', () => {
  it('goes by part, then by row', () => {
    const areas = byArea([
      rule('study.due_day', '20', { row: 'B-37' }),
      rule('award.district.needs', '考勤', { row: 'B-25' }),
      rule('study.min_minutes', '40', { row: 'B-36' }),
      rule('assessment.total.hours', '60'),
      rule('drill.min_minutes', '20', { row: 'B-44' }),
      rule('district.form', '集中', { row: 'B-21' }),
    ])
    expect(areas.map((area) => area.title)).toEqual(['年度学时学分', '区局集中培训', '科队学习', '队列训练', '学时学分的获得'])
    expect(areas[2]?.rules.map((one) => one.row)).toEqual(['B-36', 'B-37'])
  })
  it('knows parts by the longest beginning and loses nothing', () => {
    expect(areaOf('training.kinds')).toBe('年度学时学分')
    expect(areaOf('training.special.recording')).toBe('专题培训')
    expect(byArea([rule('brand.new', '1')])[0]?.title).toBe('其他')
  })
})

describe('how a value is typed', () => {
  it.each([
    [rule('a.b', '是'), 'flag'],
    [rule('district.finish_by', '06-30'), 'day'],
    [rule('study.due_day', '20', { unit: '日' }), 'month_day'],
    [rule('study.lock_day', '月底'), 'month_day'],
    [rule('personnel.update_days', '10', { unit: '日' }), 'number'],
    [rule('drill.attendance', '7/10'), 'ratio'],
    [rule('exam.months', '5、10', { unit: '月' }), 'months'],
    [rule('assessment.online.hours', '24', { unit: '学时' }), 'number'],
    [rule('drill.exempt_kinds', '大病、不适合训练'), 'list'],
    [rule('study.roll', '不顺延'), 'text'],
  ] as const)('reads the kind from the value %#', (one, kind) => expect(inputKind(one)).toBe(kind))

  it('hints with the own value and unit', () => {
    expect(inputHint(rule('assessment.online.hours', '24', { unit: '学时' }))).toBe('写数字，单位学时，如 24')
    expect(inputHint(rule('district.finish_by', '06-30', { value_text: '6月30日' }))).toContain('6月30日')
  })

  it('takes a day as people write it', () => {
    const day = rule('district.finish_by', '06-30')
    for (const typed of ['5月31日', '5-31', '05-31', '5/31', '５月３１日']) expect(typedValue(day, typed)).toBe('05-31')
    expect(typedText(day, '05-31')).toBe('5月31日')
    expect(typedValue(day, '月底')).toBe('月底')
    expect(typedValue(rule('study.due_day', '20', { unit: '日' }), ' 5-31 ')).toBe('5-31')
  })
})

describe('words for rules', () => {
  it('says titles instead of keys', () => {
    const words = ruleWords([rule('study.due_day', '20', { title: '上报截止日' })])
    expect(words.worded('早于 study.due_day')).toBe('早于“上报截止日”')
    expect(words.worded('改为免月份（与 status.absent 同样处理），再看')).toBe('改为免月份，再看')
    expect(words.worded('应为 true 或 false')).toBe('应为“是”或“否”')
  })
  it('does not say a unit twice', () => {
    expect(valueText(rule('a.b', '24', { unit: '学时' }))).toBe('24 学时')
    expect(valueText(rule('a.b', '5月', { unit: '月' }))).toBe('5月')
  })
})
