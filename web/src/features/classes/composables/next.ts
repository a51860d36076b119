import { dayText, shortDay } from '@/lib/dates'
import type { ClassPage } from '../api'

export interface Step {
  /** What to do. */
  title: string
  /** Why, and until when. */
  why: string
  /** The page of the workspace where it is done; none when others are to act. */
  to?: string
  tone: 'late' | 'soon' | 'info' | 'done'
}

/** What is next for a class and why, most urgent first. */
export function nextSteps(page: ClassPage): Step[] {
  const base = `/classes/${page.id}`
  const runs = page.may.length > 0
  const steps: Step[] = []
  switch (page.phase) {
    case 'draft': {
      if (!page.courses.length) steps.push({ title: '安排课程', why: '还没有课程；课程的学时、学分合起来对照年度要求。', to: base, tone: 'soon' })
      else if (!page.lessons.length) steps.push({ title: '排课表', why: '课程还没有时间、地点和授课人；有了上课日期才算得出报备期限。', to: `${base}/timetable`, tone: 'soon' })
      else if (page.file_by)
        steps.push({
          title: '报备',
          why: page.file_by.due.late ? `报备期限${dayText(page.file_by.due.due_on)}已过，仍可报备，记为迟报。` : `${dayText(page.file_by.due.due_on)}前报备为按时。`,
          to: base,
          tone: page.file_by.due.late ? 'late' : page.file_by.due.days_left <= 5 ? 'soon' : 'info',
        })
      else steps.push({ title: '发布', why: '这类培训班无需报备，发布后学员能看到课表、扫码签到。', to: base, tone: 'info' })
      if (page.lessons.length && !page.enrolled) steps.push({ title: '编学员名单', why: '名单上还没有人。', to: `${base}/trainees`, tone: 'info' })
      break
    }
    case 'filed': {
      const last = page.filings[page.filings.length - 1]
      if (last?.answer === 'returned') steps.push({ title: '按退回意见修改', why: `${last.to_unit_name}退回：${last.answer_text ?? ''}`, to: `${base}/timetable`, tone: 'late' })
      if (!page.enrolled) steps.push({ title: '编学员名单', why: '名单上还没有人，开班后不在名单中的人不能签到。', to: `${base}/trainees`, tone: 'soon' })
      else steps.push({ title: '等待开班', why: `${dayText(page.first_on)}开班，名单上有${page.enrolled}人。`, tone: 'info' })
      break
    }
    case 'running':
      steps.push({ title: '组织签到', why: '上课前打开签到屏，课后处理存疑签到和缺勤。', to: `${base}/presence`, tone: 'info' })
      break
    case 'ended':
    case 'returned_for_completion': {
      const returned = page.phase === 'returned_for_completion'
      const due = page.close_by
      steps.push({
        title: returned ? '补正结项材料' : '提交结项材料',
        why: due ? `${due.late ? '期限已过，仍可提交，记为迟报' : '期限'}：${dayText(due.due_on)}。清单自动核对，缺什么都写在上面。` : '清单自动核对，缺什么都写在上面。',
        to: `${base}/closing`,
        tone: returned || due?.late ? 'late' : 'soon',
      })
      break
    }
    case 'closing_submitted':
      steps.push({ title: '等待审核结项', why: page.may.includes('close') ? '请核对材料后通过，或写明原因退回补正。' : '材料已提交，上级审核后记入学时、归档；退回会在今日提醒。', to: `${base}/closing`, tone: 'info' })
      break
    case 'closed':
      steps.push({ title: '已归档', why: '学时、学分已记入台账，材料可随时查阅。', to: `${base}/closing`, tone: 'done' })
      break
    case 'cancelled':
      steps.push({ title: '已取消', why: page.events.filter((one) => one.event === 'cancelled').pop()?.note ?? '不再举办。', tone: 'info' })
      break
  }
  return runs ? steps : steps.map((step) => ({ ...step, to: step.to && page.phase === 'closing_submitted' ? step.to : undefined }))
}

/** The stations of a class's life, with the day when each was reached. */
export function stations(page: ClassPage): { name: string; day: string; state: 'done' | 'now' | 'ahead' }[] {
  const on = (event: string) => page.events.filter((one) => one.event === event).pop()?.at
  const order = ['draft', 'filed', 'running', 'ended', 'closing_submitted', 'closed']
  const phase = page.phase === 'returned_for_completion' ? 'ended' : page.phase
  const now = order.indexOf(phase)
  const days = [on('created'), on('filed'), page.first_on, page.last_on, on('closing_submitted'), on('closed')]
  const filed = page.kind === 'closed' || page.kind === 'fitness'
  const names = ['拟订', filed ? '报备' : '发布', '开班', '结束', '提交结项', '归档']
  return names.map((name, index) => ({
    name,
    day: days[index] ? shortDay(days[index].slice(0, 10)) : '',
    state: page.phase === 'closed' || index < now ? 'done' : index === now ? 'now' : 'ahead',
  }))
}
