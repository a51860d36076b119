import { api, read } from '@/api/client'
import type { components } from '@/api/schema'
import type { Item, Saved, Sitting } from './types'

type AnswersIn = components['schemas']['AnswersIn']
const of = (id: number) => ({ params: { path: { id } } })

/** The requests of somebody who sits an exam, one function each. */
export const sittings = {
  mine: () => read(api.GET('/api/v1/exams/me')),
  start: (exam: number) => read(api.POST('/api/v1/exams/{id}/start', of(exam))) as Promise<Sitting>,
  view: (id: number) => read(api.GET('/api/v1/exams/sittings/{id}', of(id))) as Promise<Sitting>,
  glance: (id: number) =>
    read(api.GET('/api/v1/exams/sittings/{id}', { params: { path: { id }, query: { brief: true } } })) as Promise<Sitting>,
  save: (id: number, device: number, items: Item[]): Promise<Saved> =>
    // The answer is one of three shapes, which the description of the interface calls an object.
    read(api.POST('/api/v1/exams/sittings/{id}/answers', { ...of(id), body: { device, items } as unknown as AnswersIn })),
  takeOver: (id: number) => read(api.POST('/api/v1/exams/sittings/{id}/take-over', of(id))) as Promise<Sitting>,
  handIn: (id: number) => read(api.POST('/api/v1/exams/sittings/{id}/hand-in', of(id))) as Promise<Sitting>,
  after: (id: number) => read(api.GET('/api/v1/exams/sittings/{id}/after', of(id))),
  again: (session: number) => read(api.POST('/api/v1/exams/me/sessions/{id}/attempts', of(session))),
  sessions: () => read(api.GET('/api/v1/exams/me/sessions')),
  result: (id: number) => read(api.GET('/api/v1/exams/me/sessions/{id}/result', of(id))),
  object: (id: number, text: string, question?: number) =>
    read(api.POST('/api/v1/exams/me/sessions/{id}/objections', { ...of(id), body: { text, question: question ?? null } })),
  pageLeft: (id: number, seconds: number) => read(api.POST('/api/v1/exams/sittings/{id}/page-left', { ...of(id), body: { seconds } })),
}
