export type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

export function importTone(state: string): Tone {
  return ({ dry_run: 'soon', committed: 'done', discarded: 'none', reversed: 'late' } as Record<string, Tone>)[state] ?? 'none'
}

/** The ground of a row's verdict. */
export function verdictTone(verdict: string): Tone {
  switch (verdict) {
    case 'broken':
      return 'late'
    case 'joiner':
    case 'new':
      return 'done'
    case 'leaver':
      return 'soon'
    case 'transfer':
    case 'change':
      return 'info'
    default:
      return 'none'
  }
}
