import { describe, expect, it } from 'vitest'
import { hundredths, missing, points, taughtText, type FormField } from '@/features/faculty/form'

describe('points as people write them', () => {
  it('reads hundredths and refuses what is no score', () => {
    expect(['86.5', '100', '0', '79.99', ' 80 '].map(hundredths)).toEqual([8650, 10000, 0, 7999, 8000])
    expect(['100.01', '-1', '86.555', '', 'abc', '1e2', '１０'].map(hundredths)).toEqual(Array(7).fill(null))
  })
  it('writes them back', () => {
    expect([8650, 10000, 8975, null, undefined].map(points)).toEqual(['86.5', '100', '89.75', '—', '—'])
  })
  it('tells minutes as hours of 45', () => {
    expect([0, 45, 100].map(taughtText)).toEqual(['—', '1 学时', '2.2 学时'])
  })
})

describe('what is missing before the server is asked', () => {
  const fields: FormField[] = [
    { key: 'kind', label: '种类', kind: 'select', required: true },
    { key: 'name', label: '姓名', kind: 'text', required: true, when: (values) => values.kind === 'external' },
    { key: 'score', label: '得分', kind: 'points' },
    { key: 'from', label: '开始', kind: 'time' },
    { key: 'fields', label: '领域', kind: 'many', required: true },
  ]
  it('asks only for fields that are shown', () => {
    expect(Object.keys(missing(fields, { kind: 'city', fields: ['gas'] }))).toEqual([])
    expect(Object.keys(missing(fields, { kind: 'external', fields: ['gas'] }))).toEqual(['name'])
  })
  it('names every fault at once', () => {
    expect(Object.keys(missing(fields, { kind: '', score: '101', from: '25:00', fields: [] }))).toEqual(['kind', 'score', 'from', 'fields'])
    expect(missing(fields, { kind: 'city', from: '24:00', fields: ['gas'] })).toEqual({})
  })
})
