import type { Papers } from './api'

/** A question as it is spoken of after the exam. */
export interface AskedLabel {
  question: number
  /** A卷第3题（题号128） */
  label: string
  stem: string
  kind: string
  options: number
}

/** Every question of the papers once, named by its places on the forms and its number in the bank. */
export function asked(papers: Pick<Papers, 'forms'> | undefined): AskedLabel[] {
  const seen = new Map<number, AskedLabel & { places: string[] }>()
  for (const form of papers?.forms ?? [])
    for (const one of form.questions) {
      const place = `${form.name}卷第${one.number}题`
      const known = seen.get(one.question)
      if (known) known.places.push(place)
      else seen.set(one.question, { question: one.question, label: '', stem: one.stem.slice(0, 40), kind: one.kind, options: one.options.length, places: [place] })
    }
  return [...seen.values()].map(({ places, ...one }) => ({ ...one, label: `${places.join('、')}（题号${one.question}）` }))
}

/** The name of a question; its number alone where the papers are not read yet. */
export function labelOf(list: AskedLabel[], question: number): string {
  return list.find((one) => one.question === question)?.label ?? `题号${question}的试题`
}

/** Whether it is marked by a key: what somebody has to read has none that could be corrected. */
export function hasKey(one: AskedLabel | undefined): boolean {
  return one !== undefined && !['short_answer', 'case'].includes(one.kind)
}
