import { describe, expect, it } from 'vitest'
import { EMPTY_FIELDS, bodyOf, countOf, dayRange, draftsOf, fieldAnchor, firstDay, markAll, mergeRoster, sameDrafts, stepOf, takeIds, type SessionDraft } from '@/features/drill/composables/draft'
import { numbered } from '@/features/drill/composables/page'
import { playAt, takeMoment } from '@/features/drill/composables/play'
import { cellText, columnsOf, countWords, halfDays, halfOf, halfSentence, isAhead, isOverdue } from '@/features/drill/composables/slots'
import { addSample, filmSizeText, leftText, lengthText, speedOf, speedText } from '@/features/drill/composables/speed'
import { isOfSession, sameFile } from '@/features/drill/composables/uploads'
import type { DrillAttendance, DrillCell, DrillSession, Upload } from '@/features/drill/types'

const person = (id: number, more: Partial<DrillAttendance> = {}): DrillAttendance => ({
  person_id: id, name: `队员${id}`, staff_no: `0${id}`, post_name: '', present: false, ...more,
})
const session = (id: number, more: Partial<DrillSession> = {}): DrillSession => ({
  id, attendance: [], attended: 0, base: 0, exempt: 0, least: 0, makeup: false, planned: false, verdicts: [], ...more,
})
const draft = (key: string, id: number | null, held_on: string | null, more: Partial<SessionDraft> = {}): SessionDraft => ({
  key, id, fields: { ...EMPTY_FIELDS, held_on }, attendance: [], ...more,
})
const cell = (half: number, state: string, more: Partial<DrillCell> = {}): DrillCell => ({
  month: '2024-11', half, state, state_name: state, letter: '', round: 0, due: half === 1 ? '2024-11-15' : '2024-11-30', ...more,
})

describe('a moment asked for', () => {
  it('waits for its film to come onto the page and is taken once', () => {
    playAt(7, 500_000)
    expect(takeMoment(8)).toBeNull()
    expect(takeMoment(7)).toBe(500_000)
    expect(takeMoment(7)).toBeNull()
    playAt(7, 0)
    expect(takeMoment(7)).toBe(0)
  })
})

describe('a number of a session', () => {
  it('stays inside what the server takes, and says so', () => {
    expect(countOf('minutes', '')).toEqual({ value: null, fault: '' })
    expect(countOf('minutes', '25')).toEqual({ value: 25, fault: '' })
    expect(countOf('minutes', '600')).toEqual({ value: 600, fault: '' })
    expect(countOf('minutes', '6000')).toEqual({ value: 600, fault: '一次训练最多600分钟，已改为600。' })
    expect(countOf('rest_times', '21').value).toBe(20)
    expect(countOf('rest_minutes', '99999999999').value).toBe(600)
    expect(countOf('rest_times', '-1')).toEqual({ value: 0, fault: '不能小于0，已改为0。' })
    expect(countOf('minutes', '20.6').value).toBe(21)
    expect(countOf('minutes', 'abc').value).toBe(0)
  })
})

