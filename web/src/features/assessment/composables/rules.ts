import type { PolicyRule } from '@/api/types'

/** The parts of the yearly notice in its order, each with the beginnings of the keys of its rules. */
const AREAS: readonly { title: string; keys: readonly string[] }[] = [
  { title: '年度学时学分', keys: ['assessment.', 'training.kinds'] },
  { title: '年度目标', keys: ['target.'] },
  { title: '区局集中培训', keys: ['district.', 'filing.', 'closing.', 'recording.', 'evaluation.', 'fitness.'] },
  { title: '科队学习', keys: ['study.'] },
  { title: '队列训练', keys: ['drill.'] },
  { title: '执法资格考试', keys: ['exam.'] },
  { title: '学时学分的获得', keys: ['online.', 'award.'] },
  { title: '人员变动', keys: ['personnel.'] },
  { title: '专题培训', keys: ['training.'] },
  { title: '结果运用', keys: ['use.'] },
]
const OTHER = '其他'
export const AREA_TITLES: readonly string[] = [...AREAS.map((area) => area.title), OTHER]

/** The part of the notice that a rule belongs to; the longest beginning wins. */
export function areaOf(key: string): string {
  const hits = AREAS.flatMap((area) => area.keys.filter((start) => key.startsWith(start)).map((start) => ({ title: area.title, start })))
  return hits.sort((a, b) => b.start.length - a.start.length)[0]?.title ?? OTHER
}

/** 44 of B-44. */
const rowNumber = (row: string): number => Number(/\d+/.exec(row)?.[0] ?? Number.MAX_SAFE_INTEGER)

/** Hours stand before credits, and both before what is said about them. */
const figureRank = (rule: PolicyRule): number => (rule.title.includes('学时') ? 0 : rule.title.includes('学分') ? 1 : 2)

export interface Area {
  title: string
  rules: PolicyRule[]
}

/** Rules in the order of the notice: by part, then by row; rules of one row keep the order of their names. */
export function byArea(rules: readonly PolicyRule[]): Area[] {
  return AREA_TITLES.map((title) => ({
    title,
    rules: rules
      .filter((rule) => areaOf(rule.key) === title)
      .sort((a, b) => rowNumber(a.row) - rowNumber(b.row) || figureRank(a) - figureRank(b) || a.title.localeCompare(b.title, 'zh-CN', { numeric: true })),
  })).filter((area) => area.rules.length > 0)
}

/** `24 学时`; the unit is left out when the value says it. */
export function valueText(rule: PolicyRule): string {
  return rule.unit && !rule.value_text.includes(rule.unit) ? `${rule.value_text} ${rule.unit}` : rule.value_text
}

/** A plan of the year such as a special training: told by a sentence, not changed in a draft. */
export const isPlan = (rule: PolicyRule): boolean => /^training\.(special|topic)\./.test(rule.key)

const KEY = /\s*\b[a-z_]+(?:\.[a-z_]+)+\b\s*/

export interface RuleWords {
  titleOf: (key: string) => string
  rowOf: (key: string) => string
  /** A sentence of the server with titles instead of keys. */
  worded: (text: string) => string
}

/** How rules are called on pages: by their titles; a bracket about a rule without title is left out. */
export function ruleWords(rules: readonly PolicyRule[]): RuleWords {
  const known = new Map(rules.map((rule) => [rule.key, rule]))
  const titleOf = (key: string) => known.get(key)?.title ?? ''
  return {
    titleOf,
    rowOf: (key) => known.get(key)?.row ?? '',
    worded: (text) =>
      text
        .replace(/"([^"]*)"/g, '“$1”')
        .replace(/\s*true 或 false/, '“是”或“否”')
        .replace(new RegExp(KEY, 'g'), (key) => (titleOf(key.trim()) ? `“${titleOf(key.trim())}”` : key))
        .replace(new RegExp(`（[^（）]*${KEY.source}[^（）]*）`, 'g'), '')
        .replace(new RegExp(KEY, 'g'), '相关规则'),
  }
}
