import type { components } from '@/api/schema'

type S = components['schemas']

export type DrillRow = S['DrillRowOut']
export type DrillRecord = S['DrillRecordOut']
export type DrillSession = S['DrillSessionOut']
export type DrillSessionIn = S['DrillSessionIn']
export type DrillAttendance = S['DrillAttendanceOut']
export type DrillFilm = S['DrillFilmOut']
export type DrillVerdict = S['DrillVerdictOut']
export type DrillNote = S['DrillNoteOut']
export type DrillGridRow = S['DrillGridRowOut']
export type DrillCell = S['DrillCellOut']
export type DrillMonthRow = S['MonthRowOut']
export type Missing = S['MissingOut']
export type Need = S['NeedOut']
export type Exemption = S['ExemptionOut']
export type Upload = S['UploadOut']

/** A squad's month: its result, what it would be, and what is still needed. */
export interface DrillMonth {
  unit_id: number
  unit_name: string
  month: string
  halves: S['HalfResultOut'][]
  /** By what is confirmed. */
  result: S['MonthResultOut']
  /** By everything recorded that could still be confirmed, plans included. */
  expected: S['MonthResultOut']
  /** Most urgent first; empty once nothing can be done. */
  needs: Need[]
  /** The next session to plan. */
  next: S['NextSessionOut'] | null
  /** People nobody has seen in a session held or planned. */
  missing: Missing[]
  lock_at: S['DueOut']
  clause: S['ClauseOut']
}

/** Squad, month and half: one record. */
export interface Slot {
  unit: number
  month: string
  half: number
}
