import { useQuery } from '@tanstack/vue-query'
import { computed, reactive, ref, type Ref } from 'vue'
import type { AttendanceRow, SessionForm, StudyRecord } from '@/api/types'
import { useAutosave } from '@/components/record/autosave'
import { stateSentence } from '@/components/record/state'
import { draftKey } from '@/lib/draft'
import { notifyError } from '@/shell/notices'
import { queryClient } from '@/shell/query'
import { useSession } from '@/shell/session'
import { study } from '../api'
import { mergeRoster, sameDraft, type RecordDraft } from './attendance'

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

/** What happens next to a record of study and until when. */
export const recordSentence = (record: StudyRecord | undefined): string =>
  stateSentence(record, { confirmed: '已确认，参加人员的学时已入账。', exempt: '本月无须报送。' })

/** One record under a person's hands: loads, keeps locally on each change, saves by itself, hands in. Desk and phone share it. */
export function useRecordEditor(unit: Ref<number>, month: Ref<string>) {
  const session = useSession()
  const key = computed(() => ['record', unit.value, month.value])
  const query = useQuery({ queryKey: key, queryFn: () => study.record(unit.value, month.value), refetchOnWindowFocus: false })
  const record = computed(() => query.data.value)
  const form = reactive<Required<SessionForm>>({ ...EMPTY_SESSION })
  const attendance = ref<AttendanceRow[]>([])

  function take(draft: RecordDraft) {
    Object.assign(form, EMPTY_SESSION, draft.session)
    attendance.value = draft.attendance.map((row) => ({ ...row }))
  }
  function setRecord(next: StudyRecord) {
    queryClient.setQueryData(key.value, next)
    for (const name of ['grid', 'records', 'today']) void queryClient.invalidateQueries({ queryKey: [name] })
  }
  const autosave = useAutosave<StudyRecord, RecordDraft>({
    record,
    id: () => `${unit.value}/${month.value}`,
    kept: () => draftKey(session.me?.account_id ?? 0, unit.value, month.value),
    turn: () => recordTurn(unit.value, month.value),
    refetch: () => query.refetch(),
    draft: () => ({ session: { ...form }, attendance: attendance.value.map((row) => ({ ...row })) }),
    take,
    show: take,
    same: sameDraft,
    send: (draft, version) =>
      study.save(unit.value, month.value, {
        version,
        session: draft.session,
        attendance: draft.attendance.map(({ person_id, present, absence_reason }) => ({
          person_id,
          present,
          absence_reason: present ? null : absence_reason || null,
        })),
      }),
    put: setRecord,
    clock: () => session.businessNow(),
  })

  /** The roster of another day replaces the list; marks already made stay with the person. */
  async function changeDay(day: string) {
    form.held_on = day || null
    if (day) {
      try {
        attendance.value = mergeRoster(attendance.value, await study.roster(unit.value, month.value, day))
      } catch (error) {
        notifyError(error)
      }
    }
    autosave.touch()
  }
  const submit = () => autosave.handIn((version) => study.submit(unit.value, month.value, version))
  /** Takes a hand-in back while nobody has opened it. */
  const withdraw = () => autosave.command((version) => study.withdraw(unit.value, month.value, version))

  return { query, record, form, attendance, ...autosave, changeDay, setRecord, submit, withdraw }
}
