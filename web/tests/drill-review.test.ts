import { describe, expect, it } from 'vitest'
import { contestIn, formFaults, formOf, namesOf, scoreOf } from '@/features/drill/contests/form'
import { blank, confirmFaults, doubtful, passTheRest, reasonsFor, sent } from '@/features/drill/review/checks'
import { heads } from '@/features/drill/review/facts'
import { reviewAct } from '@/features/drill/review/keys'
import { boxOf, checkSentence, clockMs, countText, inOrder, laneOf, spanText, step, tickMinutes } from '@/features/drill/review/marks'
import type { Contest, DrillCheckItem, DrillMark, DrillSession, ReturnReason } from '@/features/drill/review-api'
import { halfBars } from '@/features/drill/stats/halves'

const mark = (at_ms: number, severity = 'check', until_ms: number | null = null): DrillMark => ({ at_ms, until_ms, kind: 'cut', severity, severity_name: '', text: '' })

describe('marks of a film', () => {
  it('writes moments and stretches as players do', () => {
    expect(clockMs(0)).toBe('0:00')
    expect(clockMs(200_999)).toBe('3:20')
    expect(clockMs(3_725_000)).toBe('1:02:05')
    expect(spanText(mark(200_000))).toBe('3:20')
    expect(spanText(mark(200_000, 'info', 200_400))).toBe('3:20')
    expect(spanText(mark(200_000, 'info', 225_000))).toBe('3:20—3:45')
  })
  it('puts the weightier of two marks at one moment first', () => {
    expect(inOrder([mark(5000), mark(1000, 'info'), mark(1000, 'strong')]).map((m) => [m.at_ms, m.severity])).toEqual([[1000, 'strong'], [1000, 'info'], [5000, 'check']])
  })
  it('steps on although the player stops a little beside the mark', () => {
    const marks = [mark(1000), mark(5000), mark(9000)]
    expect(step(marks, 0, true)?.at_ms).toBe(1000)
    expect(step(marks, 4980, true)?.at_ms).toBe(9000)
    expect(step(marks, 5020, false)?.at_ms).toBe(1000)
    expect(step(marks, 9000, true)).toBeNull()
    expect(step(marks, 900, false)).toBeNull()
  })
  it('keeps a mark on the strip, wide enough to be hit', () => {
    expect(boxOf(mark(600_000, 'info', 900_000), 1_200_000)).toEqual({ x: 50, width: 25 })
    expect(boxOf(mark(1_200_000), 1_200_000)).toEqual({ x: 99.5, width: 0.5 })
    expect(boxOf(mark(1_300_000, 'info', 1_500_000), 1_200_000)).toEqual({ x: 99.5, width: 0.5 })
    expect(boxOf(mark(10), 0)).toEqual({ x: 0, width: 0 })
  })
  it('knows the lane of each kind and puts a new kind last', () => {
    expect([laneOf('cut'), laneOf('zoomed'), laneOf('low_motion'), laneOf('reuse'), laneOf('something_new')]).toEqual([0, 1, 2, 3, 3])
  })
  it('never shows more than twelve figures', () => {
    for (const minutes of [1, 5, 20, 21, 45, 90, 240]) expect(minutes / tickMinutes(minutes * 60_000)).toBeLessThan(12)
    expect(tickMinutes(20 * 60_000)).toBe(2)
  })
  it('says nothing when nothing was found', () => {
    expect(countText(0, 0)).toBe('')
    expect(countText(2, 3)).toBe('重点核看2处，请核看3处')
  })
  it('never lays a missing check at the squad’s door', () => {
    for (const check_state of ['waiting', 'running', 'unavailable', 'unverified', 'done']) {
      const text = checkSentence({ check_state, check_note: null, marks: [] })
      expect(text).not.toMatch(/违规|不合格|造假|中队应/)
      expect(text.endsWith('。')).toBe(true)
    }
    expect(checkSentence({ check_state: 'unverified', check_note: '第 3 分钟起无法解码。', marks: [] })).toBe('第 3 分钟起无法解码。这段影像系统未能核验，不作为中队的问题，请直接核看影像。')
  })
})

