import { api, read } from '@/api/client'
import type { components, operations } from '@/api/schema'

type S = components['schemas']
export type ClassRow = S['ClassRowOut']
export type ClassPage = S['ClassOut']
export type Plan = S['ClassPlanOut']
export type Programme = S['ClassProgrammeOut']
export type Lesson = S['ClassLessonOut']
export type Course = S['ClassCourseOut']
export type Conflicts = S['ClassConflictsOut']
export type Filing = S['ClassFilingOut']
export type Outsider = S['ClassOutsiderOut']
export type PlanTarget = S['ClassPlanTargetOut']
export type FileBy = S['ClassFileByOut']
export type Trainee = S['ClassTraineeOut']
export type Trainees = S['ClassTraineesOut']
export type Candidate = S['ClassCandidateOut']
export type Leave = S['ClassLeaveOut']
export type Presence = S['ClassPresenceOut']
export type Doubtful = S['ClassDoubtfulOut']
export type ClassExam = S['ClassExamOut']
export type ExamTrace = S['ClassExamTraceOut']
export type ResultImport = S['ClassResultImportOut']
export type Closing = S['ClassClosingPageOut']
export type OwnClass = S['ClassOwnOut']
export type OwnLesson = S['ClassOwnLessonOut']
export type ScanIn = S['ClassScanIn']
export type Receipt = S['ClassReceiptOut']
export type Certificate = S['ClassCertificateOut']
type Query<K extends keyof operations> = operations[K]['parameters'] extends { query?: infer Q } ? NonNullable<Q> : never

const at = (id: number) => ({ params: { path: { id } } })

