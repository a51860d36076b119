import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'
import type { Slot } from './types'

type S = components['schemas']
type RecordFilter = NonNullable<operations['list_drill_records']['parameters']['query']>

/** The address of a record. */
const path = ({ unit, month, half }: Slot) => ({ unit_id: unit, month, half })

/** The requests of the drill as squads and their readers make them, one function each. */
export const drill = {
  grid: (query: { month?: string; year?: number; unit?: number; level?: 'unit' | 'district' }) =>
    read(api.GET('/api/v1/drill/grid', { params: { query } })),
  months: (month: string, unit?: number) => read(api.GET('/api/v1/drill/months', { params: { query: { month, unit } } })),
  month: (unit_id: number, month: string) => read(api.GET('/api/v1/drill/months/{unit_id}/{month}', { params: { path: { unit_id, month } } })),
  records: (query: RecordFilter) => read(api.GET('/api/v1/drill/records', { params: { query } })),
  record: (at: Slot) => read(api.GET('/api/v1/drill/records/{unit_id}/{month}/{half}', { params: { path: path(at) } })),
  save: (at: Slot, body: S['DrillSaveIn']) => read(api.PUT('/api/v1/drill/records/{unit_id}/{month}/{half}', { params: { path: path(at) }, body })),
  roster: (at: Slot, on: string) => read(api.GET('/api/v1/drill/records/{unit_id}/{month}/{half}/roster', { params: { path: path(at), query: { on } } })),
  submit: (at: Slot, version: number) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/submit', { params: { path: path(at) }, body: { version } })),
  withdraw: (at: Slot, version: number) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/withdraw', { params: { path: path(at) }, body: { version } })),
  attachFilm: (at: Slot, session_id: number, upload_id: string) =>
    read(api.PUT('/api/v1/drill/records/{unit_id}/{month}/{half}/sessions/{session_id}/film', { params: { path: { ...path(at), session_id } }, body: { upload_id } })),
  detachFilm: (at: Slot, session_id: number) =>
    read(api.DELETE('/api/v1/drill/records/{unit_id}/{month}/{half}/sessions/{session_id}/film', { params: { path: { ...path(at), session_id } } })),
  film: (hash: string) => read(api.GET('/api/v1/films/{hash}', { params: { path: { hash } } })),
  filmRoom: (unit_id: number, month: string) => read(api.GET('/api/v1/films/room', { params: { query: { unit_id, month } } })),
  own: (year: number) => read(api.GET('/api/v1/drill/me', { params: { query: { year } } })),
  openUploads: () => read(api.GET('/api/v1/uploads', { params: { query: { purpose: 'drill.film' } } })),
  upload: (id: number) => read(api.GET('/api/v1/uploads/{id}', { params: { path: { id } } })),
  instructors: (unit?: number) => read(api.GET('/api/v1/drill/instructors', { params: { query: { unit } } })),
  exemptions: (query: { unit?: number; state?: string; on?: string }) => read(api.GET('/api/v1/drill/exemptions', { params: { query } })),
  askExemption: (body: S['DrillExemptionIn']) => read(api.POST('/api/v1/drill/exemptions', { body })),
  approveExemption: (id: number, body: S['DrillExemptionActIn']) =>
    read(api.POST('/api/v1/drill/exemptions/{id}/approve', { params: { path: { id } }, body })),
  refuseExemption: (id: number, body: S['DrillExemptionActIn']) =>
    read(api.POST('/api/v1/drill/exemptions/{id}/refuse', { params: { path: { id } }, body })),
  withdrawExemption: (id: number, body: S['DrillExemptionActIn']) =>
    read(api.POST('/api/v1/drill/exemptions/{id}/withdraw', { params: { path: { id } }, body })),
  endExemption: (id: number, body: S['DrillExemptionEndIn']) =>
    read(api.POST('/api/v1/drill/exemptions/{id}/end', { params: { path: { id } }, body })),
}
