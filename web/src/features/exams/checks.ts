import { numbers, readMarks, wholeWithin } from './words'

/** What the page sees itself before a form is sent: a Chinese sentence for each field at fault. */
export type Faults = Record<string, string>

interface RoomDraft {
  name: string
  rows: unknown
  columns: unknown
  closed: string
}

/** Faults of rooms by field: rooms[1].rows. Each says which room it is about. */
export function roomFaults(rooms: RoomDraft[]): Faults {
  const found: Faults = {}
  rooms.forEach((room, index) => {
    const name = room.name.trim()
    const say = (field: string, text: string) => (found[`rooms[${index}].${field}`] = `第${index + 1}个考场${name ? `“${name}”` : ''}：${text}`)
    if (!name) say('name', '请填写考场名称。')
    else if (rooms.some((other, place) => place < index && other.name.trim() === name)) say('name', '考场名称重复。')
    const [rows, columns] = [wholeWithin(room.rows, 1, 100), wholeWithin(room.columns, 1, 100)]
    if (rows === null) say('rows', '排数应为1至100的整数。')
    if (columns === null) say('columns', '每排座位应为1至100的整数。')
    if (rows !== null && columns !== null && numbers(room.closed).some((seat) => wholeWithin(seat, 1, rows * columns) === null)) say('closed', `停用的座位号应为1至${rows * columns}的整数。`)
  })
  return found
}

interface SessionDraft {
  title: string
  day: string
  opens: string
  last: string
  closes: string
  minutes: unknown
  attempts: unknown
  review_until: string
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/
const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Faults of a session's form by field. */
export function sessionFaults(form: SessionDraft): Faults {
  const found: Faults = {}
  if (!form.title.trim()) found.title = '请填写考试名称。'
  if (!form.day) found.day = '请选择考试日期。'
  if (!form.review_until) found.review_until = '请选择人员审核截止日。'
  else if (form.day && form.review_until >= form.day) found.review_until = '人员审核应在开考前一日或更早截止。'
  const length = wholeWithin(form.minutes, 1, 600)
  if (length === null) found.minutes = '考试时长应为1至600的整分钟数。'
  if (!CLOCK.test(form.opens)) found.opens = '请填写开考时间。'
  if (!CLOCK.test(form.last)) found.last_start_at = '请填写停止入场时间。'
  if (!CLOCK.test(form.closes)) found.closes_at = '请填写结束时间。'
  if (!found.opens && !found.last_start_at && form.last < form.opens) found.last_start_at = '停止入场不能早于开考。'
  if (!found.last_start_at && !found.closes_at && form.closes < form.last) found.closes_at = '结束不能早于停止入场。'
  if (!found.opens && !found.closes_at && length !== null && minute(form.closes) - minute(form.opens) < length) found.closes_at = '从开考到结束应不短于考试时长。'
  if (String(form.attempts ?? '').trim() && wholeWithin(form.attempts, 1, 20) === null) found.attempts = '可作答次数应为1至20的整数，不填按规则。'
  return found
}

interface PlanDraft {
  sections: { count: unknown; marks: string }[]
  limits: { from: string; to: string; min: string; max: string }[]
  rate: string
  tolerance: string
  rest: string
  uses: string
  fixed: string
  excluded: string
  forms: unknown
}

/** The first fault of a blueprint; empty when there is none. */
export function planFault(plan: PlanDraft): string {
  const whole = (text: unknown, least: number, most: number) => String(text ?? '').trim() === '' || wholeWithin(text, least, most) !== null
  const percent = (text: unknown) => String(text ?? '').trim() === '' || (/^\d{1,3}(\.\d)?$/.test(String(text).trim()) && Number(text) <= 100)
  for (const [index, one] of plan.sections.entries()) {
    if (wholeWithin(one.count, 1, 1000) === null) return `第${index + 1}大题：题数应为1至1000的整数。`
    if ((readMarks(String(one.marks)) ?? 0) <= 0) return `第${index + 1}大题：每题分值应大于0，最多两位小数。`
  }
  for (const [index, one] of plan.limits.entries()) {
    if (!whole(one.from, 1, 5) || !whole(one.to, 1, 5)) return `第${index + 1}条要求：难度应为1至5的整数。`
    if (!whole(one.min, 0, 1000) || !whole(one.max, 0, 1000)) return `第${index + 1}条要求：题数应为0至1000的整数。`
  }
  if (!percent(plan.rate)) return '预计得分率应在0至100之间，最多一位小数。'
  if (!percent(plan.tolerance)) return '允许偏差应在0至100之间，最多一位小数。'
  if (!whole(plan.rest, 0, 100)) return '“最近几场用过的不用”应为0至100的整数。'
  if (!whole(plan.uses, 0, 1000)) return '“此前最多用过几次”应为0至1000的整数。'
  for (const [name, text] of [
    ['必选', plan.fixed],
    ['排除', plan.excluded],
  ] as const)
    if (numbers(text).some((one) => wholeWithin(one, 1, 999_999_999) === null)) return `${name}试题编号请填写题号，用逗号分开。`
  return wholeWithin(plan.forms, 1, 10) === null ? '平行卷套数应为1至10的整数。' : ''
}
