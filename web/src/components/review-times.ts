import { num, rateText } from '@/lib/format'
import type { FigureItem } from './FigureRow.vue'

/** How one reviewing unit kept its own days. */
export interface ReviewTimes {
  unit_id: number
  name: string
  reviewed: number
  on_time: number
  late: number
  pending_after_lock: number
  median_days?: number | null
}

/** Why a rate of reviews is missing: nothing was due, or what was due lies there past its day. */
export function noReview(late: number): string {
  return late > 0 ? `已过审核期限${num(late)}份，尚未审核` : '尚无应审记录'
}

/** What was handed in, and how much of what is owed came in time. */
export function reportFigures(totals: { submitted: number; due: number; on_time: number }, trend: number[]): FigureItem[] {
  return [
    { key: 'submitted', label: '已报送', value: totals.submitted, unit: '份', hint: `应报${num(totals.due)}份` },
    {
      key: 'on_time',
      label: '按时报送率',
      value: rateText(totals.on_time, totals.due),
      hint: `按时${num(totals.on_time)}份，应报${num(totals.due)}份`,
      title: totals.due ? `${num(totals.on_time)}/${num(totals.due)}` : '尚无应报记录',
      trend,
    },
  ]
}

/** How the reviewing side kept its days, over all its units. */
export function reviewFigures(rows: ReviewTimes[]): FigureItem[] {
  const sum = (key: 'reviewed' | 'on_time' | 'late' | 'pending_after_lock') => rows.reduce((total, row) => total + row[key], 0)
  const reviewed = sum('reviewed')
  const none = noReview(sum('late'))
  return [
    {
      key: 'review',
      label: '按时审核率',
      value: rateText(sum('on_time'), reviewed),
      hint: reviewed ? `按时审核${num(sum('on_time'))}份，已审${num(reviewed)}份` : none,
      title: reviewed ? `${num(sum('on_time'))}/${num(reviewed)}` : none,
    },
    { key: 'pending', label: '锁定时未审', value: sum('pending_after_lock'), unit: '份', hint: '审核方未按时办理' },
  ]
}