const item = (code: string, broken = false): DrillCheckItem => ({ item: code, name: code, broken, clause: { rule: 'B-45', clause: '', text: '' } })

describe('check list', () => {
  const items = [item('length'), item('attendance', true), item('norm')]
  it('asks for every clause, and for words against the arithmetic', () => {
    expect(Object.keys(confirmFaults(items, blank(items)))).toEqual(['length', 'attendance', 'norm'])
    const answers = { length: { answer: 'pass', note: '' }, attendance: { answer: 'pass', note: ' ' }, norm: { answer: 'unclear', note: '' } } as const
    expect(Object.keys(confirmFaults(items, answers))).toEqual(['attendance', 'norm'])
    expect(confirmFaults(items, { ...answers, attendance: { answer: 'pass', note: '抢险执勤，经批准' }, norm: { answer: 'unclear', note: '逆光' } })).toEqual({})
    expect(confirmFaults(items, { ...answers, length: { answer: 'fail', note: '短' } }).length).toContain('不能通过')
  })
  it('passes the rest at one press, but nothing broken and nothing answered', () => {
    const before = { ...blank(items), norm: { answer: 'fail' as const, note: '队形散乱' } }
    const after = passTheRest(items, before, doubtful(items, []))
    expect(after).toEqual({ length: { answer: 'pass', note: '' }, attendance: { answer: '', note: '' }, norm: { answer: 'fail', note: '队形散乱' } })
    expect(sent(items, after)).toEqual([{ item: 'length', answer: 'pass', note: null }, { item: 'norm', answer: 'fail', note: '队形散乱' }])
  })
  it('leaves to the eye what the check marked or what has no film', () => {
    const all = ['length', 'continuous', 'angle', 'norm'].map((code) => item(code))
    const film = (kinds: string[]) => ({ planned: false, film: { marks: kinds.map((kind) => ({ ...mark(0), kind })) } as DrillSession['film'] })
    expect([...doubtful(all, [film(['no_metadata', 'low_motion'])])]).toEqual([])
    expect([...doubtful(all, [film(['frozen'])])]).toEqual(['continuous'])
    expect([...doubtful(all, [film(['reuse']), film(['zoomed'])])]).toEqual(['continuous', 'angle'])
    expect([...doubtful(all, [film([]), { planned: false, film: null }])]).toEqual(['continuous', 'angle'])
    expect([...doubtful(all, [{ planned: true, film: null }])]).toEqual([])
  })
  it('offers the reasons of what failed first', () => {
    const reason = (code: string, of: string | null): ReturnReason => ({ code, item: of, text: code, mend: '', note_required: false })
    const list = [reason('too_short', 'length'), reason('norm', 'norm'), reason('other', null)]
    expect(reasonsFor(list, { norm: { answer: 'fail', note: '' } }).map((one) => one.code)).toEqual(['norm', 'too_short', 'other'])
    expect(reasonsFor(list, {}).map((one) => one.code)).toEqual(['too_short', 'norm', 'other'])
  })
})

describe('people of a session', () => {
  const person = (person_id: number, present: boolean, more: object = {}) => ({ person_id, staff_no: '', name: `人${person_id}`, post_name: '', present, ...more })
  const attendance: DrillSession['attendance'] = [person(1, true), person(2, false), person(3, false, { exempt: '大病' }), person(4, false, { away: '产假' }), person(5, true, { exempt: '大病' })]
  it('parts the absent from the exempt and the away', () => {
    const found = heads({ attendance, base: 3, exempt: 2, least: 3 })
    expect([found.present, found.absent, found.exempt, found.away].map((rows) => rows.map((row) => row.person_id))).toEqual([[1, 5], [2], [3], [4]])
    expect(found.arithmetic).toBe('当日名册5人，免训1人、不在岗1人不计，应训3人。')
  })
  it('does not say that the exempt are out when the rule keeps them in', () => {
    expect(heads({ attendance, base: 4, exempt: 2, least: 3 }).arithmetic).toBe('当日名册5人，不在岗1人不计，应训4人。')
  })
})

