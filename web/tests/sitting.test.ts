import { describe, expect, it, vi } from 'vitest'
import { ApiError, OfflineError } from '@/api/problem'
import { choose, isAnswered, judge, leftText, letterOf, sameAnswer, write } from '@/features/sitting/composables/answers'
import { phaseOf, timesText, untilText } from '@/features/sitting/composables/exams'
import { dropKept, nothing, readKept, writeKept } from '@/features/sitting/composables/kept'
import { AnswerQueue, type QueuePort } from '@/features/sitting/composables/queue'
import type { Item, Saved } from '@/features/sitting/types'

/** A server that stores in order and can be taken away. */
class Server {
  stored: Item[] = []
  batches: number[] = []
  device = 1
  fault: (() => unknown) | null = null
  /** The reply of the next request gets lost after the answers were stored. */
  loses = false
  foreign = new Set<number>()

  async send(device: number, items: Item[]): Promise<Saved> {
    const fault = this.fault?.()
    if (fault) throw fault
    if (device !== this.device) throw problem(409, 'exams.other_device')
    this.batches.push(items.length)
    for (const item of items) {
      if (item.sequence <= this.stored.length) continue
      if (item.sequence !== this.stored.length + 1) throw problem(409, 'exams.gap')
      if (this.foreign.has(item.question)) throw problem(422, 'exams.foreign')
      this.stored.push(item)
    }
    if (this.loses) {
      this.loses = false
      throw new OfflineError(true)
    }
    return { sequence: this.stored.length, receipt: 'r', receipt_short: 'r', answered: 0, questions: 9, seconds: 60, late: false }
  }
}

const problem = (status: number, code: string) => new ApiError({ type: '', title: '', status, code, detail: code })
const A = (letter: string) => ({ options: [letter] })

function desk(server: Server, items: Item[] = [], reached = 0, device = 1) {
  const kept: { items: Item[]; refused: number[] } = { items: [], refused: [] }
  let release: (() => void) | null = null
  const port: QueuePort = {
    send: (at, list) => server.send(at, list),
    reached: async () => server.stored.length,
    keep: (list) => (kept.items = list),
    changed: () => undefined,
    saved: () => undefined,
    refused: (list) => kept.refused.push(...list.map((item) => item.question)),
    pause: () => new Promise((resolve) => (release = resolve)),
    now: () => '2024-11-20T09:00:00+08:00',
    chance: () => 0.5,
  }
  const queue = new AnswerQueue(port, device, reached, items)
  return { queue, kept, wake: () => release?.() }
}

const settled = () => vi.waitFor(() => undefined).then(() => new Promise((resolve) => setTimeout(resolve, 0)))

describe('answers on their way', () => {
  it('are stored one by one in the order in which they were given', async () => {
    const server = new Server()
    const { queue, kept } = desk(server)
    queue.push(11, A('A'))
    await queue.run()
    queue.push(12, A('B'))
    queue.push(11, A('C'))
    await queue.run()
    expect(server.stored.map((item) => [item.sequence, item.question, item.answer])).toEqual([
      [1, 11, A('A')],
      [2, 12, A('B')],
      [3, 11, A('C')],
    ])
    expect([queue.state, queue.pending, kept.items]).toEqual(['saved', 0, []])
  })

  it('stay on the device while the network is away and go in order when it is back, in one request', async () => {
    const server = new Server()
    server.fault = () => new OfflineError()
    const { queue, kept, wake } = desk(server)
    queue.push(1, A('A'))
    await settled()
    queue.push(2, A('B'))
    queue.push(3, A('C'))
    expect(queue.state).toBe('waiting')
    expect(kept.items).toHaveLength(3)
    server.fault = null
    wake()
    await queue.run()
    expect(server.stored.map((item) => item.question)).toEqual([1, 2, 3])
    expect(server.batches).toEqual([3])
  })

  it('are sent again when only the acknowledgement was lost, and stored once', async () => {
    const server = new Server()
    server.loses = true
    const { queue, wake } = desk(server)
    queue.push(1, A('A'))
    await settled()
    expect(queue.pending).toBe(1)
    wake()
    await queue.run()
    expect(server.stored).toHaveLength(1)
    expect(queue.state).toBe('saved')
  })

  it('that wait are replaced by a later one to the same question', async () => {
    const server = new Server()
    server.fault = () => problem(503, 'exams.not_stored')
    const { queue, kept, wake } = desk(server)
    queue.push(1, A('A'))
    await settled()
    for (const letter of ['A', 'B', 'C']) queue.push(2, A(letter))
    expect(kept.items.map((item) => [item.sequence, item.question])).toEqual([
      [1, 1],
      [2, 2],
    ])
    server.fault = null
    wake()
    await queue.run()
    expect(server.stored.map((item) => item.answer)).toEqual([A('A'), A('C')])
  })

  it('kept over a reload go on where the server stands', async () => {
    const server = new Server()
    server.stored = [{ sequence: 1, question: 1, answer: A('A'), at: '' }]
    const kept = [1, 2, 3].map((n) => ({ sequence: n, question: n, answer: A('A'), at: '' }))
    const { queue } = desk(server, kept, 1)
    expect(queue.items.map((item) => item.sequence)).toEqual([2, 3])
    await queue.run()
    expect(server.stored.map((item) => item.question)).toEqual([1, 2, 3])
  })

  it('take their numbers from the server when these do not fit', async () => {
    const server = new Server()
    const { queue } = desk(server, [{ sequence: 8, question: 5, answer: A('A'), at: '' }], 7)
    await queue.run()
    expect(server.stored.map((item) => [item.sequence, item.question])).toEqual([[1, 5]])
  })

  it('stop when another device has taken over, and nothing is thrown away', async () => {
    const server = new Server()
    server.device = 2
    const { queue, kept } = desk(server)
    queue.push(1, A('A'))
    await queue.run()
    expect(queue.state).toBe('elsewhere')
    expect(kept.items).toHaveLength(1)
    server.device = 3
    await queue.resume(3, 0)
    expect(server.stored).toHaveLength(1)
  })

  it('stop at the end of the time and when the session has ended', async () => {
    for (const [status, code, state] of [
      [409, 'exams.time_up', 'over'],
      [409, 'exams.handed_in', 'over'],
      [401, 'auth.signed_out', 'signed_out'],
    ] as const) {
      const server = new Server()
      server.fault = () => problem(status, code)
      const { queue } = desk(server)
      queue.push(1, A('A'))
      await queue.run()
      expect([queue.state, queue.pending]).toEqual([state, 1])
    }
  })

  it('that the paper does not know are put aside with a word, the others go on', async () => {
    const server = new Server()
    server.foreign.add(2)
    server.fault = () => new OfflineError()
    const { queue, kept, wake } = desk(server)
    queue.push(1, A('A'))
    await settled()
    queue.push(2, A('B'))
    queue.push(3, A('C'))
    server.fault = null
    wake()
    await queue.run()
    expect(server.stored.map((item) => [item.sequence, item.question])).toEqual([
      [1, 1],
      [2, 3],
    ])
    expect(kept.refused).toEqual([2])
  })
})

