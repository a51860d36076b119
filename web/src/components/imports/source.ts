import { api, read, upload } from '@/api/client'
import type { components } from '@/api/schema'
import type { LeaverDecision } from '@/api/types'

type S = components['schemas']

/** What both kinds of import have in common. */
export type AnyImport = (S['RosterImportOut'] | S['LedgerImportOut']) & { counts: object }
export interface ImportFilter {
  verdict?: string
  page?: number
  size?: number
}
export interface ImportSource {
  key: string
  page: string
  template: string
  broken: (id: number) => string
  list: () => Promise<{ total: number; rows: AnyImport[] }>
  show: (id: number, filter: ImportFilter) => Promise<AnyImport>
  send: (file: File, onProgress: (share: number) => void, asOf?: string) => Promise<AnyImport>
  commit: (id: number, accept_broken: boolean, leavers: LeaverDecision[]) => Promise<unknown>
  discard: (id: number) => Promise<unknown>
  reverse?: (id: number, reason: string) => Promise<unknown>
}

export const rosterSource: ImportSource = {
  key: 'roster-imports',
  page: '/roster',
  template: '/api/v1/roster/template.xlsx',
  broken: (id) => `/api/v1/roster/imports/${id}/broken.xlsx`,
  list: () => read(api.GET('/api/v1/roster/imports')),
  show: (id, query) => read(api.GET('/api/v1/roster/imports/{id}', { params: { path: { id }, query } })),
  send: (file, onProgress, as_of) => upload<S['RosterImportOut']>('/api/v1/roster/imports', file, onProgress, { as_of }),
  commit: (id, accept_broken, leavers) =>
    read(api.POST('/api/v1/roster/imports/{id}/commit', { params: { path: { id } }, body: { accept_broken, leavers } })),
  discard: (id) => read(api.POST('/api/v1/roster/imports/{id}/discard', { params: { path: { id } } })),
}

export const ledgerSource: ImportSource = {
  key: 'ledger-imports',
  page: '/assessment/ledger',
  template: '/api/v1/ledger/template.xlsx',
  broken: (id) => `/api/v1/ledger/imports/${id}/broken.xlsx`,
  list: () => read(api.GET('/api/v1/ledger/imports')),
  show: (id, query) => read(api.GET('/api/v1/ledger/imports/{id}', { params: { path: { id }, query } })),
  send: (file, onProgress) => upload<S['LedgerImportOut']>('/api/v1/ledger/imports', file, onProgress),
  commit: (id, accept_broken) => read(api.POST('/api/v1/ledger/imports/{id}/commit', { params: { path: { id } }, body: { accept_broken } })),
  discard: (id) => read(api.POST('/api/v1/ledger/imports/{id}/discard', { params: { path: { id } } })),
  reverse: (id, reason) => read(api.POST('/api/v1/ledger/imports/{id}/reverse', { params: { path: { id } }, body: { reason } })),
}

/** A count by its name; the two kinds of import count different things. */
export function countOf(out: AnyImport | undefined, key: string): number {
  return (out?.counts as Record<string, number> | undefined)?.[key] ?? 0
}
