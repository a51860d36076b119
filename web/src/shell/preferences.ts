import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const KEY = 'chengzhi.preferences'

interface Kept {
  folded: boolean
  hiddenColumns: Record<string, string[]>
}

function read(): Kept {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? '{}') as Partial<Kept>
    return { folded: kept.folded === true, hiddenColumns: kept.hiddenColumns ?? {} }
  } catch {
    return { folded: false, hiddenColumns: {} }
  }
}

/** What a person has arranged on this device: folded navigation, hidden columns. */
export const usePreferences = defineStore('preferences', () => {
  const kept = read()
  const folded = ref(kept.folded)
  const hiddenColumns = ref(kept.hiddenColumns)
  watch(
    [folded, hiddenColumns],
    () => {
      try {
        window.localStorage.setItem(KEY, JSON.stringify({ folded: folded.value, hiddenColumns: hiddenColumns.value }))
      } catch {
        /* a device that keeps nothing still works */
      }
    },
    { deep: true },
  )
  return { folded, hiddenColumns }
})
