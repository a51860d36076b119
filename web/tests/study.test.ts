import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AttendanceRow } from '@/api/types'
import { expectedCount, markAll, mergeRoster, presentCount, sameDraft } from '@/features/study/composables/attendance'
import { awaitsReview, isOverdue, lastReturnOf, refusals, rosterText, stateSentence, type CycleRecord } from '@/components/record/state'
import { HEIC_SENTENCE, TYPE_SENTENCE, photoFault } from '@/features/study/composables/photos'

const row = (person_id: number, present: boolean, absence_reason: string | null = null): AttendanceRow => ({
  person_id, staff_no: `S${person_id}`, name: `人${person_id}`, post_name: '执法队员', present, absence_reason,
})

describe('attendance', () => {
  it('keeps marks when the roster of another day is fetched', () => {
    const merged = mergeRoster([row(1, true), row(2, false, '休假'), row(3, true)], [row(2, false), row(3, false), row(4, false)])
    expect(merged.map((r) => [r.person_id, r.present, r.absence_reason])).toEqual([[2, false, '休假'], [3, true, null], [4, false, null]])
  })
  it('marks all and forgets reasons of those present', () => {
    const all = markAll([row(1, false, '病假'), row(2, true)], true)
    expect(presentCount(all)).toBe(2)
    expect(all[0]?.absence_reason).toBeNull()
    expect(markAll([row(1, false, '病假')], false)[0]?.absence_reason).toBe('病假')
  })
  it('counts on the base of the server: away by status is expected only when there', () => {
    const away = { ...row(3, false, '长病假'), away: '长病假' }
    const rows = [row(1, true), row(2, false, '休假'), away]
    expect(expectedCount(rows)).toBe(2)
    expect(expectedCount([...rows.slice(0, 2), { ...away, present: true }])).toBe(3)
    const all = markAll(rows, true)
    expect([presentCount(all), expectedCount(all)]).toEqual([2, 2])
  })
  it('knows when two drafts would be saved the same', () => {
    const a = { session: { topic: '拆违', place: null }, attendance: [row(1, true), row(2, false, '休假')] }
    expect(sameDraft(a, { session: { place: '', topic: '拆违' }, attendance: [row(2, false, '休假'), row(1, true)] })).toBe(true)
    expect(sameDraft(a, { session: { topic: '拆违实务' }, attendance: a.attendance })).toBe(false)
    expect(sameDraft(a, { session: a.session, attendance: [row(1, true), row(2, true)] })).toBe(false)
    expect(sameDraft(a, { session: a.session, attendance: [row(1, true), row(2, false, '病假')] })).toBe(false)
  })
})

describe('photos are known by their content', () => {
  const file = (bytes: number[], name: string) => new File([new Uint8Array(bytes)], name)
  it('takes JPEG and PNG whatever they are called', async () => {
    expect(await photoFault(file([0xff, 0xd8, 0xff, 0xe0], '照片.dat'))).toBe('')
    expect(await photoFault(file([0x89, 0x50, 0x4e, 0x47, 0x0d], 'a.png'))).toBe('')
  })
  it('refuses a HEIC with the way to mend it', async () => {
    const heic = [0, 0, 0, 24, ...Array.from('ftypheic').map((c) => c.charCodeAt(0))]
    expect(await photoFault(file(heic, 'IMG_0001.jpg'))).toBe(HEIC_SENTENCE)
    expect(await photoFault(file([1, 2, 3], 'IMG_0001.HEIC'))).toBe(HEIC_SENTENCE)
  })
  it('refuses what is no picture', async () => {
    expect(await photoFault(file([0x25, 0x50, 0x44, 0x46], '扫描.jpg'))).toBe(TYPE_SENTENCE)
  })
  it('says what the server says, word for word', () => {
    const source = readFileSync(resolve(import.meta.dirname, '../../crates/platform/files/src/photo.rs'), 'utf8')
    for (const sentence of [HEIC_SENTENCE, TYPE_SENTENCE]) expect(source).toContain(`"${sentence}"`)
  })
})

