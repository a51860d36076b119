import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError, OfflineError } from '@/api/problem'
import type { Marked } from '@/features/fitness/api'
import { makeQueue, newKey, type Waiting } from '@/features/fitness/queue'

const mark = (key: string): Waiting => ({ key, entry_id: 1, item: 'jump', text: '270', measured_at: '2024-06-04T09:00:00+08:00', label: '张三 纵跳摸高 270' })
const stored = (key: string): Marked => ({ key, stored: true, text: '270厘米', verdict: 'passed', outcome: 'incomplete' })

describe('figures on their way', () => {
  beforeEach(() => window.localStorage.clear())

  it('keeps what could not be sent, over a reload, and sends it later', async () => {
    let online = false
    const sent: string[] = []
    const send = async (marks: Waiting[]) => {
      if (!online) throw new OfflineError()
      sent.push(...marks.map((one) => one.key))
      return marks.map((one) => stored(one.key))
    }
    const first = makeQueue(1, 7, window.localStorage, send)
    first.add(mark('a'))
    first.add(mark('b'))
    await first.flush()
    expect(first.state.waiting).toHaveLength(2)
    const second = makeQueue(1, 7, window.localStorage, send)
    expect(second.state.waiting.map((one) => one.key)).toEqual(['a', 'b'])
    online = true
    await second.flush()
    expect(sent).toEqual(['a', 'b'])
    expect(second.state.waiting).toHaveLength(0)
    expect(window.localStorage.length).toBe(0)
  })

  it('shows what the server would not take, one by one or as a whole', async () => {
    const queue = makeQueue(1, 7, window.localStorage, async (marks) => marks.map((one) => (one.key === 'a' ? stored('a') : { ...stored('b'), stored: false, text: '已测3次' })))
    queue.add(mark('a'))
    queue.add(mark('b'))
    await queue.flush()
    expect(queue.state.refused.map((one) => one.reason)).toEqual(['已测3次'])
    queue.forget('b')
    const gone = makeQueue(1, 8, window.localStorage, async () => {
      throw new ApiError({ type: '', title: '', status: 409, code: 'fitness.state', detail: '测试已取消' })
    })
    gone.add(mark('c'))
    await gone.flush()
    expect(gone.state.refused[0]?.reason).toBe('测试已取消')
    expect(gone.state.waiting).toHaveLength(0)
  })

  it('gives names that differ', () => {
    expect(newKey()).not.toBe(newKey())
    expect(newKey()).toMatch(/^[a-z0-9-]{8,64}$/)
  })
})
