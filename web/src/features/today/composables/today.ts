import { useQuery } from '@tanstack/vue-query'
import { http } from '@/api/http'
import type { TodayOut } from '@/api/types'

/** What must be done today; shared by the first pages and the count in the top bar. */
export function useToday() {
  return useQuery({
    queryKey: ['today'],
    queryFn: () => http.get<TodayOut>('/today'),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
}
