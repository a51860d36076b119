import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useSession } from './session'

/** The year that the pages show: in the address when it is not the current one. */
export function useYear() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  return computed<number>({
    get: () => Number(route.query.year) || session.me?.year || new Date().getFullYear(),
    set: (year) => {
      const query = { ...route.query }
      if (year === session.me?.year) delete query.year
      else query.year = String(year)
      void router.replace({ query })
    },
  })
}
