import { describe, expect, it } from 'vitest'
import { bytesText, forecast, slices, type Storage } from '@/features/system/storage'

const GB = 1024 ** 3
/** The number and its unit are not parted. */
const kept = (text: string) => text.replace(' ', '\u00a0')
const disk: Storage = {
  backend: 'folder', total_bytes: 1000 * GB, free_bytes: 300 * GB, spool_free_bytes: 300 * GB, reserve_bytes: 50 * GB, used_bytes: 400 * GB,
  files: 9, spool_bytes: 20 * GB, promised_bytes: 0, by_purpose: [], by_unit: [], arrived_bytes: 260 * GB, arrived_days: 30, days_left: 28, open: [],
}

describe('storage', () => {
  it('writes sizes in the unit that can be read', () => {
    expect([bytesText(0), bytesText(1023), bytesText(2048), bytesText(2.6 * GB), bytesText(1.234 * 1024 * GB), bytesText(260 * GB)]).toEqual(['0 字节', '1023 字节', '2 KB', '2.6 GB', '1.23 TB', '260 GB'].map(kept))
  })
  it('parts the disk without losing or inventing a byte', () => {
    const parts = slices(disk)
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(disk.total_bytes)
    expect(parts.find((part) => part.key === 'other')?.bytes).toBe(280 * GB)
    // A store on another disk may hold more than this one is full.
    const odd = slices({ ...disk, free_bytes: 30 * GB, used_bytes: 2000 * GB })
    expect(odd.every((part) => part.bytes >= 0)).toBe(true)
    expect(odd.reduce((sum, part) => sum + part.bytes, 0)).toBe(disk.total_bytes)
    expect(slices({ ...disk, total_bytes: null, free_bytes: null })).toEqual([])
  })
  it('says the days left and at which pace, and why there are none', () => {
    expect(forecast(disk)).toEqual({ value: '28天', hint: kept('近30天平均每天新增8.7 GB'), tone: 'soon' })
    expect(forecast({ ...disk, days_left: 5 }).tone).toBe('late')
    expect(forecast({ ...disk, days_left: null }).hint).toContain('近期没有新增')
    expect(forecast({ ...disk, days_left: null, total_bytes: null }).hint).toContain('对象存储')
  })
})
