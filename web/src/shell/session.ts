import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { http } from '@/api/http'
import { ApiError } from '@/api/problem'
import type { Me } from '@/api/types'

/** Who is signed in. Everything else that comes from the server lives in the query cache. */
export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const loaded = ref(false)

  async function load(): Promise<Me | null> {
    try {
      me.value = await http.get<Me>('/session')
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) me.value = null
      else throw error
    }
    loaded.value = true
    return me.value
  }

  async function signIn(user_name: string, password: string): Promise<Me> {
    me.value = await http.post<Me>('/session', { user_name, password })
    loaded.value = true
    return me.value
  }

  async function activate(user_name: string, one_time_code: string, new_password: string): Promise<Me> {
    me.value = await http.post<Me>('/session/activate', { user_name, one_time_code, new_password })
    loaded.value = true
    return me.value
  }

  async function changePassword(old_password: string, new_password: string): Promise<void> {
    await http.post('/session/password', { old_password, new_password })
    await load()
  }

  async function signOut(): Promise<void> {
    try {
      await http.delete('/session')
    } finally {
      forget()
    }
  }

  function forget(): void {
    me.value = null
    loaded.value = true
  }

  const permissions = computed(() => new Set(me.value?.permissions ?? []))
  const can = (code: string): boolean => permissions.value.has(code)
  const roleCodes = computed(() => new Set((me.value?.roles ?? []).map((role) => role.role)))
  /** The widest unit the account may look at: the root of its largest assignment. */
  const scopeUnit = computed(() => {
    const roles = me.value?.roles ?? []
    return roles.find((role) => role.scope === 'subtree') ?? roles.find((role) => role.scope === 'unit') ?? roles[0] ?? null
  })

  /** Some assignment reaches beyond the own person. */
  const wide = computed(() => (me.value?.roles ?? []).some((role) => role.scope !== 'own'))

  return { wide, me, loaded, load, signIn, activate, changePassword, signOut, forget, permissions, can, roleCodes, scopeUnit }
})
