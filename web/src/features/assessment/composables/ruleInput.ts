import type { PolicyRule } from '@/api/types'

/** How a rule's value is typed. */
export type InputKind = 'flag' | 'day' | 'month_day' | 'ratio' | 'months' | 'number' | 'list' | 'text'

/** The kind of a rule's value, read from the value itself. */
export function inputKind(rule: PolicyRule): InputKind {
  const value = rule.value_input
  if (value === '是' || value === '否') return 'flag'
  if (/^\d{2}-\d{2}$/.test(value)) return 'day'
  if (value.startsWith('月底') || (rule.unit === '日' && /_(day|until)$/.test(rule.key))) return 'month_day'
  if (/^\d+\/\d+$/.test(value)) return 'ratio'
  if (rule.unit === '月' && /^\d+(、\d+)*$/.test(value)) return 'months'
  if (/^\d+(\.\d+)?$/.test(value)) return 'number'
  return value.includes('、') ? 'list' : 'text'
}

/** How to write it, with the rule's own value as the example. */
export function inputHint(rule: PolicyRule): string {
  switch (inputKind(rule)) {
    case 'flag':
      return `现为“${rule.value_input}”`
    case 'day':
      return `写月日，如 ${rule.value_text}`
    case 'month_day':
      return '写日数（2至31）、“月底”或“月底+3”'
    case 'ratio':
      return `写成分数，如 ${rule.value_input}`
    case 'months':
      return `写月份，几个月用顿号分开，如 ${rule.value_input}`
    case 'number':
      return `写数字${rule.unit ? `，单位${rule.unit}` : ''}，如 ${rule.value_input}`
    case 'list':
      return '各项用顿号“、”分开'
    default:
      return `照原来的写法，如 ${rule.value_input}`
  }
}

/** What the server reads: 5月31日 and 5-31 become 05-31, full-width digits become plain ones. */
export function typedValue(rule: PolicyRule | undefined, typed: string): string {
  const text = typed.trim().replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  if (!rule || inputKind(rule) !== 'day') return text
  const parts = /^(\d{1,2})\s*(?:月|-|\/|\.)\s*(\d{1,2})\s*日?$/.exec(text)
  return parts ? `${(parts[1] ?? '').padStart(2, '0')}-${(parts[2] ?? '').padStart(2, '0')}` : text
}

/** A value as typed, as people read it: 05-31 is 5月31日. */
export function typedText(rule: PolicyRule | undefined, value: string): string {
  const day = rule && inputKind(rule) === 'day' ? /^(\d{2})-(\d{2})$/.exec(value) : null
  return day ? `${Number(day[1])}月${Number(day[2])}日` : value
}

/** What stands in the field at first: the value in force, or the other answer where there are only two. */
export function firstTry(rule: PolicyRule | undefined): string {
  if (!rule) return ''
  return inputKind(rule) === 'flag' ? (rule.value_input === '是' ? '否' : '是') : typedText(rule, rule.value_input)
}
