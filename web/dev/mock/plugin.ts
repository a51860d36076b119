import type { IncomingMessage } from 'node:http'
import type { Connect, Plugin } from 'vite'
import * as A from './assessment'
import { C, TODAY, YEAR, baoshan, city, districtName, due, home, kindOf, monthDue, people, personRow, plus, slotOf, slots, units, weekday, type U } from './data'
import * as S from './study'

const ROLES: Record<string, { name: string; role: string; role_name: string; unit: U; scope: string; perms: string[]; person: boolean }> = {
  reporter: { name: '何秀英', role: 'squad_reporter', role_name: '中队填报员', unit: home, scope: 'unit', person: true, perms: ['person.read', 'assessment.read', 'study.read', 'study.report', 'policy.read'] },
  officer: { name: A.me().name, role: 'officer', role_name: '执法人员', unit: home, scope: 'own', person: true, perms: ['policy.read', 'assessment.read', 'study.read'] },
  district: { name: '罗永康', role: 'district_training', role_name: '区局教育培训管理员', unit: baoshan, scope: 'subtree', person: true, perms: ['person.read', 'person.write', 'roster.import', 'ledger.import', 'ledger.export', 'assessment.read', 'training_file.read', 'policy.read', 'study.read', 'study.review', 'study.makeup', 'account.manage'] },
  city: { name: '曾文博', role: 'city_training', role_name: '市局教育培训管理员', unit: city, scope: 'subtree', person: true, perms: ['person.read', 'person.write', 'unit.write', 'roster.import', 'ledger.import', 'assessment.read', 'training_file.read', 'policy.read', 'policy.write', 'study.read', 'study.task', 'study.review', 'study.makeup', 'job.read'] },
  leader: { name: '梁国栋', role: 'leader', role_name: '局领导', unit: city, scope: 'subtree', person: false, perms: ['person.read', 'assessment.read', 'study.read', 'policy.read'] },
  sysadmin: { name: '于磊', role: 'system_admin', role_name: '系统管理员', unit: city, scope: 'subtree', person: false, perms: ['account.manage', 'role.grant', 'audit.read', 'job.read'] },
}
let who: string | null = null

