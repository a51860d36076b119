import { api, read, upload } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type Test = S['FitnessTestOut']
export type TestPage = S['FitnessTestPageOut']
export type Entry = S['FitnessEntryOut']
export type Mark = S['FitnessMarkOut']
export type Item = S['FitnessItemOut']
export type Standard = S['FitnessStandardOut']
export type Marked = S['FitnessMarkedOut']
export type Sheet = S['FitnessSheetOut']
export type Waiver = S['FitnessWaiverOut']
export type Records = S['FitnessRecordsOut']
type Query<K extends keyof operations> = operations[K]['parameters'] extends { query?: infer Q } ? NonNullable<Q> : never

const at = (id: number) => ({ params: { path: { id } } })

/** The requests of fitness tests, one function each. */
export const fitness = {
  year: (query: Query<'get_fitness_year'>) => read(api.GET('/api/v1/fitness/year', { params: { query } })),
  people: (query: Query<'list_fitness_year'>) => read(api.GET('/api/v1/fitness/year/people', { params: { query } })),
  yearPath: (year: number, unit?: number) => `/api/v1/fitness/year/export?year=${year}${unit ? `&unit=${unit}` : ''}`,
  tests: (query: Query<'list_fitness_tests'>) => read(api.GET('/api/v1/fitness/tests', { params: { query } })),
  classes: (unit: number, year: number) => read(api.GET('/api/v1/fitness/classes', { params: { query: { unit, year } } })),
  create: (body: S['FitnessTestIn']) => read(api.POST('/api/v1/fitness/tests', { body })),
  test: (id: number) => read(api.GET('/api/v1/fitness/tests/{id}', at(id))),
  change: (id: number, body: S['FitnessChangeIn']) => read(api.PUT('/api/v1/fitness/tests/{id}', { ...at(id), body })),
  cancel: (id: number, body: S['FitnessReasonIn']) => read(api.POST('/api/v1/fitness/tests/{id}/cancel', { ...at(id), body })),
  answer: (id: number, body: S['FitnessAnswerIn']) => read(api.POST('/api/v1/fitness/tests/{id}/answer', { ...at(id), body })),
  list: (id: number, body: S['FitnessPeopleIn']) => read(api.POST('/api/v1/fitness/tests/{id}/people', { ...at(id), body })),
  seat: (id: number, entry: number, body: S['FitnessSeatIn']) => read(api.PUT('/api/v1/fitness/tests/{id}/people/{entry}', { params: { path: { id, entry } }, body })),
  handIn: (id: number, version: number) => read(api.POST('/api/v1/fitness/tests/{id}/results', { ...at(id), body: { version } })),
  exportPath: (id: number) => `/api/v1/fitness/tests/${id}/export`,
  templatePath: (id: number) => `/api/v1/fitness/tests/${id}/sheets`,
  mark: (id: number, body: S['FitnessMarksIn']) => read(api.POST('/api/v1/fitness/tests/{id}/marks', { ...at(id), body })),
  correct: (id: number, body: S['FitnessCorrectIn']) => read(api.POST('/api/v1/fitness/marks/{id}/correct', { ...at(id), body })),
  sendSheet: (id: number, file: File) => upload<Sheet>(`/api/v1/fitness/tests/${id}/sheets`, file),
  storeSheet: (id: number, sheet: number, leave_out_broken: boolean) => read(api.POST('/api/v1/fitness/tests/{id}/sheets/{sheet}/commit', { params: { path: { id, sheet } }, body: { leave_out_broken } })),
  own: () => read(api.GET('/api/v1/fitness/me')),
  person: (id: number) => read(api.GET('/api/v1/fitness/people/{id}', at(id))),
  birth: (id: number, born_on: string) => read(api.PUT('/api/v1/fitness/people/{id}/birth', { ...at(id), body: { born_on } })),
  standards: () => read(api.GET('/api/v1/fitness/standards')),
  addStandard: (body: S['FitnessStandardIn']) => read(api.POST('/api/v1/fitness/standards', { body })),
  withdrawStandard: (id: number, reason: string) => read(api.POST('/api/v1/fitness/standards/{id}/withdraw', { ...at(id), body: { reason } })),
  waivers: (query: Query<'list_fitness_waivers'>) => read(api.GET('/api/v1/fitness/waivers', { params: { query } })),
  askWaiver: (body: S['FitnessWaiverIn']) => read(api.POST('/api/v1/fitness/waivers', { body })),
  decideWaiver: (id: number, body: S['FitnessDecideIn']) => read(api.POST('/api/v1/fitness/waivers/{id}/decide', { ...at(id), body })),
}
