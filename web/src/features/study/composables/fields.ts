/** The parts of a record that a reviewer can point at. */
export const RETURN_FIELDS = [
  { field: 'held_on', label: '学习日期' },
  { field: 'minutes', label: '时长' },
  { field: 'place', label: '地点' },
  { field: 'speaker', label: '主讲人' },
  { field: 'topic', label: '学习主题' },
  { field: 'content', label: '学习内容' },
  { field: 'attendance', label: '参加人员' },
  { field: 'photos', label: '照片' },
  { field: 'filmed', label: '全程摄像' },
] as const

export type ToneName = 'done' | 'soon' | 'late' | 'info' | 'none'

/** The ground on which the word of a state stands. */
export function stateTone(state: string): ToneName {
  switch (state) {
    case 'confirmed':
      return 'done'
    case 'submitted':
    case 'under_review':
      return 'info'
    case 'returned':
      return 'soon'
    case 'locked_missed':
    case 'locked_pending':
    case 'rejected_final':
      return 'late'
    default:
      return 'none'
  }
}