describe('what a record page says', () => {
  const due = (late: boolean) => ({ late })
  it('calls a record late only while its first hand-in is still owed', () => {
    expect(isOverdue({ state: 'draft', on_time: null, submit_due: due(true) })).toBe(true)
    expect(isOverdue({ state: 'not_started', submit_due: due(false) })).toBe(false)
    expect(isOverdue({ state: 'returned', on_time: true, submit_due: due(true) })).toBe(false)
    expect(isOverdue({ state: 'draft', on_time: true, submit_due: due(true) })).toBe(false)
    expect(isOverdue({ state: 'locked_missed', on_time: null, submit_due: due(true) })).toBe(false)
  })
  it('gives a reason once', () => {
    const denied = [{ action: 'open_review', why: '审核已经结束。' }, { action: 'confirm', why: '无需再次审核。' }, { action: 'correct', why: '年度已过。' }]
    expect(refusals(denied)).toEqual(['审核已经结束。', '年度已过。'])
    expect(refusals(denied, ['审核已经结束。'])).toEqual(['年度已过。'])
    expect(refusals([{ action: 'confirm', why: '单位还没有提交。' }, { action: 'return', why: '单位还没有提交。' }])).toEqual(['单位还没有提交。'])
  })
})

describe('a record in words', () => {
  const due = { label: '11月25日（周一）' } as CycleRecord['review_due']
  const record = (state: string, more: Partial<CycleRecord & { reviewed_late: boolean }> = {}) => ({
    state, state_name: state, round: 1, version: 1, unit: { name: '一中队', reviewer_name: '区局' }, allowed: [], denied: [],
    submit_due: due, review_due: due, lock_at: due, history: [], ...more,
  })
  const words = { confirmed: '已确认。', exempt: '本月无须报送。' }
  it.each([
    ['submitted', {}, '已报送，由区局在11月25日（周一）前审核。'],
    ['confirmed', {}, '区局已确认。'],
    ['confirmed', { reviewed_late: true }, '区局已确认。审核迟于期限，记在审核方。'],
    ['exempt', {}, '本月无须报送。'],
    ['draft', { allowed: ['save'] }, '提交后由区局在11月25日（周一）前审核。'],
    ['returned', { allowed: ['save'] }, '补正重新提交后由区局在11月25日（周一）前审核。'],
    ['locked_missed', { denied: [{ action: 'save', why: '本月已锁定。' }] }, '本月已锁定。'],
  ])('%s %o', (state, more, text) => {
    expect(stateSentence(record(state, more), words)).toBe(text)
  })
  it('shows the last return only while it is to be mended', () => {
    const history = [{ event: 'submit', n: 1 }, { event: 'return', n: 2 }, { event: 'submit', n: 3 }, { event: 'return', n: 4 }]
    expect(lastReturnOf({ state: 'returned', history })?.n).toBe(4)
    expect(lastReturnOf({ state: 'draft', history })?.n).toBe(4)
    expect(lastReturnOf({ state: 'submitted', history })).toBeNull()
    expect(lastReturnOf({ state: 'draft', history: [] })).toBeNull()
    expect(lastReturnOf(undefined)).toBeNull()
  })
  it('names who came onto and fell off the roster', () => {
    expect(rosterText({ joined: ['王一', '李二'], left: ['张三'] })).toBe('新进入名单：王一、李二；不再在名单：张三。')
    expect(rosterText({ joined: [], left: [] })).toBe('')
    expect(rosterText(undefined)).toBe('')
  })
  it('waits for a reviewer from the hand-in to the decision', () => {
    expect(['draft', 'submitted', 'under_review', 'locked_pending', 'confirmed'].map(awaitsReview)).toEqual([false, true, true, true, false])
  })
})
