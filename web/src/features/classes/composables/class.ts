import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useRoute } from 'vue-router'
import { messageOf } from '@/api/problem'
import { notifyDone } from '@/shell/notices'
import { queryClient } from '@/shell/query'
import { classes, type ClassPage } from '../api'

/** The class of the address, shared by all pages of its workspace. */
export function useClass() {
  const route = useRoute()
  const id = computed(() => Number(route.params.id))
  const key = computed(() => ['classes', 'class', id.value])
  const query = useQuery({ queryKey: key, queryFn: () => classes.get(id.value), enabled: computed(() => id.value > 0) })
  const page = computed(() => query.data.value)
  const may = (act: string): boolean => page.value?.may.includes(act) ?? false
  /** Shows what an act gave and lets everything else of classes be read anew. */
  function set(next: ClassPage, words?: string) {
    queryClient.setQueryData(key.value, next)
    refresh((one) => one[1] !== 'class' || one[2] !== next.id)
    if (words) notifyDone(words)
  }
  /** Reads the class and all that hangs on it anew. */
  function refresh(which: (key: readonly unknown[]) => boolean = () => true) {
    void queryClient.invalidateQueries({ queryKey: ['classes'], predicate: (one) => one.queryKey[1] !== 'words' && which(one.queryKey) })
    void queryClient.invalidateQueries({ queryKey: ['today'] })
  }
  return { id, key, query, page, may, set, refresh }
}

/** One act at a time, with the sentence of its refusal. */
export function useAct() {
  const busy = ref(false)
  const fault = ref('')
  async function act(run: () => Promise<unknown>, words?: string): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    fault.value = ''
    try {
      await run()
      if (words) notifyDone(words)
      return true
    } catch (error) {
      fault.value = messageOf(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, fault, act }
}
