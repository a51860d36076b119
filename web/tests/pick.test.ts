import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, ref, type Ref } from 'vue'
import { oneOf, usePick } from '@/components/pick'
import { IN_PANEL } from '@/components/panel'

const PEOPLE = ['王一', '王二', '李三']

/** A list of people of a unit; every question to the server is noted. */
function people(options: { unit?: Ref<number | null>; inPanel?: boolean } = {}) {
  const asked: (string | undefined)[] = []
  const unit = options.unit ?? ref<number | null>(1)
  let pick!: ReturnType<typeof usePick<string>>
  mount(
    defineComponent({
      setup() {
        pick = usePick<string>({
          key: (word) => ['people', unit.value, word],
          find: async (word) => {
            asked.push(word)
            return { rows: PEOPLE.filter((name) => !word || name.includes(word)) }
          },
          ready: () => unit.value !== null,
        })
        return () => null
      },
    }),
    {
      global: {
        plugins: [[VueQueryPlugin, { queryClient: new QueryClient() }]],
        provide: options.inPanel ? { [IN_PANEL as symbol]: true } : {},
      },
    },
  )
  return { pick, asked, unit }
}

describe('a list that the server searches', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('shows the first rows and asks once typing has paused', async () => {
    const { pick, asked } = people()
    await vi.advanceTimersByTimeAsync(0)
    expect(pick.rows.value).toEqual(PEOPLE)
    pick.list.value.remoteMethod('王')
    await vi.advanceTimersByTimeAsync(100)
    pick.list.value.remoteMethod(' 王二 ')
    await vi.advanceTimersByTimeAsync(1000)
    expect([asked, pick.rows.value]).toEqual([[undefined, '王二'], ['王二']])
  })

  it('asks nothing before its unit is chosen', async () => {
    const { pick, asked, unit } = people({ unit: ref<number | null>(null) })
    await vi.advanceTimersByTimeAsync(0)
    expect([asked.length, pick.rows.value]).toEqual([0, []])
    unit.value = 7
    await vi.advanceTimersByTimeAsync(0)
    expect(asked).toEqual([undefined])
  })

  it('opens within a modal panel, where nothing outside can be reached', () => {
    expect(people().pick.list.value.teleported).toBe(true)
    expect(people({ inPanel: true }).pick.list.value).toMatchObject({ teleported: false, popperOptions: { strategy: 'fixed' } })
  })
})

describe('one chosen row', () => {
  it('is a number, and none when the list was cleared', () => {
    const model = ref<number | null>(3)
    const value = oneOf(
      () => model.value,
      (next) => (model.value = next),
    )
    expect(value.value).toBe(3)
    value.value = ''
    expect([model.value, value.value]).toEqual([null, undefined])
    value.value = 5
    expect(model.value).toBe(5)
  })
})