/** The requests of plans and classes, one function each. */
export const classes = {
  words: () => read(api.GET('/api/v1/classes/words')),
  plans: (year: number) => read(api.GET('/api/v1/classes/plans', { params: { query: { year } } })),
  plan: (id: number) => read(api.GET('/api/v1/classes/plans/{id}', at(id))),
  planTargets: (id: number) => read(api.GET('/api/v1/classes/plans/{id}/targets', at(id))),
  addPlan: (body: S['ClassPlanIn']) => read(api.POST('/api/v1/classes/plans', { body })),
  savePlan: (id: number, body: S['ClassPlanChangeIn']) => read(api.PUT('/api/v1/classes/plans/{id}', { ...at(id), body })),
  addProgramme: (id: number, body: S['ClassProgrammeIn']) => read(api.POST('/api/v1/classes/plans/{id}/programmes', { ...at(id), body })),
  saveProgramme: (id: number, programme_id: number, body: S['ClassProgrammeIn']) =>
    read(api.PUT('/api/v1/classes/plans/{id}/programmes/{programme_id}', { params: { path: { id, programme_id } }, body })),
  removeProgramme: (id: number, programme_id: number, body: S['ClassReasonIn']) =>
    read(api.POST('/api/v1/classes/plans/{id}/programmes/{programme_id}/remove', { params: { path: { id, programme_id } }, body })),

  list: (query: Query<'list_classes'>) => read(api.GET('/api/v1/classes', { params: { query } })),
  get: (id: number) => read(api.GET('/api/v1/classes/{id}', at(id))),
  add: (body: S['ClassIn']) => read(api.POST('/api/v1/classes', { body })),
  save: (id: number, body: S['ClassChangeIn']) => read(api.PUT('/api/v1/classes/{id}', { ...at(id), body })),
  saveCourses: (id: number, body: S['ClassCoursesIn']) => read(api.PUT('/api/v1/classes/{id}/courses', { ...at(id), body })),
  saveLessons: (id: number, body: S['ClassLessonsIn']) => read(api.PUT('/api/v1/classes/{id}/lessons', { ...at(id), body })),
  duties: (query: Query<'list_class_duties'>) => read(api.GET('/api/v1/classes/duties', { params: { query } })),
  groups: (unit: number) => read(api.GET('/api/v1/classes/groups', { params: { query: { unit } } })),
  saveGroup: (body: S['ClassGroupIn']) => read(api.PUT('/api/v1/classes/groups', { body })),
  markSample: (id: number, reason: string) => read(api.POST('/api/v1/classes/{id}/sample', { ...at(id), body: { reason } })),
  unmarkSample: (id: number) => read(api.DELETE('/api/v1/classes/{id}/sample', at(id))),
  seen: (id: number) => read(api.POST('/api/v1/classes/{id}/read', at(id))),
  conflicts: (id: number) => read(api.GET('/api/v1/classes/{id}/conflicts', at(id))),
  file: (id: number, version: number) => read(api.POST('/api/v1/classes/{id}/file', { ...at(id), body: { version } })),
  cancel: (id: number, body: S['ClassReasonIn']) => read(api.POST('/api/v1/classes/{id}/cancel', { ...at(id), body })),
  filings: () => read(api.GET('/api/v1/classes/filings')),
  answer: (id: number, filing_id: number, body: S['ClassAnswerIn']) =>
    read(api.POST('/api/v1/classes/{id}/filings/{filing_id}/answer', { params: { path: { id, filing_id } }, body })),

  trainees: (id: number) => read(api.GET('/api/v1/classes/{id}/trainees', at(id))),
  candidates: (id: number) => read(api.GET('/api/v1/classes/{id}/candidates', at(id))),
  enrol: (id: number, body: S['ClassEnrolIn']) => read(api.POST('/api/v1/classes/{id}/trainees', { ...at(id), body })),
  nominate: (id: number, person_ids: number[]) => read(api.POST('/api/v1/classes/{id}/nominations', { ...at(id), body: { person_ids } })),
  withdraw: (id: number, trainee_id: number, body: S['ClassWithdrawIn']) =>
    read(api.POST('/api/v1/classes/{id}/trainees/{trainee_id}/withdraw', { params: { path: { id, trainee_id } }, body })),
  transfer: (id: number, trainee_id: number, body: S['ClassTransferIn']) =>
    read(api.POST('/api/v1/classes/{id}/trainees/{trainee_id}/transfer', { params: { path: { id, trainee_id } }, body })),
  remark: (id: number, trainee_id: number, body: S['ClassRemarkIn']) =>
    read(api.POST('/api/v1/classes/{id}/trainees/{trainee_id}/remark', { params: { path: { id, trainee_id } }, body })),
  saveSeats: (id: number, quota: S['ClassQuotaIn'][]) => read(api.PUT('/api/v1/classes/{id}/seats', { ...at(id), body: { quota } })),
  leaves: (id: number) => read(api.GET('/api/v1/classes/{id}/leaves', at(id))),
  askLeave: (id: number, body: S['ClassLeaveIn']) => read(api.POST('/api/v1/classes/{id}/leaves', { ...at(id), body })),
  decideLeave: (id: number, leave_id: number, body: S['ClassLeaveDecideIn']) =>
    read(api.POST('/api/v1/classes/{id}/leaves/{leave_id}/decide', { params: { path: { id, leave_id } }, body })),
  forecast: (query: Query<'get_class_forecast'>) => read(api.GET('/api/v1/classes/forecast', { params: { query } })),
  outsiders: () => read(api.GET('/api/v1/classes/outsiders')),
  saveOutsider: (outsider_id: number, body: S['ClassOutsiderChangeIn']) =>
    read(api.PUT('/api/v1/classes/outsiders/{outsider_id}', { params: { path: { outsider_id } }, body })),
  removeOutsider: (outsider_id: number) => read(api.DELETE('/api/v1/classes/outsiders/{outsider_id}', { params: { path: { outsider_id } } })),
  addOutsider: (body: S['ClassOutsiderIn']) => read(api.POST('/api/v1/classes/outsiders', { body })),
  own: (year?: number) => read(api.GET('/api/v1/classes/own', { params: { query: { year } } })),

  code: (id: number, lesson_id: number, origin: string) =>
    read(api.GET('/api/v1/classes/{id}/lessons/{lesson_id}/code', { params: { path: { id, lesson_id }, query: { origin } } })),
  callCheck: (id: number, lesson_id: number, minutes: number) =>
    read(api.POST('/api/v1/classes/{id}/lessons/{lesson_id}/checks', { params: { path: { id, lesson_id } }, body: { minutes } })),
  presence: (id: number) => read(api.GET('/api/v1/classes/{id}/presence', at(id))),
  doubtful: (id: number) => read(api.GET('/api/v1/classes/{id}/doubtful', at(id))),
  decideScan: (id: number, scan_id: number, body: S['ClassScanDecideIn']) =>
    read(api.POST('/api/v1/classes/{id}/scans/{scan_id}/decide', { params: { path: { id, scan_id } }, body })),
  enter: (id: number, lesson_id: number, body: S['ClassEntryIn']) =>
    read(api.POST('/api/v1/classes/{id}/lessons/{lesson_id}/entries', { params: { path: { id, lesson_id } }, body })),
  entryPhotoPath: (id: number, scan: number) => `/api/v1/classes/${id}/scans/${scan}/photo`,
  registerDevice: (label: string) => read(api.POST('/api/v1/classes/devices', { body: { label } })),
  scan: (body: S['ClassScanIn']) => read(api.POST('/api/v1/classes/scans', { body })),

  evaluations: (id: number) => read(api.GET('/api/v1/classes/{id}/evaluations', at(id))),
  evaluate: (id: number, body: S['ClassEvaluationIn']) => read(api.POST('/api/v1/classes/{id}/evaluations', { ...at(id), body })),
  addOutside: (id: number, body: S['ClassOutsideEvaluationIn']) => read(api.POST('/api/v1/classes/{id}/outside-evaluations', { ...at(id), body })),
  results: (id: number) => read(api.GET('/api/v1/classes/{id}/results', at(id))),
  saveResults: (id: number, results: S['ClassResultIn'][]) => read(api.PUT('/api/v1/classes/{id}/results', { ...at(id), body: { results } })),
  exams: (id: number) => read(api.GET('/api/v1/classes/{id}/exams', at(id))),
  linkExam: (id: number, exam_id: number, linked: boolean) =>
    read(api.PUT('/api/v1/classes/{id}/exams/{exam_id}', { params: { path: { id, exam_id } }, body: { linked } })),
  importPath: (id: number) => `/api/v1/classes/${id}/results/imports`,
  commitImport: (id: number, import_id: number, leave_out_broken: boolean) =>
    read(api.POST('/api/v1/classes/{id}/results/imports/{import_id}/commit', { params: { path: { id, import_id } }, body: { leave_out_broken } })),
  awards: (id: number) => read(api.GET('/api/v1/classes/{id}/awards', at(id))),
  postAwards: (id: number) => read(api.POST('/api/v1/classes/{id}/awards', at(id))),

  closing: (id: number) => read(api.GET('/api/v1/classes/{id}/closing', at(id))),
  materialPath: (id: number) => `/api/v1/classes/${id}/materials`,
  materialUrl: (id: number, material: number, small = false) => `/api/v1/classes/${id}/materials/${material}/file${small ? '?small=true' : ''}`,
  removeMaterial: (id: number, material_id: number) =>
    read(api.DELETE('/api/v1/classes/{id}/materials/{material_id}', { params: { path: { id, material_id } } })),
  submit: (id: number, version: number) => read(api.POST('/api/v1/classes/{id}/closing/submit', { ...at(id), body: { version } })),
  giveBack: (id: number, body: S['ClassReasonIn']) => read(api.POST('/api/v1/classes/{id}/closing/return', { ...at(id), body })),
  accept: (id: number, body: S['ClassAcceptIn']) => read(api.POST('/api/v1/classes/{id}/closing/accept', { ...at(id), body })),
  /** A paper as PDF: `notice`, `timetable`, `results`, `summary`, `certificates`. */
  paperUrl: (id: number, paper: string) => `/api/v1/classes/${id}/papers/${paper}`,
  sheetUrl: (id: number, lesson: number) => `/api/v1/classes/${id}/lessons/${lesson}/sheet`,
  archiveUrl: (id: number) => `/api/v1/classes/${id}/archive`,
  certificates: (id: number) => read(api.GET('/api/v1/classes/{id}/certificates', at(id))),
  issueCertificates: (id: number) => read(api.POST('/api/v1/classes/{id}/certificates', at(id))),
  ownCertificates: () => read(api.GET('/api/v1/classes/own/certificates')),
  certificateUrl: (id: number) => `/api/v1/classes/certificates/${id}`,
  calendar: () => read(api.GET('/api/v1/classes/own/calendar')),
  renewCalendar: () => read(api.POST('/api/v1/classes/own/calendar')),
  summary: (id: number) => read(api.GET('/api/v1/classes/{id}/summary', at(id))),
  saveSummary: (id: number, body: S['ClassSummaryIn']) => read(api.PUT('/api/v1/classes/{id}/summary', { ...at(id), body })),
}