describe('keys of the review', () => {
  const press = (key: string, target?: EventTarget, more = {}) => reviewAct({ key, ctrlKey: false, metaKey: false, altKey: false, target: target ?? document.body, ...more })
  const input = (type: string) => Object.assign(document.createElement('input'), { type })
  it('plays, steps and decides', () => {
    expect([press(' '), press('J'), press('k'), press('r'), press('?')]).toEqual(['play', 'next_mark', 'previous_mark', 'return', 'help'])
    expect(press('x')).toBeNull()
  })
  it('leaves typing, chords and focused controls alone', () => {
    expect(press('j', input('text'))).toBeNull()
    expect(press('j', document.createElement('textarea'))).toBeNull()
    expect(press('r', undefined, { ctrlKey: true })).toBeNull()
    expect(press(' ', document.createElement('button'))).toBeNull()
    expect(press('j', document.createElement('button'))).toBe('next_mark')
    expect(press('ArrowLeft', input('radio'))).toBeNull()
    expect(press('j', input('radio'))).toBe('next_mark')
  })
})

describe('drill reviews', () => {
  const contest: Contest = {
    id: 4, level: 'district', level_name: '全区会操', unit_id: 2, unit_name: '区局', title: '会操', held_on: '2024-06-05', place: '体育场', judges: ['王一', '李二'], note: '', version: 3, may_change: true, photos: [],
    teams: [{ unit_id: 10, unit_name: '甲中队', score: 95.5, rank: 1, award: '一等奖' }, { unit_id: 11, unit_name: '乙中队', score: null, rank: null, award: '' }],
  }
  it('gives back what it was given', () => {
    expect(contestIn(formOf(contest, null), contest.version)).toEqual({
      version: 3, unit_id: 2, title: '会操', held_on: '2024-06-05', place: '体育场', judges: ['王一', '李二'], note: '',
      teams: [{ unit_id: 10, score: 95.5, award: '一等奖' }, { unit_id: 11, score: null, award: '' }],
    })
  })
  it('reads names and points as people write them', () => {
    expect(namesOf('王一、李二,张三 赵四；')).toEqual(['王一', '李二', '张三', '赵四'])
    expect([scoreOf(' 95.5 '), scoreOf(''), scoreOf('九十'), scoreOf('95.')]).toEqual([95.5, null, undefined, undefined])
  })
  it('says what is missing', () => {
    const today = '2024-11-20'
    expect(Object.keys(formFaults(formOf(null, null), today))).toEqual(['unit_id', 'title', 'held_on', 'place', 'teams'])
    const form = formOf(contest, null)
    expect(formFaults(form, today)).toEqual({})
    expect(formFaults({ ...form, held_on: '2024-11-21' }, today).held_on).toContain('举行后')
    const team = form.teams[0]!
    expect(formFaults({ ...form, teams: [team, { ...team, key: 99 }] }, today).teams).toContain('两遍')
    expect(formFaults({ ...form, teams: [team, { key: 99, unit_id: null, score: '90', award: '' }] }, today).teams).toContain('还没有选择队伍')
  })
})

describe('bars of the half-months', () => {
  const row = (month: string, half: number, due: number, on_time: number, late: number, missed = 0) => ({
    month, half, due, on_time, late, missed, submitted: on_time + late, rejected: 0, returned: 0, confirmed: 0, pending: 0, review_late: 0,
  })
  it('stand in order and add up to what is owed, also when a returned record missed its lock', () => {
    const bars = halfBars([row('2024-11', 1, 14, 10, 1), row('2024-04', 2, 13, 13, 0, 1), row('2024-04', 1, 13, 11, 1, 1)], '2024-11-20')
    expect(bars.map((bar) => bar.label)).toEqual(['4月上', '4月下', '11月上'])
    for (const bar of bars) expect(bar.on_time + bar.late + bar.none).toBe(bar.due)
    expect(bars.map((bar) => [bar.over, bar.missed])).toEqual([[true, 1], [true, 1], [false, 0]])
  })
})
