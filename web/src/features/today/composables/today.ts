import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api, read } from '@/api/client'
import type { TodayOut } from '@/api/types'
import type { FigureItem } from '@/components/FigureRow.vue'
import { useSession } from '@/shell/session'
import { headlineOf, placeOwn } from './own'

/** What must be done today; shared by the first pages and the count in the top bar. */
export function useToday() {
  const session = useSession()
  const query = useQuery({
    queryKey: ['today'],
    queryFn: () => read(api.GET('/api/v1/today')),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
  const hasOwn = computed(() => query.data.value?.blocks.some((block) => block.items.some((item) => item.kind.startsWith('own_'))) ?? false)
  /** The dates and clauses of the own lines stand in the own year. */
  const own = useQuery({
    queryKey: computed(() => ['assessment', 'me', session.me?.year]),
    queryFn: () => read(api.GET('/api/v1/assessment/me', { params: { query: { year: session.me?.year } } })),
    enabled: hasOwn,
    staleTime: 60_000,
  })
  const blocks = computed(() => placeOwn(query.data.value?.blocks ?? [], own.data.value))
  const headline = computed(() => (query.data.value ? headlineOf(blocks.value) : ''))
  const figures = computed(() => (query.data.value?.figures ?? []).map(figureItem))
  return { query, blocks, headline, figures }
}

/** What a rate says when its base is empty, by the word of its base. */
const NOTHING: Record<string, string> = { 已审核: '尚无应审记录', 应报: '尚无应报记录', 应考核: '没有应考核人员' }

/** A rate on an empty base is no 0 %: it shows a dash and says why on hover. */
export function figureItem(figure: NonNullable<TodayOut['figures']>[number]): FigureItem {
  const base = /(已审核|应报|应考核)0(?:期|人)/.exec(figure.hint ?? '')?.[1]
  if (figure.unit !== '%' || !base) return { ...figure, title: figure.unit === '%' ? figure.hint : null }
  return { ...figure, value: '—', unit: null, title: NOTHING[base] ?? null, trend: null }
}
