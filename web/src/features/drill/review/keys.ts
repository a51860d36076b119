export type ReviewAct = 'play' | 'next_mark' | 'previous_mark' | 'forwards' | 'back' | 'note' | 'confirm' | 'return' | 'next' | 'previous' | 'help'

const KEYS: Record<string, ReviewAct> = {
  ' ': 'play', j: 'next_mark', k: 'previous_mark', arrowright: 'forwards', arrowleft: 'back',
  n: 'note', y: 'confirm', r: 'return', ']': 'next', '[': 'previous', '?': 'help',
}
/** Keys that a focused control has a use for itself. */
const OWN: Record<string, string> = { ' ': 'BUTTON A SUMMARY', arrowright: '', arrowleft: '' }

/** What a key means on the review page; none while somebody types, or when the focused control needs the key. */
export function reviewAct(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>): ReviewAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const key = event.key.toLowerCase()
  const act = KEYS[key]
  if (!act) return null
  const target = event.target instanceof HTMLElement ? event.target : null
  if (!target) return act
  const choice = target instanceof HTMLInputElement && (target.type === 'radio' || target.type === 'checkbox')
  // A chosen answer keeps the space bar and the arrows; letters are free.
  if (choice) return key in OWN ? null : act
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) return null
  if (OWN[key]?.split(' ').includes(target.tagName)) return null
  return act
}
