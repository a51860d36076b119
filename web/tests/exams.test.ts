import { describe, expect, it } from 'vitest'
import { asked, hasKey, labelOf } from '@/features/exams/questions'
import { coefficient, marks, numbers, readMarks, readPass, share } from '@/features/exams/words'

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
