import { api, read } from '@/api/client'
import type { components } from '@/api/schema'

type S = components['schemas']
export type Asked = S['ClassRequestOut']
export type AskedList = S['ClassRequestsOut']
export type Decision = S['ClassRequestDecisionIn']
export type Outlook = S['ClassOutlookOut']
export type OutlookYear = S['ClassOutlookYearOut']

const at = (id: number) => ({ params: { path: { id } } })

/** Topics asked for, one function each. */
export const wishes = {
  list: (year: number) => read(api.GET('/api/v1/classes/requests', { params: { query: { year } } })),
  ask: (body: S['ClassRequestIn']) => read(api.POST('/api/v1/classes/requests', { body })),
  seen: () => read(api.POST('/api/v1/classes/requests/seen', {})),
  vote: (id: number, yes: boolean) => read(api.POST('/api/v1/classes/requests/{id}/vote', { ...at(id), body: { yes } })),
  withdraw: (id: number, version: number, note: string) => read(api.POST('/api/v1/classes/requests/{id}/withdraw', { ...at(id), body: { version, note } })),
  decide: (id: number, body: Decision) => read(api.POST('/api/v1/classes/requests/{id}/decide', { ...at(id), body })),
}

/** Plans of several years, one function each. */
export const outlooks = {
  list: () => read(api.GET('/api/v1/classes/outlooks')),
  add: (body: S['ClassOutlookIn']) => read(api.POST('/api/v1/classes/outlooks', { body })),
  save: (id: number, body: S['ClassOutlookChangeIn']) => read(api.PUT('/api/v1/classes/outlooks/{id}', { ...at(id), body })),
  addLeader: (id: number, body: S['ClassLeaderIn']) => read(api.POST('/api/v1/classes/outlooks/{id}/leaders', { ...at(id), body })),
  removeLeader: (id: number, leader: number, version: number) => read(api.POST('/api/v1/classes/outlooks/{id}/leaders/{leader}/remove', { params: { path: { id, leader } }, body: { version } })),
  mark: (id: number, version: number, class_id: number, counts: boolean) => read(api.POST('/api/v1/classes/outlooks/{id}/classes', { ...at(id), body: { version, class_id, counts } })),
}
