import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import QuestionView from '@/features/sitting/components/QuestionView.vue'
import { isAnswered, sameAnswer, writePart } from '@/features/sitting/composables/answers'
import type { SittingDesk } from '@/features/sitting/composables/sitting'
import type { Answer, Question } from '@/features/sitting/types'

describe('the answer to a case', () => {
  it('keeps the other sub-questions when one is answered', () => {
    const first = writePart(3, 1, { truth: true }, undefined)
    expect(first).toEqual({ parts: [null, { truth: true }, null] })
    const second = writePart(3, 0, { options: ['B'] }, first)
    expect(second).toEqual({ parts: [{ options: ['B'] }, { truth: true }, null] })
  })
  it('counts as answered with one sub-question, and is the same with the same choices', () => {
    expect(isAnswered({ parts: [null, { texts: [' '] }, { options: [] }] })).toBe(false)
    expect(isAnswered({ parts: [null, { truth: false }] })).toBe(true)
    expect(sameAnswer({ parts: [{ options: ['A', 'B'] }, null] }, { parts: [{ options: ['B', 'A'] }, null] })).toBe(true)
    expect(sameAnswer({ parts: [{ options: ['A'] }, null] }, { parts: [null, { options: ['A'] }] })).toBe(false)
  })
})

const question: Question = {
  question: 7,
  number: 1,
  kind: 'case',
  marks: 2000,
  background: null,
  stem: '某工地夜间施工。【图：现场.png】',
  options: [],
  gaps: 0,
  pictures: [{ name: '现场.png', address: '/api/v1/exams/sittings/3/pictures/7/ab' }],
  answer: null,
  parts: [
    { kind: 'single', marks: 500, stem: '应由谁处理？', gaps: 0, options: [{ letter: 'A', text: '城管执法' }, { letter: 'B', text: '公安' }] },
    { kind: 'true_false', marks: 500, stem: '可以当场处罚。', gaps: 0, options: [] },
    { kind: 'short_answer', marks: 1000, stem: '说明理由。', gaps: 0, options: [] },
  ],
}

function shown() {
  const answers = reactive(new Map<number, Answer>())
  const desk = {
    answers,
    refused: new Map<number, string>(),
    answer: vi.fn((id: number, value: Answer) => answers.set(id, value)),
    type: vi.fn((id: number, value: Answer) => answers.set(id, value)),
    commitTyping: vi.fn(),
  }
  return { desk, answers, view: mount(QuestionView, { props: { question, desk: desk as unknown as SittingDesk } }) }
}

describe('a case on the page', () => {
  it('has a way to answer for each sub-question, worth its own marks', async () => {
    const { desk, answers, view } = shown()
    const parts = view.findAll('.part')
    expect(parts).toHaveLength(3)
    expect(parts.map((part) => /[\d.]+分/.exec(part.text())?.[0])).toEqual(['5分', '5分', '10分'])
    expect(view.get('img').attributes('alt')).toBe('现场.png')
    await parts[0]!.findAll('button')[1]!.trigger('click')
    await parts[1]!.findAll('button')[0]!.trigger('click')
    await parts[2]!.get('textarea').setValue('不符合简易程序条件')
    expect(desk.type).toHaveBeenCalledOnce()
    expect(answers.get(7)).toEqual({ parts: [{ options: ['B'] }, { truth: true }, { texts: ['不符合简易程序条件'] }] })
    expect(parts[0]!.findAll('button')[1]!.attributes('aria-checked')).toBe('true')
  })
})
