import { http } from '@/api/http'
import type {
  AttendanceRow,
  GridOut,
  MakeupCandidate,
  MakeupRow,
  Page,
  RecordRow,
  SessionForm,
  SheetOut,
  StatsOut,
  StudyRecord,
  TaskRow,
} from '@/api/types'

const record = (unit: number, month: string) => `/study/records/${unit}/${month}`
const rowsOf = <T>(out: T[] | { rows: T[] }): T[] => (Array.isArray(out) ? out : out.rows)

/** The requests of the monthly study, one function each. */
export const study = {
  grid: (query: { year: number; unit?: string | number; level?: string }) => http.get<GridOut>('/study/grid', query),
  records: (query: { unit?: string | number; year?: number; month?: string; state?: string; queue?: string; page?: number; size?: number }) =>
    http.get<Page<RecordRow>>('/study/records', query),
  record: (unit: number, month: string) => http.get<StudyRecord>(record(unit, month)),
  save: (
    unit: number,
    month: string,
    body: { version: number; session: SessionForm; attendance: { person_id: number; present: boolean; absence_reason?: string | null }[] },
  ) => http.put<StudyRecord>(record(unit, month), body),
  roster: async (unit: number, month: string, on: string) =>
    rowsOf(await http.get<AttendanceRow[] | { rows: AttendanceRow[] }>(`${record(unit, month)}/roster`, { on })),
  photoPath: (unit: number, month: string) => `${record(unit, month)}/photos`,
  removePhoto: (unit: number, month: string, id: number) => http.delete<StudyRecord>(`${record(unit, month)}/photos/${id}`),
  submit: (unit: number, month: string, version: number) => http.post<StudyRecord>(`${record(unit, month)}/submit`, { version }),
  openReview: (unit: number, month: string, version: number) =>
    http.post<StudyRecord>(`${record(unit, month)}/review/open`, { version }),
  releaseReview: (unit: number, month: string) => http.post<StudyRecord | undefined>(`${record(unit, month)}/review/release`),
  confirm: (unit: number, month: string, version: number, note?: string) =>
    http.post<StudyRecord>(`${record(unit, month)}/confirm`, { version, note: note || undefined }),
  giveBack: (
    unit: number,
    month: string,
    body: { version: number; reason_code: string; note: string; fields?: string[] },
  ) => http.post<StudyRecord>(`${record(unit, month)}/return`, body),
  reject: (unit: number, month: string, body: { version: number; reason_code: string; note: string }) =>
    http.post<StudyRecord>(`${record(unit, month)}/reject`, body),
  correct: (unit: number, month: string, body: { person_id: number; present: boolean; reason: string }) =>
    http.post<StudyRecord>(`${record(unit, month)}/correct`, body),
  reasons: async () =>
    rowsOf(await http.get<{ code: string; text: string }[] | { rows: { code: string; text: string }[] }>('/study/return-reasons')),
  tasks: async (year: number) => rowsOf(await http.get<TaskRow[] | { rows: TaskRow[] }>('/study/tasks', { year })),
  saveTask: (month: string, body: { topic: string; guidance: string }) => http.put<TaskRow>(`/study/tasks/${month}`, body),
  removeMaterial: (month: string, hash: string) => http.delete<TaskRow | undefined>(`/study/tasks/${month}/materials/${hash}`),
  makeups: (query: { year: number; unit?: string | number }) => http.get<Page<MakeupRow>>('/study/makeups', query),
  candidates: async (query: { month: string; unit?: string | number }) =>
    rowsOf(await http.get<MakeupCandidate[] | { rows: MakeupCandidate[] }>('/study/makeups/candidates', query)),
  addMakeup: (body: {
    district_id: number
    for_month: string
    held_on: string
    minutes: number
    place: string
    topic: string
    speaker: string
    person_ids: number[]
    note: string
  }) => http.post<MakeupRow>('/study/makeups', body),
  stats: (query: { year: number; unit?: string | number }) => http.get<StatsOut>('/study/stats', query),
  sheet: (unit: number, year: number) => http.get<SheetOut>(`/study/sheet/${unit}`, { year }),
}
