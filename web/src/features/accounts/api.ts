import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type AccountFilter = NonNullable<operations['list_accounts']['parameters']['query']>
export type AuditFilter = NonNullable<operations['list_audit']['parameters']['query']>
const by = (id: number) => ({ path: { id } })

/** The requests about accounts, the audit log and jobs, one function each. */
export const accounts = {
  list: (query: AccountFilter) => read(api.GET('/api/v1/accounts', { params: { query } })),
  open: (body: S['OpenAccountsIn']) => read(api.POST('/api/v1/accounts', { body })),
  reset: (id: number) => read(api.POST('/api/v1/accounts/{id}/reset', { params: by(id) })),
  unlock: (id: number) => read(api.POST('/api/v1/accounts/{id}/unlock', { params: by(id) })),
  close: (id: number, reason: string) => read(api.POST('/api/v1/accounts/{id}/close', { params: by(id), body: { reason } })),
  setRoles: (id: number, body: S['SetRolesIn']) => read(api.PUT('/api/v1/accounts/{id}/roles', { params: by(id), body })),
  audit: (query: AuditFilter) => read(api.GET('/api/v1/audit', { params: { query } })),
  verify: () => read(api.GET('/api/v1/audit/verify')),
  jobs: () => read(api.GET('/api/v1/jobs')),
}
