import type { AccountRow, Me } from '@/api/types'

/** The three administrators keep each other in check: their codes come from the command line only. */
const ADMINISTRATORS: readonly string[] = ['system_admin', 'security_admin', 'audit_admin']

export interface Acts {
  /** A new one-time code; on a closed account it opens it again. */
  reset: boolean
  reopen: boolean
  unlock: boolean
  close: boolean
  grant: boolean
  /** Why nothing is offered. */
  why: string
}

/** What the server lets this visitor do with an account; nobody handles the own one. */
export function actsOn(account: AccountRow, me: Pick<Me, 'account_id'> | null, can: (code: string) => boolean): Acts {
  const none: Acts = { reset: false, reopen: false, unlock: false, close: false, grant: false, why: '' }
  if (account.id === me?.account_id) return { ...none, why: '本人账号，由其他管理员办理' }
  const closed = account.state === 'closed'
  const mayReset = can('account.reset') && !account.roles.some((role) => ADMINISTRATORS.includes(role.role))
  return {
    reset: mayReset && !closed,
    reopen: mayReset && closed && !account.left,
    unlock: can('account.manage') && account.state === 'locked',
    close: can('account.manage') && !closed,
    grant: can('role.grant') && !closed,
    why: mayReset && closed && account.left ? '人员已离开，不能重新启用' : '',
  }
}
