import { describe, expect, it } from 'vitest'
import { coefficient, marks, numbers, readMarks, share } from '@/features/exams/words'

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