const me = () => {
  const r = ROLES[who!]!
  return { account_id: 1, user_name: who, name: r.name, person_id: r.person ? A.me().id : null, must_change_password: false, roles: [{ role: r.role, role_name: r.role_name, unit_id: r.unit.id, unit_name: r.unit.name, scope: r.scope }], permissions: r.perms, home_unit_id: r.unit.id, year: YEAR, today: TODAY, now: `${TODAY}T09:00:00+08:00`, demo: true, policy: { pack: 'baoshan/2024', title: '宝山区2024年度规则', year: YEAR, carried_over: null } }
}
function today() {
  if (who === 'officer') return { headline: '11月学习尚未入账，网训还差几个学时。', blocks: [{ key: 'due_soon', title: '即将到期', items: [{ kind: 'study', title: '参加11月科队学习', detail: '顾村中队拟于11月19日14:00学习', due: due('2024-11-20'), link: '/assessment/me' }, { kind: 'online', title: '补足市局网训', detail: '还差 4 学时，请选学分课程', due: due('2024-12-31', C.split), link: '/assessment/me' }] }] }
  if (who === 'leader' || who === 'city')
    return {
      headline: '11月 215 个单位，已报 188，迟报 3，待审 41。',
      figures: [
        { key: 'rate', label: '考核完成率', value: 71.4, unit: '%', hint: '5,612 / 7,860 人', link: '/assessment/overview', trend: [12, 20, 27, 36, 44, 55, 58, 61, 65, 69, 71.4] },
        { key: 'study', label: '11月学习已报', value: 188, unit: '个单位', hint: '应报 215', link: '/study', trend: [201, 210, 212, 209, 211, 214, 213, 208, 212, 213, 188] },
        { key: 'late', label: '迟报', value: 3, unit: '个单位', hint: '上月同期 7', link: '/study?state=late', trend: [14, 11, 9, 10, 8, 9, 7, 6, 7, 7, 3] },
        { key: 'pending', label: '待审', value: 41, unit: '份', hint: '审核期限11月25日', link: '/study?state=submitted' },
        { key: 'risk', label: '有风险人员', value: 612, unit: '人', hint: '缺2个月以上', link: '/assessment/list?risk=high' },
      ],
      blocks: [
        ...(who === 'city' ? [{ key: 'due_soon', title: '即将到期', items: [{ kind: 'task', title: '下发12月学习任务', detail: '12月任务应在11月30日前下发', due: due('2024-11-30'), link: '/study/tasks' }] }] : []),
        { key: 'waiting', title: '等待他人', items: [{ kind: 'review', title: '各区局审核11月学习', detail: '浦东新区 14 份、宝山区 6 份最多', count: 41, due: due('2024-11-25', C.review), link: '/study?state=submitted' }] },
      ],
    }
  if (who === 'district') return { headline: '宝山区 17 个单位，11月已报 9，待审 4，退回 1。', blocks: [{ key: 'overdue', title: '已过期', items: [{ kind: 'status', title: '更正人员变动', detail: '月浦镇中队 1 人产假，决定已过10日', count: 1, due: due('2024-11-15', C.ten), link: '/people/late-updates' }] }, { key: 'due_soon', title: '即将到期', items: [{ kind: 'review', title: '审核11月学习', detail: '4 份待审，其中 1 份照片有相似提示', count: 4, due: due('2024-11-25', C.review), link: '/study/review' }] }, { key: 'waiting', title: '等待他人', items: [{ kind: 'report', title: '等待中队报送11月学习', detail: '吴淞、罗泾等 5 个单位尚未报送', count: 5, due: due('2024-11-20'), link: '/study?state=not_started' }] }] }
  if (who === 'sysadmin') return { headline: '系统运行正常。', blocks: [] }
  return { headline: '11月学习还差 2 项即可提交，期限后天。', blocks: [{ key: 'overdue', title: '已过期', items: [] }, { key: 'due_soon', title: '即将到期', items: [{ kind: 'report', title: '提交11月学习记录', detail: '还差：时长不足40分钟、填写主讲人', due: due(monthDue(11)), link: `/study/records/${home.id}/2024-11` }] }, { key: 'waiting', title: '等待他人', items: [{ kind: 'review', title: '10月补正已再次提交', detail: '等待宝山区城管执法局审核', due: due('2024-11-25', C.review), link: `/study/records/${home.id}/2024-10` }] }] }
}
const importOut = (base: string) => {
  const ledger = base === 'ledger'
  const rows = Array.from({ length: 40 }, (_, i) => {
    const p = people[i * 3]!
    const verdict = i % 9 === 4 ? 'broken' : ledger ? (i % 7 === 2 ? 'repeated' : 'new') : ['unchanged', 'joiner', 'transfer', 'change', 'leaver'][i % 5]!
    return { row: i + 2, staff_no: p.staff_no, name: p.name, verdict, verdict_name: { broken: '有误', repeated: '重复', new: '新增', unchanged: '无变化', joiner: '新进', transfer: '调动', change: '信息变化', leaver: '离开' }[verdict], detail: { transfer: '大场中队 → 顾村中队', change: '岗位：执法队员 → 法制员', leaver: '不在名册中，列为离职', new: '市局网训 4 学时 4 学分', repeated: '编号 OL-24-0312 已入账' }[verdict] ?? '', errors: verdict === 'broken' ? [{ field: ledger ? '学时' : '入职日期', message: ledger ? '“四”不是数字' : '“2024年13月1日”不是有效日期' }] : [] }
  })
  return { id: 1, file_name: ledger ? '网训学时2024年10月.xlsx' : '宝山区名册20241118.xlsx', state: 'dry_run', created_at: `${TODAY}T09:10:00+08:00`, created_by: '罗永康', committed_at: null, counts: ledger ? { rows: 1260, ok: 1221, broken: 4, new: 1221, repeated: 35 } : { rows: 612, ok: 608, broken: 4, joiners: 9, leavers: 2, transfers: 6, changes: 31, unchanged: 560 }, rows_total: 40, rows, can_commit: false, commit_hint: '有 4 行有误。改好后重传，或确认只导入其余 608 行。' }
}
const page = <T>(rows: T[], q: URLSearchParams) => {
  const size = Number(q.get('size') ?? 50)
  const at = (Number(q.get('page') ?? 1) - 1) * size
  return { total: rows.length, rows: rows.slice(at, at + size) }
}
async function bodyOf(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
const fail = (status: number, code: string, detail: string) => ({ status, body: { type: 'about:blank', title: '未能完成', status, code, detail } })

async function answer(method: string, path: string, q: URLSearchParams, req: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const ok = (body: unknown, status = 200) => ({ status, body })
  if (path === '/session' && method === 'POST') {
    const { user_name, password } = (await bodyOf(req)) as { user_name: string; password: string }
    if (!(user_name in ROLES) || password === 'wrong') return fail(401, 'auth.bad_credentials', '用户名或密码不对。连续输错5次将锁定15分钟。')
    who = user_name
    return ok(me())
  }
  if (path === '/session' && method === 'DELETE') return (who = null), ok(undefined, 204)
  if (!who) return fail(401, 'auth.required', '请先登录。')
  if (path === '/session') return ok(me())
  const role = ROLES[who]!
  const reviewer = role.perms.includes('study.review')
  const unit = Number(q.get('unit')) || (role.unit === city ? undefined : role.unit.id)
  const inUnit = (u: U) => !unit || unit === city.id || u.id === unit || u.parent_id === unit
  if (path === '/today') return ok(today())
  if (path === '/deadlines/strip') {
    const days = []
    for (let d = q.get('from')!; d <= q.get('to')!; d = plus(d, 1)) days.push({ date: d, weekday: weekday(d), kind: kindOf(d), name: kindOf(d) === 'holiday' ? '国庆节' : null, counted: ['work', 'makeup'].includes(kindOf(d)) })
    return ok({ days, working_days: days.filter((d) => d.counted).length })
  }
  if (path === '/units') return ok(units.filter((u) => role.unit === city || u.id === role.unit.id || u.parent_id === role.unit.id || u.kind === 'street'))
  let m = /^\/units\/(\d+)$/.exec(path)
  if (m) {
    const u = units[Number(m[1]) - 1]!
    return ok({ ...u, lines: u.parent_id ? [{ line: 'professional', line_name: '条', parent_id: u.parent_id, parent_name: districtName(u), from: '2021-07-01', to: null }, ...(u.street_id ? [{ line: 'territorial', line_name: '块', parent_id: u.street_id, parent_name: u.street_name, from: '2021-07-01', to: null }] : [])] : [], reviewer: u.parent_id ? { id: u.parent_id, name: districtName(u), why: '条线上级' } : null, people_count: u.headcount })
  }
  if (path === '/people') {
    const word = q.get('q') ?? ''
    return ok(page(people.filter((p) => inUnit(p.unit) && (!word || p.name.includes(word) || p.staff_no.includes(word)) && (!q.get('state') || q.get('state') === 'all' || p.state === q.get('state'))).map(personRow), q))
  }
  if (path === '/people/late-updates') return ok(page(people.filter((p) => p.id % 40 === 0 && inUnit(p.unit)).map((p, i) => ({ person_id: p.id, staff_no: p.staff_no, name: p.name, unit_name: p.unit.name, kind_name: ['产假', '长病假', '离职', '返岗'][i % 4], effective_on: '2024-09-02', decided_on: '2024-08-30', due_on: '2024-09-09', recorded_at: '2024-09-14T10:00:00+08:00', late_days: 5 })), q))
  m = /^\/people\/(\d+)$/.exec(path)
  if (m) {
    const p = people[Number(m[1]) - 1]!
    return ok({ ...personRow(p), induction_ended_on: '2012-06-30', phone_masked: '138****2071', memberships: [{ unit_id: home.id, unit_name: '大场中队', from: '2012-03-15', to: '2019-06-30' }, { unit_id: p.unit.id, unit_name: p.unit.name, from: '2019-07-01', to: null }], events: [{ id: 1, kind: 'maternity_leave', kind_name: '产假', effect_text: '考核到2月，返岗次月起恢复', effective_on: '2024-03-11', decided_on: '2024-03-08', recorded_at: '2024-03-22T10:00:00+08:00', update_due: due('2024-03-18', C.ten), late_days: 4, revoked: false, note: null }, { id: 2, kind: 'returned', kind_name: '返岗', effect_text: '9月起恢复考核', effective_on: '2024-08-05', decided_on: '2024-08-05', recorded_at: '2024-08-06T10:00:00+08:00', update_due: due('2024-08-15', C.ten), late_days: 0, revoked: false, note: null }], facts: { established: true, in_service: true, at_post: p.state === 'at_post', enforcement_civil_servant: true } })
  }
  m = /^\/(roster|ledger)\/imports(\/\d+)?$/.exec(path)
  if (m) {
    const out = importOut(m[1]!)
    if (method === 'POST' || m[2]) {
      const v = q.get('verdict')
      return ok({ ...out, rows: v ? out.rows.filter((r) => r.verdict === v) : out.rows })
    }
    return ok(page([out, { ...out, id: 2, state: 'committed', committed_at: '2024-10-10T10:00:00+08:00', file_name: m[1] === 'ledger' ? '网训学时2024年9月.csv' : '宝山区名册20241010.xlsx' }], q))
  }
  if (path === '/assessment/me') return ok(A.assess(A.me()))
  m = /^\/assessment\/people\/(\d+)(\/entries)?$/.exec(path)
  if (m) return ok(m[2] ? { rows: A.entries(people[Number(m[1]) - 1]!) } : A.assess(people[Number(m[1]) - 1]!))
  if (path === '/assessment/overview') return ok(A.overview(units[(unit ?? city.id) - 1]!))
  if (path === '/assessment/list') {
    const word = q.get('q') ?? ''
    return ok(page(people.filter((p) => inUnit(p.unit) && (!word || p.name.includes(word))).slice(0, 900).map(A.listRow).filter((r) => (!q.get('risk') || r.risk === q.get('risk')) && (!q.get('result') || r.result === q.get('result')) && (!q.get('state') || r.state === q.get('state'))), q))
  }
  m = /^\/training-file\/(\d+)$/.exec(path)
  if (m) return ok(A.file(people[Number(m[1]) - 1]!, q.get('purpose') ?? ''))
  if (path === '/policy') return ok({ pack: 'baoshan/2024', title: '宝山区2024年度规则', year: YEAR, carried_over: null, rules: A.RULES, packs: [{ pack: 'shanghai/2024', title: '上海市2024年度规则' }, { pack: 'baoshan/2024', title: '宝山区2024年度规则' }] })
  if (path === '/policy/check') return ok({ findings: [{ code: 'zero_slack', title: '12月学习报送与审核同日截止', rules: ['study.submit_day', 'study.review_day'], dates: ['2024-12-15'], slack_hours: 0, message: '12月单位报送和区局审核都在15日截止，当日提交的记录审核方没有时间。', proposal: '将12月报送日提前到12月10日，或审核日推后到12月20日。' }, { code: 'december_return', title: '12月返岗者全年不考核', rules: ['total.hours'], dates: ['2024-12-01'], slack_hours: null, message: '1至10月在岗、12月返岗的人员按规定全年不考核。', proposal: '改为只免12月当月。' }] })
  if (path === '/policy/what-if') return ok({ people: 612, flips: people.slice(0, 14).map((p, i) => ({ person_id: p.id, staff_no: p.staff_no, name: p.name, unit_name: p.unit.name, before: { state: 'full', result: i % 5 ? 'not_met' : 'met' }, after: { state: 'full', result: i % 5 ? 'met' : 'not_met' }, why: '网训应得由 24 学时改为 20 学时，已得 21 学时' })), totals: { before: { assessed: 594, full: 560, partial: 34, met: 402, not_met: 192 }, after: { assessed: 594, full: 560, partial: 34, met: 410, not_met: 184 } }, rejected: [] })
  if (path === '/study/grid') return ok(S.gridOut(unit))
  if (path === '/study/tasks') return ok(Array.from({ length: 12 }, (_, i) => S.task(i + 1)))
  if (path === '/study/return-reasons') return ok(S.stats().reasons)
  if (path === '/study/makeups') return ok(page([{ id: 1, district_id: baoshan.id, district_name: baoshan.name, for_month: '2024-09', held_on: '2024-10-23', minutes: 60, place: '区局二楼教室', topic: '9月学习补训', speaker: '罗永康', people: people.slice(0, 7).map((p) => ({ person_id: p.id, name: p.name, unit_name: p.unit.name })), note: null, recorded_at: '2024-10-23T17:00:00+08:00', recorded_by: '罗永康' }], q))
  if (path === '/study/makeups/candidates') return ok(people.filter((p) => inUnit(p.unit) && p.id % 9 === 0).slice(0, 30).map((p) => ({ person_id: p.id, staff_no: p.staff_no, name: p.name, unit_name: p.unit.name, why: '当月缺席' })))
  if (path === '/study/stats') return ok(S.stats(unit))
  m = /^\/study\/sheet\/(\d+)$/.exec(path)
  if (m) return ok(S.sheet(units[Number(m[1]) - 1]!))
  if (path === '/study/records') {
    const rows = slots.filter((s) => inUnit(s.unit) && (q.get('queue') !== 'review' || ['submitted', 'under_review'].includes(s.state)) && (!q.get('month') || S.MM(s.month) === q.get('month')) && (!q.get('state') || s.state === q.get('state')))
    return ok(page(rows.map(S.recordRow), q))
  }
  m = /^\/study\/records\/(\d+)\/\d{4}-(\d{2})(\/.*)?$/.exec(path)
  if (m) {
    const slot = slotOf(Number(m[1]), Number(m[2]))
    const action = m[3] ?? ''
    if (action === '/roster') return ok(S.roster(slot.unit))
    if (method === 'PUT') S.save(slot, (await bodyOf(req)) as never)
    if (action === '/photos' && method === 'POST') S.addPhoto(slot)
    if (action.startsWith('/photos/')) S.dropPhoto(slot, Number(action.slice(8)))
    if (action === '/submit') Object.assign(slot, { state: 'submitted', on_time: true, round: slot.round + 1 }), S.log(slot, 'submitted', '提交审核', role.name)
    if (action === '/review/open') slot.state = 'under_review'
    if (action === '/review/release' && slot.state === 'under_review') slot.state = 'submitted'
    if (action === '/confirm') (slot.state = 'confirmed'), S.log(slot, 'confirmed', '审核通过', role.name)
    if (action === '/return') (slot.state = 'returned'), S.log(slot, 'returned', '退回补正', role.name)
    return ok(S.recordOut(slot, reviewer))
  }
  if (path === '/accounts' && method === 'POST') return ok(people.slice(0, 6).map((p) => ({ user_name: p.staff_no, name: p.name, unit_name: p.unit.name, one_time_code: 'K7QM-2XWD', valid_until: '2024-11-25T09:00:00+08:00' })))
  if (path === '/accounts') return ok(page(people.slice(0, 120).map((p, i) => ({ id: p.id, user_name: p.staff_no, name: p.name, person_id: p.id, unit_name: p.unit.name, state: ['active', 'active', 'pending', 'locked'][i % 4], state_name: ['使用中', '使用中', '待启用', '已锁定'][i % 4], last_sign_in: i % 4 === 2 ? null : '2024-11-15T08:40:00+08:00', roles: [{ role: 'officer', role_name: '执法人员', unit_id: p.unit.id, unit_name: p.unit.name, scope: 'own' }] })), q))
  if (path === '/audit') return ok(page(Array.from({ length: 230 }, (_, i) => ({ seq: 230 - i, at: `2024-11-1${i % 8}T09:${String(i % 60).padStart(2, '0')}:00+08:00`, actor_name: ['罗永康', '何秀英', '曾文博'][i % 3], action: 'study.confirm', action_name: ['确认学习记录', '提交学习记录', '下发学习任务'][i % 3], subject: ['顾村中队 2024年11月', '月浦中队 2024年11月', '2024年12月'][i % 3], detail: '', hash_short: `a${(i * 7919).toString(16)}` })), q))
  if (path === '/audit/verify') return ok({ ok: true, checked: 18230 })
  if (path === '/jobs') return ok(page([{ id: 9, kind: 'study.lock', kind_name: '学习月度锁定', state: 'done', state_name: '已完成', created_at: '2024-11-01T00:00:00+08:00', finished_at: '2024-11-01T00:00:02+08:00', attempts: 1, error: null }, { id: 8, kind: 'photo.thumb', kind_name: '照片缩图', state: 'failed', state_name: '未完成', created_at: '2024-11-14T09:00:00+08:00', finished_at: null, attempts: 3, error: '图片数据不完整' }], q))
  return fail(404, 'not_found', '没有找到，或不在您的管理范围内。')
}
const SVG = (id: number) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300" fill="hsl(${(id * 47) % 360} 22% 86%)"/><rect x="120" y="30" width="160" height="80" fill="#fff" stroke="#8a9099"/>${Array.from({ length: 10 + (id % 7) }, (_, i) => `<circle cx="${50 + (i % 6) * 60}" cy="${170 + Math.floor(i / 6) * 60}" r="16" fill="#1b3a6b"/>`).join('')}</svg>`

/** Answers /api/v1 from invented data while the pages are developed without the binary. Sign in as reporter, officer,
 *  district, city, leader or sysadmin with any password. */
export function mockServer(): Plugin {
  const handler: Connect.NextHandleFunction = (req, res, next) => {
    const full = new URL(req.url ?? '/', 'http://x')
    if (!full.pathname.startsWith('/api/v1')) return next()
    const path = full.pathname.slice(7)
    const pic = /^\/mock\/photo\/(\d+)/.exec(path)
    if (pic) {
      res.setHeader('content-type', 'image/svg+xml')
      res.end(SVG(Number(pic[1])))
      return
    }
    answer(req.method ?? 'GET', path, full.searchParams, req)
      .then(({ status, body }) => {
        res.statusCode = status
        res.setHeader('content-type', 'application/json')
        res.end(body === undefined ? '' : JSON.stringify(body))
      })
      .catch((error: unknown) => {
        res.statusCode = 500
        res.end(String(error))
      })
  }
  return { name: 'mock-server', configureServer: (server) => void server.middlewares.use(handler) }
}
