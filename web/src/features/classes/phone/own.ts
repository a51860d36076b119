import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { queryClient } from '@/shell/query'
import { useSession } from '@/shell/session'
import { classes } from '../api'

/** The own class of the address. */
export function useOwn() {
  const route = useRoute()
  const session = useSession()
  const id = computed(() => Number(route.params.id))
  const query = useQuery({ queryKey: computed(() => ['classes', 'own', session.me?.year]), queryFn: () => classes.own(), enabled: computed(() => session.can('class.own')) })
  const one = computed(() => query.data.value?.classes.find((row) => row.id === id.value))
  const refresh = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['classes', 'own'] }), queryClient.invalidateQueries({ queryKey: ['today'] })])
  return { id, query, one, refresh }
}
