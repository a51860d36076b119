import type { AssessmentOut, ComponentOut, TodayOut } from '@/api/types'

export type TodayBlock = TodayOut['blocks'][number]
export type TodayItem = TodayBlock['items'][number]

/** The component of the own year behind a line such as own_district. */
function partOf(item: TodayItem, own: AssessmentOut): ComponentOut | undefined {
  return own.components.find((component) => item.kind === `own_${component.key}`)
}

/** Whether the district has listed no sessions, so that the pack's default window stands in for them: 6月1日至30日. */
export function assumedWindow(part: ComponentOut): string | null {
  const step = part.explain.find((line) => line.text.includes('推定'))
  const days = [...(step?.text ?? '').matchAll(/\d{4}年(\d{1,2})月(\d{1,2})日/g)]
  const [from, to] = days
  if (!from || !to) return step ? '' : null
  return `${from[1]}月${from[2]}日至${from[1] === to[1] ? '' : `${to[1]}月`}${to[2]}日`
}

/** 4学时、2学分 */
function lacking(part: ComponentOut): string {
  const parts = []
  if (part.missing_hours > 0) parts.push(`${part.missing_hours}学时`)
  if (part.missing_credits > 0) parts.push(`${part.missing_credits}学分`)
  return parts.join('、') || '0学时'
}

/** One own line with the date and clause of its component; a default window is called one and is no date to be late for. */
function ownItem(item: TodayItem, own: AssessmentOut): { item: TodayItem; assumed: boolean } {
  const part = partOf(item, own)
  if (!part) return { item, assumed: false }
  const window = part.key === 'district' ? assumedWindow(part) : null
  if (window !== null && item.due?.late) {
    const text = `未登记集训，按默认窗口${window}；仍缺${lacking(part)}。请联系区局教育培训管理员核实场次或安排补训。`
    return { item: { ...item, detail: text, due: null }, assumed: true }
  }
  return { item: { ...item, due: item.due && !item.due.rule.clause ? (part.by ?? item.due) : item.due }, assumed: false }
}

const TITLES: Record<string, string> = { overdue: '已逾期', due_soon: '快到期', waiting: '待处理' }

/** The blocks with the own lines where their dates put them: past the last day is late, a mere default window waits. */
export function placeOwn(blocks: TodayBlock[], own: AssessmentOut | undefined): TodayBlock[] {
  const lists = new Map<string, TodayItem[]>(Object.keys(TITLES).map((key) => [key, []]))
  for (const block of blocks) {
    for (const before of block.items) {
      const isOwn = before.kind.startsWith('own_')
      const { item, assumed } = isOwn && own ? ownItem(before, own) : { item: before, assumed: false }
      const key = assumed ? 'waiting' : isOwn && item.due?.late ? 'overdue' : block.key
      lists.get(key)?.push(item)
    }
  }
  const day = (item: TodayItem) => item.due?.due_on ?? '9999'
  return Object.entries(TITLES).flatMap(([key, title]) => {
    const items = [...(lists.get(key) ?? [])].sort((a, b) => (day(a) < day(b) ? -1 : day(a) > day(b) ? 1 : 0))
    return items.length ? [{ key, title: blocks.find((block) => block.key === key)?.title ?? title, items }] : []
  })
}

/** The sentence on top, of the blocks as they are shown. */
export function headlineOf(blocks: TodayBlock[]): string {
  const count = (key: string) => blocks.find((block) => block.key === key)?.items.length ?? 0
  const [late, soon, waiting] = [count('overdue'), count('due_soon'), count('waiting')]
  if (late) return soon ? `已逾期${late}项，快到期${soon}项。` : `已逾期${late}项，请先处理。`
  if (soon) return `没有逾期，快到期${soon}项。`
  return waiting ? `没有逾期和快到期的事项，待处理${waiting}项。` : '今天没有待办。'
}
