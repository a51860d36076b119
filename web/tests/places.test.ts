import { describe, expect, it } from 'vitest'
import { placeOf } from '@/features/today/composables/places'

describe('where a line of the first page leads', () => {
  it.each([
    ['/study/records/3/2024-11', '/m/study/3/2024-11'],
    ['/drill/records/3/2024-11-1', '/m/drill/3/2024-11-1'],
    ['/classes/4/presence', '/m/classes/4/door'],
    ['/classes/4', '/classes/4'],
    ['/exams/mine', '/m/exams'],
    ['/exams/mine/7', '/m/exams/mine/7'],
    ['/exams/7/sit/9', '/m/exams/7/sit/9'],
    ['/exams/7/board', '/exams/7/board'],
  ])('%s', (link, phone) => {
    expect(placeOf(link, true)).toBe(phone)
    expect(placeOf(link)).toBe(link)
  })
})
