import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type PeopleFilter = NonNullable<operations['list_people']['parameters']['query']>
export type LateFilter = NonNullable<operations['list_late_updates']['parameters']['query']>
const by = (id: number) => ({ path: { id } })

/** The requests about units and people, one function each. */
export const organisation = {
  words: () => read(api.GET('/api/v1/organisation/words')),
  people: (query: PeopleFilter) => read(api.GET('/api/v1/people', { params: { query } })),
  person: (id: number) => read(api.GET('/api/v1/people/{id}', { params: by(id) })),
  addPerson: (body: S['CreatePersonIn']) => read(api.POST('/api/v1/people', { body })),
  changePerson: (id: number, body: S['ChangePersonIn']) => read(api.PATCH('/api/v1/people/{id}', { params: by(id), body })),
  transfer: (id: number, body: S['TransferIn']) => read(api.POST('/api/v1/people/{id}/transfer', { params: by(id), body })),
  addEvent: (id: number, body: S['StatusEventIn']) => read(api.POST('/api/v1/people/{id}/events', { params: by(id), body })),
  revokeEvent: (id: number, event_id: number, reason: string) =>
    read(api.POST('/api/v1/people/{id}/events/{event_id}/revoke', { params: { path: { id, event_id } }, body: { reason } })),
  lateUpdates: (query: LateFilter) => read(api.GET('/api/v1/people/late-updates', { params: { query } })),
  units: (on?: string) => read(api.GET('/api/v1/units', { params: { query: { on } } })),
  unit: (id: number) => read(api.GET('/api/v1/units/{id}', { params: by(id) })),
  addUnit: (body: S['OpenUnitIn']) => read(api.POST('/api/v1/units', { body })),
  moveUnit: (id: number, body: S['MoveUnitIn']) => read(api.POST('/api/v1/units/{id}/move', { params: by(id), body })),
  closeUnit: (id: number, on: string) => read(api.POST('/api/v1/units/{id}/close', { params: by(id), body: { on } })),
}
