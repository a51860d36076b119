/** Kinds of status events with what they do to the year, in the order of the notice. */
export const EVENT_KINDS: { kind: string; name: string; effect: string }[] = [
  { kind: 'resigned', name: '离职', effect: '当年不考核' },
  { kind: 'missing', name: '失踪', effect: '当年不考核' },
  { kind: 'died', name: '去世', effect: '当年不考核' },
  { kind: 'dismissed', name: '开除', effect: '当年不考核' },
  { kind: 'retired', name: '退休', effect: '考核到变动上月' },
  { kind: 'sick_leave', name: '长病假', effect: '考核到变动上月，返岗次月起恢复' },
  { kind: 'maternity_leave', name: '产假', effect: '考核到变动上月，返岗次月起恢复' },
  { kind: 'aid_mission', name: '援外支边', effect: '考核到变动上月，返岗次月起恢复' },
  { kind: 'returned', name: '返岗', effect: '次月起恢复考核' },
]

export const UNIT_KINDS: { kind: string; name: string }[] = [
  { kind: 'city_bureau', name: '市局' },
  { kind: 'city_office', name: '市局处室' },
  { kind: 'corps', name: '执法总队' },
  { kind: 'special_unit', name: '直属单位' },
  { kind: 'district_bureau', name: '区局' },
  { kind: 'section', name: '科室' },
  { kind: 'squad', name: '中队' },
  { kind: 'mobile_squad', name: '机动中队' },
]

export const POSTS: { post: string; name: string }[] = [
  { post: 'squad_head', name: '中队长' },
  { post: 'deputy_squad_head', name: '副中队长' },
  { post: 'section_leader', name: '班组长' },
  { post: 'legal_officer', name: '法制员' },
  { post: 'supervision_officer', name: '监督员' },
  { post: 'peer_instructor', name: '小教员' },
  { post: 'data_officer', name: '数据员' },
  { post: 'info_officer', name: '信息员' },
  { post: 'officer', name: '执法队员' },
]

export const CATEGORIES: { category: string; name: string }[] = [
  { category: 'enforcement', name: '行政执法类公务员' },
  { category: 'general', name: '综合管理类公务员' },
  { category: 'institution', name: '事业编制人员' },
  { category: 'other', name: '其他' },
]

export const stateTone = (state: string): 'done' | 'soon' | 'none' => (state === 'at_post' ? 'done' : state === 'away' ? 'soon' : 'none')
