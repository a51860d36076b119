import type { Problem } from './types'

/** A refused or failed request, with words a person can act on. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.problem = problem
  }
}

/** The request never reached the server, or (`cut`) its answer broke off on the way, so that nobody here knows what became of it. */
export class OfflineError extends Error {
  constructor(cut = false) {
    super(cut ? '网络中断，回应没有收全。请刷新后核对是否已生效。' : '网络不通，内容尚未送达。请检查网络后重试。')
    this.name = 'OfflineError'
  }
}

/** A part of the program did not arrive: no network, or the system was renewed since the page was opened. */
export class PageLoadError extends Error {
  constructor() {
    super('页面没有取到。请检查网络后再点一次。')
    this.name = 'PageLoadError'
  }
}

const FALLBACK: Record<number, string> = {
  401: '登录已失效，请重新登录。',
  403: '您没有办理这件事的权限。',
  404: '没有找到，或不在您的管理范围内。',
  409: '内容已被他人更新，请刷新后再试。',
  413: '文件太大，请压缩后再上传。',
  423: '账号已锁定，请稍后再试或联系管理员。',
  429: '操作过于频繁，请稍后再试。',
  502: '服务正在重启，请稍后再试。',
  503: '服务正在重启，请稍后再试。',
}

/** Turns whatever the server answered into a problem with Chinese words. */
export function problemOf(status: number, body: unknown): Problem {
  const given = (body && typeof body === 'object' ? body : {}) as Partial<Problem>
  const detail = given.detail || FALLBACK[status] || '系统暂时无法处理，请稍后再试。'
  return {
    ...given,
    type: given.type || 'about:blank',
    title: given.title || '未能完成',
    status,
    code: given.code || `http.${status}`,
    detail: given.event_id ? `${detail}（事件编号 ${given.event_id}）` : detail,
  }
}

/** One sentence for any thrown value. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof OfflineError || error instanceof PageLoadError) return error.message
  return '页面出现意外情况，请刷新后再试。'
}
