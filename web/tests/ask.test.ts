import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/problem'
import AskReason from '@/components/AskReason.vue'
import AskSure from '@/components/AskSure.vue'
import Field from '@/components/Field.vue'

const STALE = new ApiError({ type: '', title: '', status: 409, code: 'conflict.version', detail: '已被他人更新，请刷新。' })
const panel = () => document.querySelector('dialog.panel')
const press = async (verb: string) => {
  const button = [...document.querySelectorAll<HTMLButtonElement>('dialog.panel button')].find((one) => one.textContent?.trim() === verb)
  button?.click()
  await flushPromises()
}

describe('asking before something that stays', () => {
  afterEach(() => (document.body.innerHTML = ''))

  it('closes when it is done', async () => {
    const run = vi.fn(async () => undefined)
    const asked = mount(AskSure, { props: { open: true, title: '放弃草案', text: '改动不保留。', verb: '放弃', run }, attachTo: document.body })
    await flushPromises()
    expect(panel()?.textContent).toContain('改动不保留。')
    await press('放弃')
    expect([run.mock.calls.length, asked.emitted('close')?.length]).toEqual([1, 1])
    asked.unmount()
  })

  it('stays open and says why it failed', async () => {
    const asked = mount(AskSure, { props: { open: true, title: '放弃草案', verb: '放弃', run: () => Promise.reject(STALE) }, attachTo: document.body })
    await flushPromises()
    await press('放弃')
    expect([panel()?.querySelector('[role=alert]')?.textContent, asked.emitted('close')]).toEqual(['已被他人更新，请刷新。', undefined])
    asked.unmount()
  })

  it('asks for a reason first and hands it over without blanks', async () => {
    const run = vi.fn(async (_reason: string) => undefined)
    const asked = mount(AskReason, { props: { open: true, title: '撤销', verb: '撤销', run }, attachTo: document.body })
    await flushPromises()
    await press('撤销')
    expect([run.mock.calls.length, panel()?.querySelector('[role=alert]')?.textContent]).toEqual([0, '请写明原因，不少于2个字。'])
    const area = panel()?.querySelector('textarea')
    expect(area?.getAttribute('aria-invalid')).toBe('true')
    if (area) {
      area.value = ' 录错了 '
      area.dispatchEvent(new Event('input'))
    }
    await press('撤销')
    expect([run.mock.calls, asked.emitted('close')?.length]).toEqual([[['录错了']], 1])
    asked.unmount()
  })
})

describe('a field', () => {
  it('ties hint and fault to its control, and lets go of them', async () => {
    const field = mount(Field, {
      props: { label: '时长', hint: '分钟' },
      slots: { default: '<template #default="{ id }"><input :id="id" /></template>' },
    })
    const input = field.find('input')
    expect(input.attributes('aria-describedby')).toBe(field.find('.note').attributes('id'))
    await field.setProps({ error: '请填写时长。' })
    expect([input.attributes('aria-describedby'), input.attributes('aria-invalid')]).toEqual([field.find('.error').attributes('id'), 'true'])
    await field.setProps({ error: '', hint: '' })
    expect([input.attributes('aria-describedby'), input.attributes('aria-invalid')]).toEqual([undefined, undefined])
  })
})
