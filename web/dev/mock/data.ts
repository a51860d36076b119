/** Invented data for looking at pages without the binary. Nothing here reaches the build. */
export const TODAY = '2024-11-18'
export const YEAR = 2024

export const clause = (rule: string, clause: string, text: string) => ({ rule, clause, text })
export const C = {
  total: clause('B-01', '宝城执〔2024〕6号 二(一)', '每名执法人员全年参加教育培训不少于60学时、24学分。'),
  split: clause('B-03', '宝城执〔2024〕6号 二(一)', '其中市局在线网训24学时12学分，区局集中封闭培训24学时12学分，科队每月学习12学时。'),
  upload: clause('B-37', '宝城执〔2024〕6号 三(二)', '中队应在每月20日前将学习照片和数据上传系统，12月为15日前。'),
  review: clause('B-38', '宝城执〔2024〕6号 三(二)', '区局应在每月25日前完成审核确认，12月为15日前。'),
  lock: clause('B-40', '宝城执〔2024〕6号 三(二)', '跨月度数据将无法上报。'),
  away: clause('B-69', '宝城执〔2024〕6号 三(五)2(3)', '产假期间，科队学习考核到变动上月，返岗次月起重新记录。'),
  base: clause('B-74', '宝城执〔2024〕6号 三(五)2', '完成率 = 达标人数 ÷ 纳入考核人数；不考核人员不进分母。'),
  ten: clause('B-71', '宝城执〔2024〕6号 三(五)2(5)', '人事决定后10日内在市局人员库更正。'),
}
const WEEK = ['日', '一', '二', '三', '四', '五', '六']
const utc = (day: string) => Date.parse(`${day}T00:00:00Z`)
export const plus = (day: string, n: number) => new Date(utc(day) + n * 86400000).toISOString().slice(0, 10)
export const OFF = new Set(['2024-10-01', '2024-10-02', '2024-10-03', '2024-10-04', '2024-10-07'])
export const MADE = new Set(['2024-10-12', '2024-09-29'])
export const kindOf = (day: string) => {
  if (OFF.has(day)) return 'holiday'
  if (MADE.has(day)) return 'makeup'
  const w = new Date(utc(day)).getUTCDay()
  return w === 0 || w === 6 ? 'rest' : 'work'
}
export const weekday = (day: string) => `周${WEEK[new Date(utc(day)).getUTCDay()]}`
export function due(day: string, rule = C.upload) {
  const left = Math.round((utc(day) - utc(TODAY)) / 86400000)
  let working = 0
  for (let d = plus(TODAY, 1); d <= day; d = plus(d, 1)) if (['work', 'makeup'].includes(kindOf(d))) working++
  return {
    due_on: day,
    due_at: `${plus(day, 1)}T00:00:00+08:00`,
    label: `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日（${weekday(day)}）`,
    days_left: left,
    working_days_left: left > 0 ? working : null,
    late: left < 0,
    rule,
  }
}
export const monthDue = (m: number) => `${YEAR}-${String(m).padStart(2, '0')}-${m === 12 ? 15 : 20}`
export const monthReview = (m: number) => `${YEAR}-${String(m).padStart(2, '0')}-${m === 12 ? 15 : 25}`
export const monthEnd = (m: number) => new Date(Date.UTC(YEAR, m, 0)).toISOString().slice(0, 10)

const DISTRICTS: Record<string, string[]> = {
  宝山区: ['友谊路街道', '吴淞街道', '张庙街道', '罗店镇', '大场镇', '杨行镇', '月浦镇', '罗泾镇', '顾村镇', '高境镇', '庙行镇', '淞南镇'],
  黄浦区: ['南京东路街道', '外滩街道', '半淞园路街道', '小东门街道', '豫园街道', '老西门街道', '五里桥街道', '打浦桥街道'],
  徐汇区: ['天平路街道', '湖南路街道', '斜土路街道', '枫林路街道', '长桥街道', '田林街道', '虹梅路街道', '漕河泾街道', '华泾镇'],
  静安区: ['江宁路街道', '石门二路街道', '南京西路街道', '静安寺街道', '曹家渡街道', '天目西路街道', '北站街道', '彭浦镇'],
  浦东新区: ['潍坊新村街道', '陆家嘴街道', '周家渡街道', '塘桥街道', '川沙新镇', '高桥镇', '北蔡镇', '合庆镇', '唐镇', '曹路镇', '中国（上海）自由贸易试验区南汇新城镇'],
}
export interface U {
  id: number
  code: string
  name: string
  kind: string
  kind_name: string
  parent_id: number | null
  street_id: number | null
  street_name: string | null
  reviewer_unit_id: number | null
  reviewer_name: string | null
  opened_on: string
  closed_on: string | null
  headcount: number
}
export const units: U[] = []
const add = (name: string, kind: string, kind_name: string, parent: U | null, headcount: number, extra: Partial<U> = {}) => {
  const unit: U = {
    id: units.length + 1,
    code: `SH-${String(units.length + 1).padStart(4, '0')}`,
    name,
    kind,
    kind_name,
    parent_id: parent?.id ?? null,
    street_id: null,
    street_name: null,
    reviewer_unit_id: parent?.id ?? null,
    reviewer_name: parent?.name ?? null,
    opened_on: '2021-07-01',
    closed_on: null,
    headcount,
    ...extra,
  }
  units.push(unit)
  return unit
}
export const city = add('上海市城市管理行政执法局', 'city_bureau', '市局', null, 0)
add('教育培训处', 'city_office', '市局处室', city, 12)
add('执法总队', 'corps', '执法总队', city, 160)
add('临港新片区综合执法大队', 'special_unit', '直属单位', city, 86)
add('机场执法支队', 'special_unit', '直属单位', city, 64)
let seed = 7
export const rnd = () => ((seed = (seed * 1103515245 + 12345) % 2147483648), seed / 2147483648)
export const squads: U[] = []
export const districts: U[] = []
for (const [name, streets] of Object.entries(DISTRICTS)) {
  const district = add(`${name}城管执法局`, 'district_bureau', '区局', city, 0)
  districts.push(district)
  for (const section of ['办公室', '政工科', '案件审理科', '执法监督科']) squads.push(add(section, 'section', '科室', district, 6 + Math.floor(rnd() * 8)))
  squads.push(add('机动中队', 'mobile_squad', '机动中队', district, 30))
  for (const street of streets) {
    const s = add(street, 'street', '街道乡镇', null, 0)
    squads.push(add(`${street.replace(/街道|镇$/, '')}中队`, 'squad', '中队', district, 24 + Math.floor(rnd() * 24), { street_id: s.id, street_name: street }))
  }
}
export const baoshan = districts[0]!
export const home = squads.find((unit) => unit.name === '顾村中队')!
export const districtName = (unit: U) => units.find((other) => other.id === unit.parent_id)?.name ?? unit.name

