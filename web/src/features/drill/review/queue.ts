import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useAddress, useAddressId, useAddressNumber } from '@/lib/address'
import { review, type Slot } from '../review-api'

/** The review queue of the signed-in reviewer in the order of the findings, as the filters in the address cut it. */
export function useReviewQueue() {
  const month = useAddress('month')
  const half = useAddress('half')
  const unit = useAddressId('unit')
  const page = useAddressNumber('page', 1)
  const size = useAddressNumber('size', 50)
  const filters = computed(() => ({ month: month.value, half: Number(half.value) || undefined, unit: unit.value, page: page.value, size: size.value }))
  const query = useQuery({
    queryKey: computed(() => ['drill', 'queue', filters.value]),
    queryFn: () => review.queue(filters.value),
    placeholderData: (before) => before,
  })
  const rows = computed(() => query.data.value?.rows ?? [])
  return { query, rows }
}

/** The address of the review page of a record. */
export const reviewPath = (row: { unit_id: number; month: string; half: number }) => `/drill/review/${row.unit_id}/${row.month}/${row.half}`

export const sameSlot = (row: { unit_id: number; month: string; half: number }, at: Slot) =>
  row.unit_id === at.unit && row.month === at.month && row.half === at.half
