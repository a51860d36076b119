import type { components } from '@/api/schema'
import { num } from '@/lib/format'

export type Storage = components['schemas']['StorageOut']

const UNITS = ['字节', 'KB', 'MB', 'GB', 'TB']

/** 820 MB · 2.6 GB · 1.23 TB: sizes of disks and films, in steps of 1024. */
export function bytesText(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit < 2 || value >= 100 ? 0 : unit < 4 ? 1 : 2
  // A number and its unit stay on one line.
  return `${value.toFixed(digits)}\u00a0${UNITS[unit]}`
}

/** Fewer days than this are worth acting on. */
export const SCARCE_DAYS = 60

export interface Forecast {
  value: string
  hint: string
  tone?: 'late' | 'soon'
}

/** How long the disk will do at the pace of the last days, and what the pace is. */
export function forecast(storage: Pick<Storage, 'days_left' | 'arrived_bytes' | 'arrived_days' | 'total_bytes'>): Forecast {
  if (storage.days_left == null) {
    return { value: '—', hint: storage.total_bytes == null ? '对象存储的容量不由本系统掌握' : '近期没有新增文件，无法推算' }
  }
  const daily = storage.arrived_days > 0 ? storage.arrived_bytes / storage.arrived_days : 0
  const days = storage.days_left
  return {
    value: days > 3650 ? '10年以上' : `${num(days)}天`,
    hint: `近${storage.arrived_days}天平均每天新增${bytesText(daily)}`,
    tone: days < 14 ? 'late' : days < SCARCE_DAYS ? 'soon' : undefined,
  }
}

export interface Slice {
  key: string
  label: string
  bytes: number
}

/** The disk in its parts: stored files, other data, uploads under way, reserve, free. The parts add up to the whole. */
export function slices(storage: Storage): Slice[] {
  const total = storage.total_bytes
  const free = storage.free_bytes
  if (total == null || free == null) return []
  const stored = Math.min(storage.used_bytes, Math.max(0, total - free))
  const under_way = Math.min(storage.spool_bytes, Math.max(0, total - free - stored))
  const reserve = Math.min(storage.reserve_bytes, free)
  return [
    { key: 'stored', label: '已存文件', bytes: stored },
    { key: 'under_way', label: '未完成的上传', bytes: under_way },
    { key: 'other', label: '其他占用', bytes: Math.max(0, total - free - stored - under_way) },
    { key: 'reserve', label: '预留给数据库', bytes: reserve },
    { key: 'free', label: '可用', bytes: free - reserve },
  ]
}
