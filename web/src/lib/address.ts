import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** One filter kept in the address. Setting any filter but the page itself goes back to page 1. */
export function useAddress(key: string, fallback = ''): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get() {
      const value = route.query[key]
      return typeof value === 'string' ? value : fallback
    },
    set(value: string) {
      const query = { ...route.query }
      if (value === '' || value === fallback || value === null || value === undefined) delete query[key]
      else query[key] = value
      if (key !== 'page') delete query.page
      void router.replace({ query })
    },
  })
}

/** The same for numbers. */
export function useAddressNumber(key: string, fallback: number): WritableComputedRef<number> {
  const text = useAddress(key, String(fallback))
  return computed({
    get: () => Number(text.value) || fallback,
    set: (value: number) => {
      text.value = String(value)
    },
  })
}

/** An id kept in the address, such as a chosen unit. */
export function useAddressId(key: string): WritableComputedRef<number | undefined> {
  const text = useAddress(key)
  return computed({
    get: () => Number(text.value) || undefined,
    set: (value: number | undefined) => {
      text.value = value ? String(value) : ''
    },
  })
}
