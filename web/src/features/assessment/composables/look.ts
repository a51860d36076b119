export type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

export function riskTone(level: string): Tone {
  return ({ ok: 'done', watch: 'soon', high: 'late', missed: 'late' } as Record<string, Tone>)[level] ?? 'none'
}
export function resultTone(result: string | null | undefined, state: string): Tone {
  if (state === 'not_assessed') return 'none'
  return result === 'met' ? 'done' : result === 'not_met' ? 'late' : 'info'
}

/** Why a training file is opened; written to its log. */
export const PURPOSES = ['执法证换发', '岗位交流', '职级晋升', '年度考核', '本人查阅', '其他工作需要']
