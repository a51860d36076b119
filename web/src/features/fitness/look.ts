type Tone = 'done' | 'soon' | 'late' | 'info' | 'none'

const TONES: Record<string, Tone> = {
  passed: 'done',
  failed: 'late',
  unknown: 'soon',
  incomplete: 'soon',
  none: 'none',
  exempt: 'none',
  deferred: 'none',
  listed: 'info',
  missing: 'late',
  planned: 'info',
  filed: 'info',
  held: 'soon',
  results_in: 'done',
  cancelled: 'none',
  requested: 'soon',
  approved: 'done',
  refused: 'late',
  withdrawn: 'none',
}

/** The colour of a state; the word stands beside it. */
export const toneOf = (code: string): Tone => TONES[code] ?? 'none'

export const STANDINGS = [
  { value: 'owed', label: '尚未参加' },
  { value: 'passed', label: '合格' },
  { value: 'failed', label: '不合格' },
  { value: 'unknown', label: '待判定' },
  { value: 'exempt', label: '免测' },
  { value: 'deferred', label: '缓测' },
  { value: 'listed', label: '已列入名单' },
  { value: 'missing', label: '未安排' },
]

export const MEASURES = [
  { value: 'seconds', label: '时间（秒）' },
  { value: 'centimetres', label: '长度（厘米）' },
  { value: 'times', label: '次数' },
]

export const sexName = (code: string | null | undefined): string => (code === 'male' ? '男' : code === 'female' ? '女' : '')
