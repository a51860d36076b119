import { useQueries, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { assessment } from '../api'

/** How far a year has come. */
export type YearPhase = 'running' | 'over' | 'closed'

export const PHASE_NAME: Record<YearPhase, string> = { running: '进行中', over: '待结账', closed: '已结账' }
export const PHASE_TONE: Record<YearPhase, 'info' | 'soon' | 'done'> = { running: 'info', over: 'soon', closed: 'done' }

export interface YearLine {
  year: number
  phase: YearPhase
  title: string
  closed_at?: string
  closed_by?: string
}

/** So many years back are listed. */
const BACK = 3

/** The first year that has rules: a pack is named `shanghai/2023`. */
export function firstYear(packs: readonly string[]): number {
  const years = packs.map((pack) => Number(pack.split('/')[1])).filter((year) => year > 0)
  return years.length ? Math.min(...years) : Number.MAX_SAFE_INTEGER
}

/** The running year and those before it, as far as there are rules for them. */
export function useYears(running: Ref<number>) {
  const now = useQuery({ queryKey: computed(() => ['policy', running.value]), queryFn: () => assessment.policy(running.value) })
  const past = computed(() => {
    const first = now.data.value ? firstYear(now.data.value.packs) : running.value
    return Array.from({ length: BACK }, (_, back) => running.value - 1 - back).filter((year) => year >= first)
  })
  const answers = useQueries({ queries: computed(() => past.value.map((year) => ({ queryKey: ['policy', year], queryFn: () => assessment.policy(year) }))) })
  const lines = computed<YearLine[]>(() =>
    [now.data.value, ...answers.value.map((answer) => answer.data)].flatMap((policy) =>
      policy
        ? [
            {
              year: policy.year,
              phase: policy.closed ? ('closed' as const) : policy.year < running.value ? ('over' as const) : ('running' as const),
              title: policy.carried_over ? `${policy.title}（${policy.carried_over}）` : policy.title,
              closed_at: policy.closed?.at,
              closed_by: policy.closed?.by,
            },
          ]
        : [],
    ),
  )
  const error = computed(() => now.error.value ?? answers.value.map((answer) => answer.error).find(Boolean) ?? null)
  const pending = computed(() => now.isPending.value || answers.value.some((answer) => answer.isPending))
  const retry = () => Promise.all([now.refetch(), ...answers.value.map((answer) => answer.refetch())])
  return { lines, error, pending, retry }
}
