import { describe, expect, it } from 'vitest'
import { NAV, mayOpen, navFor } from '@/shell/nav'
import { wantsPhone } from '@/shell/phone'

const titles = (permissions: string[], wide: string[], person_id: number | null = 1) =>
  navFor({ permissions: new Set(permissions), wide: new Set(wide), person_id }).flatMap((group) => group.items.map((item) => item.title))

describe('navigation by permission', () => {
  it('shows an officer the own year and the rules, nothing about others', () => {
    expect(titles(['assessment.read', 'study.own', 'study.task_read', 'policy.read', 'person.read'], [])).toEqual(['今日', '学习任务', '我的学习', '我的训练', '我的体能测试', '我的考试', '我的考核', '考核规则'])
  })
  it('shows a reporter the record but no review', () => {
    const held = ['study.read', 'study.report', 'assessment.read', 'person.read', 'policy.read']
    const list = titles(held, held)
    expect(list).toContain('学习填报')
    expect(list).not.toContain('审核')
    expect(list).not.toContain('账号')
  })
  it('does not offer lists of others for a right that reaches only the own person', () => {
    const list = titles(['assessment.read', 'person.read', 'unit.read', 'study.read', 'study.task_read'], ['unit.read', 'study.read', 'study.task_read'])
    expect(list).toEqual(['今日', '期次总览', '学习任务', '补训', '统计与评价表', '我的训练', '我的体能测试', '我的考试', '我的考核', '机构'])
  })
  it('lets an officer second topics, and shows plans to those who read more than their own', () => {
    expect(titles(['class.own'], [])).toContain('培训需求')
    expect(titles(['class.own', 'class.read'], [])).not.toContain('三年规划')
    expect(titles(['class.own', 'class.read'], ['class.read'])).toContain('三年规划')
  })
  it('keeps the three administrators apart', () => {
    expect(titles(['account.manage', 'job.read'], [], null)).toEqual(['今日', '账号', '后台任务'])
    expect(titles(['audit.read'], [], null)).toEqual(['今日', '审计日志'])
  })
  it('shows nothing but today to an account without rights', () => {
    expect(titles([], [], null)).toEqual(['今日'])
  })
  it('drops groups that have become empty', () => {
    const groups = navFor({ permissions: new Set<string>(), wide: new Set<string>(), person_id: null })
    expect(groups).toHaveLength(1)
  })
  it('has one address per entry', () => {
    const all = NAV.flatMap((group) => group.items.map((item) => item.to))
    expect(new Set(all).size).toBe(all.length)
  })
  it('refuses pages of a person to accounts without one', () => {
    expect(mayOpen({ any: [], person: true }, { permissions: new Set(), person_id: null, wide: new Set() })).toBe(false)
  })
})

describe('phone or desk', () => {
  it('sends phones and narrow windows to the phone pages unless the desk was chosen', () => {
    expect(wantsPhone(390, 'x', null)).toBe(true)
    expect(wantsPhone(1440, 'Mozilla/5.0 (Linux; Android 14) Mobile Safari', null)).toBe(true)
    expect(wantsPhone(1440, 'Mozilla/5.0 (X11; Linux x86_64)', null)).toBe(false)
    expect(wantsPhone(390, 'x', 'desk')).toBe(false)
  })
})
