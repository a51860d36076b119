import type { Day, Due, Instant } from '@/api/types'

const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'] as const

interface Parts {
  year: number
  month: number
  day: number
}

function partsOf(day: Day): Parts | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(day)
  if (!match) return null
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
}

/** A calendar day as a UTC midnight; only for arithmetic between days. */
function utcOf(day: Day): number {
  const parts = partsOf(day)
  return parts ? Date.UTC(parts.year, parts.month - 1, parts.day) : Number.NaN
}

/** 周三 */
export function weekdayText(day: Day): string {
  const time = utcOf(day)
  return Number.isNaN(time) ? '' : `周${WEEKDAYS[new Date(time).getUTCDay()]}`
}

/** 2024年11月20日（周三） */
export function dayText(day: Day | null | undefined): string {
  if (!day) return '—'
  const parts = partsOf(day)
  if (!parts) return day
  return `${parts.year}年${parts.month}月${parts.day}日（${weekdayText(day)}）`
}

/** 11月20日（周三）, where the year goes without saying */
export function monthDayText(day: Day | null | undefined): string {
  return dayText(day).replace(/^\d+年/, '')
}

/** 11-20, for tables of one year; the year is added when it is another one. */
export function shortDay(day: Day | null | undefined, year?: number): string {
  if (!day) return '—'
  const parts = partsOf(day)
  if (!parts) return day
  return year !== undefined && parts.year !== year ? day.slice(0, 10) : day.slice(5, 10)
}

/** 2024年11月 */
export function monthText(month: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})/.exec(month ?? '')
  return match ? `${Number(match[1])}年${Number(match[2])}月` : '—'
}

/** The month number of 2024-11 or of a bare number. */
export function monthNumber(month: string | number): number {
  return typeof month === 'number' ? month : Number(month.slice(5, 7) || month)
}

/** 2024-11 */
export function monthKey(year: number, month: number): string {
  return `${year}-${String(month).padStart(2, '0')}`
}

/** The months of a year: 2024-01 … 2024-12 */
export function monthsOf(year: number): string[] {
  return Array.from({ length: 12 }, (_, index) => monthKey(year, index + 1))
}

/** The same to be chosen from: 1月 … 12月 */
export function monthOptions(year: number): { value: string; label: string }[] {
  return monthsOf(year).map((value) => ({ value, label: `${monthNumber(value)}月` }))
}

/** An instant in Shanghai, whatever zone the machine is in: 2024-11-18 09:05 */
export function instantText(instant: Instant | null | undefined): string {
  if (!instant) return '—'
  const time = Date.parse(instant)
  if (Number.isNaN(time)) return instant
  const local = new Date(time + 8 * 3600_000).toISOString()
  return `${local.slice(0, 10)} ${local.slice(11, 16)}`
}

/** 11月12日（周二）14:00 in Shanghai, for people; with the year where it is asked for. */
export function momentText(instant: Instant | null | undefined, year = false): string {
  if (!instant) return '—'
  const local = instantText(instant)
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/.test(local)) return local
  const day = local.slice(0, 10)
  return `${year ? dayText(day) : monthDayText(day)}${local.slice(11)}`
}

/** 09:05 in Shanghai, from milliseconds. */
export function clockText(time: number): string {
  return new Date(time + 8 * 3600_000).toISOString().slice(11, 16)
}

/** The Shanghai day of an instant. */
export function dayOf(instant: Instant): Day {
  return instantText(instant).slice(0, 10)
}

export function addDays(day: Day, count: number): Day {
  return new Date(utcOf(day) + count * 86_400_000).toISOString().slice(0, 10)
}

/** Whole days from one day to another, negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((utcOf(to) - utcOf(from)) / 86_400_000)
}

export type DueTone = 'late' | 'soon' | 'calm'

/** Within this many days a due date is shown as near. */
const SOON_DAYS = 5

export function dueTone(due: Pick<Due, 'late' | 'days_left'>): DueTone {
  if (due.late || due.days_left < 0) return 'late'
  return due.days_left <= SOON_DAYS ? 'soon' : 'calm'
}

/** 已过期3天 · 今天截止 · 明天截止 · 还有5天（3个工作日） */
export function dueLeftText(due: Pick<Due, 'late' | 'days_left' | 'working_days_left'>): string {
  if (due.late || due.days_left < 0) {
    const days = Math.abs(due.days_left)
    return days === 0 ? '已过期' : `已过期${days}天`
  }
  if (due.days_left === 0) return '今天截止'
  if (due.days_left === 1) return '明天截止'
  const working = due.working_days_left
  return working === null || working === undefined || working === due.days_left
    ? `还有${due.days_left}天`
    : `还有${due.days_left}天（${working}个工作日）`
}
