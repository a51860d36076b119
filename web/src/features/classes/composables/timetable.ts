import { addDays, daysBetween, instantText, monthDayText } from '@/lib/dates'
import type { components } from '@/api/schema'
import type { Course, Lesson } from '../api'
import { stamp } from '../words'

/** A lesson as it lies on the week view: a day and minutes after 00:00 in Shanghai. */
export interface Slot {
  /** Stays the same while the page is open, saved or not. */
  key: number
  id: number | null
  course_id: number
  day: string
  from: number
  until: number
  instructor_id: number | null
  instructor: string
  place_id: number | null
  place: string
  lat_micro: number | null
  lon_micro: number | null
}

/** Lessons begin and end on steps of so many minutes. */
export const STEP = 10
/** Minutes of a lesson hour (学时). */
export const HOUR = 45
/** Usual periods of a day, two hours each. */
export const PERIODS: readonly (readonly [number, number])[] = [
  [510, 600],
  [610, 700],
  [780, 870],
  [880, 970],
  [980, 1070],
]
const DAY = 1440

const minutesOf = (instant: string): number => {
  const clock = instantText(instant).slice(11)
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}
export const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
/** Minutes of 9:05 or 09:05. */
export const minutes = (typed: string): number => {
  const match = /^(\d{1,2}):(\d{2})$/.exec(typed.trim())
  return match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN
}

let nextKey = 1
export const newKey = (): number => nextKey++

export function slotOf(lesson: Lesson): Slot {
  const day = instantText(lesson.from).slice(0, 10)
  const from = minutesOf(lesson.from)
  return {
    key: newKey(),
    id: lesson.id,
    course_id: lesson.course_id,
    day,
    from,
    until: from + lesson.minutes,
    instructor_id: lesson.instructor_id ?? null,
    instructor: lesson.instructor,
    place_id: lesson.place_id ?? null,
    place: lesson.place,
    lat_micro: lesson.lat_micro ?? null,
    lon_micro: lesson.lon_micro ?? null,
  }
}

export function lessonIn(slot: Slot): components['schemas']['ClassLessonIn'] {
  const end = (total: number) => (total <= DAY ? stamp(slot.day, clock(total)) : stamp(addDays(slot.day, 1), clock(total - DAY)))
  return {
    id: slot.id,
    course_id: slot.course_id,
    from: stamp(slot.day, clock(slot.from)),
    until: end(slot.until),
    instructor_id: slot.instructor_id,
    instructor: slot.instructor,
    place_id: slot.place_id,
    place: slot.place,
    lat_micro: slot.lat_micro,
    lon_micro: slot.lon_micro,
  }
}

/** The slot somewhere else: never across midnight. */
export function moved(slot: Slot, by: { days?: number; minutes?: number }): Slot {
  const length = slot.until - slot.from
  const from = Math.min(Math.max(0, slot.from + (by.minutes ?? 0)), DAY - length)
  return { ...slot, day: addDays(slot.day, by.days ?? 0), from, until: from + length }
}

/** The slot with another end: at least one step long. */
export function stretched(slot: Slot, by: number): Slot {
  return { ...slot, until: Math.min(Math.max(slot.from + STEP, slot.until + by), DAY) }
}

/** Steps of the grid. */
export const snapped = (value: number): number => Math.round(value / STEP) * STEP

/** Monday of a day's week. */
export function mondayOf(day: string): string {
  const away = daysBetween('2024-01-01', day)
  return addDays(day, -(((away % 7) + 7) % 7))
}

const meet = (one: Slot, other: Slot): boolean => one.day === other.day && one.from < other.until && other.from < one.until

/** Keys of slots that lie over another one of the class. */
export function overlapping(slots: Slot[]): Set<number> {
  const found = new Set<number>()
  for (const [index, one] of slots.entries())
    for (const other of slots.slice(index + 1))
      if (meet(one, other)) {
        found.add(one.key)
        found.add(other.key)
      }
  return found
}

/** Lane and number of lanes of each slot of a day, so that overlapping ones lie side by side. */
export function lanes(slots: Slot[]): Map<number, { lane: number; of: number }> {
  const found = new Map<number, { lane: number; of: number }>()
  const sorted = [...slots].sort((a, b) => a.from - b.from || a.until - b.until)
  let group: Slot[] = []
  let end = -1
  const close = () => {
    const ends: number[] = []
    const placed = group.map((slot) => {
      let lane = ends.findIndex((last) => last <= slot.from)
      if (lane < 0) lane = ends.length
      ends[lane] = slot.until
      return { slot, lane }
    })
    for (const { slot, lane } of placed) found.set(slot.key, { lane, of: ends.length })
    group = []
  }
  for (const slot of sorted) {
    if (group.length && slot.from >= end) close()
    group.push(slot)
    end = Math.max(group.length === 1 ? 0 : end, slot.until)
  }
  if (group.length) close()
  return found
}

/** Minutes that a course still lacks in the timetable. */
export function lacking(course: Course, slots: Slot[]): number {
  const laid = slots.filter((slot) => slot.course_id === course.id).reduce((sum, slot) => sum + slot.until - slot.from, 0)
  return Math.max(0, course.hours * HOUR - laid)
}

/** Lays what is lacking into the usual periods of working days from a day on, course after course. */
export function filled(courses: Course[], slots: Slot[], from: string, place: string): Slot[] {
  const all = [...slots]
  let day = from
  let days = 0
  for (const course of courses) {
    let left = lacking(course, all)
    while (left > 0 && days < 60) {
      const weekend = daysBetween(mondayOf(day), day) > 4
      const free = weekend ? undefined : PERIODS.find((period) => !all.some((slot) => slot.day === day && slot.from < period[1] && period[0] < slot.until))
      if (!free) {
        day = addDays(day, 1)
        days += 1
        continue
      }
      const length = Math.min(left, free[1] - free[0])
      all.push({ key: newKey(), id: null, course_id: course.id, day, from: free[0], until: free[0] + length, instructor_id: null, instructor: '', place_id: null, place, lat_micro: null, lon_micro: null })
      left -= length
    }
  }
  return all
}

/** 6月3日（周一）09:00至10:30 */
export const slotText = (slot: Slot): string => `${monthDayText(slot.day)}${clock(slot.from)}至${clock(slot.until)}`
