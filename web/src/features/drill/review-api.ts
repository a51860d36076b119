import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type DrillRecord = S['DrillRecordOut']
export type DrillSession = S['DrillSessionOut']
export type DrillFilm = S['DrillFilmOut']
export type DrillMark = S['DrillMarkOut']
export type DrillNote = S['DrillNoteOut']
export type DrillCheckItem = S['DrillCheckItemOut']
export type DrillCheckIn = S['DrillCheckIn']
export type DrillRow = S['Page_DrillRowOut']['rows'][number]
export type ReturnReason = S['DrillReturnReasonOut']
export type Contest = S['DrillContestOut']
export type ContestIn = S['DrillContestIn']
export type Instructor = S['DrillInstructorOut']
export type DrillStats = S['DrillStatsOut']
/** How a film is played: links are signed for this account and run out. */
export type FilmLinks = S['FilmLinksOut']
type QueueFilter = NonNullable<operations['list_drill_records']['parameters']['query']>

/** One record: a unit's half-month. */
export interface Slot {
  unit: number
  month: string
  half: number
}

const slot = ({ unit, month, half }: Slot) => ({ path: { unit_id: unit, month, half } })

/** The reviewer's requests, one function each. */
export const review = {
  queue: (query: QueueFilter) => read(api.GET('/api/v1/drill/records', { params: { query: { ...query, queue: 'review' } } })),
  record: (at: Slot) => read(api.GET('/api/v1/drill/records/{unit_id}/{month}/{half}', { params: slot(at) })),
  month: ({ unit, month }: Slot) => read(api.GET('/api/v1/drill/months/{unit_id}/{month}', { params: { path: { unit_id: unit, month } } })),
  film: (hash: string) => read(api.GET('/api/v1/films/{hash}', { params: { path: { hash } } })),
  hold: (hash: string, reason: string) => read(api.POST('/api/v1/films/{hash}/hold', { params: { path: { hash } }, body: { reason } })),
  unhold: (hash: string, reason: string) => read(api.DELETE('/api/v1/films/{hash}/hold', { params: { path: { hash } }, body: { reason } })),
  reasons: (year: number) => read(api.GET('/api/v1/drill/return-reasons', { params: { query: { year } } })),
  open: (at: Slot, version: number) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/review/open', { params: slot(at), body: { version } })),
  release: (at: Slot) => read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/review/release', { params: slot(at) })),
  passUp: (at: Slot, version: number) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/review/pass-up', { params: slot(at), body: { version } })),
  confirm: (at: Slot, body: S['DrillConfirmIn']) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/confirm', { params: slot(at), body })),
  giveBack: (at: Slot, body: S['DrillComplaintIn']) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/return', { params: slot(at), body })),
  reject: (at: Slot, body: S['DrillComplaintIn']) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/reject', { params: slot(at), body })),
  addNote: (at: Slot, body: S['DrillNoteIn']) =>
    read(api.POST('/api/v1/drill/records/{unit_id}/{month}/{half}/notes', { params: slot(at), body })),
  removeNote: ({ unit, month, half }: Slot, id: number) =>
    read(api.DELETE('/api/v1/drill/records/{unit_id}/{month}/{half}/notes/{id}', { params: { path: { unit_id: unit, month, half, id } } })),
}

/** Drill reviews, the register of instructors and the statistics. */
export const drillYear = {
  contests: (year: number) => read(api.GET('/api/v1/drill/contests', { params: { query: { year } } })),
  contest: (id: number) => read(api.GET('/api/v1/drill/contests/{id}', { params: { path: { id } } })),
  addContest: (body: ContestIn) => read(api.POST('/api/v1/drill/contests', { body })),
  saveContest: (id: number, body: ContestIn) => read(api.PUT('/api/v1/drill/contests/{id}', { params: { path: { id } }, body })),
  removeContest: (id: number, version: number, reason: string) =>
    read(api.POST('/api/v1/drill/contests/{id}/remove', { params: { path: { id } }, body: { version, reason } })),
  photoPath: (id: number) => `/api/v1/drill/contests/${id}/photos`,
  removePhoto: (id: number, photo_id: number) =>
    read(api.DELETE('/api/v1/drill/contests/{id}/photos/{photo_id}', { params: { path: { id, photo_id } } })),
  instructors: (unit?: number) => read(api.GET('/api/v1/drill/instructors', { params: { query: { unit } } })),
  addInstructor: (body: S['DrillInstructorIn']) => read(api.POST('/api/v1/drill/instructors', { body })),
  endInstructor: (id: number, to: string) => read(api.POST('/api/v1/drill/instructors/{id}/end', { params: { path: { id } }, body: { to } })),
  stats: (year: number, unit?: number) => read(api.GET('/api/v1/drill/stats', { params: { query: { year, unit } } })),
}
