import type { components } from '@/api/schema'

type S = components['schemas']

/** What a candidate answers; exactly one of the four. */
export interface Answer {
  options?: string[]
  truth?: boolean
  texts?: string[]
  /** Of a case with sub-questions: an answer for each, or none yet. */
  parts?: (Answer | null)[]
}

export type OwnExam = S['OwnExamOut']
export type ReviewedQuestion = S['OwnQuestionOut']
export type Part = S['QuestionPartOut']
export type Question = Omit<S['QuestionOut'], 'answer'> & { answer?: Answer | null }
export type Section = Omit<S['SectionOut'], 'questions'> & { questions: Question[] }
export type Sitting = Omit<S['SittingOut'], 'paper'> & { paper?: { sections: Section[] } | null }
export type Saved = S['SavedOut']

/** An answer on its way to the server. */
export interface Item {
  sequence: number
  question: number
  answer: Answer
  at: string
}
