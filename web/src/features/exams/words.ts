import { useQuery } from '@tanstack/vue-query'
import { exams } from './api'

export type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

const TONES: Record<string, Tone> = {
  draft: 'none',
  reviewing: 'soon',
  sealed: 'info',
  marking: 'soon',
  published: 'done',
  cancelled: 'none',
  nominated: 'soon',
  carried_over: 'soon',
  reviewed: 'info',
  registered: 'done',
  left_out: 'none',
  passed: 'done',
  failed: 'late',
  absent_leave: 'soon',
  absent: 'late',
  excluded: 'late',
  waiting: 'none',
  saving: 'done',
  silent: 'late',
  paused: 'soon',
  handed_in: 'info',
  collected: 'info',
  void: 'late',
  leave: 'soon',
  away: 'late',
  open: 'soon',
  upheld: 'done',
  rejected: 'none',
  proposed: 'soon',
  approved_once: 'soon',
  approved: 'info',
  applied: 'done',
  refused: 'none',
  withdrawn: 'none',
  once: 'soon',
  needs_third: 'soon',
  needs_chief: 'late',
  final: 'done',
}

/** Said before results are published: who comes again, where an exam carries over, and whose report is missing. */
export function publishing(carries: boolean, missing: string[] = []): string {
  const parts = ['公布后本人和所在单位即可查看']
  if (carries) parts.push('不合格和缺考人员列入下一场')
  const said = `${parts.join('，')}；以后只能由答案更正或复核改分改变成绩。`
  return missing.length ? `${said}${missing.join('、')}还没有反馈考试情况，公布后到截止日前仍可反馈，反馈后列入通报。` : said
}

export const toneOf = (state: string): Tone => TONES[state] ?? 'none'

/** Hundredths of marks as people write them: 86, 86.5. */
export function marks(hundredths: number | null | undefined): string {
  return hundredths === null || hundredths === undefined ? '—' : String(hundredths / 100)
}

/** Thousandths as per cent with one decimal. */
export function share(thousandths: number | null | undefined): string {
  return thousandths === null || thousandths === undefined ? '—' : `${(thousandths / 10).toFixed(1)}%`
}

/** Thousandths as a coefficient with two decimals. */
export function coefficient(thousandths: number | null | undefined): string {
  return thousandths === null || thousandths === undefined ? '—' : (thousandths / 1000).toFixed(2)
}

/** What people typed into a field of marks, as hundredths; none for anything else. */
export function readMarks(text: string): number | null {
  const found = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!found) return null
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
}

/** What is said of a pass mark that cannot be one. */
export const PASS_FAULT = '请填写大于0且不超过满分的分数，最多两位小数。'

/** A pass mark as typed: more than nothing, and at most the full marks where they are known; none for anything else. */
export function readPass(text: string, full?: number | null): number | null {
  const found = readMarks(text)
  return found === null || found <= 0 || (full != null && found > full) ? null : found
}

/** A whole number within bounds as typed or held by a number field; none for anything else. */
export function wholeWithin(value: unknown, least: number, most: number): number | null {
  const text = String(value ?? '').trim()
  const found = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return found >= least && found <= most ? found : null
}

/** Staff numbers as typed: divided by spaces, commas or lines. */
export function numbers(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter(Boolean)
}

export function useWords() {
  const query = useQuery({ queryKey: ['exams', 'words'], queryFn: () => exams.words(), staleTime: Infinity })
  return query
}
