/** The parts of a record that a reviewer can point at. */
export const RETURN_FIELDS = [
  { field: 'held_on', label: '学习日期' },
  { field: 'minutes', label: '时长' },
  { field: 'place', label: '学习地点' },
  { field: 'speaker', label: '主讲人' },
  { field: 'topic', label: '学习主题' },
  { field: 'content', label: '学习内容' },
  { field: 'attendance', label: '参加人员' },
  { field: 'photos', label: '照片' },
  { field: 'filmed', label: '全程摄像' },
] as const

/** The step of the phone's form on which a field stands: session, people, photos. */
export function stepOf(field: string): number {
  return field === 'attendance' ? 1 : field === 'photos' ? 2 : 0
}
