import type { DrillCheckIn, DrillCheckItem, DrillSession, ReturnReason } from '../review-api'
import { LANES } from './marks'

export type Answer = 'pass' | 'fail' | 'unclear'
export const ANSWERS: { value: Answer; label: string }[] = [
  { value: 'pass', label: '符合' },
  { value: 'fail', label: '不符合' },
  { value: 'unclear', label: '未能核验' },
]

/** One clause as the reviewer answers it; empty before he does. */
export interface CheckLine {
  answer: Answer | ''
  note: string
}
export type CheckAnswers = Record<string, CheckLine>

/** An unanswered line for each clause. */
export function blank(items: DrillCheckItem[]): CheckAnswers {
  return Object.fromEntries(items.map((item) => [item.item, { answer: '', note: '' } satisfies CheckLine]))
}

/** Whether a clause needs words: passed against the arithmetic, or not to be judged. */
export function needsNote(item: DrillCheckItem, line: CheckLine | undefined): boolean {
  return (line?.answer === 'pass' && item.broken) || line?.answer === 'unclear'
}

/** Clauses that want a look of their own: broken by arithmetic, marked by the check, or without a film to look at. */
export function doubtful(items: DrillCheckItem[], sessions: Pick<DrillSession, 'film' | 'planned'>[]): Set<string> {
  const found = new Set(items.filter((item) => item.broken).map((item) => item.item))
  const held = sessions.filter((session) => !session.planned)
  const marked = (lane: 'take' | 'angle') => {
    const kinds: readonly string[] = LANES.find((one) => one.key === lane)?.kinds ?? []
    return held.some((session) => !session.film || session.film.marks.some((mark) => kinds.includes(mark.kind)))
  }
  const reused = held.some((session) => session.film?.marks.some((mark) => mark.kind === 'reuse'))
  if (marked('take') || reused) found.add('continuous')
  if (marked('angle')) found.add('angle')
  return found
}

/** Answers every open clause that leaves no doubt; what was answered stays. */
export function passTheRest(items: DrillCheckItem[], answers: CheckAnswers, doubts: Set<string>): CheckAnswers {
  return Object.fromEntries(
    items.map((item) => {
      const line = answers[item.item] ?? { answer: '', note: '' }
      return [item.item, line.answer === '' && !doubts.has(item.item) ? { ...line, answer: 'pass' as const } : line]
    }),
  )
}

/** What keeps the record from being passed, clause by clause, in the words the server would use. */
export function confirmFaults(items: DrillCheckItem[], answers: CheckAnswers): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const item of items) {
    const line = answers[item.item]
    if (!line?.answer) faults[item.item] = '请核对后再通过。'
    else if (line.answer === 'fail') faults[item.item] = '不符合，不能通过；请退回并说明原因。'
    else if (needsNote(item, line) && !line.note.trim()) {
      faults[item.item] = line.answer === 'unclear' ? '未能核验的，请写明情况。' : '计算结果不符合，仍认定符合的，请写明理由。'
    }
  }
  return faults
}

/** The answered lines as they are sent. */
export function sent(items: DrillCheckItem[], answers: CheckAnswers): DrillCheckIn[] {
  return items.flatMap((item) => {
    const line = answers[item.item]
    return line?.answer ? [{ item: item.item, answer: line.answer, note: line.note.trim() || null }] : []
  })
}

/** Reasons of the clauses answered 不符合 first; within each part the order of the list. */
export function reasonsFor(reasons: ReturnReason[], answers: CheckAnswers): ReturnReason[] {
  const failed = (reason: ReturnReason) => (reason.item && answers[reason.item]?.answer === 'fail' ? 0 : 1)
  return [...reasons].sort((a, b) => failed(a) - failed(b))
}
