import { describe, expect, it } from 'vitest'
import type { ClassPage, Course } from '@/features/classes/api'
import { nextSteps, stations } from '@/features/classes/composables/next'
import { clock, filled, lacking, lanes, lessonIn, minutes, mondayOf, moved, overlapping, stretched, type Slot } from '@/features/classes/composables/timetable'
import { keepScans, keptScans, readCode, signedScan, type Keep } from '@/features/classes/phone/sign'
import { daysText, spanText, stamp } from '@/features/classes/words'
import { hex, hmacSha256, sha256, unhex } from '@/lib/hmac'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('HMAC-SHA-256', () => {
  it('gives the digests of FIPS 180-4', () => {
    expect(hex(sha256(bytes('')))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hex(sha256(bytes('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(hex(sha256(bytes('a'.repeat(1_000_000))))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0')
  })
  it('gives the codes of RFC 4231, also for keys longer than a block', () => {
    expect(hex(hmacSha256(new Uint8Array(20).fill(0x0b), bytes('Hi There')))).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
    expect(hex(hmacSha256(bytes('Jefe'), bytes('what do ya want for nothing?')))).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
    expect(hex(hmacSha256(new Uint8Array(131).fill(0xaa), bytes('Test Using Larger Than Block-Size Key - Hash Key First')))).toBe('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54')
  })
  it('pads messages at every length around a block', () => {
    // Digests of as many letters a, from an independent implementation.
    expect(hex(sha256(bytes('a'.repeat(55))))).toBe('9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318')
    expect(hex(sha256(bytes('a'.repeat(56))))).toBe('b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a')
    expect(hex(sha256(bytes('a'.repeat(64))))).toBe('ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb')
  })
})

describe('a signed scan', () => {
  const device = { id: 7, key: '0b'.repeat(20) }
  it('covers lesson, kind, code and clock', () => {
    const scan = signedScan(device, 12, 'in', '171000.abc123def456', 1_717_000_000_123)
    expect(scan).toMatchObject({ lesson_id: 12, kind: 'in', window: 171000, sign: 'abc123def456', digits: null, device_id: 7 })
    expect(scan?.signature).toBe(hex(hmacSha256(unhex(device.key), bytes('12|in|171000.abc123def456|1717000000123'))))
  })
  it('takes typed figures with or without a gap and refuses anything else', () => {
    expect(readCode('1234 5678')).toEqual({ window: null, sign: null, digits: '12345678' })
    for (const wrong of ['', '1234567', '12.x', 'abcdefgh', '1.ABCDEFGH']) expect(readCode(wrong)).toBeNull()
    expect(signedScan(device, 1, 'out', '87', 1)).toBeNull()
  })
  it('is kept for a few days, and a broken note on the phone is no hindrance', () => {
    const notes = new Map<string, string>()
    const keep: Keep = { getItem: (key) => notes.get(key) ?? null, setItem: (key, value) => void notes.set(key, value) }
    const scan = signedScan(device, 1, 'in', '12345678', 1)!
    keepScans([{ account: 1, name: '甲', at: 1_000, scan }, { account: 1, name: '甲', at: 1_000 + 4 * 86_400_000, scan }], keep)
    expect(keptScans(keep, 1_000 + 4 * 86_400_000)).toHaveLength(1)
    for (const key of notes.keys()) notes.set(key, '{')
    expect(keptScans(keep)).toEqual([])
  })
})

const slot = (key: number, day: string, from: string, until: string, course = 1): Slot => ({
  key, id: key, course_id: course, day, from: minutes(from), until: minutes(until), instructor_id: null, instructor: '', place_id: null, place: '', lat_micro: null, lon_micro: null,
})

describe('the timetable', () => {
  it('moves by minutes and days, never across midnight, and keeps its length', () => {
    const one = slot(1, '2024-06-30', '23:00', '23:50')
    expect(moved(one, { days: 1 })).toMatchObject({ day: '2024-07-01', from: 1380, until: 1430 })
    expect(moved(one, { minutes: 60 })).toMatchObject({ from: 1390, until: 1440 })
    expect(moved(slot(1, '2024-06-30', '00:10', '01:00'), { minutes: -30 })).toMatchObject({ from: 0, until: 50 })
  })
  it('keeps at least one step when it is stretched', () => {
    expect(stretched(slot(1, '2024-06-30', '09:00', '09:20'), -60).until).toBe(minutes('09:10'))
    expect(stretched(slot(1, '2024-06-30', '23:00', '23:50'), 60).until).toBe(1440)
  })
  it('begins weeks on Mondays', () => {
    expect(['2024-06-03', '2024-06-05', '2024-06-09', '2023-12-31'].map(mondayOf)).toEqual(['2024-06-03', '2024-06-03', '2024-06-03', '2023-12-25'])
  })
  it('sees what lies over each other; back to back is no clash', () => {
    const slots = [slot(1, '2024-06-03', '09:00', '10:30'), slot(2, '2024-06-03', '10:00', '11:00'), slot(3, '2024-06-03', '11:00', '12:00'), slot(4, '2024-06-04', '09:00', '10:30')]
    expect([...overlapping(slots)]).toEqual([1, 2])
    const found = lanes(slots.slice(0, 3))
    expect(found.get(1)).toEqual({ lane: 0, of: 2 })
    expect(found.get(2)).toEqual({ lane: 1, of: 2 })
    expect(found.get(3)).toEqual({ lane: 0, of: 1 })
  })
  it('lays what is lacking into free periods of working days', () => {
    const course = (id: number, hours: number): Course => ({ id, title: `课${id}`, subject: 'teaching', subject_name: '授课', topic: null, hours, credits: 1 })
    const courses = [course(1, 4), course(2, 3)]
    // Friday morning is taken; the weekend is left out.
    const before = [slot(9, '2024-06-07', '08:30', '11:40', 3)]
    const after = filled(courses, before, '2024-06-07', '教室')
    const laid = after.slice(1)
    expect(courses.map((one) => lacking(one, after))).toEqual([0, 0])
    expect([...overlapping(after)]).toEqual([])
    expect(laid.map((one) => `${one.day} ${clock(one.from)}-${clock(one.until)}`)).toEqual(['2024-06-07 13:00-14:30', '2024-06-07 14:40-16:10', '2024-06-07 16:20-17:50', '2024-06-10 08:30-09:15'])
    expect(laid.every((one) => one.place === '教室')).toBe(true)
  })
  it('sends instants of Shanghai', () => {
    expect(lessonIn(slot(3, '2024-06-03', '08:30', '10:00'))).toMatchObject({ id: 3, from: '2024-06-03T08:30:00+08:00', until: '2024-06-03T10:00:00+08:00' })
    expect(lessonIn({ ...slot(3, '2024-06-30', '22:00', '23:00'), until: 1440 }).until).toBe('2024-07-01T00:00:00+08:00')
    expect(Number.isNaN(minutes('九点'))).toBe(true)
    expect(stamp('2024-06-03', '9:05')).toBe('2024-06-03T09:05:00+08:00')
  })
})

describe('words of days', () => {
  it('tells one day once and the year once', () => {
    expect(daysText('2024-06-03', '2024-06-07')).toBe('2024年6月3日（周一）至6月7日（周五）')
    expect(daysText('2024-06-03', '2024-06-03')).toBe('2024年6月3日（周一）')
    expect(daysText(null, null)).toBe('还没有排课')
    expect(spanText('2024-06-03T09:00:00+08:00', '2024-06-03T10:30:00+08:00')).toBe('6月3日（周一）09:00至10:30')
  })
})

describe('what is next', () => {
  const due = (late: boolean) => ({ due_on: '2024-05-22', due_at: '2024-05-23T00:00:00+08:00', label: '', late, days_left: late ? -1 : 9, working_days_left: null, rule: { clause: '', rule: '', text: '' } })
  const page = (change: Partial<ClassPage>): ClassPage => ({ id: 4, phase: 'draft', may: ['file', 'edit'], courses: [], lessons: [], filings: [], events: [], enrolled: 0, kind: 'closed', ...change }) as unknown as ClassPage
  const some = [{}] as never[]
  const first = (change: Partial<ClassPage>) => nextSteps(page(change))[0]
  it('leads a draft from courses over lessons to the filing', () => {
    expect(first({})?.title).toBe('安排课程')
    expect(first({ courses: some })).toMatchObject({ title: '排课表', to: '/classes/4/timetable' })
    const filed = { courses: some, lessons: some, enrolled: 3 }
    expect(first({ ...filed, file_by: { due: due(false) } as never })).toMatchObject({ title: '报备', tone: 'info' })
    expect(first({ ...filed, file_by: { due: due(true) } as never })).toMatchObject({ title: '报备', tone: 'late', why: '报备期限2024年5月22日（周三）已过，仍可报备，记为迟报。' })
    expect(first({ ...filed, kind: 'special' })?.title).toBe('发布')
  })
  it('puts a returned filing before everything else', () => {
    const steps = nextSteps(page({ phase: 'filed', filings: [{ answer: 'returned', answer_text: '请改期', to_unit_name: '市局' }] as never, enrolled: 3 }))
    expect(steps[0]).toMatchObject({ title: '按退回意见修改', why: '市局退回：请改期' })
  })
  it('tells a reader without rights where it stands, but leads him nowhere', () => {
    expect(nextSteps(page({ phase: 'ended', may: [] }))[0]?.to).toBeUndefined()
    expect(first({ phase: 'ended', may: ['submit_closing'] })?.to).toBe('/classes/4/closing')
  })
  it('counts a returned closing as not handed in', () => {
    const states = stations(page({ phase: 'returned_for_completion', first_on: '2024-06-03', last_on: '2024-06-07' })).map((one) => one.state)
    expect(states).toEqual(['done', 'done', 'done', 'now', 'ahead', 'ahead'])
    expect(stations(page({ phase: 'closed' })).every((one) => one.state === 'done')).toBe(true)
  })
})
