import { http } from '@/api/http'
import type {
  AssessmentOut,
  AssessmentRow,
  EntryRow,
  Finding,
  ImportOut,
  OverviewOut,
  Page,
  PolicyOut,
  TrainingFileOut,
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

/** The requests of the assessment, one function each. */
export const assessment = {
  me: (year: number) => http.get<AssessmentOut>('/assessment/me', { year }),
  person: (id: number, year: number, as_of?: string) => http.get<AssessmentOut>(`/assessment/people/${id}`, { year, as_of }),
  entries: async (id: number, year: number) => (await http.get<{ rows: EntryRow[] }>(`/assessment/people/${id}/entries`, { year })).rows,
  overview: (year: number, unit?: string | number) => http.get<OverviewOut>('/assessment/overview', { year, unit }),
  list: (filter: ListFilter) => http.get<Page<AssessmentRow>>('/assessment/list', filter),
  file: (id: number, year: number, purpose: string) => http.get<TrainingFileOut>(`/training-file/${id}`, { year, purpose }),
  waive: (id: number, body: { year: number; component: string; reason: string }) => http.post(`/assessment/people/${id}/waivers`, body),
  revokeWaiver: (id: number, reason: string) => http.post(`/assessment/waivers/${id}/revoke`, { reason }),
  reverseEntry: (id: number, reason: string) => http.post(`/assessment/entries/${id}/reverse`, { reason }),
  imports: () => http.get<Page<ImportOut> | ImportOut[]>('/ledger/imports'),
  policy: (year: number) => http.get<PolicyOut>('/policy', { year }),
  check: async (pack: string) => (await http.post<{ findings: Finding[] }>('/policy/check', { pack })).findings,
  whatIf: (body: { year: number; base: string; changes: { key: string; value: string }[]; unit?: number | null }) =>
    http.post<WhatIfOut>('/policy/what-if', body),
}
