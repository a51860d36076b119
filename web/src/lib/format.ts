/** 12 · 23.5 · 1,204: hours, credits and counts as they are read aloud, never with trailing zeros. */
export function num(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '—'
  return new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }).format(value)
}

/** One decimal; an empty base has no rate. */
export function rateText(part: number, whole: number): string {
  if (whole <= 0) return '—'
  return `${((part / whole) * 100).toFixed(1)}%`
}

/** 95.2% from a number that is already in percent. */
export function percentText(percent: number | null | undefined): string {
  return percent === null || percent === undefined ? '—' : `${percent.toFixed(1)}%`
}

/** 820 KB · 3.4 MB */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}


/** 宝山区局 for the full name of a district bureau, 市局 for the city's; the full name stands in the tip. */
export function shortUnit(name: string): string {
  return name.replace(/^(?:[^市区]+市)?([^市区]+区)?城市管理行政执法局/, (_, district: string | undefined) => (district ? `${district}局` : '市局'))
}
