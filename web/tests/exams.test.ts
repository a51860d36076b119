import { describe, expect, it } from 'vitest'
import { planFault, roomFaults, sessionFaults } from '@/features/exams/checks'
import { asked, hasKey, labelOf } from '@/features/exams/questions'
import { coefficient, marks, numbers, publishing, readMarks, readPass, share, wholeWithin } from '@/features/exams/words'

describe('marks', () => {
  it('are written without needless zeros', () => {
    expect([8600, 8650, 8625, 0, null].map(marks)).toEqual(['86', '86.5', '86.25', '0', '—'])
  })
  it('are read to the hundredth or refused', () => {
    expect(['86', '86.5', ' 86.25 ', '0'].map(readMarks)).toEqual([8600, 8650, 8625, 0])
    expect(['', '86.255', '-1', '.5', '86.', '八十六', '99999'].map(readMarks)).toEqual([null, null, null, null, null, null, null])
  })
})

it('shares and coefficients are rounded for reading', () => {
  expect([share(715), share(null), coefficient(-215), coefficient(undefined)]).toEqual(['71.5%', '—', '-0.21', '—'])
})

it('staff numbers may be divided by anything people use', () => {
  expect(numbers('3100001，3100002、3100003\n 3100004;')).toEqual(['3100001', '3100002', '3100003', '3100004'])
})

describe('a pass mark', () => {
  it('is more than nothing and at most the full marks', () => {
    expect(['60', '0', '', '-5', '101'].map((text) => readPass(text, 10_000))).toEqual([6000, null, null, null, null])
    expect(readPass('101')).toBe(10_100)
  })
})

describe('a question after the exam', () => {
  const one = (question: number, number: number, kind: string) => ({ question, number, kind, stem: '题干', options: [] })
  const papers = { forms: [{ name: 'A', questions: [one(7, 1, 'single'), one(9, 2, 'short_answer')] }, { name: 'B', questions: [one(9, 3, 'short_answer')] }] }
  const list = asked(papers as never)
  it('is named by its places and its number', () => {
    expect(labelOf(list, 7)).toBe('A卷第1题（题号7）')
    expect(labelOf(list, 9)).toBe('A卷第2题、B卷第3题（题号9）')
    expect(labelOf([], 9)).toBe('题号9的试题')
  })
  it('has a key to correct only where it is marked by one', () => {
    expect(list.map(hasKey)).toEqual([true, false])
    expect(hasKey(undefined)).toBe(false)
  })
})

describe('what is sent is checked before', () => {
  it('whole numbers stay whole and within bounds', () => {
    expect(['5', 5, ' 7 ', '', '-1', '2.5', '11', 'abc', null].map((value) => wholeWithin(value, 1, 10))).toEqual([5, 5, 7, null, null, null, null, null, null])
  })
  it('a fault of a room says which room', () => {
    const room = (name: string, rows: unknown, columns: unknown, closed = '') => ({ name, rows, columns, closed })
    expect(roomFaults([room('一', 5, 6)])).toEqual({})
    const faults = roomFaults([room('一', 5, 6), room('二', '', -3), room('一', 2, 2, '5'), room(' ', 1.5, 2)])
    expect(faults['rooms[1].rows']).toBe('第2个考场“二”：排数应为1至100的整数。')
    expect(faults['rooms[1].columns']).toBe('第2个考场“二”：每排座位应为1至100的整数。')
    expect(faults['rooms[2].name']).toBe('第3个考场“一”：考场名称重复。')
    expect(faults['rooms[2].closed']).toBe('第3个考场“一”：停用的座位号应为1至4的整数。')
    expect(Object.keys(faults).filter((key) => key.startsWith('rooms[3]'))).toEqual(['rooms[3].name', 'rooms[3].rows'])
  })
  it('times follow each other and the length fits', () => {
    const good = { title: '考试', day: '2024-11-20', opens: '09:00', last: '09:30', closes: '11:00', minutes: 90, attempts: '', review_until: '2024-11-14' }
    expect(sessionFaults(good)).toEqual({})
    for (const [change, field] of [
      [{ opens: '' }, 'opens'],
      [{ last: '08:30' }, 'last_start_at'],
      [{ closes: '09:10' }, 'closes_at'],
      [{ minutes: 121 }, 'closes_at'],
      [{ minutes: '1.5' }, 'minutes'],
      [{ minutes: '' }, 'minutes'],
      [{ attempts: '-1' }, 'attempts'],
      [{ review_until: '2024-11-20' }, 'review_until'],
    ] as const)
      expect(Object.keys(sessionFaults({ ...good, ...change }))).toEqual([field])
  })
  it('a blueprint has counts and marks', () => {
    const good = { sections: [{ count: 30, marks: '1' }], limits: [], rate: '', tolerance: '5', rest: '', uses: '', fixed: '', excluded: '', forms: 2 }
    expect(planFault(good)).toBe('')
    expect(planFault({ ...good, sections: [{ count: 30, marks: '' }] })).toContain('第1大题')
    expect(planFault({ ...good, sections: [{ count: '2.5', marks: '1' }] })).toContain('题数')
    expect(planFault({ ...good, fixed: '12，x' })).toContain('题号')
    expect(planFault({ ...good, forms: 0 })).toContain('平行卷')
  })
})

it('publishing says who comes again only where an exam carries over, and whose report is missing', () => {
  expect(publishing(true)).toContain('列入下一场')
  expect(publishing(false)).not.toContain('列入下一场')
  expect(publishing(true, ['静安区局', '宝山区局'])).toContain('静安区局、宝山区局还没有反馈考试情况')
})
