import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api, read } from '@/api/client'
import type { TodayOut } from '@/api/types'
import type { FigureItem } from '@/components/FigureRow.vue'

/** What must be done today; shared by the first pages and the count in the top bar. */
export function useToday() {
  const query = useQuery({
    queryKey: ['today'],
    queryFn: () => read(api.GET('/api/v1/today')),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
  const blocks = computed(() => query.data.value?.blocks ?? [])
  const headline = computed(() => query.data.value?.headline ?? '')
  const figures = computed(() => (query.data.value?.figures ?? []).map(figureItem))
  return { query, blocks, headline, figures }
}

/** A rate on an empty base is no 0 %: it shows a dash and its hint says why. */
export function figureItem(figure: NonNullable<TodayOut['figures']>[number]): FigureItem {
  if (figure.value === null || figure.value === undefined) return { ...figure, value: '—', unit: null, title: figure.hint ?? null, trend: null }
  return { ...figure, value: figure.value, title: figure.unit === '%' ? figure.hint : null }
}
