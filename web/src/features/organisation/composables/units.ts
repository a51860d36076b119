import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { UnitRow } from '@/api/types'
import { useSession } from '@/shell/session'
import { organisation } from '../api'

export interface UnitNode extends UnitRow {
  children: UnitNode[]
}

/** The tree by one of the two lines: 条 (professional, the parent) or 块 (territorial, the street). Units whose parent is
 *  out of sight become roots. */
export function buildTree(units: UnitRow[], line: 'professional' | 'territorial' = 'professional'): UnitNode[] {
  const nodes = new Map<number, UnitNode>(units.map((unit) => [unit.id, { ...unit, children: [] }]))
  const roots: UnitNode[] = []
  for (const unit of units) {
    const node = nodes.get(unit.id)
    if (!node) continue
    const parentId = line === 'territorial' ? (unit.street_id ?? unit.parent_id) : unit.parent_id
    const parent = parentId ? nodes.get(parentId) : undefined
    if (parent && parent !== node) parent.children.push(node)
    else roots.push(node)
  }
  return roots
}

/** Every unit of the account's scope, as of a day (today when not said). */
export function useUnits(on?: MaybeRefOrGetter<string | undefined>) {
  const session = useSession()
  const day = computed(() => toValue(on) || undefined)
  const query = useQuery({
    queryKey: computed(() => ['units', day.value ?? 'now']),
    queryFn: () => organisation.units(day.value),
    enabled: computed(() => session.can('unit.read')),
    staleTime: 5 * 60_000,
  })
  const units = computed(() => query.data.value ?? [])
  const tree = computed(() => buildTree(units.value.filter((unit) => unit.kind !== 'street')))
  const byId = computed(() => new Map(units.value.map((unit) => [unit.id, unit])))
  return { ...query, units, tree, byId }
}
