/** The shapes of the API, as the contract states them. */

export type Id = number
/** 2024-11-20 */
export type Day = string
/** RFC 3339 with +08:00 */
export type Instant = string

export interface Page<T> {
  total: number
  rows: T[]
}

export interface Problem {
  title: string
  status: number
  code: string
  detail: string
  field?: string
  row?: number
  errors?: { row?: number; field?: string; message: string }[]
  event_id?: string
}

export interface Clause {
  rule: string
  clause: string
  text: string
}

export interface Figure {
  value: number
  clause: Clause[]
}

export interface Due {
  due_on: Day
  due_at: Instant
  label: string
  days_left: number
  working_days_left?: number | null
  late: boolean
  rule: Clause
}

export interface StripDay {
  date: Day
  weekday: string
  kind: 'work' | 'rest' | 'holiday' | 'makeup'
  name?: string | null
  counted: boolean
}

export interface DayStripOut {
  days: StripDay[]
  working_days: number
}

// ---- session --------------------------------------------------------------------------------------------------

export interface RoleAssignment {
  role: string
  role_name: string
  unit_id?: Id | null
  unit_name: string
  scope: 'own' | 'unit' | 'subtree'
}

export interface Me {
  account_id: Id
  user_name: string
  name: string
  person_id?: Id | null
  must_change_password: boolean
  roles: RoleAssignment[]
  permissions: string[]
  home_unit_id?: Id | null
  year: number
  today: Day
  now: Instant
  demo: boolean
  policy?: { pack: string; title: string; year: number; carried_over?: string | null } | null
}

export interface TodayItem {
  kind: string
  title: string
  detail: string
  count?: number | null
  due?: Due | null
  link: string
}

export interface TodayFigure {
  key: string
  label: string
  value: number
  unit?: string | null
  hint?: string | null
  link?: string | null
  trend?: number[] | null
}

export interface TodayOut {
  headline: string
  blocks: { key: 'overdue' | 'due_soon' | 'waiting'; title: string; items: TodayItem[] }[]
  figures?: TodayFigure[] | null
}

// ---- organisation ---------------------------------------------------------------------------------------------

export interface UnitRow {
  id: Id
  code: string
  name: string
  kind: string
  kind_name: string
  parent_id?: Id | null
  street_id?: Id | null
  street_name?: string | null
  reviewer_unit_id?: Id | null
  reviewer_name?: string | null
  opened_on: Day
  closed_on?: Day | null
  headcount: number
}

export interface UnitOut extends UnitRow {
  lines: {
    line: 'professional' | 'territorial'
    line_name: string
    parent_id: Id
    parent_name: string
    from: Day
    to?: Day | null
  }[]
  reviewer?: { id: Id; name: string; why: string } | null
  people_count: number
}

export type PersonState = 'at_post' | 'away' | 'left'

export interface PersonRow {
  id: Id
  staff_no: string
  name: string
  unit_id?: Id | null
  unit_name: string
  district_name: string
  established: boolean
  category: string
  category_name: string
  post?: string | null
  post_name?: string | null
  posts: string[]
  rank?: string | null
  rank_name?: string | null
  state: PersonState
  state_name: string
  joined_on: Day
}

export interface StatusEvent {
  id: Id
  kind: string
  kind_name: string
  effect_text: string
  effective_on: Day
  decided_on?: Day | null
  recorded_at: Instant
  recorded_by: string
  update_due?: Due | null
  late_days: number
  revoked: boolean
  revoke_reason?: string | null
  note?: string | null
}

export interface PersonOut extends PersonRow {
  induction_ended_on?: Day | null
  phone_masked?: string | null
  memberships: { unit_id: Id; unit_name: string; from: Day; to?: Day | null }[]
  events: StatusEvent[]
  facts: { established: boolean; in_service: boolean; at_post: boolean; enforcement_civil_servant: boolean; seconded: boolean }
  post_history: { post: string; post_name: string; from: Day; to?: Day | null }[]
  version: number
}

