import type { components } from './schema'

/** 2024-11-20 */
export type Day = string
/** RFC 3339 with +08:00 */
export type Instant = string

/** Short names for the shapes of the generated document. */
type S = components['schemas']

export type Problem = S['ProblemBody']
export type Clause = S['ClauseOut']
export type Due = S['DueOut']
export type Me = S['Me']
export type HeldRole = S['HeldRole']
export type RoleCode = S['Role']
export type ScopeKind = S['ScopeKind']
export type TodayOut = S['TodayOut']

export type UnitRow = S['UnitOut']
export type UnitOut = S['UnitDetailOut']
export type UnitKind = S['UnitKind']
export type Line = S['Line']
export type PersonRow = S['PersonOut']
export type PersonOut = S['PersonDetailOut']
export type PersonIn = S['CreatePersonIn']
export type PersonChange = S['ChangePersonIn']
export type StatusKind = S['StatusKind']
export type Category = S['Category']
export type LeaverDecision = S['LeaverDecision']
export type RosterImport = S['RosterImportOut']
export type LedgerImport = S['LedgerImportOut']

export type TraceStep = S['TraceStepOut']
export type ComponentOut = S['ComponentOut']
export type AssessmentOut = S['AssessmentOut']
export type EntryRow = S['EntryOut']
export type EarnedOut = S['EarnedOut']
export type OverviewOut = S['OverviewOut']
export type OverviewChild = S['OverviewChildOut']
export type PolicyRule = S['RuleOut']
export type PolicyDraft = S['DraftOut']
export type Change = S['ChangeIn']
export type Finding = S['FindingOut']
export type TrainingSession = S['TrainingSessionOut']

export type TaskRow = S['TaskOut']
export type Material = S['MaterialOut']
export type GridRow = S['GridRowOut']
export type GridCell = S['CellOut']
export type RecordRow = S['RecordRowOut']
export type StudyRecord = S['RecordOut']
export type SessionForm = S['SessionOut']
export type AttendanceRow = S['AttendanceOut']
export type Photo = S['PhotoOut']
/** A line of the history of a record of study or drill. */
export type HistoryRow = Omit<S['HistoryOut'], 'reason'> & { reason?: { text: string } | null }
export type DiffRow = S['ChangeOut']
export type MakeupRow = S['MakeupOut']
export type StatsOut = S['StatsOut']

export type AccountRow = S['AccountOut']
export type OneTimeCode = S['SlipOut']
