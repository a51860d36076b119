import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
type RecordFilter = NonNullable<operations['list_study_records']['parameters']['query']>
/** One record: a unit and a month. */
const slot = (unit_id: number, month: string) => ({ path: { unit_id, month } })

/** The requests of the monthly study, one function each. */
export const study = {
  grid: (year: number, unit?: number) => read(api.GET('/api/v1/study/grid', { params: { query: { year, unit, level: 'unit' } } })),
  records: (query: RecordFilter) => read(api.GET('/api/v1/study/records', { params: { query } })),
  record: (unit: number, month: string) => read(api.GET('/api/v1/study/records/{unit_id}/{month}', { params: slot(unit, month) })),
  save: (unit: number, month: string, body: S['SaveIn']) =>
    read(api.PUT('/api/v1/study/records/{unit_id}/{month}', { params: slot(unit, month), body })),
  roster: (unit: number, month: string, on: string) =>
    read(api.GET('/api/v1/study/records/{unit_id}/{month}/roster', { params: { ...slot(unit, month), query: { on } } })),
  photoPath: (unit: number, month: string) => `/api/v1/study/records/${unit}/${month}/photos`,
  removePhoto: (unit_id: number, month: string, id: number) =>
    read(api.DELETE('/api/v1/study/records/{unit_id}/{month}/photos/{id}', { params: { path: { unit_id, month, id } } })),
  submit: (unit: number, month: string, version: number) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/submit', { params: slot(unit, month), body: { version } })),
  withdraw: (unit: number, month: string, version: number) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/withdraw', { params: slot(unit, month), body: { version } })),
  openReview: (unit: number, month: string, version: number) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/review/open', { params: slot(unit, month), body: { version } })),
  releaseReview: (unit: number, month: string) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/review/release', { params: slot(unit, month) })),
  passUp: (unit: number, month: string, version: number) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/review/pass-up', { params: slot(unit, month), body: { version } })),
  confirm: (unit: number, month: string, version: number, note?: string) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/confirm', { params: slot(unit, month), body: { version, note: note || null } })),
  giveBack: (unit: number, month: string, body: S['ComplaintIn']) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/return', { params: slot(unit, month), body })),
  reject: (unit: number, month: string, body: S['ComplaintIn']) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/reject', { params: slot(unit, month), body })),
  correct: (unit: number, month: string, body: S['CorrectionIn']) =>
    read(api.POST('/api/v1/study/records/{unit_id}/{month}/correct', { params: slot(unit, month), body })),
  reasons: () => read(api.GET('/api/v1/study/return-reasons')),
  mine: (year: number) => read(api.GET('/api/v1/study/mine', { params: { query: { year } } })),
  tasks: (year: number) => read(api.GET('/api/v1/study/tasks', { params: { query: { year } } })),
  saveTask: (month: string, body: S['TaskIn']) => read(api.PUT('/api/v1/study/tasks/{month}', { params: { path: { month } }, body })),
  materialPath: (month: string) => `/api/v1/study/tasks/${month}/materials`,
  removeMaterial: (month: string, hash: string) =>
    read(api.DELETE('/api/v1/study/tasks/{month}/materials/{hash}', { params: { path: { month, hash } } })),
  makeups: (year: number, unit?: number) => read(api.GET('/api/v1/study/makeups', { params: { query: { year, unit } } })),
  candidates: (month: string, unit?: number) => read(api.GET('/api/v1/study/makeups/candidates', { params: { query: { month, unit } } })),
  addMakeup: (body: S['MakeupIn']) => read(api.POST('/api/v1/study/makeups', { body })),
  removeMakeupPerson: (id: number, person_id: number, reason: string) =>
    read(api.POST('/api/v1/study/makeups/{id}/remove', { params: { path: { id } }, body: { person_id, reason } })),
  stats: (year: number, unit?: number) => read(api.GET('/api/v1/study/stats', { params: { query: { year, unit } } })),
  sheet: (unit_id: number, year: number) =>
    read(api.GET('/api/v1/study/sheet/{unit_id}', { params: { path: { unit_id }, query: { year } } })),
}
