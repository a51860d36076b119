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
export type DrillMonth = S['DrillMonthOut']
export type DrillMonthRow = S['DrillMonthRowOut']
export type Missing = S['DrillMissingOut']
export type Need = S['DrillNeedOut']
export type Exemption = S['DrillExemptionOut']
export type Upload = S['UploadOut']

/** Squad, month and half: one record. */
export interface Slot {
  unit: number
  month: string
  half: number
}