describe('what a device keeps', () => {
  it('is read again, belongs to one account and attempt, and survives nonsense', () => {
    const keep = window.localStorage
    const kept = { ...nothing(2), later: [7], items: [{ sequence: 1, question: 7, answer: A('A'), at: '' }] }
    expect(writeKept(5, 9, kept, keep)).toBe(true)
    expect(readKept(5, 9, keep)).toEqual(kept)
    expect(readKept(6, 9, keep)).toBeNull()
    keep.setItem('chengzhi.sitting.5.9', '{"items":3}')
    expect(readKept(5, 9, keep)).toBeNull()
    dropKept(5, 9, keep)
    expect(keep.getItem('chengzhi.sitting.5.9')).toBeNull()
  })
  it('says when the device refuses', () => {
    const full = { getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('full') } }
    expect(writeKept(1, 1, nothing(1), full)).toBe(false)
  })
})

describe('answering', () => {
  it('chooses one, several, right or wrong, and takes back', () => {
    expect(choose({ kind: 'single' }, 'B', A('A'))).toEqual(A('B'))
    expect(choose({ kind: 'single' }, 'A', A('A'))).toEqual({ options: [] })
    expect(choose({ kind: 'multiple' }, 'A', { options: ['C'] })).toEqual({ options: ['A', 'C'] })
    expect(choose({ kind: 'multiple' }, 'C', { options: ['A', 'C'] })).toEqual({ options: ['A'] })
    expect(judge(true, undefined)).toEqual({ truth: true })
    expect(judge(true, { truth: true })).toEqual({ options: [] })
    expect(write({ gaps: 2 }, 1, '五日', { texts: ['书面', ''] })).toEqual({ texts: ['书面', '五日'] })
  })
  it('counts what says something', () => {
    const table: [Parameters<typeof isAnswered>[0], boolean][] = [
      [undefined, false],
      [{ options: [] }, false],
      [A('A'), true],
      [{ truth: false }, true],
      [{ texts: [' ', ''] }, false],
      [{ texts: ['', '五日'] }, true],
    ]
    for (const [answer, says] of table) expect(isAnswered(answer)).toBe(says)
    expect(sameAnswer({ options: ['A', 'C'] }, { options: ['C', 'A'] })).toBe(true)
    expect(sameAnswer({ options: [] }, undefined)).toBe(false)
  })
  it('finds the option of a key', () => {
    const four = { kind: 'single', options: ['A', 'B', 'C', 'D'].map((letter) => ({ letter, text: '' })) }
    expect(['1', 'a', 'D', '5', 'e', 'Enter', ' '].map((key) => letterOf(key, four))).toEqual(['A', 'A', 'D', null, null, null, null])
    expect(letterOf('2', { kind: 'true_false', options: [] })).toBe('B')
    expect(letterOf('a', { kind: 'short_answer', options: [] })).toBeNull()
  })
})

describe('the time of an exam', () => {
  const exam = { state: 'not_started', opens_at: '2024-11-20T09:00:00+08:00', last_start_at: '2024-11-20T09:30:00+08:00' }
  it('tells when to wait, when to enter and when it is too late', () => {
    const at = (clock: string) => phaseOf(exam, Date.parse(`2024-11-20T${clock}:00+08:00`))
    expect(['07:59', '08:00', '08:59', '09:00', '09:29', '09:30'].map(at)).toEqual(['ahead', 'waiting', 'waiting', 'open', 'open', 'missed'])
    expect(phaseOf({ ...exam, state: 'running' }, 0)).toBe('running')
    expect(phaseOf({ ...exam, state: 'collected' }, 0)).toBe('over')
  })
  it('is written as officials write it', () => {
    const full = { ...exam, id: 1, attempt: 1, number: 1, title: '', closes_at: '2024-11-20T11:00:00+08:00', duration: 5400, state_name: '' }
    expect(timesText(full)).toBe('2024年11月20日（周三）09:00开考，限时90分钟，09:30前可进入')
    expect(timesText(full, 'over')).toBe('2024年11月20日（周三）09:00开考，限时90分钟')
    expect([untilText(61_000), untilText(3_700_000), untilText(90_000_000)]).toEqual(['1分01秒', '1小时1分钟', '1天1小时'])
    expect([leftText(5), leftText(3909)]).toEqual(['00:05', '1:05:09'])
  })
})
