import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { ApiError, OfflineError, messageOf } from '@/api/problem'
import { dropDraft, keepDraft, readDraft } from '@/lib/draft'
import { inTurn } from '@/lib/turns'

const SAVE_AFTER_MS = 1200

/** Where the typed words are now. */
export type SaveState = 'idle' | 'dirty' | 'saving' | 'saved' | 'kept' | 'failed'

/** What the frames of a record show of its draft. */
export interface KeptState {
  state: Ref<SaveState>
  problem: Ref<string>
  savedAt: Ref<number | null>
  conflict: Ref<boolean>
  offered: Ref<unknown>
  restored: Ref<boolean>
  editable: Ref<boolean>
  save: () => Promise<boolean>
  reload: () => Promise<void>
  useOffered: () => void
  dismissOffered: () => void
}

/** What differs between the records that save themselves. */
export interface AutosaveParts<R extends { version: number; allowed: string[] }, D> {
  record: Ref<R | undefined>
  /** Names the record that is open; another one begins anew. */
  id: () => string
  /** Under which name the draft is kept on this device. */
  kept: () => string
  /** Whatever changes the record waits for what is changing it already. */
  turn: () => string
  /** Asks the server again. */
  refetch: () => Promise<unknown>
  /** The draft as it stands, a copy. */
  draft: () => D
  /** Puts a kept draft onto the page. */
  take: (draft: D) => void
  /** Shows what the server has; `fresh` when nothing of the page's own may stay. */
  show: (record: R, fresh: boolean) => void
  /** Whether both would be saved the same. */
  same: (a: D, b: D) => boolean
  /** Saves and gives the record as it now is. */
  send: (draft: D, version: number) => Promise<R>
  /** Called when the draft was changed while another was on its way. */
  overtaken?: (sent: D, out: R) => void
  /** Stores what the server answered where every page finds it. */
  put: (record: R) => void
  /** Business time in milliseconds: the clock of the deadlines, not that of the device. */
  clock: () => number
}

/**
 * A record under a person's hands: what is typed is kept on the device at once and saved by itself shortly after; a
 * draft that is found again is taken up, or offered when the server has gone on; other commands wait their turn.
 */
export function useAutosave<R extends { version: number; allowed: string[] }, D>(parts: AutosaveParts<R, D>) {
  const { record } = parts
  const state = ref<SaveState>('idle')
  const problem = ref('')
  /** Business time of the last save. */
  const savedAt = ref<number | null>(null)
  /** Somebody else has changed the record in the meantime. */
  const conflict = ref(false)
  /** A draft of this device that is older than what the server has. */
  const offered = ref<D | null>(null) as Ref<D | null>
  const restored = ref(false)
  const editable = computed(() => record.value?.allowed.includes('save') ?? false)
  let loadedFor = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null

  function load(now: R) {
    loadedFor = parts.id()
    state.value = 'idle'
    conflict.value = false
    restored.value = false
    parts.show(now, true)
    const local = now.allowed.includes('save') ? readDraft<D>(parts.kept(), Date.now()) : null
    if (!local) return
    if (parts.same(local.value, parts.draft())) dropDraft(parts.kept())
    else if (local.version === now.version) {
      parts.take(local.value)
      restored.value = true
      touch()
    } else offered.value = local.value
  }
  watch(
    record,
    (now) => {
      if (!now) return
      if (loadedFor !== parts.id()) load(now)
      else if (state.value === 'idle' || state.value === 'saved') parts.show(now, false)
    },
    { immediate: true },
  )

  /** To be called after every change by hand. */
  function touch() {
    if (!record.value || !editable.value) return
    state.value = 'dirty'
    problem.value = ''
    keepDraft(parts.kept(), { at: Date.now(), version: record.value.version, value: parts.draft() })
    clearTimeout(timer)
    timer = setTimeout(() => void save(), SAVE_AFTER_MS)
  }

  async function send(): Promise<boolean> {
    const now = record.value
    if (!now) return false
    const sent = parts.draft()
    state.value = 'saving'
    try {
      const out = await parts.send(sent, now.version)
      const overtaken = !parts.same(sent, parts.draft())
      if (overtaken) {
        parts.overtaken?.(sent, out)
        state.value = 'dirty'
      } else {
        state.value = 'saved'
        savedAt.value = parts.clock()
        dropDraft(parts.kept())
      }
      parts.put(out)
      if (overtaken) touch()
      return !overtaken
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
    running = inTurn(parts.turn(), send)
    const done = await running
    running = null
    return done
  }

  /** A command other than a save: waits its turn, and the draft is done with. */
  async function command(act: (version: number) => Promise<R>): Promise<void> {
    await inTurn(parts.turn(), async () => {
      const now = record.value
      if (!now) return
      const out = await act(now.version)
      state.value = 'idle'
      dropDraft(parts.kept())
      parts.put(out)
    })
  }
  /** Saves first and then hands in what was saved. */
  async function handIn(act: (version: number) => Promise<R>): Promise<void> {
    if (!(await save())) throw new Error(problem.value)
    await command(act)
  }

  /** Drops the own changes and shows what the server has. */
  async function reload() {
    clearTimeout(timer)
    dropDraft(parts.kept())
    offered.value = null
    conflict.value = false
    state.value = 'idle'
    problem.value = ''
    await parts.refetch()
    if (record.value) parts.show(record.value, true)
  }
  function useOffered() {
    if (offered.value === null) return
    parts.take(offered.value)
    offered.value = null
    touch()
  }
  function dismissOffered() {
    offered.value = null
    dropDraft(parts.kept())
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

  return { state, problem, savedAt, conflict, offered, restored, editable, touch, save, command, handIn, reload, useOffered, dismissOffered }
}
