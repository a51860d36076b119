import type { AssessmentOut, ComponentOut } from '@/api/types'
import { monthKey } from '@/lib/dates'
import { num } from '@/lib/format'

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

/** The window of a closed training that nobody registered, as the explanation names it; empty when it is registered. */
function assumedWindow(component: ComponentOut): string {
  if (component.key !== 'district') return ''
  const text = component.explain.map((step) => step.text).find((said) => said.includes('推定')) ?? ''
  return /集训(.+?至.+?)期间/.exec(text)?.[1] ?? ''
}

/** The last day for what is missing; a window that is only assumed sets none. */
export const dueOf = (component: ComponentOut) => (assumedWindow(component) ? null : component.by)

/** What to do. A training whose window is only assumed has not been held: there is nothing that could have ended. */
export function stepOf(component: ComponentOut): string {
  const window = component.due && !component.met ? assumedWindow(component) : ''
  if (!window) return component.next_step
  const lacking = [
    component.missing_hours > 0 ? `${num(component.missing_hours)}学时` : '',
    component.missing_credits > 0 ? `${num(component.missing_credits)}学分` : '',
  ].filter(Boolean)
  return `未登记集训，按默认窗口${window}计，还差${lacking.join('、')}。请向区局教育培训管理员了解集训安排。`
}

/** The person's risk in a sentence, with the steps as the cards say them. */
export function riskText(data: AssessmentOut): string {
  return data.components.reduce((text, component) => (component.next_step ? text.replace(component.next_step, stepOf(component)) : text), data.risk.text)
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
