import { describe, expect, it } from 'vitest'
import type { AccountRow } from '@/api/types'
import { actsOn } from '@/features/accounts/composables/acts'

const account = (over: Partial<AccountRow>): AccountRow =>
  ({ id: 9, user_name: 'chen', name: '陈卫平', state: 'active', state_name: '使用中', unit_name: '', roles: [], version: 1, ...over }) as AccountRow
const all = () => true

describe('what may be done with an account', () => {
  it('offers nothing on the own account', () => {
    const acts = actsOn(account({ id: 1 }), { account_id: 1 }, all)
    expect([acts.reset, acts.close, acts.grant]).toEqual([false, false, false])
    expect(acts.why).not.toBe('')
  })
  it('opens a closed account again and does nothing else with it', () => {
    expect(actsOn(account({ state: 'closed' }), { account_id: 1 }, all)).toMatchObject({ reset: false, reopen: true, close: false, grant: false })
  })
  it('does not open the account of somebody who has left', () => {
    expect(actsOn(account({ state: 'closed', left: true }), { account_id: 1 }, all)).toMatchObject({ reopen: false, why: '人员已离开，不能重新启用' })
  })
  it('leaves the codes of administrators to the command line', () => {
    const roles = [{ role: 'system_admin' }] as AccountRow['roles']
    expect(actsOn(account({ roles }), { account_id: 1 }, all)).toMatchObject({ reset: false, reopen: false, close: true })
  })
  it('offers only what the visitor may', () => {
    expect(actsOn(account({ state: 'locked' }), { account_id: 1 }, (code) => code === 'role.grant')).toMatchObject({ reset: false, unlock: false, close: false, grant: true })
  })
})
