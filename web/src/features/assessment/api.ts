import { http } from '@/api/http'
import type {
  AssessmentOut,
  AssessmentRow,
  EntryRow,
  Finding,
  ImportOut,
  OverviewOut,
  Page,
  PolicyDraft,
  PolicyOut,
  TrainingFileOut,
  TrainingSession,
  WhatIfOut,
} from '@/api/types'

export interface ListFilter {
  unit?: string
  year: number
  result?: string
  state?: string
  risk?: string
  q?: string
  page?: number
  size?: number
  sort?: string
  [key: string]: string | number | undefined
}

export interface Change {
  key: string
  value: string
}

/** The requests of the assessment, one function each. */
export const assessment = {
  me: (year: number) => http.get<AssessmentOut>('/assessment/me', { year }),
  person: (id: number, year: number, as_of?: string) => http.get<AssessmentOut>(`/assessment/people/${id}`, { year, as_of }),
  entries: async (id: number, year: number) => (await http.get<{ rows: EntryRow[] }>(`/assessment/people/${id}/entries`, { year })).rows,
  overview: (year: number, unit?: string | number, basis?: string) =>
    http.get<OverviewOut>('/assessment/overview', { year, unit, basis }),
  list: (filter: ListFilter) => http.get<Page<AssessmentRow>>('/assessment/list', filter),
  file: (id: number, year: number, purpose: string) => http.get<TrainingFileOut>(`/training-file/${id}`, { year, purpose }),
  waive: (id: number, body: { year: number; component: string; reason: string }) => http.post(`/assessment/people/${id}/waivers`, body),
  revokeWaiver: (id: number, reason: string) => http.post(`/assessment/waivers/${id}/revoke`, { reason }),
  reverseEntry: (id: number, reason: string) => http.post(`/assessment/entries/${id}/reverse`, { reason }),
  imports: () => http.get<Page<ImportOut> | ImportOut[]>('/ledger/imports'),
  policy: (year: number) => http.get<PolicyOut>('/policy', { year }),
  check: (year: number, changes: Change[] = []) => http.post<{ year: number; pack: string; findings: Finding[] }>('/policy/check', { year, changes }),
  whatIf: (body: { year: number; changes: Change[]; unit?: number | null }) =>
    http.post<WhatIfOut>('/policy/what-if', body),
  drafts: async () => (await http.get<{ rows: PolicyDraft[] }>('/policy/drafts')).rows,
  saveDraft: (body: { title: string; year: number; changes: Change[] }) => http.post<PolicyDraft>('/policy/drafts', body),
  publishDraft: (id: number) => http.post<PolicyDraft>(`/policy/drafts/${id}/publish`),
  discardDraft: (id: number) => http.post(`/policy/drafts/${id}/discard`),
  closeYear: (year: number) => http.post(`/policy/years/${year}/close`),
  sessions: async (year: number) => (await http.get<{ rows: TrainingSession[] }>('/assessment/sessions', { year })).rows,
  addSession: (body: { unit_id: number; starts_on: string; ends_on: string; note?: string }) =>
    http.post<TrainingSession>('/assessment/sessions', body),
  removeSession: (session: TrainingSession) => http.delete(`/assessment/sessions/${session.unit_id}/${session.id}`),
}
