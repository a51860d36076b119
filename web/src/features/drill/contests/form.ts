import type { Contest, ContestIn } from '../review-api'

export interface TeamLine {
  /** Distinguishes lines of the form. */
  key: number
  unit_id: number | null
  score: string
  award: string
}
export interface ContestForm {
  unit_id: number | null
  title: string
  held_on: string
  place: string
  /** As written: names parted by 、 or commas. */
  judges: string
  note: string
  teams: TeamLine[]
}

let keys = 0
export const teamLine = (): TeamLine => ({ key: (keys += 1), unit_id: null, score: '', award: '' })

/** The form of a contest, or an empty one of an organiser. */
export function formOf(contest: Contest | null, organiser: number | null): ContestForm {
  if (!contest) return { unit_id: organiser, title: '', held_on: '', place: '', judges: '', note: '', teams: [teamLine(), teamLine()] }
  return {
    unit_id: contest.unit_id,
    title: contest.title,
    held_on: contest.held_on,
    place: contest.place,
    judges: contest.judges.join('、'),
    note: contest.note,
    teams: contest.teams.map((team) => ({ ...teamLine(), unit_id: team.unit_id, score: team.score == null ? '' : String(team.score), award: team.award })),
  }
}

/** Names as people part them. */
export function namesOf(text: string): string[] {
  return text.split(/[、，,；;\s]+/).filter(Boolean)
}

/** 95.5 → 95.5; empty → null; anything else is no number. */
export function scoreOf(text: string): number | null | undefined {
  const words = text.trim()
  if (!words) return null
  return /^\d{1,4}(\.\d{1,3})?$/.test(words) ? Number(words) : undefined
}

export type FormFaults = Partial<Record<'unit_id' | 'title' | 'held_on' | 'place' | 'teams', string>>

/** What is missing; the server checks the same and more. */
export function formFaults(form: ContestForm, today: string): FormFaults {
  const faults: FormFaults = {}
  if (!form.unit_id) faults.unit_id = '请选择组织单位。'
  if (!form.title.trim()) faults.title = '请填写名称。'
  if (!form.held_on) faults.held_on = '请选择会操日期。'
  else if (form.held_on > today) faults.held_on = '会操还没有举行，举行后再登记。'
  if (!form.place.trim()) faults.place = '请填写地点。'
  const teams = form.teams.filter((team) => team.unit_id)
  const ids = teams.map((team) => team.unit_id)
  const bad = teams.findIndex((team) => scoreOf(team.score) === undefined)
  const blank = form.teams.some((team) => !team.unit_id && (team.score.trim() || team.award.trim()))
  if (!teams.length) faults.teams = '请填写参加会操的队伍。'
  else if (blank) faults.teams = '有一行填了得分或奖项，还没有选择队伍。'
  else if (new Set(ids).size < ids.length) faults.teams = '同一支队伍填写了两遍，请删去一行。'
  else if (bad >= 0) faults.teams = '得分请写数字，最多三位小数，如 95.5。'
  return faults
}

/** The contest as it is sent. */
export function contestIn(form: ContestForm, version: number): ContestIn {
  return {
    version,
    unit_id: form.unit_id ?? 0,
    title: form.title.trim(),
    held_on: form.held_on,
    place: form.place.trim(),
    judges: namesOf(form.judges),
    note: form.note.trim(),
    teams: form.teams.flatMap((team) => (team.unit_id ? [{ unit_id: team.unit_id, score: scoreOf(team.score) ?? null, award: team.award.trim() }] : [])),
  }
}
