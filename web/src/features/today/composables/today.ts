import { useQuery } from '@tanstack/vue-query'
import { api, read } from '@/api/client'

/** What must be done today; shared by the first pages and the count in the top bar. */
export function useToday() {
  return useQuery({
    queryKey: ['today'],
    queryFn: () => read(api.GET('/api/v1/today')),
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  })
}
