import { C, YEAR, districtName, due, home, people, units, type P, type U } from './data'

const step = (rule: string, title: string, inputs: [string, string][], arithmetic?: string, would?: string) => ({
  rule,
  clause: '宝城执〔2024〕6号 三(五)',
  title,
  text: '',
  inputs: inputs.map(([label, value]) => ({ label, value })),
  arithmetic,
  would_change: would,
})
export function assess(p: P) {
  const away = p.id % 11 === 0
  const months = Array.from({ length: 12 }, (_, i) => {
    const month = i + 1
    const counted = !away || month < 3 || month > 8
    const fulfilled = counted && month <= 10 && (p.id + month) % 9 !== 0
    return { month, due: counted, fulfilled, why: !counted ? '产假期间，不计（3月11日至8月5日）' : fulfilled ? `${month}月13日参加本单位学习，已入账1学时` : month > 10 ? '本月尚未入账' : '当月学习缺席，可参加区局补训', entry_id: null }
  })
  const need = months.filter((m) => m.due).length
  const got = months.filter((m) => m.fulfilled).length
  const online = 16 + (p.id % 9)
  const components = [
    {
      key: 'online', name: '市局网训', due: true, required_hours: 24, required_credits: 12, earned_hours: online, earned_credits: online > 22 ? 12 : 8, missing_hours: Math.max(0, 24 - online), missing_credits: online > 22 ? 0 : 4, met: online >= 24,
      by: due(`${YEAR}-12-31`, C.split), next_step: online >= 24 ? '已达到。' : `还差 ${24 - online} 学时，请在市局在线平台选学分课程补足。`,
      explain: [step('B-15', '网训全年应得', [['在编', '是'], ['计入月份', `${need} 个月`]], '至少一个月计入，应得 24 学时 12 学分', '全年无一月计入时不要求'), step('B-17', '已得学时', [['学分课程', '3 门'], ['学时课程', '4 门']], `3 × 4 + 4 × 1 = ${online}`)],
    },
    {
      key: 'district', name: '区局集训', due: !away, required_hours: away ? 0 : 24, required_credits: away ? 0 : 12, earned_hours: away ? 0 : 24, earned_credits: away ? 0 : 12, missing_hours: 0, missing_credits: 0, met: true,
      by: away ? null : due(`${YEAR}-06-30`, C.split), next_step: away ? '集训期间（6月3日至5日）不在岗，本年度不要求。' : '已达到。', explain: [step('B-11', '是否参加集训', [['集训日期', '6月3日至5日'], ['当时状态', away ? '产假' : '在岗']], undefined, '集训期间有一天在岗即须参加')],
    },
    {
      key: 'squad', name: '科队学习', due: true, required_hours: need, required_credits: 0, earned_hours: got, earned_credits: 0, missing_hours: need - got, missing_credits: 0, met: got >= need,
      by: due(`${YEAR}-12-31`, C.split), next_step: `11月学习在11月20日前参加；缺的月份向区局报名补训。`,
      explain: [step('B-69', '计入哪些月份', [['产假', away ? '3月11日至8月5日' : '无']], `12 − ${12 - need} = ${need}`, '返岗日提前到7月，则8月计入')], months,
    },
  ]
  const met = components.every((c) => c.met)
  const hours = components.reduce((s, c) => s + c.required_hours, 0)
  const earned = components.reduce((s, c) => s + c.earned_hours, 0)
  return {
    person: { id: p.id, staff_no: p.staff_no, name: p.name, unit_name: p.unit.name, district_name: districtName(p.unit) },
    year: YEAR,
    as_of: null,
    policy: { pack: 'baoshan/2024', title: '宝山区2024年度规则', carried_over: null },
    state: away ? 'partial' : 'full',
    state_name: away ? '部分考核' : '全额考核',
    result: met ? 'met' : 'not_met',
    result_name: met ? '达标' : '尚未达标',
    year_closed: false,
    required: { hours: { value: hours, clause: [C.total, C.split] }, credits: { value: away ? 12 : 24, clause: [C.total, C.split] } },
    earned: { hours: { value: earned, clause: [C.total] }, credits: { value: components.reduce((s, c) => s + c.earned_credits, 0), clause: [C.total] } },
    components,
    reasons: away ? [C.away] : [],
    targets: p.id % 23 === 0 ? [{ id: 1, component: 'district', reason: '借调市局专班（沪城管执〔2024〕31号）', by: '罗永康', at: '2024-06-10T10:00:00+08:00' }] : [],
    risk: met ? { level: 'ok', text: '已达到全年要求。' } : { level: got < need - 2 ? 'high' : 'watch', text: got < need - 2 ? `科队学习缺 ${need - got - 2} 个月，须补训。` : '按期参加11月、12月学习并补足网训即可达标。' },
  }
}
export const entries = (p: P) => [
  { id: 1, happened_on: '2024-03-12', recorded_at: '2024-04-01T10:00:00+08:00', component: 'online', component_name: '市局网训', course_name: '行政处罚法总则精讲', course_kind: '学分课程', hours: 4, credits: 4, for_month: null, external_no: 'OL-24-0312', source: 'ledger', source_name: '外部导入', counts: true },
  { id: 2, happened_on: '2024-06-05', recorded_at: '2024-06-20T10:00:00+08:00', component: 'district', component_name: '区局集训', course_name: '2024年全员普训（第二期）', hours: 24, credits: 12, for_month: null, external_no: 'BS-JX-02', source: 'ledger', source_name: '外部导入', counts: true },
  { id: 3, happened_on: '2024-09-13', recorded_at: '2024-09-18T10:00:00+08:00', component: 'squad', component_name: '科队学习', course_name: null, hours: 1, credits: 0, for_month: '2024-09', external_no: null, source: 'study', source_name: '学习记录', counts: true },
  { id: 4, happened_on: '2024-10-14', recorded_at: '2024-10-18T10:00:00+08:00', component: 'squad', component_name: '科队学习', course_name: null, hours: 1, credits: 0, for_month: '2024-10', external_no: null, source: 'study', source_name: '学习记录', counts: false, why_not: `${p.unit.name}当月已有一条`, reversed_by: 5 },
]
export function overview(unit: U) {
  const kids = units.filter((u) => u.parent_id === unit.id && u.kind !== 'street')
  const children = kids.map((u, i) => {
    const n = people.filter((p) => p.unit.id === u.id || p.unit.parent_id === u.id).length || u.headcount
    const assessed = Math.round(n * 0.97)
    const met = Math.round(assessed * (0.62 + ((i * 37) % 30) / 100))
    return { unit_id: u.id, unit_name: u.name, kind: u.kind, people: n, assessed, met, not_met: assessed - met, rate: assessed ? Math.round((met / assessed) * 1000) / 10 : 0, at_risk: Math.round((assessed - met) * 0.4), components: { online_met: Math.round(assessed * 0.8), district_met: Math.round(assessed * 0.96), squad_met: Math.round(assessed * 0.83) }, has_children: u.kind === 'district_bureau' }
  })
  const sum = (k: 'people' | 'assessed' | 'met') => children.reduce((s, c) => s + c[k], 0)
  return { unit: { id: unit.id, name: unit.name }, denominators: C.base, totals: { people: sum('people'), assessed: sum('assessed'), full: Math.round(sum('assessed') * 0.93), partial: Math.round(sum('assessed') * 0.07), not_assessed: sum('people') - sum('assessed'), met: sum('met'), rate_permille: Math.round((sum('met') / Math.max(1, sum('assessed'))) * 1000) }, children }
}
export const listRow = (p: P) => {
  const a = assess(p)
  const part = (i: number) => ({ earned: a.components[i]!.earned_hours, required: a.components[i]!.required_hours, met: a.components[i]!.met })
  return { person_id: p.id, staff_no: p.staff_no, name: p.name, unit_name: p.unit.name, state: a.state, state_name: a.state_name, result: a.result, required_hours: a.required.hours.value, earned_hours: a.earned.hours.value, required_credits: a.required.credits.value, earned_credits: a.earned.credits.value, missing: a.components.filter((c) => !c.met).map((c) => `${c.name} ${c.missing_hours} 学时`).join('、'), risk: a.risk.level, components: { online: part(0), district: part(1), squad: part(2) } }
}
export const file = (p: P, purpose: string) => ({
  person: { ...assess(p).person, post_name: p.post, rank_name: '二级主办', joined_on: '2012-03-15', established: true },
  posts: [{ unit_name: '大场中队', post_name: '执法队员', from: '2012-03-15', to: '2019-06-30' }, { unit_name: p.unit.name, post_name: p.post, from: '2019-07-01', to: null }],
  years: [{ year: 2024, state_name: '全额考核', result_name: '尚未达标', required_hours: 60, earned_hours: 52, required_credits: 24, earned_credits: 20 }, { year: 2023, state_name: '全额考核', result_name: '达标', required_hours: 60, earned_hours: 63.5, required_credits: 24, earned_credits: 24 }],
  entries: entries(p),
  assessment: assess(p),
  notice: '仅供参考',
  read_log: [{ at: '2024-11-18T09:05:00+08:00', by: '罗永康', purpose }, { at: '2024-07-02T14:10:00+08:00', by: '曾文博', purpose: '职级晋升' }],
})
export const RULES = [
  ['total.hours', '全年学时', '60 学时', 'B-01', '宝城执〔2024〕6号 二(一)', 'M'],
  ['total.credits', '全年学分', '24 学分', 'B-01', '宝城执〔2024〕6号 二(一)', 'M'],
  ['online.hours', '网训学时', '24 学时', 'B-03', '宝城执〔2024〕6号 二(一)', 'M'],
  ['study.submit_day', '每月学习报送日', '每月20日（12月15日）', 'B-37', '宝城执〔2024〕6号 三(二)', 'M'],
  ['study.review_day', '每月学习审核日', '每月25日（12月15日）', 'B-38', '宝城执〔2024〕6号 三(二)', 'M'],
  ['study.minutes', '一次学习时长', '不少于40分钟', 'B-36', '宝城执〔2024〕6号 三(二)', 'M'],
  ['status.update_days', '人员变动更正', '10日内', 'B-71', '宝城执〔2024〕6号 三(五)2(5)', 'M'],
  ['district.deadline', '集训完成', '6月底前', 'B-21', '宝城执〔2024〕6号 二(一)', 'T'],
].map(([key, title, value_text, row, clause, force]) => ({ key, title, value_text, row, clause, force, unit: null, note: null }))
export const me = () => people.find((p) => p.unit === home && p.id % 11 === 0) ?? people.find((p) => p.unit === home)!
