import type { FormField, FormValues } from '@/features/faculty/form'
import { list, text, whole } from '@/features/faculty/form'
import type { components } from '@/api/schema'
import type { ClassPage, Programme } from './api'
import { quantity } from './words'

type Option = { value: string; label: string }
type Fields = components['schemas']['ClassFieldsIn']

const FLAGS: Option[] = [
  { value: 'has_exam', label: '有考试' },
  { value: 'evaluates', label: '开展课程评价' },
  { value: 'sign_out', label: '下课签退' },
  { value: 'wants_summary', label: '结项附培训总结' },
]

/** What a class is, as fields of a form; without `kind` the form has a field of that name. */
export function classFields(kind: string | null, words: { posts: Option[]; forms: Option[] }, named: boolean): FormField[] {
  return [
    { key: 'title', label: '班名', kind: 'text', required: named, hint: named ? undefined : '不填则用计划项目的名称', max: 80 },
    { key: 'reason', label: '单独举办的原因', kind: 'area', required: true, when: (values) => (kind ?? text(values, 'kind')) === 'fitness' },
    { key: 'audience', label: '培训对象', kind: 'text', max: 200, hint: named ? undefined : '不填则按计划项目' },
    { key: 'audience_posts', label: '对象职务', kind: 'many', options: words.posts },
    { key: 'content', label: '培训内容', kind: 'area', max: 2000, rows: 4 },
    { key: 'form', label: '培训方式', kind: 'select', options: words.forms },
    { key: 'section', label: '责任科室', kind: 'text', max: 60 },
    { key: 'partners', label: '联办单位', kind: 'text', max: 200 },
    { key: 'place', label: '地点', kind: 'text', max: 100 },
    { key: 'teacher_name', label: '班主任', kind: 'text', max: 40 },
    { key: 'phone', label: '联系电话', kind: 'text', max: 40 },
    { key: 'capacity', label: '名额', kind: 'number', hint: '不填为不限；满员后转入候补' },
    { key: 'flags', label: '安排', kind: 'many', options: FLAGS },
    { key: 'pass_score', label: '及格分', kind: 'points', when: (values) => list(values, 'flags').includes('has_exam') },
  ]
}

/** The form of a class that is there, or of a new one. */
export function classStart(page?: ClassPage | null, programme?: Programme | null): FormValues {
  return {
    title: page?.title ?? '',
    reason: page?.reason ?? '',
    audience: page?.audience ?? '',
    audience_posts: page?.audience_posts ?? [],
    content: page?.content ?? '',
    form: page?.form ?? '',
    section: page?.section ?? programme?.section ?? '',
    partners: page?.partners ?? '',
    place: page?.place ?? '',
    teacher_name: page?.teacher_name ?? '',
    phone: page?.phone ?? '',
    capacity: page?.capacity ?? '',
    flags: page ? FLAGS.map((flag) => flag.value).filter((flag) => page[flag as 'has_exam']) : ['has_exam', 'evaluates'],
    pass_score: page?.pass_score ?? 60,
  }
}

export function classBody(values: FormValues, teacher_id?: number | null): Fields {
  const flags = list(values, 'flags')
  return {
    title: text(values, 'title'),
    reason: text(values, 'reason'),
    audience: text(values, 'audience'),
    audience_posts: list(values, 'audience_posts'),
    content: text(values, 'content'),
    form: text(values, 'form'),
    section: text(values, 'section'),
    partners: text(values, 'partners'),
    place: text(values, 'place'),
    teacher_id: teacher_id ?? null,
    teacher_name: text(values, 'teacher_name'),
    phone: text(values, 'phone'),
    capacity: whole(values, 'capacity'),
    has_exam: flags.includes('has_exam'),
    evaluates: flags.includes('evaluates'),
    sign_out: flags.includes('sign_out'),
    wants_summary: flags.includes('wants_summary'),
    pass_score: flags.includes('has_exam') ? quantity(text(values, 'pass_score')) : null,
  }
}
