import { api, read, upload } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type Row = S['BankRowOut']
export type Page = S['BankPageOut']
export type Content = S['BankContent']
export type Part = S['BankPart']
export type Key = S['BankKey']
export type Near = S['BankNearOut']
export type Cite = S['BankCiteOut']
export type ImportOut = S['BankImportOut']
export type ImportItem = S['BankImportItemOut']
export type Effect = S['BankEffectOut']
export type Words = S['BankWordsOut']
type Query<K extends keyof operations> = operations[K]['parameters'] extends { query?: infer Q } ? NonNullable<Q> : never
export type Filter = Query<'list_bank_questions'>

const at = (id: number) => ({ params: { path: { id } } })

/** The requests of the question bank, one function each. */
export const bank = {
  words: () => read(api.GET('/api/v1/bank/words')),
  list: (query: Filter) => read(api.GET('/api/v1/bank/questions', { params: { query } })),
  page: (id: number) => read(api.GET('/api/v1/bank/questions/{id}', at(id))),
  add: (body: S['BankDraftIn']) => read(api.POST('/api/v1/bank/questions', { body })),
  save: (id: number, body: S['BankDraftIn']) => read(api.PUT('/api/v1/bank/questions/{id}', { ...at(id), body })),
  revise: (id: number) => read(api.POST('/api/v1/bank/questions/{id}/revise', at(id))),
  propose: (rows: S['BankChosen'][]) => read(api.POST('/api/v1/bank/proposals', { body: { rows } })),
  giveUp: (rows: S['BankChosen'][]) => read(api.POST('/api/v1/bank/withdrawals', { body: { rows } })),
  decide: (rows: S['BankChosen'][], step: string, reason = '') => read(api.POST('/api/v1/bank/decisions', { body: { rows, step, reason } })),
  near: (stem: string, options: string[], except: number | null) => read(api.POST('/api/v1/bank/near', { body: { stem, options, except } })),
  addField: (name: string) => read(api.POST('/api/v1/bank/fields', { body: { name } })),
  imports: () => read(api.GET('/api/v1/bank/imports')),
  begin: (file: File, onProgress: (share: number) => void, filters: { field?: string; topic?: string; level?: string; format?: string }) =>
    upload<S['BankMadeOut']>('/api/v1/bank/imports', file, onProgress, filters),
  importPage: (id: number) => read(api.GET('/api/v1/bank/imports/{id}', at(id))),
  mend: (id: number, item: number, content: Content) => read(api.PUT('/api/v1/bank/imports/{id}/items/{item}', { params: { path: { id, item } }, body: { content } })),
  leave: (id: number, item: number, left_out: boolean) => read(api.POST('/api/v1/bank/imports/{id}/items/{item}/leave', { params: { path: { id, item } }, body: { left_out } })),
  commit: (id: number, leave_faulty: boolean, propose: boolean) => read(api.POST('/api/v1/bank/imports/{id}/commit', { ...at(id), body: { leave_faulty, propose } })),
  discard: (id: number) => read(api.POST('/api/v1/bank/imports/{id}/discard', at(id))),
  losses: (query: Query<'get_bank_losses'>) => read(api.GET('/api/v1/bank/export/losses', { params: { query } })),
  laws: () => read(api.GET('/api/v1/bank/laws')),
  law: (id: number) => read(api.GET('/api/v1/bank/laws/{id}', at(id))),
  enterText: (body: S['BankLawTextIn']) => read(api.POST('/api/v1/bank/laws', { body })),
  effect: (id: number) => read(api.GET('/api/v1/bank/law-texts/{id}/effect', at(id))),
  applyText: (id: number, version: number) => read(api.POST('/api/v1/bank/law-texts/{id}/apply', { ...at(id), body: { version } })),
  discardText: (id: number, version: number) => read(api.POST('/api/v1/bank/law-texts/{id}/discard', { ...at(id), body: { version } })),
}

export const TEMPLATE = '/api/v1/bank/template.xlsx'

/** The address of an export with its filters. */
export function exportPath(filter: Filter, format: string): string {
  const search = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(filter)) {
    if (value !== undefined && value !== null && value !== '' && key !== 'page' && key !== 'size') search.set(key, String(value))
  }
  return `/api/v1/bank/export?${search.toString()}`
}
