import type { AssessmentOut, ComponentOut } from '@/api/types'
import { monthKey } from '@/lib/dates'

type Month = NonNullable<ComponentOut['months']>[number]
export type MonthState = 'done' | 'gap' | 'now' | 'ahead' | 'off'

/** A month that has not come yet is not missing, and neither is the running one. */
export function monthState(month: Month, year: number, today: string): MonthState {
  if (!month.due) return 'off'
  if (month.fulfilled) return 'done'
  const key = monthKey(year, month.month)
  const running = today.slice(0, 7)
  return key > running ? 'ahead' : key === running ? 'now' : 'gap'
}

export const MONTH_SIGN: Record<MonthState, string> = { done: '已学', gap: '缺', now: '本月', ahead: '未到', off: '不计' }

/** Why a month looks as it does. */
export function monthWhy(month: Month, state: MonthState): string {
  if (state === 'ahead') return '应学，月份未到'
  if (state === 'now') return '应学，本月尚未记录'
  return month.why
}

const monthsOf = (text: string): number[] =>
  text.split('、').flatMap((part) => {
    const [from, to] = part.split('至').map(Number)
    return from ? Array.from({ length: (to || from) - from + 1 }, (_, step) => from + step) : []
  })

/** What a list says is missing, without the study months that are not over yet. */
export function missingSoFar(text: string, year: number, today: string): string {
  return text
    .split('；')
    .map((part) => {
      const study = /^(科队学习缺)([\d、至]+)月$/.exec(part)
      if (!study) return part
      const over = monthsOf(study[2] ?? '').filter((month) => monthKey(year, month) < today.slice(0, 7))
      return over.length ? `${study[1]}${over.join('、')}月` : ''
    })
    .filter(Boolean)
    .join('；')
}

/** The reasons of a decision while its year runs: a study month that is not over is not missing. */
export function reasonsSoFar(data: Pick<AssessmentOut, 'reasons' | 'year'>, today: string): AssessmentOut['reasons'] {
  return data.reasons.map((reason) => ({ ...reason, text: missingSoFar(reason.text, data.year, today) })).filter((reason) => reason.text !== '')
}