const SUR = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'
const GIV = ['建国', '志强', '海燕', '晓明', '丽华', '伟', '敏', '静怡', '浩然', '思远', '雨桐', '国栋', '秀英', '文博', '佳怡', '俊杰', '欣', '磊', '燕萍', '卫东', '春晖', '宇航', '梦洁', '永康']
export const person = (i: number) => `${SUR[(i * 7) % SUR.length]}${GIV[(i * 11 + (i >> 3)) % GIV.length]}`
export interface P {
  id: number
  staff_no: string
  name: string
  unit: U
  post: string
  state: 'at_post' | 'away' | 'left'
}
export const people: P[] = []
const POSTS = ['中队长', '副中队长', '班组长', '法制员', '监督员', '小教员', '数据员', '信息员']
for (const unit of squads) {
  for (let i = 0; i < unit.headcount; i++) {
    const n = people.length + 1
    people.push({ id: n, staff_no: `31${String(unit.id).padStart(3, '0')}${String(i + 1).padStart(3, '0')}`, name: person(n), unit, post: POSTS[i] ?? '执法队员', state: rnd() < 0.95 ? 'at_post' : rnd() < 0.6 ? 'away' : 'left' })
  }
}
export const personRow = (p: P) => ({
  id: p.id,
  staff_no: p.staff_no,
  name: p.name,
  unit_id: p.unit.id,
  unit_name: p.unit.name,
  district_name: districtName(p.unit),
  established: p.id % 17 !== 0,
  category: 'enforcement',
  category_name: p.id % 9 ? '行政执法类公务员' : '综合管理类公务员',
  post: 'officer',
  post_name: p.post,
  rank: 'handler_2',
  rank_name: ['一级主办', '二级主办', '三级主办', '四级主办', '一级行政执法员'][p.id % 5],
  state: p.state,
  state_name: { at_post: '在岗', away: '离岗', left: '已离开' }[p.state],
  joined_on: `${2005 + (p.id % 19)}-0${1 + (p.id % 8)}-15`,
})
export const STATE: Record<string, [string, string]> = {
  not_started: ['未开始', '未'],
  draft: ['草稿', '草'],
  submitted: ['待审', '审'],
  under_review: ['审核中', '审'],
  returned: ['退回', '退'],
  confirmed: ['通过', '通'],
  locked_missed: ['逾期', '逾'],
  locked_pending: ['待审已锁', '锁'],
  rejected_final: ['终退', '终'],
  exempt: ['免', '免'],
}
export interface Slot {
  unit: U
  month: number
  state: string
  on_time: boolean | null
  round: number
  reviewed_late: boolean
}
export const slots: Slot[] = []
for (const unit of squads) {
  for (let month = 1; month <= 12; month++) {
    const r = rnd()
    let state = 'confirmed'
    if (month === 12) state = 'not_started'
    else if (month === 11) state = r < 0.35 ? 'confirmed' : r < 0.6 ? 'submitted' : r < 0.66 ? 'returned' : r < 0.8 ? 'draft' : 'not_started'
    else if (r < 0.02) state = 'locked_missed'
    else if (r < 0.03) state = 'locked_pending'
    else if (r < 0.035) state = 'rejected_final'
    else if (r < 0.045) state = 'exempt'
    const done = ['confirmed', 'submitted', 'returned', 'locked_pending', 'rejected_final'].includes(state)
    slots.push({ unit, month, state, on_time: done ? rnd() > 0.07 : null, round: state === 'returned' ? 1 : done && rnd() < 0.1 ? 2 : done ? 1 : 0, reviewed_late: state === 'confirmed' && rnd() < 0.05 })
  }
}
const mine = slots.find((slot) => slot.unit === home && slot.month === 11)!
mine.state = 'draft'
mine.on_time = null
mine.round = 0
export const slotOf = (unit: number, month: number) => slots.find((slot) => slot.unit.id === unit && slot.month === month)!
