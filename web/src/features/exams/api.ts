import { api, read, upload } from '@/api/client'
import type { components } from '@/api/schema'

type S = components['schemas']
export type Words = S['ExamWordsOut']
export type SessionRow = S['ExamSessionRowOut']
export type Session = S['ExamSessionOut']
export type Sessions = S['ExamSessionsOut']
export type SessionIn = S['ExamSessionIn']
export type Candidate = S['ExamCandidateOut']
export type Papers = S['ExamPapersOut']
export type Build = S['ExamBuildOut']
export type Attempts = S['ExamAttemptsOut']
export type Board = S['ExamBoardOut']
export type BoardRow = S['ExamBoardRowOut']
export type Reports = S['ExamReportsOut']
export type Marking = S['ExamMarkingOut']
export type Answer = S['ExamAnswerToReadOut']
export type OwnMark = S['ExamOwnMarkOut']
export type MarkedAnswer = S['Page_ExamMarkedAnswerOut']['rows'][number]
export type MarkImport = S['ExamMarkImportOut']
export type Circular = S['ExamCircularOut']
export type CircularUnit = S['ExamCircularUnitOut']
export type Correction = S['ExamCorrectionOut']
export type Objection = S['ExamObjectionOut']
export type Analysis = S['ExamAnalysisOut']
export type Field = S['ExamFieldOut']

const at = (id: number) => ({ params: { path: { id } } })
const of = (id: number, candidate: number) => ({ params: { path: { id, candidate } } })

