import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useAddress, useAddressId, useAddressNumber } from '@/lib/address'
import { study } from '../api'

/** The review queue of the signed-in reviewer, as the filters in the address cut it. */
export function useQueue() {
  const month = useAddress('month')
  const unit = useAddressId('unit')
  const page = useAddressNumber('page', 1)
  const size = useAddressNumber('size', 50)
  const filters = computed(() => ({ queue: 'review', month: month.value, unit: unit.value, page: page.value, size: size.value }))
  const query = useQuery({
    queryKey: computed(() => ['records', filters.value]),
    queryFn: () => study.records(filters.value),
    placeholderData: (before) => before,
  })
  const rows = computed(() => query.data.value?.rows ?? [])
  return { query, rows }
}
