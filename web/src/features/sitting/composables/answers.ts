import type { Answer, Question } from '../types'

/** Whether an answer says anything: an emptied one does not count as answered, as on the server. */
export function isAnswered(answer: Answer | null | undefined): boolean {
  if (!answer) return false
  if (answer.options) return answer.options.length > 0
  if (answer.texts) return answer.texts.some((text) => text.trim() !== '')
  if (answer.parts) return answer.parts.some(isAnswered)
  return answer.truth !== undefined
}

export function sameAnswer(one: Answer | null | undefined, other: Answer | null | undefined): boolean {
  if (one?.options && other?.options) return [...one.options].sort().join() === [...other.options].sort().join()
  if (one?.parts && other?.parts) {
    const theirs = other.parts
    return one.parts.length === theirs.length && one.parts.every((part, place) => sameAnswer(part, theirs[place]))
  }
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** The answer after an option was chosen: the only one, or one more, or one less. */
export function choose(question: Pick<Question, 'kind'>, letter: string, before: Answer | undefined): Answer {
  const chosen = before?.options ?? []
  if (question.kind === 'single') return { options: chosen.includes(letter) ? [] : [letter] }
  const next = chosen.includes(letter) ? chosen.filter((one) => one !== letter) : [...chosen, letter]
  return { options: next.sort() }
}

/** Right or wrong; the same once more takes it back. */
export function judge(truth: boolean, before: Answer | undefined): Answer {
  return before?.truth === truth ? { options: [] } : { truth }
}

/** Texts of a question with gaps, one changed. */
export function write(question: Pick<Question, 'gaps'>, place: number, text: string, before: Answer | undefined): Answer {
  const texts = Array.from({ length: Math.max(question.gaps, 1) }, (_, n) => before?.texts?.[n] ?? '')
  texts[place] = text
  return { texts }
}

/** The answer to a case after one of its sub-questions was answered; the others stay as they are. */
export function writePart(count: number, place: number, value: Answer, before: Answer | undefined): Answer {
  return { parts: Array.from({ length: count }, (_, n) => (n === place ? value : (before?.parts?.[n] ?? null))) }
}

/** The option that a key chooses: A to Z, or 1 to 9; nothing when the question has no such option. */
export function letterOf(key: string, question: Pick<Question, 'kind' | 'options'>): string | null {
  const place = /^[1-9]$/.test(key) ? Number(key) - 1 : /^[a-z]$/i.test(key) ? key.toUpperCase().charCodeAt(0) - 65 : -1
  const count = question.kind === 'true_false' ? 2 : question.options.length
  return place >= 0 && place < count ? String.fromCharCode(65 + place) : null
}

export const KIND_NAMES: Record<string, string> = {
  single: '单选题',
  multiple: '多选题',
  true_false: '判断题',
  fill_in: '填空题',
  short_answer: '简答题',
  case: '案例分析题',
}

/** How a question is answered, in a few words. */
export function hintOf(question: Pick<Question, 'kind' | 'gaps'>): string {
  switch (question.kind) {
    case 'single':
      return '选一个选项'
    case 'multiple':
      return '选两个以上选项'
    case 'true_false':
      return '判断对错'
    case 'fill_in':
      return question.gaps > 1 ? `按顺序填${question.gaps}空` : '填一空'
    default:
      return '写明要点'
  }
}

/** 2分, 2.5分 from hundredths. */
export const marksText = (hundredths: number): string => `${hundredths / 100}分`

/** 1:05:09 or 05:09 */
export function leftText(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours ? `${hours}:${rest}` : rest
}

/** 90分钟, 1小时30分钟 stays 90分钟: officials count an exam in minutes. */
export const minutesText = (seconds: number): string => `${Math.round(seconds / 60)}分钟`
