import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { shortUnit } from '@/lib/format'
import { exams, type Session } from './api'

/** Districts whose report of an exam that is about to be published is missing, for its holder. */
export function useMissing(session: () => Session) {
  const wanted = computed(() => session().carries_over && session().acts.includes('publish'))
  const query = useQuery({ queryKey: computed(() => ['exams', 'reports', session().id]), queryFn: () => exams.reports(session().id), enabled: wanted })
  return computed(() => (wanted.value ? (query.data.value?.reports ?? []) : []).filter((row) => row.registered && !row.handed_in_at).map((row) => shortUnit(row.district_name)))
}
