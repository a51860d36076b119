import type { Instant } from '@/api/types'
import { momentText } from '@/lib/dates'
import { useSession } from './session'

/** Writes instants as they are read: 11月12日（周二）17:02, with the year when it is not the running business year. */
export function useMoment(): (instant: Instant | null | undefined) => string {
  const session = useSession()
  return (instant) => momentText(instant, session.me?.year)
}
