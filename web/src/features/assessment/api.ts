import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type ListFilter = NonNullable<operations['list_assessments']['parameters']['query']>
const person = (id: number) => ({ path: { id } })

/** The requests of the assessment, one function each. */
export const assessment = {
  me: (year: number) => read(api.GET('/api/v1/assessment/me', { params: { query: { year } } })),
  person: (id: number, year: number, as_of?: string) =>
    read(api.GET('/api/v1/assessment/people/{id}', { params: { ...person(id), query: { year, as_of } } })),
  /** Post and rank as they are now; the training file names them. */
  profile: (id: number) => read(api.GET('/api/v1/people/{id}', { params: person(id) })),
  entries: async (id: number, year: number) =>
    (await read(api.GET('/api/v1/assessment/people/{id}/entries', { params: { ...person(id), query: { year } } }))).rows,
  overview: (year: number, unit: number | undefined, basis: 'is' | 'was') =>
    read(api.GET('/api/v1/assessment/overview', { params: { query: { year, unit, basis } } })),
  list: (query: ListFilter) => read(api.GET('/api/v1/assessment/list', { params: { query } })),
  file: (person_id: number, year: number, purpose: string) =>
    read(api.GET('/api/v1/training-file/{person_id}', { params: { path: { person_id }, query: { year, purpose } } })),
  waive: (id: number, body: S['WaiverIn']) => read(api.POST('/api/v1/assessment/people/{id}/waivers', { params: person(id), body })),
  revokeWaiver: (id: number, reason: string) =>
    read(api.POST('/api/v1/assessment/waivers/{id}/revoke', { params: { path: { id } }, body: { reason } })),
  reverseEntry: (id: number, reason: string) =>
    read(api.POST('/api/v1/assessment/entries/{id}/reverse', { params: { path: { id } }, body: { reason } })),
  policy: (year: number) => read(api.GET('/api/v1/policy', { params: { query: { year } } })),
  check: (year: number) => read(api.POST('/api/v1/policy/check', { body: { year, changes: [] } })),
  whatIf: (body: S['WhatIfIn']) => read(api.POST('/api/v1/policy/what-if', { body })),
  drafts: async () => (await read(api.GET('/api/v1/policy/drafts'))).rows,
  saveDraft: (body: S['DraftIn']) => read(api.POST('/api/v1/policy/drafts', { body })),
  publishDraft: (id: number) => read(api.POST('/api/v1/policy/drafts/{id}/publish', { params: { path: { id } } })),
  discardDraft: (id: number) => read(api.POST('/api/v1/policy/drafts/{id}/discard', { params: { path: { id } } })),
  /** What is still open in the monthly study of a year; asked here so that the assessment needs no page of the study. */
  studyTotals: async (year: number) => (await read(api.GET('/api/v1/study/stats', { params: { query: { year } } }))).totals,
  ledgerImports: async () => (await read(api.GET('/api/v1/ledger/imports'))).rows,
  closeYear: (year: number) => read(api.POST('/api/v1/policy/years/{year}/close', { params: { path: { year } } })),
  sessions: async (year: number) => (await read(api.GET('/api/v1/assessment/sessions', { params: { query: { year } } }))).rows,
  addSession: (body: S['TrainingSessionIn']) => read(api.POST('/api/v1/assessment/sessions', { body })),
  removeSession: ({ unit_id, id }: S['TrainingSessionOut']) =>
    read(api.DELETE('/api/v1/assessment/sessions/{unit_id}/{id}', { params: { path: { unit_id, id } } })),
}
