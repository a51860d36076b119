import { useQueries, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import type { AssessmentOut } from '@/api/types'
import { assessment } from '../api'
import { firstYear } from './years'

/** So many years back a training file tells. */
const BACK = 3

/** The years before, newest first, from the day the person joined and as far as there are rules; nothing until that day is known. */
export function useEarlierYears(person: Ref<number>, year: Ref<number>, joinedOn: Ref<string | undefined>) {
  const policy = useQuery({ queryKey: computed(() => ['policy', year.value]), queryFn: () => assessment.policy(year.value), enabled: computed(() => Boolean(joinedOn.value)) })
  const years = computed(() => {
    if (!policy.data.value || !joinedOn.value) return []
    const first = Math.max(firstYear(policy.data.value.packs), Number(joinedOn.value.slice(0, 4)))
    return Array.from({ length: BACK }, (_, back) => year.value - 1 - back).filter((past) => past >= first)
  })
  const answers = useQueries({
    queries: computed(() =>
      years.value.map((past) => ({
        queryKey: ['assessment', person.value, past, ''],
        queryFn: () => assessment.person(person.value, past),
        retry: false,
      })),
    ),
  })
  return computed<AssessmentOut[]>(() => answers.value.map((answer) => answer.data).filter((data): data is AssessmentOut => data !== undefined))
}