describe('half-months', () => {
  it('end on the 15th and on the last day of the month', () => {
    expect(halfDays('2024-02', 1)).toEqual({ from: '2024-02-01', to: '2024-02-15' })
    expect(halfDays('2024-02', 2)).toEqual({ from: '2024-02-16', to: '2024-02-29' })
    expect(halfOf('2024-11-15')).toEqual({ month: '2024-11', half: 1 })
    expect(halfOf('2024-11-16')).toEqual({ month: '2024-11', half: 2 })
  })
  it('are ahead until their first day', () => {
    expect(isAhead('2024-11', 2, '2024-11-15')).toBe(true)
    expect(isAhead('2024-11', 2, '2024-11-16')).toBe(false)
    expect(isOverdue(cell(1, 'draft'), '2024-11-16')).toBe(true)
    expect(isOverdue(cell(1, 'submitted'), '2024-11-16')).toBe(false)
  })
  it('make two columns a month', () => {
    expect(columnsOf(2024, '2024-11')).toHaveLength(2)
    expect(columnsOf(2024, '')).toHaveLength(24)
  })
  it('are told in one sentence whose parts add up, the exempt left out', () => {
    const rows = [
      { unit_id: 1, name: '一队', district_name: '甲', cells: [cell(1, 'confirmed', { on_time: true })] },
      { unit_id: 2, name: '二队', district_name: '甲', cells: [cell(1, 'submitted', { on_time: false })] },
      { unit_id: 3, name: '三队', district_name: '甲', cells: [cell(1, 'not_started')] },
      { unit_id: 4, name: '四队', district_name: '甲', cells: [cell(1, 'exempt')] },
    ]
    expect(halfSentence(rows, '2024-11', 1, '2024-11-18')).toBe('上半月应报3，已报2（通过1，待审1），迟报1，未报1。')
    expect(halfSentence(rows, '2024-11', 2, '2024-11-10')).toBe('下半月未到。')
    expect(countWords(rows, '2024-11-18')).toMatchObject({ confirmed: 1, late: 1, not_started: 1, exempt: 1 })
  })
  it('count the squads behind a district', () => {
    const rows = [{ unit_id: 9, name: '区局', district_name: '区局', cells: [cell(1, 'returned', { counts: { confirmed: 12, returned: 2 } })] }]
    expect(countWords(rows, '2024-11-18')).toMatchObject({ confirmed: 12, returned: 2 })
  })
  it('are read aloud with what is late', () => {
    expect(cellText('一队', cell(1, 'draft', { state_name: '草稿' }), '2024-11-18')).toBe('一队，11月上半月，草稿，报送期限11-15，已过报送期限')
    expect(cellText('一队', cell(2, 'not_started'), '2024-11-10')).toBe('一队，11月下半月，未到')
  })
})

describe('drafts', () => {
  it('send only what has a day or stands already, without reasons of those present', () => {
    const people = [person(1, { present: true, absence_reason: '病假' }), person(2, { absence_reason: '休假' })]
    const body = bodyOf([draft('a', null, null), draft('b', null, '2024-11-05', { attendance: people }), draft('c', 7, null)])
    expect(body.map((row) => row.id)).toEqual([null, 7])
    expect(body[0]?.attendance).toEqual([
      { person_id: 1, present: true, absence_reason: null },
      { person_id: 2, present: false, absence_reason: '休假' },
    ])
  })
  it('are the same when only blanks differ, and not when a mark does', () => {
    const a = draft('a', 1, '2024-11-05', { attendance: [person(1)] })
    const blank = { ...a, fields: { ...a.fields, place: ' ' } }
    const marked = { ...a, attendance: [person(1, { present: true })] }
    expect(sameDrafts([a], [blank])).toBe(true)
    expect(sameDrafts([a], [marked])).toBe(false)
    expect(sameDrafts([a], [])).toBe(false)
  })
  it('take the row that the server made of a new session while it is typed on', () => {
    const sent = [draft('a', 3, '2024-11-02'), draft('b', null, '2024-11-05')]
    const typed = [sent[0] as SessionDraft, draft('b', null, '2024-11-05', { fields: { ...EMPTY_FIELDS, held_on: '2024-11-05', place: '操场' } })]
    const out = takeIds(typed, sent, [session(3, { held_on: '2024-11-02' }), session(8, { held_on: '2024-11-05' })])
    expect(out.map((row) => row.id)).toEqual([3, 8])
    expect(out[1]?.fields.place).toBe('操场')
  })
  it('keep the key of a session that was saved', () => {
    const out = draftsOf([session(8, { held_on: '2024-11-05' })], [draft('n1', null, '2024-11-05')])
    expect(out[0]?.key).toBe('n1')
    expect(draftsOf([session(8)])[0]?.key).toBe('s8')
  })
  it('keep marks over a change of day, drop who left', () => {
    const before = [person(1, { present: true }), person(2, { absence_reason: '休假' })]
    const after = mergeRoster(before, [person(2), person(3)])
    expect(after.map((row) => [row.person_id, row.present, row.absence_reason])).toEqual([
      [2, false, '休假'],
      [3, false, undefined],
    ])
  })
  it('do not mark the away and the exempt present with the rest', () => {
    const out = markAll([person(1), person(2, { away: '产假' }), person(3, { exempt: '大病' })], true)
    expect(out.map((row) => row.present)).toEqual([true, false, false])
  })
  it('lead from a blocker to its field and step', () => {
    const record = { sessions: [session(3), session(8)] }
    const drafts = [draft('s3', 3, null), draft('n1', 8, null)]
    expect(fieldAnchor('sessions[1].place', record, drafts)).toBe('n1.place')
    expect(fieldAnchor('sessions', record, drafts)).toBe('sessions')
    expect(stepOf('n1.place')).toBe(0)
    expect(stepOf('n1.attendance')).toBe(1)
    expect(stepOf('n1.film')).toBe(2)
    expect(numbered('sessions[1].place', '请填写训练地点。')).toBe('第2次：请填写训练地点。')
  })
  it('begin today inside the half; the first half may be made up until the month ends', () => {
    expect(firstDay('2024-11', 2, '2024-11-18')).toBe('2024-11-18')
    expect(firstDay('2024-11', 1, '2024-11-18')).toBeNull()
    expect(dayRange('2024-11', 1)).toEqual({ from: '2024-11-01', to: '2024-11-30' })
    expect(dayRange('2024-11', 2)).toEqual({ from: '2024-11-16', to: '2024-11-30' })
  })
})

