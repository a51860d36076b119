import { dayText, instantText } from '@/lib/dates'
import type { OwnExam } from '../types'
import { minutesText } from './answers'

/** Minutes before the opening from which the waiting room is open. */
export const WAITING_MINUTES = 60

export type Phase = 'ahead' | 'waiting' | 'open' | 'running' | 'missed' | 'over'

/** Where an exam stands for one candidate, by the server's time in milliseconds. */
export function phaseOf(exam: Pick<OwnExam, 'state' | 'opens_at' | 'last_start_at'>, now: number): Phase {
  if (exam.state === 'running') return 'running'
  if (exam.state !== 'not_started') return 'over'
  const opens = Date.parse(exam.opens_at)
  if (now < opens - WAITING_MINUTES * 60_000) return 'ahead'
  if (now < opens) return 'waiting'
  return now < Date.parse(exam.last_start_at) ? 'open' : 'missed'
}

export const PHASE_WORDS: Record<Phase, string> = {
  ahead: '未到时间',
  waiting: '可以候考',
  open: '可以开始',
  running: '正在作答',
  missed: '未参加',
  over: '已结束',
}

/** 2024年11月20日（周三）09:00开始，限时90分钟，10:30前可进入; of what is over without the last */
export function timesText(exam: OwnExam, phase?: Phase): string {
  const opens = instantText(exam.opens_at)
  const last = instantText(exam.last_start_at)
  const until = last.slice(0, 10) === opens.slice(0, 10) ? last.slice(11) : `${dayText(last.slice(0, 10))}${last.slice(11)}`
  const said = `${dayText(opens.slice(0, 10))}${opens.slice(11)}开考，限时${minutesText(exam.duration)}`
  return phase === 'over' || phase === 'missed' ? said : `${said}，${until}前可进入`
}

/** 2天3小时, 12分05秒 until an instant. */
export function untilText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (days) return `${days}天${hours}小时`
  if (hours) return `${hours}小时${minutes}分钟`
  return `${minutes}分${String(seconds % 60).padStart(2, '0')}秒`
}
