import { nextTick, ref } from 'vue'
import { messageOf } from '@/api/problem'
import type { KeptState } from '@/components/record/autosave'
import type { HandInEditor } from '@/components/record/handin'
import { goToField } from '@/components/record/state'
import { notifyDone } from '@/shell/notices'

/** A record on the phone: its steps, one task a screen, the last of them the hand-in. */
export function usePhoneRecord(editor: KeptState & HandInEditor, steps: readonly string[], stepOf: (field: string) => number) {
  const step = ref(0)
  const busy = ref(false)
  const fault = ref('')

  function go(to: number) {
    step.value = Math.max(0, Math.min(steps.length - 1, to))
    if (editor.state.value === 'dirty') void editor.save()
    window.scrollTo({ top: 0 })
  }
  /** Goes to the step of a field and puts the focus into it. */
  async function mend(field: string) {
    go(stepOf(field))
    await nextTick()
    goToField(field)
  }
  async function run(task: () => Promise<void>, text: string) {
    busy.value = true
    fault.value = ''
    try {
      await task()
      notifyDone(text)
    } catch (error) {
      fault.value = editor.problem.value || messageOf(error)
    } finally {
      busy.value = false
    }
  }
  const submit = () => run(editor.submit, '已提交审核。')
  const withdraw = () =>
    run(async () => {
      await editor.withdraw()
      step.value = 0
    }, '已撤回，修改后请再次提交。')
  return { step, busy, fault, go, mend, submit, withdraw }
}