export interface LateUpdate {
  person_id: Id
  staff_no: string
  name: string
  unit_name: string
  kind_name: string
  effective_on: Day
  decided_on?: Day | null
  due_on: Day
  recorded_at: Instant
  late_days: number
}

export interface ImportRow {
  row?: number | null
  staff_no: string
  name: string
  verdict: string
  verdict_name: string
  detail: string
  errors: { field: string; message: string }[]
}

export interface ImportOut {
  id: Id
  file_name: string
  state: 'dry_run' | 'committed' | 'discarded' | 'reversed'
  created_at: Instant
  created_by: string
  committed_at?: Instant | null
  state_name: string
  as_of?: Day | null
  reversed_at?: Instant | null
  reverse_reason?: string | null
  counts: Record<string, number>
  rows_total: number
  rows: ImportRow[]
  can_commit: boolean
  commit_hint: string
}

export interface Word {
  code: string
  name: string
  effect?: string | null
}

/** The words of the organisation, from the server: kinds, posts, ranks, categories, status changes. */
export interface OrganisationWords {
  unit_kinds: Word[]
  posts: Word[]
  ranks: Word[]
  categories: Word[]
  status_kinds: Word[]
}

// ---- assessment -----------------------------------------------------------------------------------------------

export interface TraceStep {
  rule: string
  clause: string
  title: string
  text: string
  inputs: { label: string; value: string }[]
  arithmetic?: string | null
  would_change?: string | null
}

export interface ComponentOut {
  key: 'online' | 'district' | 'squad'
  name: string
  due: boolean
  required_hours: number
  required_credits: number
  earned_hours: number
  earned_credits: number
  missing_hours: number
  missing_credits: number
  met: boolean
  risk: string
  by?: Due | null
  next_step: string
  explain: TraceStep[]
  months: { month: number; due: boolean; fulfilled: boolean; why: string }[]
}

export type RiskLevel = 'ok' | 'watch' | 'high' | 'missed'

export interface AssessmentOut {
  person: { id: Id; staff_no: string; name: string; unit_name: string; district_name: string }
  year: number
  as_of?: Day | null
  policy: { pack: string; title: string; carried_over?: string | null }
  state: 'full' | 'partial' | 'not_assessed'
  state_name: string
  result?: string | null
  result_name: string
  year_closed: boolean
  required: { hours: Figure; credits: Figure }
  earned: { hours: Figure; credits: Figure }
  components: ComponentOut[]
  reasons: Clause[]
  explain: TraceStep[]
  targets: { id: Id; component: string; component_name: string; reason: string; by: string; at: Instant }[]
  risk: { level: RiskLevel; text: string }
}

export interface EntryRow {
  id: Id
  happened_on: Day
  recorded_at: Instant
  component: string
  component_name: string
  course_name?: string | null
  course_kind?: string | null
  hours: number
  credits: number
  for_month?: string | null
  external_no?: string | null
  source: string
  source_name: string
  reverses?: Id | null
  reversed_by?: Id | null
  reason?: string | null
  counts: boolean
  why_not?: string | null
}

export interface Completion {
  people: number
  assessed: number
  full: number
  partial: number
  not_assessed: number
  met: number
  not_met: number
  rate_permille?: number | null
  at_risk: number
  components: {
    online_due: number
    online_met: number
    district_due: number
    district_met: number
    squad_due: number
    squad_met: number
  }
}

export interface OverviewChild extends Completion {
  unit_id: Id
  unit_name: string
  kind: string
  has_children: boolean
}

export interface OverviewOut {
  year: number
  policy: { pack: string; title: string; carried_over?: string | null }
  unit?: { id: Id; name: string } | null
  path: { id: Id; name: string }[]
  denominator: Clause
  totals: Completion
  children: OverviewChild[]
}

export interface ListComponent {
  earned: number
  required: number
  due: boolean
  met: boolean
}

export interface AssessmentRow {
  person_id: Id
  staff_no: string
  name: string
  unit_name: string
  state: string
  state_name: string
  result?: string | null
  result_name: string
  required_hours: number
  earned_hours: number
  required_credits: number
  earned_credits: number
  missing: string
  risk: RiskLevel
  risk_name: string
  components: { online: ListComponent; district: ListComponent; squad: ListComponent }
}

