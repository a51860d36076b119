import { useQuery } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { ApiError, OfflineError, messageOf } from '@/api/problem'
import type { SaveState } from '@/features/study/composables/editor'
import { draftKey, dropDraft, keepDraft, readDraft } from '@/lib/draft'
import { inTurn } from '@/lib/turns'
import { queryClient } from '@/shell/query'
import { useSession } from '@/shell/session'
import { drill } from '../api'
import type { DrillRecord, Slot } from '../types'
import { EMPTY_FIELDS, bodyOf, draftsOf, firstDay, mergeRoster, sameDrafts, takeIds, type SessionDraft } from './draft'
import { slotKey } from './slots'

const SAVE_AFTER_MS = 1200
const CHECKING_MS = 5000
const isChecking = (state: string | undefined): boolean => state === 'waiting' || state === 'running'

/** Whatever changes a record waits for what is changing it already. */
export const recordTurn = (at: Slot): string => `drill/${slotKey(at)}`

export const recordQueryKey = (at: Slot) => ['drill-record', at.unit, at.month, at.half]

/** Shows a record as the server now has it and lets everything that is counted from it be asked again. */
export function putRecord(at: Slot, record: DrillRecord): void {
  queryClient.setQueryData(recordQueryKey(at), record)
  for (const name of ['drill-month', 'drill-months', 'drill-grid', 'drill-records', 'today']) void queryClient.invalidateQueries({ queryKey: [name] })
}