describe('speed of an upload', () => {
  it('is that of the last seconds', () => {
    let samples = addSample([], { at: 0, bytes: 0 })
    expect(speedOf(samples)).toBeNull()
    samples = addSample(samples, { at: 10_000, bytes: 100_000_000 })
    samples = addSample(samples, { at: 20_000, bytes: 101_000_000 })
    expect(speedOf(samples)).toBe(100_000)
  })
  it('starts anew when the server has less than was thought', () => {
    const samples = addSample([{ at: 0, bytes: 9_000_000 }], { at: 1000, bytes: 8_000_000 })
    expect(samples).toEqual([{ at: 1000, bytes: 8_000_000 }])
  })
  it('is told in words', () => {
    expect(speedText(1.5 * 1024 * 1024)).toBe('1.5 MB/秒')
    expect(speedText(null)).toBe('')
    expect(leftText(50_000_000, 1_000_000)).toBe('约剩50秒')
    expect(leftText(200_000_000, 1_000_000)).toBe('约剩3分20秒')
    expect(leftText(120_000_000, 1_000_000)).toBe('约剩2分钟')
    expect(leftText(3_900_000_000, 1_000_000)).toBe('约剩1小时5分钟')
    expect(leftText(1, 0)).toBe('')
    expect(filmSizeText(2_600_000_000)).toBe('2.6 GB')
    expect(filmSizeText(310_000_000)).toBe('310 MB')
    expect(lengthText(1_205_400)).toBe('20分05秒')
  })
})

describe('an unfinished upload', () => {
  const at = { unit: 17, month: '2024-11', half: 1 }
  const upload = (more: Partial<Upload>): Upload => ({
    id: 1, url: '/api/v1/uploads/1', purpose: 'drill.film', slot: '17:2024-11:1:5', unit_id: 17, account_name: '', file_name: 'a.mp4',
    length: 100, received: 40, state: 'open', started_at: '', expires_at: '', ...more,
  })
  it('belongs to its session', () => {
    expect(isOfSession('17:2024-11:1:5', at, 5)).toBe(true)
    expect(isOfSession('17:2024-11:1:6', at, 5)).toBe(false)
    expect(isOfSession('17:2024-11:2:5', at, 5)).toBe(false)
    expect(isOfSession('17:2024-11:1', at, 5)).toBe(true)
  })
  it('is gone on with by the same file only', () => {
    expect(sameFile([upload({})], { name: 'a.mp4', size: 100 }, at, 5)?.id).toBe(1)
    expect(sameFile([upload({})], { name: 'a.mp4', size: 101 }, at, 5)).toBeUndefined()
    expect(sameFile([upload({ state: 'ended' })], { name: 'a.mp4', size: 100 }, at, 5)).toBeUndefined()
  })
})
