export type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

export function riskTone(level: string): Tone {
  return ({ ok: 'done', watch: 'soon', high: 'late', missed: 'late' } as Record<string, Tone>)[level] ?? 'none'
}
export function resultTone(result: string | null | undefined, state: string): Tone {
  if (state === 'not_assessed') return 'none'
  return result === 'met' ? 'done' : result === 'not_met' ? 'late' : 'info'
}

/** The same while the year runs: what is not reached yet is no fault as long as the person keeps pace. */
export function progressTone(result: string | null | undefined, state: string, risk: string, over: boolean): Tone {
  if (result !== 'not_met' || over) return resultTone(result, state)
  return risk === 'ok' ? 'info' : riskTone(risk)
}

/** Why a training file is opened; written to its log. */
export const PURPOSES: { code: string; name: string }[] = [
  { code: 'certificate', name: '执法证换发' },
  { code: 'move', name: '岗位交流' },
  { code: 'promotion', name: '职级晋升' },
  { code: 'appraisal', name: '个人考核' },
]
/** The purpose of whoever opens the own file; the server writes 本人查阅. */
export const OWN = 'own'
