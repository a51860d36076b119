/** One thing an audit line tells: a fact with its value, or a change with what was and what is. */
export interface AuditFact {
  label: string
  text: string
  /** What was there before; only for changes. */
  before?: string
  /** The whole of a long hash whose beginning stands in `text`. */
  whole?: string
}

type Words = ReadonlyMap<string, string>

const FIELDS: Words = new Map([
  ['name', '姓名'],
  ['sex', '性别'],
  ['established', '在编'],
  ['category', '人员类别'],
  ['posts', '岗位'],
  ['rank', '职级'],
  ['joined_on', '入职日期'],
  ['induction_ended_on', '初任培训结束日期'],
  ['phone', '手机'],
])
const COUNTS: Words = new Map([
  ['rows', '总行数'],
  ['ok', '可入账'],
  ['new', '新增'],
  ['repeated', '重复'],
  ['joiners', '新进'],
  ['transfers', '调动'],
  ['changes', '信息变化'],
  ['unchanged', '无变化'],
  ['leavers', '名册中缺少'],
  ['broken', '有误'],
])
const CODES: Words = new Map([
  ['online', '市局网训'],
  ['district', '区局集训'],
  ['squad', '科队学习'],
  ['other', '其他'],
  ['professional', '条：区局业务'],
  ['territorial', '块：街道乡镇'],
  ['male', '男'],
  ['female', '女'],
  ['true', '是'],
  ['false', '否'],
])
/** Families of rules by the name of their file. */
const FAMILIES: Words = new Map([
  ['shanghai', '上海市'],
  ['baoshan', '宝山区'],
])

/** Where one fact ends and the next begins: a label of a few characters and a colon follow. */
const BETWEEN = /；(?=[^：；，。“”]{1,10}：)/
const HASH = /^[0-9a-f]{40,64}$/
const SHORT = 8

const SUBJECTS: Words = new Map([
  ['study_record', '学习记录'],
  ['study_month', '学习月份'],
  ['study_task', '学习任务'],
  ['study_makeup', '补学'],
  ['import_plan', '名册导入'],
  ['ledger_import', '学时学分导入'],
  ['audit_log', '审计日志'],
])

/** What was acted on; the server says kinds with a number in words, those without stay codes. */
export const subjectText = (subject: string): string => SUBJECTS.get(subject) ?? subject

/** A hash as far as people compare it by eye. */
export const shortHash = (hash: string): string => hash.slice(0, SHORT)

function wordOf(value: unknown, words: Words): string {
  if (value === null || value === undefined || value === '') return '空'
  if (Array.isArray(value)) return value.length ? value.map((item) => wordOf(item, words)).join('、') : '空'
  const text = String(value)
  const pack = /^([a-z]+)\/(\d{4})$/.exec(text)
  if (pack) return `${FAMILIES.get(pack[1] ?? '') ?? pack[1]}${pack[2]}年规则`
  return words.get(text) ?? CODES.get(text) ?? text
}

/** The objects in a value such as `{…}、{…}`; none when it is plain text. */
function objectsOf(value: string): Record<string, unknown>[] {
  if (!value.startsWith('{')) return []
  try {
    return JSON.parse(`[${value.replace(/\}、\{/g, '},{')}]`) as Record<string, unknown>[]
  } catch {
    return []
  }
}

function factsOf(label: string, value: string, words: Words): AuditFact[] {
  const objects = objectsOf(value)
  if (objects.length) {
    return objects.flatMap((object) =>
      typeof object.field === 'string'
        ? [{ label: FIELDS.get(object.field) ?? '其他信息', before: wordOf(object.before, words), text: wordOf(object.after, words) }]
        : Object.entries(object)
            .filter(([key, count]) => COUNTS.has(key) && count !== 0)
            .map(([key, count]) => ({ label: COUNTS.get(key) ?? '', text: wordOf(count, words) })),
    )
  }
  if (HASH.test(value)) return [{ label, text: shortHash(value), whole: value }]
  return [{ label, text: wordOf(value, words) }]
}

/** Takes the sentence of an audit line apart, so that changes read as 项目: 旧 → 新. `words` are further codes. */
export function auditFacts(detail: string, words: Words = new Map()): AuditFact[] {
  const facts = detail
    .split(BETWEEN)
    .filter((piece) => piece !== '')
    .flatMap((piece) => {
      const colon = piece.indexOf('：')
      return colon > 0 ? factsOf(piece.slice(0, colon), piece.slice(colon + 1), words) : [{ label: '', text: piece }]
    })
  // 原 and 现 are the two sides of one change.
  const was = facts.find((fact) => fact.label === '原')
  const is = facts.find((fact) => fact.label === '现')
  if (!was || !is) return facts
  return facts.flatMap((fact) => (fact === was ? [] : fact === is ? [{ label: '变更', before: was.text, text: is.text }] : [fact]))
}
