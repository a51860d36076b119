import { describe, expect, it } from 'vitest'
import { doubt, thousandthsOf, writtenOf } from '@/features/fitness/keys'

const run = { measure: 'seconds', most: 1_200_000, least: 120_000 }
const sprint = { measure: 'seconds', most: 60_000, least: 7_000 }
const jump = { measure: 'centimetres', most: 400_000, least: 150_000 }
const times = { measure: 'times', most: 300_000, least: 0 }

describe('keys beside the track', () => {
  it.each([
    [run, '435', '4:35'],
    [run, '1002', '10:02'],
    [run, '435.2', '4:35.2'],
    [run, '59', '59'],
    [run, '', ''],
    [sprint, '134', '13.4'],
    [sprint, '13.45', '13.45'],
    [sprint, '13', '13'],
    [jump, '265', '265'],
    [times, '035', '35'],
  ])('%o %s is %s', (item, keys, written) => {
    expect(writtenOf(item, keys)).toBe(written)
  })
  it('reads what it wrote', () => {
    expect(thousandthsOf('4:35.2')).toBe(275_200)
    expect(thousandthsOf('13.4')).toBe(13_400)
    expect(thousandthsOf('4:75')).toBeNull()
    expect(thousandthsOf('x')).toBeNull()
  })
  it('doubts what cannot be true before it is sent', () => {
    expect(doubt(run, '4:35')).toBe('')
    expect(doubt(run, '4:75')).toContain('60')
    expect(doubt(jump, '26')).toContain('合理范围')
    expect(doubt(times, '3.5')).toContain('整数')
    expect(doubt(jump, '')).toBe('')
  })
})
