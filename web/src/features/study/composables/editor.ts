import { useQuery } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, reactive, ref, watch, type Ref } from 'vue'
import { ApiError, OfflineError, messageOf } from '@/api/problem'
import type { AttendanceRow, SessionForm, StudyRecord } from '@/api/types'
import { draftKey, dropDraft, keepDraft, readDraft } from '@/lib/draft'
import { inTurn } from '@/lib/turns'
import { queryClient } from '@/shell/query'
import { useSession } from '@/shell/session'
import { study } from '../api'
import { mergeRoster, sameDraft, type RecordDraft } from './attendance'

const SAVE_AFTER_MS = 1200

export const EMPTY_SESSION: Required<SessionForm> = {
  held_on: null,
  start_time: null,
  minutes: null,
  place: null,
  speaker: null,
  topic: null,
  content: null,
  filmed: null,
  film_place: null,
  notes: null,
}

/** Whatever changes a record waits for what is changing it already. */
export const recordTurn = (unit: number, month: string): string => `record/${unit}/${month}`

export type SaveState = 'idle' | 'dirty' | 'saving' | 'saved' | 'kept' | 'failed'

/** One record under a person's hands: loads, keeps locally on each change, saves by itself, hands in. Desk and phone share it. */
export function useRecordEditor(unit: Ref<number>, month: Ref<string>) {
  const session = useSession()
  const key = computed(() => ['record', unit.value, month.value])
  const query = useQuery({ queryKey: key, queryFn: () => study.record(unit.value, month.value), refetchOnWindowFocus: false })
  const record = computed(() => query.data.value)
  const form = reactive<Required<SessionForm>>({ ...EMPTY_SESSION })
  const attendance = ref<AttendanceRow[]>([])
  const state = ref<SaveState>('idle')
  const problem = ref('')
  /** Business time of the last save: the clock of the deadlines, not that of the device. */
  const savedAt = ref<number | null>(null)
  /** Somebody else has changed the record in the meantime. */
  const conflict = ref(false)
  /** A draft of this device that is older than what the server has. */
  const offered = ref<RecordDraft | null>(null)
  const restored = ref(false)
  const editable = computed(() => record.value?.allowed.includes('save') ?? false)
  const kept = computed(() => draftKey(session.me?.account_id ?? 0, unit.value, month.value))
  let loadedFor = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null

  function draftNow(): RecordDraft {
    return { session: { ...form }, attendance: attendance.value.map((row) => ({ ...row })) }
  }
  function take(draft: RecordDraft) {
    Object.assign(form, EMPTY_SESSION, draft.session)
    attendance.value = draft.attendance.map((row) => ({ ...row }))
  }
  function takeRecord(from: StudyRecord) {
    take({ session: from.session, attendance: from.attendance })
  }

  watch(
    record,
    (now) => {
      if (!now) return
      const id = `${unit.value}/${month.value}`
      if (loadedFor !== id) {
        loadedFor = id
        state.value = 'idle'
        conflict.value = false
        restored.value = false
        takeRecord(now)
        const local = now.allowed.includes('save') ? readDraft<RecordDraft>(kept.value, Date.now()) : null
        if (local && !sameDraft(local.value, draftNow())) {
          if (local.version === now.version) {
            take(local.value)
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
    keepDraft(kept.value, { at: Date.now(), version: record.value.version, value: draftNow() })
    clearTimeout(timer)
    timer = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function send(): Promise<boolean> {
    const now = record.value
    if (!now) return false
    const sent = draftNow()
    state.value = 'saving'
    try {
      const out = await study.save(unit.value, month.value, {
        version: now.version,
        session: sent.session,
        attendance: sent.attendance.map(({ person_id, present, absence_reason }) => ({
          person_id,
          present,
          absence_reason: present ? null : absence_reason || null,
        })),
      })
      const changedSince = !sameDraft(sent, draftNow())
      if (changedSince) state.value = 'dirty'
      else {
        state.value = 'saved'
        savedAt.value = session.businessNow()
        dropDraft(kept.value)
      }
      queryClient.setQueryData(key.value, out)
      void queryClient.invalidateQueries({ queryKey: ['grid'] })
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
    running = inTurn(recordTurn(unit.value, month.value), send)
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
    loadedFor = ''
    await query.refetch()
    if (record.value) takeRecord(record.value)
  }
  function useOffered() {
    if (!offered.value) return
    take(offered.value)
    offered.value = null
    touch()
  }
  function dismissOffered() {
    offered.value = null
    dropDraft(kept.value)
  }

  /** The roster of another day replaces the list; marks already made stay with the person. */
  async function changeDay(day: string) {
    form.held_on = day || null
    if (day) {
      try {
        attendance.value = mergeRoster(attendance.value, await study.roster(unit.value, month.value, day))
      } catch (error) {
        problem.value = messageOf(error)
      }
    }
    touch()
  }

  function setRecord(next: StudyRecord) {
    queryClient.setQueryData(key.value, next)
    void queryClient.invalidateQueries({ queryKey: ['grid'] })
    void queryClient.invalidateQueries({ queryKey: ['records'] })
    void queryClient.invalidateQueries({ queryKey: ['today'] })
  }

  async function submit(): Promise<StudyRecord> {
    if (!(await save())) throw new Error(problem.value)
    const now = record.value
    if (!now) throw new Error('record')
    const out = await study.submit(unit.value, month.value, now.version)
    state.value = 'idle'
    dropDraft(kept.value)
    setRecord(out)
    takeRecord(out)
    return out
  }

  /** Takes a hand-in back while nobody has opened it. */
  async function withdraw(): Promise<void> {
    const now = record.value
    if (!now) return
    const out = await study.withdraw(unit.value, month.value, now.version)
    state.value = 'idle'
    setRecord(out)
    takeRecord(out)
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
    query, record, form, attendance, state, problem, savedAt, conflict, offered, restored, editable,
    touch, save, reload, useOffered, dismissOffered, changeDay, setRecord, submit, withdraw,
  }
}
