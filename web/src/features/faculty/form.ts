import { ApiError, messageOf } from '@/api/problem'

export type FieldKind = 'text' | 'area' | 'number' | 'points' | 'day' | 'time' | 'select' | 'many' | 'unit' | 'person' | 'instructor' | 'instructors' | 'course'

/** One field of a form, as data: what it is called, what it takes, what the server calls it. */
export interface FormField {
  key: string
  label: string
  kind: FieldKind
  required?: boolean
  hint?: string
  options?: { value: string; label: string }[]
  max?: number
  rows?: number
  /** Kinds of units, for `unit`. */
  kinds?: string[]
  /** The field whose unit people are chosen from, for `person`. */
  of?: string
  /** Days later than today may not be chosen. */
  past?: boolean
  /** Shown only while this holds. */
  when?: (values: FormValues) => boolean
}

/** What a form holds: texts, numbers and lists by key. */
export type FormValues = Record<string, string | number | null | string[] | number[]>

export const text = (values: FormValues, key: string): string => String(values[key] ?? '').trim()
export const list = (values: FormValues, key: string): string[] => (Array.isArray(values[key]) ? (values[key] as (string | number)[]).map(String) : [])
export const numbers = (values: FormValues, key: string): number[] => list(values, key).map(Number)
export const whole = (values: FormValues, key: string): number | null => {
  const raw = text(values, key)
  return raw === '' ? null : Number(raw)
}

/** Points as typed, in hundredths: `86.5` is 8650; null for anything that is no number of 0 to 100 with two places. */
export function hundredths(typed: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(typed.trim())
  if (!match) return null
  const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return value <= 10000 ? value : null
}

/** Hundredths as people write them: 8650 is 86.5. */
export function points(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—'
  return String(value / 100)
}

/** Minutes as hours of 45 minutes with one place, and the minutes themselves. */
export function taughtText(minutes: number): string {
  return minutes ? `${(Math.round((minutes / 45) * 10) / 10).toLocaleString('zh-CN')} 学时` : '—'
}

/** What is missing before the server is asked. */
export function missing(fields: FormField[], values: FormValues): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const field of fields) {
    if (field.when && !field.when(values)) continue
    const value = values[field.key]
    const empty = Array.isArray(value) ? value.length === 0 : text(values, field.key) === ''
    if (field.required && empty) faults[field.key] = `请${['select', 'many', 'unit', 'person', 'instructor', 'instructors', 'course', 'day'].includes(field.kind) ? '选择' : '填写'}${field.label}。`
    else if (!empty && field.kind === 'points' && hundredths(text(values, field.key)) === null) faults[field.key] = '请填写0至100之间的分数，最多两位小数。'
    else if (!empty && field.kind === 'number' && !/^\d+$/.test(text(values, field.key))) faults[field.key] = '请填写整数。'
    else if (!empty && field.kind === 'time' && !/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text(values, field.key))) faults[field.key] = '时间请写成09:00的样子。'
  }
  return faults
}

/** The server's words by field; what belongs to no field stands above the form. */
export function serverFault(error: unknown, fields: FormField[]): { field?: string; message: string } {
  const message = messageOf(error)
  const field = error instanceof ApiError ? (error.problem.field ?? undefined) : undefined
  return field && fields.some((one) => one.key === field) ? { field, message } : { message }
}
