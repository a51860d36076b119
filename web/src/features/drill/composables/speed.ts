/** How much had arrived when, milliseconds and bytes. */
export interface Sample {
  at: number
  bytes: number
}

/** The speed is that of the last seconds: long enough not to jump, short enough to follow a changed network. */
const WINDOW_MS = 12_000

/** Adds a sample and forgets those that are too old. */
export function addSample(samples: Sample[], now: Sample): Sample[] {
  const kept = samples.filter((sample) => now.at - sample.at <= WINDOW_MS && sample.bytes <= now.bytes)
  return [...kept, now]
}

/** Bytes a second; none before there is enough to go by. */
export function speedOf(samples: Sample[]): number | null {
  const first = samples[0]
  const last = samples[samples.length - 1]
  if (!first || !last || last.at - first.at < 1000) return null
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000
}

/** 1.5 MB/秒 */
export function speedText(speed: number | null): string {
  if (speed === null) return ''
  return speed >= 1024 * 1024 ? `${(speed / 1024 / 1024).toFixed(1)} MB/秒` : `${Math.round(speed / 1024)} KB/秒`
}

/** 约剩3分20秒, 约剩1小时5分钟; nothing while the speed is unknown or nil. */
export function leftText(bytes: number, speed: number | null): string {
  if (!speed || bytes <= 0) return ''
  const seconds = Math.ceil(bytes / speed)
  if (seconds < 60) return `约剩${seconds}秒`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return `约剩${minutes}分${seconds % 60 ? `${seconds % 60}秒` : '钟'}`
  if (minutes < 60) return `约剩${Math.ceil(seconds / 60)}分钟`
  return `约剩${Math.floor(minutes / 60)}小时${minutes % 60 ? `${minutes % 60}分钟` : ''}`
}

/** 820 KB · 310 MB · 2.6 GB */
export function filmSizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`
  return `${Math.max(1, Math.round(bytes / 1e3))} KB`
}

/** 20分05秒 */
export function lengthText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}分${String(seconds % 60).padStart(2, '0')}秒`
}
