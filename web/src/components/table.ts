/** One column of a DataTable. */
export interface Column {
  key: string
  title: string
  /** Right-aligned, tabular. */
  num?: boolean
  /** The field to sort by; true means the key itself. */
  sort?: boolean | string
  width?: string
  /** Never broken into lines. */
  nowrap?: boolean
  /** Not shown until chosen. */
  extra?: boolean
  /** Cannot be hidden. */
  pinned?: boolean
}

/** The next sort word when a head is pressed: none → ascending → descending → none. */
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`
  if (current === `-${field}`) return ''
  return field
}

/** Sorts rows on this side; text by the Chinese collation, empty values last. */
export function sortRows<R>(rows: R[], sort: string): R[] {
  if (!sort) return rows
  const down = sort.startsWith('-')
  const key = down ? sort.slice(1) : sort
  const pick = (row: R) => (row as Record<string, unknown>)[key]
  return [...rows].sort((a, b) => {
    const x = pick(a)
    const y = pick(b)
    if (x === null || x === undefined) return y === null || y === undefined ? 0 : 1
    if (y === null || y === undefined) return -1
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'zh-CN')
    return down ? -order : order
  })
}
