import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { api, read } from '@/api/client'
import { ApiError } from '@/api/problem'
import type { Me } from '@/api/types'

/** Who is signed in. Everything else that comes from the server lives in the query cache. */
export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const loaded = ref(false)
  /** How far the server's business time is ahead of this device's clock, in milliseconds. */
  let ahead = 0
  watch(
    me,
    (now) => {
      if (now) ahead = Date.parse(now.now) - Date.now()
    },
    { flush: 'sync' },
  )
  /** The business time in milliseconds, whatever the device's clock says. */
  const businessNow = (): number => Date.now() + ahead

  async function load(): Promise<Me | null> {
    try {
      me.value = await read(api.GET('/api/v1/session'))
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) me.value = null
      else throw error
    }
    loaded.value = true
    return me.value
  }

  async function signIn(user_name: string, password: string): Promise<Me> {
    me.value = await read(api.POST('/api/v1/session', { body: { user_name, password } }))
    loaded.value = true
    return me.value
  }

  async function activate(user_name: string, one_time_code: string, new_password: string): Promise<Me> {
    me.value = await read(api.POST('/api/v1/session/activate', { body: { user_name, one_time_code, new_password } }))
    loaded.value = true
    return me.value
  }

  async function changePassword(old_password: string, new_password: string): Promise<void> {
    await read(api.POST('/api/v1/session/password', { body: { old_password, new_password } }))
    await load()
  }

  async function signOut(): Promise<void> {
    try {
      await read(api.DELETE('/api/v1/session'))
    } finally {
      forget()
    }
  }

  function forget(): void {
    me.value = null
    loaded.value = true
  }

  const permissions = computed(() => new Set<string>(me.value?.permissions ?? []))
  const can = (code: string): boolean => permissions.value.has(code)
  /** The widest unit the account may look at: the root of its largest assignment. */
  const scopeUnit = computed(() => {
    const roles = me.value?.roles ?? []
    return roles.find((role) => role.scope === 'subtree') ?? roles.find((role) => role.scope === 'unit') ?? roles[0] ?? null
  })

  /** Permissions that reach beyond the own person: an officer who also helps a section reads his own year, not the section's. */
  const wide = computed(() => new Set<string>(me.value?.wide_permissions ?? []))

  return { wide, me, loaded, businessNow, load, signIn, activate, changePassword, signOut, forget, permissions, can, scopeUnit }
})