export interface TrainingFileOut {
  notice: string
  purpose: string
  made_at: Instant
  assessment: AssessmentOut
  entries: EntryRow[]
  read_log: { at: Instant; by: string; purpose: string }[]
}

export interface PolicyRule {
  key: string
  title: string
  value_text: string
  /** The value as it is typed into a draft. */
  value_input: string
  unit?: string | null
  row: string
  clause: string
  force: string
  note?: string | null
}

export interface PolicyOut {
  pack: string
  title: string
  source: string
  year: number
  carried_over?: string | null
  closed?: { pack: string; at: Instant; by: string } | null
  rules: PolicyRule[]
  statuses: { title: string; rank: number; ends: boolean; sets: string; row: string; clause: string }[]
  packs: string[]
}

export interface Finding {
  code: string
  title: string
  rules: string[]
  /** Days in words. */
  dates: string[]
  slack_hours?: number | null
  message: string
  proposal: string
}

export interface WhatIfSide {
  state: string
  result: string
}

export interface WhatIfOut {
  year: number
  people: number
  differences: { key: string; title: string; before: string; after: string; unit: string; clause: string }[]
  before: { assessed: number; met: number }
  after: { assessed: number; met: number }
  flips_total: number
  flips: {
    person_id: Id
    staff_no: string
    name: string
    unit_name: string
    before: WhatIfSide
    after: WhatIfSide
    why: string
  }[]
  findings: Finding[]
}

export interface PolicyDraft {
  id: Id
  title: string
  base: string
  pack: string
  changes: { key: string; value: string }[]
  state: string
  state_name: string
  findings: Finding[]
  created_by: string
  created_at: Instant
  published_by?: string | null
  published_at?: Instant | null
}

/** A session of the district's closed training: who was at post on one of its days owes it. */
export interface TrainingSession {
  id: Id
  unit_id: Id
  unit_name: string
  starts_on: Day
  ends_on: Day
  note?: string | null
  by: string
}

// ---- study ----------------------------------------------------------------------------------------------------

export interface Material {
  name: string
  hash: string
  size: number
  url: string
}

export interface TaskRow {
  month: string
  topic: string
  guidance: string
  materials: Material[]
  issued_at?: Instant | null
  issued_by?: string | null
  missing_warning?: string | null
}

export type SlotState =
  | 'not_started'
  | 'draft'
  | 'submitted'
  | 'under_review'
  | 'returned'
  | 'confirmed'
  | 'locked_missed'
  | 'locked_pending'
  | 'rejected_final'
  | 'exempt'

export interface GridCell {
  month: number | string
  state: SlotState
  state_name: string
  letter: string
  on_time?: boolean | null
  round: number
  due: Day
  reviewed_late?: boolean | null
}

export interface GridOut {
  units: { unit_id: Id; name: string; district_name: string; cells: GridCell[] }[]
  counts: Record<string, number>
}

export interface RecordRow {
  unit_id: Id
  unit_name: string
  district_name: string
  month: string
  state: SlotState
  state_name: string
  first_submitted_at?: Instant | null
  on_time?: boolean | null
  round: number
  held_by?: string | null
  review_due: Due
  submit_due: Due
  attended: number
  expected: number
  flags: string[]
}

export interface SessionForm {
  held_on?: Day | null
  start_time?: string | null
  minutes?: number | null
  place?: string | null
  speaker?: string | null
  topic?: string | null
  content?: string | null
  filmed?: boolean | null
  film_place?: string | null
  notes?: string | null
}

export interface AttendanceRow {
  person_id: Id
  staff_no: string
  name: string
  post_name: string
  present: boolean
  absence_reason?: string | null
  /** Away by status on that day, in words. */
  away?: string | null
}

export interface Photo {
  id: Id
  hash: string
  thumb_url: string
  url: string
  taken_at?: Instant | null
  size: number
  look_alikes?: { unit_name: string; month: string; kind: 'same' | 'similar' }[] | null
  place?: string | null
}

