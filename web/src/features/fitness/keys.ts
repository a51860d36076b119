import type { Item } from './api'

/** A run is measured in minutes and seconds; a sprint in seconds and tenths. */
export const isRun = (item: Pick<Item, 'measure' | 'most'>): boolean => item.measure === 'seconds' && item.most > 120_000

/**
 * What the keys mean, so that no sign needs to be typed beside the track: in a run 435 is 4:35 and 435.2 is 4:35.2; in a
 * sprint 134 is 13.4 unless a point was typed; heights and counts stand as typed. Empty while there is nothing to save.
 */
export function writtenOf(item: Pick<Item, 'measure' | 'most'>, keys: string): string {
  const [head = '', tail] = keys.split('.')
  if (!head) return ''
  const rest = tail ? `.${tail}` : ''
  if (isRun(item)) {
    const minutes = head.slice(0, -2)
    const seconds = head.slice(-2).padStart(2, '0')
    return minutes ? `${Number(minutes)}:${seconds}${rest}` : `${Number(seconds)}${rest}`
  }
  if (item.measure === 'seconds' && tail === undefined && head.length > 2) return `${head.slice(0, -1)}.${head.slice(-1)}`
  return `${Number(head)}${rest}`
}

/** The figure in thousandths, null for what is none: to warn before sending what cannot be true. */
export function thousandthsOf(written: string): number | null {
  const match = /^(?:(\d+):)?(\d+)(?:\.(\d{1,3}))?$/.exec(written)
  if (!match) return null
  const seconds = Number(match[2])
  if (match[1] !== undefined && seconds >= 60) return null
  return (Number(match[1] ?? 0) * 60 + seconds) * 1000 + Number((match[3] ?? '').padEnd(3, '0'))
}

/** Why a figure is not taken; empty when it may be saved. */
export function doubt(item: Pick<Item, 'measure' | 'least' | 'most'>, written: string): string {
  if (!written) return ''
  const value = thousandthsOf(written)
  if (value === null) return '秒数应小于60，请核对。'
  if (value < item.least || value > item.most) return '不在合理范围内，请核对。'
  if (item.measure === 'times' && value % 1000 !== 0) return '次数应为整数。'
  return ''
}
