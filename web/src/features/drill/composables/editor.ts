import { useQuery } from '@tanstack/vue-query'
import { computed, ref, type Ref } from 'vue'
import { useAutosave } from '@/components/record/autosave'
import { draftKey } from '@/lib/draft'
import { notifyError } from '@/shell/notices'
import { queryClient } from '@/shell/query'
import { useSession } from '@/shell/session'
import { drill } from '../api'
import type { DrillRecord, Slot } from '../types'
import { EMPTY_FIELDS, bodyOf, draftsOf, firstDay, mergeRoster, sameDrafts, takeIds, type SessionDraft } from './draft'
import { slotKey } from './slots'

const CHECKING_MS = 5000
const isChecking = (state: string | undefined): boolean => state === 'waiting' || state === 'running'

/** Whatever changes a record waits for what is changing it already. */
export const recordTurn = (at: Slot): string => `drill/${slotKey(at)}`

export const recordQueryKey = (at: Slot) => ['drill-record', at.unit, at.month, at.half]

/** What is counted from the records: to be asked again when one of them changes. */
export const COUNTED = ['drill-month', 'drill-months', 'drill-grid', 'drill-records', 'today'] as const

/** Shows a record as the server now has it and lets everything that is counted from it be asked again. */
export function putRecord(at: Slot, record: DrillRecord): void {
  queryClient.setQueryData(recordQueryKey(at), record)
  for (const name of COUNTED) void queryClient.invalidateQueries({ queryKey: [name] })
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
  let nextKey = 1

  const copy = (from: SessionDraft[]): SessionDraft[] =>
    from.map((draft) => ({ ...draft, fields: { ...draft.fields }, attendance: draft.attendance.map((row) => ({ ...row })) }))
  const autosave = useAutosave<DrillRecord, SessionDraft[]>({
    record,
    id: () => slotKey(at.value),
    kept: () => draftKey(session.me?.account_id ?? 0, at.value.unit, `drill.${at.value.month}.${at.value.half}`),
    turn: () => recordTurn(at.value),
    refetch: () => query.refetch(),
    draft: () => copy(drafts.value),
    take: (draft) => (drafts.value = copy(draft)),
    show(from, fresh) {
      // A session without a day is not on the server yet: it stays, unless the page begins anew.
      const loose = fresh || !from.allowed.includes('save') ? [] : drafts.value.filter((draft) => draft.id === null && !draft.fields.held_on)
      drafts.value = [...draftsOf(from.sessions, fresh ? [] : drafts.value), ...loose]
    },
    same: sameDrafts,
    send: (draft, version) => drill.save(at.value, { version, sessions: bodyOf(draft) }),
    overtaken: (sent, out) => (drafts.value = takeIds(drafts.value, sent, out.sessions)),
    put: (out) => putRecord(at.value, out),
    clock: () => session.businessNow(),
  })
  const { touch } = autosave

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
        notifyError(error)
      }
    }
    touch()
  }

  const submit = () => autosave.handIn((version) => drill.submit(at.value, version))
  /** Takes a hand-in back while nobody has opened it. */
  const withdraw = () => autosave.command((version) => drill.withdraw(at.value, version))

  return { query, record, drafts, ...autosave, addSession, removeSession, changeDay, submit, withdraw }
}
