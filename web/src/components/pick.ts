import { useQuery } from '@tanstack/vue-query'
import { computed, inject, ref } from 'vue'
import { IN_PANEL } from './panel'

/** The server is asked once typing has paused for so long. */
const PAUSE_MS = 250

/**
 * A choice whose rows the server finds by a word: what was typed, what was found, and what the list needs to open within
 * a modal panel. `rows` keeps what was found before while the next answer is on its way.
 */
export function usePick<R>(parts: {
  /** Names the answers to a word. */
  key: (word: string) => readonly unknown[]
  /** Asks for the rows; no word asks for the first ones. */
  find: (word: string | undefined) => Promise<{ rows: R[] }>
  /** Nothing is asked until then. */
  ready?: () => boolean
}) {
  const inPanel = inject(IN_PANEL, false)
  const word = ref('')
  const query = useQuery({
    queryKey: computed(() => parts.key(word.value)),
    queryFn: () => parts.find(word.value || undefined),
    enabled: computed(() => parts.ready?.() ?? true),
    placeholderData: (before) => before,
  })
  const rows = computed<R[]>(() => query.data.value?.rows ?? [])
  let timer: ReturnType<typeof setTimeout> | undefined
  const search = (text: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => (word.value = text.trim()), PAUSE_MS)
  }
  /** For the list: searches on the server, opens where it can be reached. */
  const list = computed(() => ({
    filterable: true,
    remote: true,
    remoteMethod: search,
    loading: query.isFetching.value && !rows.value.length,
    loadingText: '正在查找',
    teleported: !inPanel,
    popperOptions: inPanel ? { strategy: 'fixed' as const } : {},
  }))
  return { rows, list, word }
}

/** One row of a list as a plain id; the list itself clears to an empty text. */
export function oneOf(get: () => number | null, set: (next: number | null) => void) {
  return computed({ get: () => get() ?? undefined, set: (next: number | undefined | '') => set(next ? Number(next) : null) })
}
