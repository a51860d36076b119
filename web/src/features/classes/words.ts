import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { addDays, dayOf, dayText, instantText, monthDayText } from '@/lib/dates'
import { useSession } from '@/shell/session'
import { classes, type ClassPage, type ClassRow } from './api'

export type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

/** Words that pages choose from, as options. */
export function useWords() {
  const session = useSession()
  const query = useQuery({ queryKey: ['classes', 'words'], queryFn: classes.words, staleTime: Infinity, enabled: computed(() => session.can('class.read')) })
  const options = (rows?: { code: string; name: string }[]) => (rows ?? []).map((row) => ({ value: row.code, label: row.name }))
  const plain = (rows?: string[]) => (rows ?? []).map((row) => ({ value: row, label: row }))
  return {
    kinds: computed(() => options(query.data.value?.kinds)),
    subjects: computed(() => options(query.data.value?.subjects)),
    phases: computed(() => options(query.data.value?.phases)),
    posts: computed(() => options(query.data.value?.posts)),
    forms: computed(() => plain(query.data.value?.forms)),
    packs: computed(() => (query.data.value?.packs ?? []).map((code) => ({ value: code, label: PACKS[code] ?? code }))),
  }
}

/** Packs are named by their places. */
const PACKS: Record<string, string> = { shanghai: '全市通用', baoshan: '宝山区' }

const PHASES: Record<string, Tone> = {
  draft: 'none',
  filed: 'info',
  running: 'info',
  ended: 'soon',
  closing_submitted: 'info',
  returned_for_completion: 'late',
  closed: 'done',
  cancelled: 'none',
}
export const phaseTone = (phase: string): Tone => PHASES[phase] ?? 'none'

const SEATS: Record<string, Tone> = { enrolled: 'done', waiting: 'soon', on_leave: 'info', withdrawn: 'none', moved: 'none' }
export const seatTone = (seat: string): Tone => SEATS[seat] ?? 'none'

const PRESENCES: Record<string, Tone> = { present: 'done', late: 'soon', left_early: 'soon', absent: 'late', excused: 'info', open: 'none' }
export const presenceTone = (presence: string): Tone => PRESENCES[presence] ?? 'none'

const STATES: Record<string, Tone> = { planned: 'none', preparing: 'info', filed: 'info', under_way: 'info', held: 'soon', closed: 'done' }
export const programmeTone = (state: string): Tone => STATES[state] ?? 'none'

/** 集中培训（第2期） */
export const fullTitle = (one: Pick<ClassRow | ClassPage, 'title' | 'batch'>): string => `${one.title}（第${one.batch}期）`

/** 2024年6月3日（周一）至6月7日（周五）; one day is told once. */
export function daysText(first: string | null | undefined, last: string | null | undefined): string {
  if (!first) return '还没有排课'
  if (!last || last === first) return dayText(first)
  const end = first.slice(0, 4) === last.slice(0, 4) ? monthDayText(last) : dayText(last)
  return `${dayText(first)}至${end}`
}

/** 09:00 */
export const clockOf = (instant: string): string => instantText(instant).slice(11)
/** 6月3日（周一）09:00至10:30 */
export function spanText(from: string, until: string): string {
  const day = monthDayText(dayOf(from))
  const same = dayOf(from) === dayOf(until)
  return `${day}${clockOf(from)}至${same ? clockOf(until) : `${monthDayText(dayOf(until))}${clockOf(until)}`}`
}
/** A day and a time of day in Shanghai as the server reads them. */
export const stamp = (day: string, time: string): string => (time === '24:00' ? `${addDays(day, 1)}T00:00:00+08:00` : `${day}T${time.padStart(5, '0')}:00+08:00`)

/** Whole or broken numbers of a form; null for an empty field. */
export function quantity(typed: string): number | null {
  const text = typed.trim()
  return text === '' ? null : Number(text)
}