export interface HistoryRow {
  at: Instant
  by: string
  event: string
  event_name: string
  reason?: { code: string; text: string } | null
  note?: string | null
  round: number
}

export interface DiffRow {
  field: string
  label: string
  before: string
  after: string
}

export interface StudyRecord {
  unit: { id: Id; name: string; reviewer_name: string }
  month: string
  state: SlotState
  state_name: string
  version: number
  task?: { topic: string; guidance: string; materials: Material[] } | null
  session: SessionForm
  attendance: AttendanceRow[]
  expected: number
  attended: number
  photos: Photo[]
  submit_due: Due
  review_due: Due
  lock_at: Due
  blockers: { field: string; message: string }[]
  round: number
  on_time?: boolean | null
  reviewed_late?: boolean | null
  receipt?: { at: Instant; hash_short: string; who_can_change: string } | null
  history: HistoryRow[]
  diff?: DiffRow[] | null
  hold?: { by: string; name: string; until: Instant; mine: boolean } | null
  /** Handed on to the city because the district may not review it. */
  passed_up: boolean
  roster_changes: { joined: string[]; left: string[] }
  allowed: string[]
  denied: { action: string; why: string }[]
}

export interface MakeupRow {
  id: Id
  district_id: Id
  district_name: string
  for_month: string
  held_on: Day
  minutes: number
  place: string
  topic: string
  speaker: string
  people: { person_id: Id; staff_no: string; name: string; unit_name: string }[]
  note?: string | null
  recorded_at: Instant
  recorded_by: string
}

export interface MakeupCandidate {
  person_id: Id
  staff_no: string
  name: string
  unit_name: string
  why: string
}

export interface StudyFigures {
  due: number
  submitted: number
  on_time: number
  late: number
  missed: number
  rejected: number
  returned: number
  confirmed: number
  pending: number
  /** Percent. */
  first_pass_rate?: number | null
  /** Percent. */
  on_time_rate?: number | null
  review_late: number
}

export interface ReviewerFigures {
  unit_id: Id
  name: string
  reviewed: number
  on_time: number
  late: number
  pending_after_lock: number
  median_days?: number | null
}

export interface ReturnReason {
  code: string
  text: string
  mend: string
  note_required: boolean
}

export interface StatsUnit extends StudyFigures {
  unit_id: Id
  name: string
  district_name: string
}

export interface StatsOut {
  totals: StudyFigures
  by_unit: StatsUnit[]
  by_month: (StudyFigures & { month: string })[]
  reasons: { code: string; text: string; count: number }[]
  reviewer: ReviewerFigures[]
}

export interface SheetOut {
  unit: { id: Id; name: string; district_name: string; reviewer_name: string }
  year: number
  months: {
    month: number
    due: boolean
    state: SlotState
    state_name: string
    first_submitted_at?: Instant | null
    on_time?: boolean | null
    round: number
    confirmed_at?: Instant | null
    reviewed_late?: boolean | null
    attended: number
    expected: number
  }[]
  totals: StudyFigures
  reviewer: ReviewerFigures
}

// ---- accounts, audit, jobs ------------------------------------------------------------------------------------

export interface AccountRow {
  id: Id
  user_name: string
  name: string
  person_id?: Id | null
  unit_id?: Id | null
  unit_name: string
  state: 'pending' | 'active' | 'locked' | 'closed'
  state_name: string
  last_sign_in?: Instant | null
  locked_until?: Instant | null
  roles: RoleAssignment[]
  version: number
}

export interface OneTimeCode {
  user_name: string
  name: string
  unit_name: string
  one_time_code: string
  valid_until: Instant
}

export interface AuditRow {
  seq: number
  at: Instant
  actor_name: string
  action: string
  action_name: string
  subject: string
  detail: string
  hash_short: string
}

export interface JobRow {
  id: Id
  kind: string
  kind_name: string
  state: string
  state_name: string
  created_at: Instant
  run_at: Instant
  finished_at?: Instant | null
  attempts: number
  error?: string | null
}