/** One record under a person's hands: loads, keeps locally on each change, saves by itself, hands in. Desk and phone share it. */
export function useDrillEditor(at: Ref<Slot>) {
  const session = useSession()
  const query = useQuery({
    queryKey: computed(() => recordQueryKey(at.value)),
    queryFn: () => drill.record(at.value),
    refetchOnWindowFocus: false,
    // A film is being checked in the background: what it finds should come without being asked for.
    refetchInterval: (now) => (now.state.data?.sessions.some((row) => isChecking(row.film?.check_state)) ? CHECKING_MS : false),
  })
  const record = computed(() => query.data.value)
  const drafts = ref<SessionDraft[]>([])
  const state = ref<SaveState>('idle')
  const problem = ref('')
  /** Business time of the last save: the clock of the deadlines, not that of the device. */
  const savedAt = ref<number | null>(null)
  /** Somebody else has changed the record in the meantime. */
  const conflict = ref(false)
  /** Sessions kept on this device that are older than what the server has. */
  const offered = ref<SessionDraft[] | null>(null)
  const restored = ref(false)
  const editable = computed(() => record.value?.allowed.includes('save') ?? false)
  const kept = computed(() => draftKey(session.me?.account_id ?? 0, at.value.unit, `drill.${at.value.month}.${at.value.half}`))
  let loadedFor = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null
  let nextKey = 1

  const copy = (from: SessionDraft[]): SessionDraft[] =>
    from.map((draft) => ({ ...draft, fields: { ...draft.fields }, attendance: draft.attendance.map((row) => ({ ...row })) }))
  function takeRecord(from: DrillRecord) {
    const loose = drafts.value.filter((draft) => draft.id === null && !draft.fields.held_on && loadedFor === slotKey(at.value))
    drafts.value = [...draftsOf(from.sessions, drafts.value), ...(from.allowed.includes('save') ? loose : [])]
  }

  watch(
    record,
    (now) => {
      if (!now) return
      const id = slotKey(at.value)
      if (loadedFor !== id) {
        loadedFor = id
        state.value = 'idle'
        conflict.value = false
        restored.value = false
        drafts.value = draftsOf(now.sessions)
        const local = now.allowed.includes('save') ? readDraft<SessionDraft[]>(kept.value, Date.now()) : null
        if (local && !sameDrafts(local.value, drafts.value)) {
          if (local.version === now.version) {
            drafts.value = copy(local.value)
            restored.value = true
            touch()
          } else offered.value = local.value
        } else if (local) dropDraft(kept.value)
      } else if (state.value === 'idle' || state.value === 'saved') takeRecord(now)
    },
    { immediate: true },
  )

  /** To be called after every change by hand. */
  function touch() {
    if (!record.value || !editable.value) return
    state.value = 'dirty'
    problem.value = ''
    keepDraft(kept.value, { at: Date.now(), version: record.value.version, value: drafts.value })
    clearTimeout(timer)
    timer = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function send(): Promise<boolean> {
    const now = record.value
    if (!now) return false
    const sent = copy(drafts.value)
    state.value = 'saving'
    try {
      const out = await drill.save(at.value, { version: now.version, sessions: bodyOf(sent) })
      const changedSince = !sameDrafts(sent, drafts.value)
      if (changedSince) {
        drafts.value = takeIds(drafts.value, sent, out.sessions)
        state.value = 'dirty'
      } else {
        state.value = 'saved'
        savedAt.value = session.businessNow()
        dropDraft(kept.value)
      }
      putRecord(at.value, out)
      if (changedSince) touch()
      return !changedSince
    } catch (error) {
      if (error instanceof OfflineError) state.value = 'kept'
      else {
        state.value = 'failed'
        conflict.value = error instanceof ApiError && error.code === 'conflict.version'
      }
      problem.value = messageOf(error)
      return false
    }
  }

  /** Saves what is dirty now; one request at a time. */
  async function save(): Promise<boolean> {
    clearTimeout(timer)
    if (running) await running
    if (state.value === 'idle' || state.value === 'saved') return true
    running = inTurn(recordTurn(at.value), send)
    const done = await running
    running = null
    return done
  }

  /** Drops the own changes and shows what the server has. */
  async function reload() {
    dropDraft(kept.value)
    offered.value = null
    conflict.value = false
    state.value = 'idle'
    problem.value = ''
    drafts.value = []
    await query.refetch()
    if (record.value) drafts.value = draftsOf(record.value.sessions)
  }
  function useOffered() {
    if (!offered.value) return
    drafts.value = copy(offered.value)
    offered.value = null
    touch()
  }
  function dismissOffered() {
    offered.value = null
    dropDraft(kept.value)
  }

  /** Starts a session; with the marks of those who are to come when it is a plan. */
  async function addSession(day: string | null = firstDay(at.value.month, at.value.half, session.me?.today ?? ''), must: number[] = []) {
    const last = drafts.value[drafts.value.length - 1]?.fields
    const draft: SessionDraft = {
      id: null,
      key: `n${Date.now()}${nextKey++}`,
      fields: { ...EMPTY_FIELDS, held_on: day, place: last?.place ?? null, instructor: last?.instructor ?? null },
      attendance: [],
    }
    drafts.value = [...drafts.value, draft]
    if (!day) return
    await changeDay(draft.key, day)
    if (must.length) {
      for (const row of byKey(draft.key)?.attendance ?? []) if (must.includes(row.person_id)) row.present = true
      touch()
    }
  }
  function removeSession(key: string) {
    drafts.value = drafts.value.filter((draft) => draft.key !== key)
    touch()
  }
  const byKey = (key: string) => drafts.value.find((draft) => draft.key === key)

  /** The roster of another day replaces the list; marks already made stay with the person. */
  async function changeDay(key: string, day: string) {
    const draft = byKey(key)
    if (!draft) return
    draft.fields.held_on = day || null
    if (day) {
      try {
        const roster = await drill.roster(at.value, day)
        const now = byKey(key)
        if (now?.fields.held_on === day) now.attendance = mergeRoster(now.attendance, roster)
      } catch (error) {
        problem.value = messageOf(error)
      }
    }
    touch()
  }

  async function submit(): Promise<void> {
    if (!(await save())) throw new Error(problem.value)
    await inTurn(recordTurn(at.value), async () => {
      const now = record.value
      if (!now) return
      const out = await drill.submit(at.value, now.version)
      state.value = 'idle'
      dropDraft(kept.value)
      putRecord(at.value, out)
    })
  }

  /** Takes a hand-in back while nobody has opened it. */
  async function withdraw(): Promise<void> {
    const now = record.value
    if (!now) return
    const out = await drill.withdraw(at.value, now.version)
    state.value = 'idle'
    putRecord(at.value, out)
  }

  function onLeave(event: BeforeUnloadEvent) {
    if (state.value === 'dirty' || state.value === 'saving') event.preventDefault()
  }
  function onOnline() {
    if (state.value === 'kept') void save()
  }
  window.addEventListener('beforeunload', onLeave)
  window.addEventListener('online', onOnline)
  onBeforeUnmount(() => {
    window.removeEventListener('beforeunload', onLeave)
    window.removeEventListener('online', onOnline)
    if (state.value === 'dirty') void save()
  })

  return {
    query, record, drafts, state, problem, savedAt, conflict, offered, restored, editable,
    touch, save, reload, useOffered, dismissOffered, addSession, removeSession, changeDay, submit, withdraw,
  }
}
