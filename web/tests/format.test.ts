import { describe, expect, it } from 'vitest'
import { shortUnit } from '@/lib/format'

describe('short names of bureaus', () => {
  it.each([
    ['上海市宝山区城市管理行政执法局', '宝山区局'],
    ['上海市城市管理行政执法局', '市局'],
    ['上海市城市管理行政执法局执法总队', '市局执法总队'],
    ['大场镇中队', '大场镇中队'],
    ['', ''],
  ])('%s', (name, short) => expect(shortUnit(name)).toBe(short))
})
