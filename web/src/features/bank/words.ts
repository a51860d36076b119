import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { bank, type Content, type Key } from './api'

/** Words that pages choose from, as options. */
export function useWords() {
  const query = useQuery({ queryKey: ['bank', 'words'], queryFn: bank.words })
  const options = (rows?: { code: string; name: string }[]) => (rows ?? []).map((row) => ({ value: row.code, label: row.name }))
  return {
    words: query.data,
    kinds: computed(() => options(query.data.value?.kinds)),
    levels: computed(() => options(query.data.value?.levels)),
    states: computed(() => options(query.data.value?.states)),
    formats: computed(() => options(query.data.value?.formats)),
    fields: computed(() => (query.data.value?.fields ?? []).map((name) => ({ value: name, label: name }))),
    laws: computed(() => query.data.value?.laws ?? []),
    topicsOf: (field: string) => (query.data.value?.topics ?? []).filter((one) => !field || one.field === field).map((one) => one.topic),
  }
}

/** Difficulty in words. */
export const DIFFICULTIES = [
  { value: '1', label: '1（易）' },
  { value: '2', label: '2' },
  { value: '3', label: '3（中）' },
  { value: '4', label: '4' },
  { value: '5', label: '5（难）' },
]

/** The colour of a state; the word stands beside it. */
export function toneOf(state: string): 'done' | 'soon' | 'late' | 'info' | 'none' {
  return ({ in_use: 'done', quarantined: 'late', proposed: 'soon', reviewed: 'info', draft: 'info' } as const)[state as 'draft'] ?? 'none'
}

export const letter = (index: number): string => String.fromCharCode(65 + index)
export const emptyKey = (): Key => ({ letters: [], right: null, blanks: [], text: '' })

/** A blank question of a kind. */
export function blank(kind = 'single'): Content {
  return {
    kind,
    stem: '',
    options: ['', '', '', ''],
    answer: emptyKey(),
    parts: [],
    field: '',
    topic: '',
    difficulty: 3,
    law: '',
    article: '',
    law_version: '',
    explanation: '',
    author: '',
    pictures: [],
  }
}

/** A key on one line. */
export function keyText(kind: string, key?: Key): string {
  if (!key) return ''
  if (kind === 'single' || kind === 'multiple') return (key.letters ?? []).join('')
  if (kind === 'true_false') return key.right === true ? '对' : key.right === false ? '错' : ''
  if (kind === 'fill_in') return (key.blanks ?? []).map((texts) => texts.join(' 或 ')).join('；')
  return key.text ?? ''
}

/** How alike, for people. */
export const alikeText = (score: number): string => (score >= 900 ? '几乎相同' : score >= 700 ? '很相近' : '相近')