/** The requests of exam sessions, one function each. */
export const exams = {
  words: () => read(api.GET('/api/v1/exam-words')),
  list: () => read(api.GET('/api/v1/exam-sessions')),
  get: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}', at(id))),
  create: (body: S['ExamSessionNewIn']) => read(api.POST('/api/v1/exam-sessions', { body })),
  change: (id: number, body: S['ExamSessionChangeIn']) => read(api.PUT('/api/v1/exam-sessions/{id}', { ...at(id), body })),
  cancel: (id: number, version: number, reason: string) => read(api.POST('/api/v1/exam-sessions/{id}/cancel', { ...at(id), body: { version, reason } })),
  draw: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/range', { ...at(id), body: { version } })),
  candidates: (id: number, query: { state?: string; district?: number; search?: string; page?: number; size?: number }) =>
    read(api.GET('/api/v1/exam-sessions/{id}/candidates', { params: { path: { id }, query } })),
  name: (id: number, staff_nos: string[]) => read(api.POST('/api/v1/exam-sessions/{id}/candidates', { ...at(id), body: { staff_nos } })),
  decide: (id: number, body: S['ExamDecideIn']) => read(api.POST('/api/v1/exam-sessions/{id}/candidates/decide', { ...at(id), body })),
  grant: (id: number, candidate: number, body: S['ExamNeedsIn']) => read(api.PUT('/api/v1/exam-sessions/{id}/candidates/{candidate}', { ...of(id, candidate), body })),
  rooms: (id: number, body: S['ExamRoomsIn']) => read(api.PUT('/api/v1/exam-sessions/{id}/rooms', { ...at(id), body })),
  duties: (id: number, body: S['ExamDutiesIn']) => read(api.PUT('/api/v1/exam-sessions/{id}/duties', { ...at(id), body })),
  seats: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/seats', { ...at(id), body: { version } })),
  undoSeats: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/seats/undo', { ...at(id), body: { version } })),
  papers: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/papers', at(id))),
  build: (id: number, body: S['ExamBuildIn']) => read(api.POST('/api/v1/exam-sessions/{id}/papers', { ...at(id), body })),
  seal: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/seal', { ...at(id), body: { version } })),
  attempts: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/attempts', at(id))),
  board: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/board', at(id))),
  conduct: (id: number, candidate: number, code: string, note: string) =>
    read(api.POST('/api/v1/exam-sessions/{id}/candidates/{candidate}/conduct', { ...of(id, candidate), body: { code, note } })),
  withdrawConduct: (id: number, note: number) => read(api.POST('/api/v1/exam-sessions/{id}/conduct/{note}/withdraw', { params: { path: { id, note } } })),
  absence: (id: number, candidate: number, absence: string, note: string) =>
    read(api.PUT('/api/v1/exam-sessions/{id}/candidates/{candidate}/absence', { ...of(id, candidate), body: { absence, note } })),
  exclude: (id: number, candidate: number, reason: string) =>
    read(api.PUT('/api/v1/exam-sessions/{id}/candidates/{candidate}/exclusion', { ...of(id, candidate), body: { reason } })),
  clock: (id: number, candidate: number, pause: boolean) =>
    read(api.POST('/api/v1/exam-sessions/{id}/candidates/{candidate}/clock', { ...of(id, candidate), body: { pause } })),
  reports: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/reports', at(id))),
  report: (id: number, district_id: number, incidents: string) => read(api.PUT('/api/v1/exam-sessions/{id}/reports', { ...at(id), body: { district_id, incidents } })),
  marking: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/marking', at(id))),
  collect: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/marking', { ...at(id), body: { version } })),
  queue: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/marking/queue', at(id))),
  mark: (id: number, body: S['ExamMarkIn']) => read(api.POST('/api/v1/exam-sessions/{id}/marking/queue', { ...at(id), body })),
  mend: (id: number, attempt: number, question: number, marks: number) =>
    read(api.POST('/api/v1/exam-sessions/{id}/marking/queue', { ...at(id), body: { attempt, question, marks, mends: true } })),
  marked: (id: number, query: { question?: number; state?: string; page?: number; size?: number }) =>
    read(api.GET('/api/v1/exam-sessions/{id}/marking/answers', { params: { path: { id }, query } })),
  reopen: (id: number, question: number, attempt: number, reason: string) =>
    read(api.POST('/api/v1/exam-sessions/{id}/marking/reopen', { ...at(id), body: { question, attempt, reason } })),
  passMark: (id: number, version: number, pass_mark: number) => read(api.PUT('/api/v1/exam-sessions/{id}/pass-mark', { ...at(id), body: { version, pass_mark } })),
  publish: (id: number, version: number) => read(api.POST('/api/v1/exam-sessions/{id}/publish', { ...at(id), body: { version } })),
  circular: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/circular', at(id))),
  history: (id: number, candidate: number) => read(api.GET('/api/v1/exam-sessions/{id}/candidates/{candidate}/results', of(id, candidate))),
  objections: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/objections', at(id))),
  answerObjection: (id: number, objection: number, upheld: boolean, answer: string) =>
    read(api.POST('/api/v1/exam-sessions/{id}/objections/{objection}', { params: { path: { id, objection } }, body: { upheld, answer } })),
  corrections: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/corrections', at(id))),
  tryCorrection: (id: number, body: S['ExamCorrectionIn']) => read(api.POST('/api/v1/exam-sessions/{id}/corrections', { ...at(id), body })),
  actOnCorrection: (id: number, correction: number, act: string) =>
    read(api.POST('/api/v1/exam-sessions/{id}/corrections/{correction}', { params: { path: { id, correction } }, body: { act } })),
  analysis: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/analysis', at(id))),
  signals: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/signals', at(id))),
  fields: (id: number) => read(api.GET('/api/v1/exam-sessions/{id}/fields', at(id))),
  readMarks: (id: number, file: File) => upload<MarkImport>(`/api/v1/exam-sessions/${id}/mark-imports`, file),
  takeMarks: (id: number, sheet: number, leave_out_broken: boolean) =>
    read(api.POST('/api/v1/exam-sessions/{id}/mark-imports/{import}/commit', { params: { path: { id, import: sheet } }, body: { leave_out_broken } })),
}
