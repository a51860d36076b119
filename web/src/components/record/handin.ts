import { computed, ref, type Ref } from 'vue'
import { messageOf } from '@/api/problem'
import { notifyDone, notifyError } from '@/shell/notices'
import { goToField } from './state'

/** What both commands of a record's owner need of its editor. */
export interface HandInEditor {
  save: () => Promise<boolean>
  submit: () => Promise<void>
  withdraw: () => Promise<void>
  problem: Ref<string>
}

/**
 * Handing in on the desk, in one press: saves, goes to the first field that is missing, hands in. Fields are marked only
 * after a first try; what is wrong with them is said once, in the list at the side.
 */
export function useHandIn(editor: HandInEditor, blockers: Ref<{ field: string }[]>) {
  const tried = ref(false)
  const submitting = ref(false)
  const missing = computed(() => (tried.value ? blockers.value.map((blocker) => blocker.field.replace(/^session\./, '')) : []))

  async function submit() {
    tried.value = true
    submitting.value = true
    try {
      if (!(await editor.save())) return
      const first = missing.value[0]
      if (first) return goToField(first)
      await editor.submit()
      notifyDone('已提交审核，回执见右侧。')
    } catch (error) {
      notifyError(error)
      editor.problem.value = messageOf(error)
    } finally {
      submitting.value = false
    }
  }
  async function withdraw() {
    submitting.value = true
    try {
      await editor.withdraw()
      notifyDone('已撤回，修改后请再次提交。')
    } catch (error) {
      notifyError(error)
    } finally {
      submitting.value = false
    }
  }
  return { missing, submitting, submit, withdraw }
}
