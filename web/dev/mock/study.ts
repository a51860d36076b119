import { C, STATE, TODAY, YEAR, districtName, due, home, monthDue, monthEnd, monthReview, people, rnd, slotOf, slots, type Slot, type U } from './data'

export const MM = (m: number) => `${YEAR}-${String(m).padStart(2, '0')}`
interface Rec {
  version: number
  session: Record<string, unknown>
  attendance: { person_id: number; staff_no: string; name: string; post_name: string; present: boolean; absence_reason: string | null }[]
  photos: Record<string, unknown>[]
  history: Record<string, unknown>[]
}
const records = new Map<string, Rec>()
const TOPICS = ['行政处罚法与裁量基准适用', '噪声污染防治法执法要点', '拆违实务与文书制作', '行政复议法修订解读', '2023年全系统案卷评查通报', '公务员法与执法纪律', '生活垃圾分类执法', '户外广告设施监管', '非现场执法流程', '建筑垃圾处置执法', '冬季市容保障与案例讲评', '年度总结与法规测试']
const photo = (id: number, alike = false) => ({
  id,
  hash: `h${id}`,
  thumb_url: `/api/v1/mock/photo/${id}.svg`,
  url: `/api/v1/mock/photo/${id}.svg`,
  taken_at: `2024-11-13T14:0${id % 10}:00+08:00`,
  size: 1_840_000 + id * 30_000,
  look_alikes: alike ? [{ unit_name: '罗店中队', month: '2024-10', kind: 'similar' }] : [],
  place: '宝山区顾村镇 电台路附近',
})
export function roster(unit: U) {
  return people
    .filter((p) => p.unit === unit && p.state === 'at_post')
    .map((p, i) => ({ person_id: p.id, staff_no: p.staff_no, name: p.name, post_name: p.post, present: i % 13 !== 5, absence_reason: i % 13 === 5 ? '执勤值守' : null }))
}
function rec(slot: Slot): Rec {
  const key = `${slot.unit.id}/${slot.month}`
  let out = records.get(key)
  if (!out) {
    const blank = ['not_started', 'exempt', 'locked_missed'].includes(slot.state)
    const draft = slot.state === 'draft'
    out = {
      version: 3,
      session: blank
        ? {}
        : {
            held_on: `${MM(slot.month)}-13`,
            start_time: '14:00',
            minutes: draft ? 35 : 60,
            place: '中队三楼会议室',
            speaker: draft ? '' : '沈卫东（法制员）',
            topic: TOPICS[slot.month - 1],
            content: '结合本月两件退回案卷，讲解裁量因子的认定与文书填写；分组讨论门责执法中的取证要点。',
            filmed: true,
            film_place: '中队内勤室移动硬盘2号',
            notes: '',
          },
      attendance: blank ? roster(slot.unit).map((row) => ({ ...row, present: false })) : roster(slot.unit),
      photos: blank ? [] : draft ? [photo(1), photo(2)] : [photo(1), photo(2, true), photo(3)],
      history: blank
        ? []
        : [
            { at: '2024-11-13T16:20:00+08:00', by: '何秀英', event: 'draft_saved', event_name: '保存草稿', round: 1 },
            ...(draft ? [] : [{ at: '2024-11-14T09:12:00+08:00', by: '何秀英', event: 'submitted', event_name: '提交审核', round: 1 }]),
            ...(slot.state === 'returned' || slot.round > 1
              ? [{ at: '2024-11-15T10:40:00+08:00', by: '罗永康', event: 'returned', event_name: '退回补正', reason: { code: 'photo_unclear', text: '照片看不清会场或人数' }, note: '第二张照片只拍到投影，请补一张能看清参加人员的。', round: 1 }]
              : []),
            ...(slot.round > 1 ? [{ at: '2024-11-16T09:30:00+08:00', by: '何秀英', event: 'submitted', event_name: '再次提交', round: 2 }] : []),
            ...(slot.state === 'confirmed' ? [{ at: '2024-11-17T09:30:00+08:00', by: '罗永康', event: 'confirmed', event_name: '审核通过', round: slot.round }] : []),
          ],
    }
    records.set(key, out)
  }
  return out
}
function blockers(r: Rec) {
  const out: { field: string; message: string }[] = []
  const s = r.session
  if (!s.held_on) out.push({ field: 'session.held_on', message: '填写学习日期' })
  if (!s.minutes || Number(s.minutes) < 40) out.push({ field: 'session.minutes', message: '时长不足40分钟' })
  if (!s.place) out.push({ field: 'session.place', message: '填写地点' })
  if (!s.speaker) out.push({ field: 'session.speaker', message: '填写主讲人' })
  if (!s.topic) out.push({ field: 'session.topic', message: '填写学习主题' })
  if (!r.attendance.some((row) => row.present)) out.push({ field: 'attendance', message: '勾选参加人员' })
  if (!r.photos.length) out.push({ field: 'photos', message: '至少上传1张照片' })
  return out
}
export function recordOut(slot: Slot, reviewer: boolean) {
  const r = rec(slot)
  const open = ['not_started', 'draft', 'returned'].includes(slot.state) && slot.month >= 11
  const handed = ['submitted', 'under_review', 'confirmed', 'locked_pending'].includes(slot.state)
  return {
    unit: { id: slot.unit.id, name: slot.unit.name, reviewer_name: districtName(slot.unit) },
    month: MM(slot.month),
    state: slot.state,
    state_name: STATE[slot.state]![0],
    version: r.version,
    task: slot.month === 12 ? null : task(slot.month),
    session: r.session,
    attendance: r.attendance,
    expected: r.attendance.length,
    attended: r.attendance.filter((row) => row.present).length,
    photos: r.photos.map((p) => (reviewer ? p : { ...p, look_alikes: undefined, place: undefined })),
    submit_due: due(monthDue(slot.month)),
    review_due: due(monthReview(slot.month), C.review),
    lock_at: due(monthEnd(slot.month), C.lock),
    blockers: open ? blockers(r) : [],
    round: slot.round,
    receipt: handed ? { at: '2024-11-14T09:12:33+08:00', hash_short: '8f3a·21c0·e4b7', who_can_change: '审核人打开前，本单位可撤回修改' } : null,
    history: r.history,
    diff: slot.round > 1 ? [{ field: 'session.minutes', label: '时长', before: '35', after: '60' }, { field: 'session.content', label: '学习内容', before: '结合本月案卷，讲解裁量因子。', after: '结合本月两件退回案卷，讲解裁量因子的认定与文书填写。' }] : null,
    hold: slot.state === 'under_review' ? { by: 'd', name: '罗永康', until: '2024-11-18T10:30:00+08:00' } : null,
    allowed: reviewer ? (['submitted'].includes(slot.state) ? ['open_review', 'confirm', 'return'] : slot.state === 'under_review' ? ['confirm', 'return'] : slot.state === 'locked_pending' ? ['confirm', 'reject'] : slot.state === 'confirmed' ? ['correct'] : []) : open ? ['save', 'submit'] : [],
    denied: reviewer || open ? [] : [{ action: 'save', why: slot.state === 'locked_missed' ? '本月已于月底锁定，不能再报；缺学人员由区局补训。' : '已报送，审核期间不能修改。' }],
  }
}
export function save(slot: Slot, body: { session: Record<string, unknown>; attendance: { person_id: number; present: boolean; absence_reason: string | null }[] }) {
  const r = rec(slot)
  r.version++
  r.session = body.session
  for (const row of r.attendance) {
    const next = body.attendance.find((other) => other.person_id === row.person_id)
    if (next) Object.assign(row, { present: next.present, absence_reason: next.absence_reason })
  }
  if (slot.state === 'not_started') slot.state = 'draft'
}
export const addPhoto = (slot: Slot) => rec(slot).photos.push(photo(10 + Math.floor(rnd() * 80)))
export const dropPhoto = (slot: Slot, id: number) => {
  const r = rec(slot)
  r.photos = r.photos.filter((p) => p.id !== id)
}
export const log = (slot: Slot, event: string, event_name: string, by: string, extra = {}) => rec(slot).history.push({ at: `${TODAY}T09:20:00+08:00`, by, event, event_name, round: slot.round, ...extra })
export function task(m: number) {
  return {
    month: MM(m),
    topic: TOPICS[m - 1]!,
    guidance: '一、集中学习不少于40分钟，由小教员或法制员主讲。\n二、结合本单位近期案件讨论，至少一案。\n三、会后三日内上传照片和数据。',
    materials: [{ name: `${m}月学习提纲.pdf`, hash: `t${m}`, size: 482_000 }],
    issued_at: m <= 11 ? `2024-${String(m === 1 ? 1 : m - 1).padStart(2, '0')}-2${m % 8}T10:00:00+08:00` : null,
    issued_by: m <= 11 ? '市局教育培训处 曾文博' : null,
    missing_warning: m === 12 ? '12月任务应在11月30日前下发。' : null,
  }
}
export const recordRow = (slot: Slot) => {
  const started = !['not_started', 'exempt', 'locked_missed'].includes(slot.state)
  const n = roster(slot.unit).length
  return {
    unit_id: slot.unit.id,
    unit_name: slot.unit.name,
    month: MM(slot.month),
    state: slot.state,
    state_name: STATE[slot.state]![0],
    first_submitted_at: slot.on_time === null ? null : `${MM(slot.month)}-${slot.on_time ? '14' : '22'}T09:12:00+08:00`,
    on_time: slot.on_time,
    round: slot.round,
    held_by: null,
    review_due: due(monthReview(slot.month), C.review),
    submit_due: due(monthDue(slot.month)),
    attended: started ? n - 2 : 0,
    expected: n,
    flags: slot.state === 'submitted' && slot.unit.id % 6 === 0 ? ['照片与罗店中队2024年10月记录相似'] : [],
  }
}
export const gridOut = (unit?: number) => {
  const scope = slots.filter((slot) => !unit || slot.unit.id === unit || slot.unit.parent_id === unit || unit === 1)
  const ids = [...new Set(scope.map((slot) => slot.unit))]
  return {
    units: ids.map((u) => ({
      unit_id: u.id,
      name: u.name,
      district_name: districtName(u),
      cells: scope
        .filter((slot) => slot.unit === u)
        .map((slot) => ({ month: slot.month, state: slot.state, state_name: STATE[slot.state]![0], letter: STATE[slot.state]![1], on_time: slot.on_time, round: slot.round, due: monthDue(slot.month), reviewed_late: slot.reviewed_late })),
    })),
    counts: {},
  }
}
export function stats(unit?: number) {
  const grid = gridOut(unit)
  const rows = grid.units.map((u) => {
    const cells = u.cells.filter((c) => c.month <= 11 && c.state !== 'exempt')
    const count = (f: (c: (typeof cells)[number]) => boolean) => cells.filter(f).length
    return { unit_id: u.unit_id, name: u.name, due: cells.length, submitted: count((c) => c.on_time !== null), on_time: count((c) => c.on_time === true), late: count((c) => c.on_time === false), missed: count((c) => c.state === 'locked_missed'), returned: count((c) => c.round > 1), first_pass_rate: 88.2, review_late: count((c) => !!c.reviewed_late) }
  })
  return {
    totals: {},
    by_unit: rows,
    by_month: Array.from({ length: 12 }, (_, i) => {
      const cells = grid.units.flatMap((u) => u.cells.filter((c) => c.month === i + 1 && c.state !== 'exempt'))
      return { month: i + 1, due: i < 11 ? cells.length : 0, submitted: 0, on_time: cells.filter((c) => c.on_time === true).length, late: cells.filter((c) => c.on_time === false).length, missed: cells.filter((c) => c.state === 'locked_missed').length, returned: 0 }
    }),
    reasons: [
      { code: 'photo_unclear', text: '照片看不清会场或人数', count: 23 },
      { code: 'attendance', text: '参加人员与照片不符', count: 14 },
      { code: 'content', text: '学习内容过于简单', count: 9 },
      { code: 'date', text: '学习日期填写有误', count: 4 },
    ],
    reviewer: [
      { unit_id: 6, name: '宝山区城管执法局', reviewed: 168, on_time: 161, late: 7, pending_after_lock: 1, median_days: 2 },
      { unit_id: 40, name: '黄浦区城管执法局', reviewed: 120, on_time: 120, late: 0, pending_after_lock: 0, median_days: 1.5 },
    ],
  }
}
export const sheet = (unit: U) => ({
  unit: { id: unit.id, name: unit.name, district_name: districtName(unit), reviewer_name: districtName(unit) },
  year: YEAR,
  months: Array.from({ length: 12 }, (_, i) => {
    const slot = slotOf(unit.id, i + 1)
    const row = recordRow(slot)
    return { month: i + 1, due: slot.state !== 'exempt', state: slot.state, state_name: row.state_name, first_submitted_at: row.first_submitted_at, on_time: slot.on_time, round: slot.round, confirmed_at: slot.state === 'confirmed' ? `${MM(i + 1)}-18T10:00:00+08:00` : null, reviewed_late: slot.reviewed_late, attended: row.attended, expected: row.expected }
  }),
  totals: { due: 11, on_time: 9, late: 1, returned: 1, missed: 0 },
  reviewer: { reviewed: 10, on_time: 10, late: 0, pending_after_lock: 0 },
})
export const homeSlot = () => slotOf(home.id, 11)
