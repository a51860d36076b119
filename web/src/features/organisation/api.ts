import { http } from '@/api/http'
import type { LateUpdate, Page, PersonOut, PersonRow, StatusEvent, UnitOut } from '@/api/types'

export interface PersonIn {
  staff_no: string
  name: string
  unit_id: number
  established: boolean
  category: string
  post: string
  rank?: string | null
  joined_on: string
  induction_ended_on?: string | null
}

/** The requests about units and people, one function each. */
export const organisation = {
  people: (query: Record<string, string | number | undefined>) => http.get<Page<PersonRow>>('/people', query),
  person: (id: number) => http.get<PersonOut>(`/people/${id}`),
  addPerson: (body: PersonIn) => http.post<PersonOut>('/people', body),
  changePerson: (id: number, body: Partial<PersonIn>) => http.patch<PersonOut>(`/people/${id}`, body),
  transfer: (id: number, unit_id: number, from: string) => http.post<PersonOut>(`/people/${id}/transfer`, { unit_id, from }),
  addEvent: (id: number, body: { kind: string; effective_on: string; decided_on: string; note?: string }) =>
    http.post<StatusEvent>(`/people/${id}/events`, body),
  revokeEvent: (id: number, event: number, reason: string) => http.post(`/people/${id}/events/${event}/revoke`, { reason }),
  lateUpdates: (query: Record<string, string | number | undefined>) => http.get<Page<LateUpdate>>('/people/late-updates', query),
  unit: (id: number) => http.get<UnitOut>(`/units/${id}`),
  addUnit: (body: { code: string; name: string; kind: string; opened_on: string; parent_id: number; street_id?: number | null }) =>
    http.post<UnitOut>('/units', body),
  moveUnit: (id: number, body: { line: string; parent_id: number; from: string }) => http.post(`/units/${id}/move`, body),
  closeUnit: (id: number, on: string) => http.post(`/units/${id}/close`, { on }),
}
