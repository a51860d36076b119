import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useUnits } from '@/features/organisation/composables/units'
import { useSession } from '@/shell/session'
import { faculty } from './api'

const BUREAUS = ['city_bureau', 'district_bureau', 'special_unit', 'corps']

/** Words that pages choose from, as options. */
export function useWords() {
  const query = useQuery({ queryKey: ['faculty', 'words'], queryFn: faculty.words, staleTime: Infinity })
  const options = (rows?: { code: string; name: string }[]) => (rows ?? []).map((row) => ({ value: row.code, label: row.name }))
  return {
    words: query.data,
    fields: computed(() => options(query.data.value?.fields)),
    kinds: computed(() => options(query.data.value?.instructor_kinds)),
    states: computed(() => options(query.data.value?.instructor_states)),
    results: computed(() => options(query.data.value?.year_results)),
    placeKinds: computed(() => options(query.data.value?.place_kinds)),
    placeStates: computed(() => options(query.data.value?.place_states)),
    courseKinds: computed(() => options(query.data.value?.courseware_kinds)),
  }
}

/** Bureaus for which the account works, and the one it belongs to. */
export function useBureaus() {
  const { units } = useUnits()
  const session = useSession()
  const bureaus = computed(() => units.value.filter((unit) => BUREAUS.includes(unit.kind)))
  const own = computed(() => {
    const held = session.me?.roles.find((role) => ['district_training', 'city_training'].includes(role.role))?.unit_id
    return bureaus.value.find((unit) => unit.id === held)?.id ?? bureaus.value[0]?.id ?? null
  })
  const options = computed(() => bureaus.value.map((unit) => ({ value: String(unit.id), label: unit.name })))
  return { bureaus, own, options }
}

/** The colour of a state; the word stands beside it. */
export function toneOf(state: string, term?: string | null): 'done' | 'soon' | 'late' | 'info' | 'none' {
  if (term === 'over') return 'late'
  if (term === 'ending') return 'soon'
  if (['appointed', 'in_use', 'selected', 'accepted'].includes(state)) return 'done'
  if (['nominated', 'tried', 'applied', 'waiting', 'sent', 'draft'].includes(state)) return 'info'
  return 'none'
}
