/** One entry of the navigation. It is shown when the account holds any of the permissions. */
export interface NavItem {
  to: string
  title: string
  /** Two characters for the folded navigation; the first two of the title unless said. */
  short?: string
  any: string[]
  /** Only for accounts that stand for a person. */
  person?: boolean
  /** Only when one of the permissions reaches beyond the own person. */
  wide?: boolean
}

export interface NavGroup {
  key: string
  title: string
  items: NavItem[]
}

export interface Visitor {
  permissions: ReadonlySet<string>
  person_id?: number | null
  /** Permissions that reach beyond the own person. */
  wide: ReadonlySet<string>
}

/** The work of the desk, in the order of the day. Only what exists. */
export const NAV: NavGroup[] = [
  { key: 'today', title: '今日', items: [{ to: '/', title: '今日', any: [] }] },
  {
    key: 'study',
    title: '学习',
    items: [
      { to: '/study', title: '期次总览', short: '期次', any: ['study.read'], wide: true },
      { to: '/study/records', title: '学习填报', short: '填报', any: ['study.report'] },
      { to: '/study/review', title: '审核', any: ['study.review'] },
      { to: '/study/tasks', title: '学习任务', short: '任务', any: ['study.task_read', 'study.task'] },
      { to: '/study/mine', title: '我的学习', short: '我的', any: ['study.own'], person: true },
      { to: '/study/makeups', title: '补训', any: ['study.makeup', 'study.read'], wide: true },
      { to: '/study/stats', title: '统计与评价表', short: '统计', any: ['study.read'], wide: true },
    ],
  },
  {
    key: 'drill',
    title: '训练',
    items: [
      { to: '/drill', title: '训练期次', short: '期次', any: ['drill.read'], wide: true },
      { to: '/drill/records', title: '训练填报', short: '填报', any: ['drill.report'] },
      { to: '/drill/review', title: '审核', any: ['drill.review'] },
      { to: '/drill/mine', title: '我的训练', short: '我的', any: [], person: true },
      { to: '/drill/exemptions', title: '免训', any: ['drill.read'], wide: true },
      { to: '/drill/contests', title: '会操', any: ['drill.read'], wide: true },
      { to: '/drill/instructors', title: '教官', any: ['drill.read'], wide: true },
      { to: '/drill/stats', title: '统计', any: ['drill.read'], wide: true },
    ],
  },
  {
    key: 'classes',
    title: '培训',
    items: [
      { to: '/classes', title: '培训班', any: ['class.read'] },
      { to: '/classes/plans', title: '年度计划', short: '计划', any: ['class.read'], wide: true },
      { to: '/classes/outlooks', title: '三年规划', short: '规划', any: ['class.read'], wide: true },
      { to: '/classes/requests', title: '培训需求', short: '需求', any: ['class.own'] },
      { to: '/classes/forecast', title: '入班预测', short: '预测', any: ['class.read'], wide: true },
      { to: '/classes/duties', title: '必训人员', short: '必训', any: ['class.read'], wide: true },
      { to: '/classes/filings', title: '报备审阅', short: '报备', any: ['class.review'] },
      { to: '/classes/groups', title: '对象分组', short: '分组', any: ['class.manage'], wide: true },
      { to: '/classes/outsiders', title: '外来学员', short: '外来', any: ['class.manage'] },
    ],
  },
  {
    key: 'fitness',
    title: '体能',
    items: [
      { to: '/fitness', title: '年度测试', short: '年度', any: ['fitness.read'], wide: true },
      { to: '/fitness/tests', title: '测试安排', short: '安排', any: ['fitness.read'], wide: true },
      { to: '/fitness/waivers', title: '缓测、免测', short: '缓免', any: ['fitness.read'], wide: true },
      { to: '/fitness/standards', title: '测试标准', short: '标准', any: ['fitness.read'], wide: true },
      { to: '/fitness/me', title: '我的体能测试', short: '我的', any: [], person: true },
    ],
  },
  {
    key: 'exams',
    title: '考试',
    items: [
      { to: '/exams', title: '考试场次', short: '场次', any: ['exam.read'], wide: true },
      { to: '/exams/mine', title: '我的考试', short: '我的', any: [], person: true },
    ],
  },
  {
    key: 'assessment',
    title: '考核',
    items: [
      { to: '/assessment/me', title: '我的考核', short: '我的', any: [], person: true },
      { to: '/assessment/overview', title: '完成情况', short: '完成', any: ['assessment.read'], wide: true },
      { to: '/assessment/list', title: '人员名单', short: '名单', any: ['assessment.read'], wide: true },
      { to: '/assessment/sessions', title: '集训场次', short: '集训', any: ['ledger.import'] },
      { to: '/assessment/ledger', title: '外部学时导入', short: '外部', any: ['ledger.import'] },
      { to: '/assessment/rules', title: '考核规则', short: '规则', any: ['policy.read'] },
      { to: '/assessment/check', title: '制度体检', short: '体检', any: ['policy.write'] },
      { to: '/assessment/what-if', title: '试算', any: ['policy.write'] },
      { to: '/assessment/year', title: '年度', any: ['policy.write', 'ledger.import'] },
    ],
  },
  {
    key: 'bank',
    title: '题库',
    items: [
      { to: '/bank', title: '题目', any: ['bank.read'] },
      { to: '/bank/proposals', title: '题目审定', short: '审定', any: ['bank.decide'] },
      { to: '/bank/imports', title: '题库导入', short: '导入', any: ['bank.propose'] },
      { to: '/bank/laws', title: '法律法规', short: '法律', any: ['bank.read'] },
    ],
  },
  {
    key: 'faculty',
    title: '师资',
    items: [
      { to: '/faculty', title: '教员', any: ['faculty.read'] },
      { to: '/faculty/places', title: '基地与教室', short: '基地', any: ['faculty.read'] },
      { to: '/faculty/courseware', title: '课程资源', short: '课程', any: ['faculty.read'] },
      { to: '/faculty/teams', title: '教研与征集', short: '教研', any: ['faculty.read'] },
      { to: '/faculty/targets', title: '年度目标', short: '目标', any: ['faculty.read'], wide: true },
    ],
  },
  {
    key: 'people',
    title: '人员',
    items: [
      { to: '/people', title: '人员名册', short: '名册', any: ['person.read'], wide: true },
      { to: '/units', title: '机构', any: ['unit.read'], wide: true },
      { to: '/roster', title: '名册导入', short: '导入', any: ['roster.import'] },
      { to: '/people/late-updates', title: '变动迟报', short: '变动', any: ['person.write', 'roster.import'] },
    ],
  },
  {
    key: 'system',
    title: '系统',
    items: [
      { to: '/system/accounts', title: '账号', any: ['account.manage', 'account.reset', 'role.grant'] },
      { to: '/system/audit', title: '审计日志', short: '审计', any: ['audit.read'] },
      { to: '/system/jobs', title: '后台任务', short: '任务', any: ['job.read'] },
      { to: '/system/storage', title: '存储空间', short: '存储', any: ['storage.read'] },
    ],
  },
]

export function mayOpen(item: Pick<NavItem, 'any' | 'person' | 'wide'>, visitor: Visitor): boolean {
  if (item.person && !visitor.person_id) return false
  if (item.wide) return item.any.some((code) => visitor.wide.has(code))
  return item.any.length === 0 || item.any.some((code) => visitor.permissions.has(code))
}

/** The navigation of one visitor: no empty groups, nothing that would be refused. */
export function navFor(visitor: Visitor): NavGroup[] {
  return NAV.map((group) => ({ ...group, items: group.items.filter((item) => mayOpen(item, visitor)) })).filter(
    (group) => group.items.length > 0,
  )
}
