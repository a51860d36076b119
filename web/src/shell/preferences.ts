import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const KEY = 'chengzhi.preferences'

interface Kept {
  folded: boolean
  closedGroups: string[]
  hiddenColumns: Record<string, string[]>
}

function read(): Kept {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? '{}') as Partial<Kept>
    return { folded: kept.folded === true, closedGroups: kept.closedGroups ?? [], hiddenColumns: kept.hiddenColumns ?? {} }
  } catch {
    return { folded: false, closedGroups: [], hiddenColumns: {} }
  }
}

/** What a person has arranged on this device: folded navigation and groups of it, hidden columns. */
export const usePreferences = defineStore('preferences', () => {
  const kept = read()
  const folded = ref(kept.folded)
  const closedGroups = ref(kept.closedGroups)
  const hiddenColumns = ref(kept.hiddenColumns)
  watch(
    [folded, closedGroups, hiddenColumns],
    () => {
      try {
        const kept: Kept = { folded: folded.value, closedGroups: closedGroups.value, hiddenColumns: hiddenColumns.value }
        window.localStorage.setItem(KEY, JSON.stringify(kept))
      } catch {
        /* a device that keeps nothing still works */
      }
    },
    { deep: true },
  )
  return { folded, closedGroups, hiddenColumns }
})
