import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, nextTick, ref, type Ref } from 'vue'
import { ApiError, OfflineError } from '@/api/problem'
import { useAutosave } from '@/components/record/autosave'
import { keepDraft, readDraft } from '@/lib/draft'

interface Note {
  version: number
  allowed: string[]
  text: string
}
const NOW = 1_732_000_000_000
const CONFLICT = new ApiError({ type: '', title: '已被更新', status: 409, code: 'conflict.version', detail: '已被他人更新。' })

/** A page on which one text is typed, and the server behind it. */
function page(first: Partial<Note> = {}) {
  const stored: Note = { version: 1, allowed: ['save'], text: '', ...first }
  const record: Ref<Note | undefined> = ref({ ...stored })
  const text = ref('')
  const id = ref('a')
  const sent: string[] = []
  /** Set to keep or refuse the next answer. */
  const gate: { hold: Promise<void> | null; fault: unknown } = { hold: null, fault: null }
  let editor!: ReturnType<typeof useAutosave<Note, string>>
  const wrapper = mount(
    defineComponent({
      setup() {
        editor = useAutosave<Note, string>({
          record,
          id: () => id.value,
          kept: () => `note.${id.value}`,
          turn: () => `note/${id.value}`,
          refetch: async () => (record.value = { ...stored }),
          draft: () => text.value,
          take: (draft) => (text.value = draft),
          show: (from) => (text.value = from.text),
          same: (a, b) => a === b,
          async send(draft, version) {
            sent.push(draft)
            await gate.hold
            if (gate.fault) throw gate.fault
            Object.assign(stored, { text: draft, version: version + 1 })
            return { ...stored }
          },
          put: (out) => (record.value = out),
          clock: () => NOW,
        })
        return () => null
      },
    }),
  )
  const type = (value: string) => {
    text.value = value
    editor.touch()
  }
  return { editor, record, stored, text, id, sent, gate, type, wrapper }
}

describe('a record that saves itself', () => {
  beforeEach(() => {
    window.localStorage.clear()
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('sends what was typed once the hand rests, and tells when by business time', async () => {
    const { editor, type, sent, stored } = page()
    type('一')
    type('一二')
    expect([editor.state.value, sent]).toEqual(['dirty', []])
    await vi.advanceTimersByTimeAsync(1200)
    expect([editor.state.value, sent, stored.version, editor.savedAt.value]).toEqual(['saved', ['一二'], 2, NOW])
    expect(readDraft('note.a', Date.now())).toBeNull()
  })

  it('goes on with what is typed while an answer is on its way', async () => {
    const { editor, type, sent, gate, stored } = page()
    let answer = () => {}
    gate.hold = new Promise((done) => (answer = done))
    type('一')
    await vi.advanceTimersByTimeAsync(1200)
    type('一二')
    answer()
    await vi.advanceTimersByTimeAsync(1200)
    expect([sent, stored.text, editor.state.value]).toEqual([['一', '一二'], '一二', 'saved'])
  })

  it('keeps the draft without a network and sends it when the network is back', async () => {
    const { editor, type, gate, stored } = page()
    gate.fault = new OfflineError()
    type('一')
    await vi.advanceTimersByTimeAsync(1200)
    expect(editor.state.value).toBe('kept')
    expect(readDraft('note.a', Date.now())?.value).toBe('一')
    gate.fault = null
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(0)
    expect([editor.state.value, stored.text]).toEqual(['saved', '一'])
  })

  it('says that somebody else was faster and shows his text when asked', async () => {
    const { editor, type, gate, stored, text } = page()
    gate.fault = CONFLICT
    type('我的')
    await vi.advanceTimersByTimeAsync(1200)
    expect([editor.state.value, editor.conflict.value]).toEqual(['failed', true])
    Object.assign(stored, { text: '别人的', version: 5 })
    await editor.reload()
    expect([text.value, editor.state.value, editor.conflict.value]).toEqual(['别人的', 'idle', false])
    expect(readDraft('note.a', Date.now())).toBeNull()
  })

  it('takes up a kept draft of the same version and only offers an older one', async () => {
    keepDraft('note.a', { at: Date.now(), version: 3, value: '未存' })
    const same = page({ version: 3, text: '旧' })
    expect([same.text.value, same.editor.restored.value, same.editor.offered.value]).toEqual(['未存', true, null])
    same.wrapper.unmount()

    keepDraft('note.a', { at: Date.now(), version: 3, value: '未存' })
    const older = page({ version: 4, text: '新' })
    expect([older.text.value, older.editor.restored.value, older.editor.offered.value]).toEqual(['新', false, '未存'])
    older.editor.useOffered()
    await vi.advanceTimersByTimeAsync(1200)
    expect([older.stored.text, older.editor.offered.value]).toEqual(['未存', null])
  })

  it('leaves a draft alone that the caller may not save', () => {
    keepDraft('note.a', { at: Date.now(), version: 1, value: '未存' })
    const { text, editor } = page({ allowed: [], text: '已交' })
    expect([text.value, editor.offered.value, editor.restored.value, editor.editable.value]).toEqual(['已交', null, false, false])
  })

  it('saves before it hands in, and not at all when the save fails', async () => {
    const { editor, type, gate, sent, stored } = page()
    const act = vi.fn(async (version: number) => ({ ...stored, version: version + 1, allowed: [] }))
    type('一')
    await editor.handIn(act)
    expect([sent, act.mock.calls, editor.state.value, editor.editable.value]).toEqual([['一'], [[2]], 'idle', false])

    const other = page()
    other.gate.fault = CONFLICT
    other.type('二')
    await expect(other.editor.handIn(act)).rejects.toThrow('已被他人更新。')
    expect([act.mock.calls.length, gate.fault]).toEqual([1, null])
  })

  it('begins anew with another record', async () => {
    const { record, id, text, type, editor } = page({ text: '甲' })
    type('甲改')
    id.value = 'b'
    record.value = { version: 7, allowed: ['save'], text: '乙' }
    await nextTick()
    expect([text.value, editor.state.value]).toEqual(['乙', 'idle'])
    expect(readDraft('note.a', Date.now())?.value).toBe('甲改')
  })
})
