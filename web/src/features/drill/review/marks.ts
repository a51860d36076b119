import type { DrillFilm, DrillMark } from '../review-api'

/** Lanes of the strip under the film, in the order of the check list. */
export const LANES = [
  { key: 'take', label: '连续', kinds: ['cut', 'still', 'frozen', 'black', 'timestamp_jump', 'speed'] },
  { key: 'angle', label: '角度', kinds: ['moved', 'zoomed', 'swapped'] },
  { key: 'motion', label: '动作', kinds: ['empty', 'low_motion'] },
  { key: 'other', label: '其他', kinds: ['reuse', 'short', 'no_metadata'] },
] as const

/** The lane of a kind; what this page does not know yet stands in the last one. */
export function laneOf(kind: string): number {
  const found = LANES.findIndex((lane) => (lane.kinds as readonly string[]).includes(kind))
  return found < 0 ? LANES.length - 1 : found
}

/** 3:20 · 1:02:05 — a moment of a film, as players write it. */
export function clockMs(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000))
  const seconds = String(all % 60).padStart(2, '0')
  const minutes = Math.floor(all / 60) % 60
  const hours = Math.floor(all / 3600)
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** 3:20 or 3:20—3:45 */
export function spanText(mark: Pick<DrillMark, 'at_ms' | 'until_ms'>): string {
  const from = clockMs(mark.at_ms)
  const until = mark.until_ms == null ? from : clockMs(mark.until_ms)
  return until === from ? from : `${from}—${until}`
}

const WEIGHT: Record<string, number> = { strong: 0, check: 1, info: 2 }

/** By time; of marks at one moment the weightier comes first. */
export function inOrder(marks: DrillMark[]): DrillMark[] {
  return [...marks].sort((a, b) => a.at_ms - b.at_ms || (WEIGHT[a.severity] ?? 3) - (WEIGHT[b.severity] ?? 3))
}

/** Pressing twice in a row must not stay at one mark: players stop a little before or after. */
const SLACK_MS = 400

/** The mark to jump to from a moment, forwards or back; none at the end. Marks are in order of time. */
export function step(marks: DrillMark[], now_ms: number, forwards: boolean): DrillMark | null {
  if (forwards) return marks.find((mark) => mark.at_ms > now_ms + SLACK_MS) ?? null
  return marks.filter((mark) => mark.at_ms < now_ms - SLACK_MS).pop() ?? null
}

export interface Box {
  /** Left edge and width in percent of the strip. */
  x: number
  width: number
}

/** Where a mark lies on the strip. A moment is drawn as wide as can still be hit; nothing leaves the strip. */
export function boxOf(mark: Pick<DrillMark, 'at_ms' | 'until_ms'>, length_ms: number, least = 0.5): Box {
  if (length_ms <= 0) return { x: 0, width: 0 }
  const share = (ms: number) => Math.min(100, Math.max(0, (ms / length_ms) * 100))
  const from = share(mark.at_ms)
  const width = Math.max(least, share(mark.until_ms ?? mark.at_ms) - from)
  return { x: Math.min(from, 100 - width), width }
}

/** Whole minutes between the figures under the strip: at most twelve of them. */
export function tickMinutes(length_ms: number): number {
  const minutes = length_ms / 60_000
  return [1, 2, 5, 10, 20, 30].find((step) => minutes / step < 12) ?? 60
}

/** 重点核看2处，请核看3处 — nothing when there are none. */
export function countText(strong: number, check: number): string {
  return [strong ? `重点核看${strong}处` : '', check ? `请核看${check}处` : ''].filter(Boolean).join('，')
}

/** What the state of the check means for who looks at the film; never a fault of the squad. */
export function checkSentence(film: Pick<DrillFilm, 'check_state' | 'check_note' | 'marks'>): string {
  switch (film.check_state) {
    case 'waiting':
      return '排队等待预审，可以先看影像；预审完成后标注自动出现。'
    case 'running':
      return '预审正在进行，可以先看影像；完成后标注自动出现。'
    case 'unavailable':
      return '本系统未启用预审，请直接核看影像，审核照常办理。'
    case 'unverified':
      return `${film.check_note ? `${film.check_note.replace(/。$/, '')}。` : ''}这段影像系统未能核验，不作为中队的问题，请直接核看影像。`
    default:
      return film.marks.length ? '标注只供核看参考，由审核人判断。' : '预审没有标注，请抽看。'
  }
}

/** The check is still to come: worth asking again. */
export function checkPending(film: Pick<DrillFilm, 'check_state'> | null | undefined): boolean {
  return film?.check_state === 'waiting' || film?.check_state === 'running'
}
