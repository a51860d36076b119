/** What a list of those present needs to know of a person. */
export interface AttendanceMark {
  person_id: number
  name: string
  staff_no: string
  post_name: string
  present: boolean
  absence_reason?: string | null
}

/** The words of one kind of meeting. */
export interface AttendanceWords {
  /** Button that marks everybody: 全部到会. */
  all: string
  /** Filter: 只看缺席. */
  onlyAbsent: string
  /** Label of the reason: 缺席原因. */
  reason: string
  /** Shown where no reason was given: 缺席. */
  absent: string
  /** Shown while there is nobody. */
  empty: string
}
