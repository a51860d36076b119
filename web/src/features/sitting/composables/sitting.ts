import { computed, onBeforeUnmount, reactive, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/problem'
import { useSession } from '@/shell/session'
import { sittings } from '../api'
import type { Answer, Item, Question, Saved, Sitting } from '../types'
import { isAnswered, sameAnswer } from './answers'
import { dropKept, nothing, readKept, writeKept, type Kept } from './kept'
import { AnswerQueue, type QueueState } from './queue'
import { useAlone } from './alone'
import { useCountdown } from './countdown'

/** Where the page stands. */
export type Stage = 'loading' | 'failed' | 'before' | 'elsewhere' | 'leftover' | 'sitting' | 'over'

/** A text is sent when the typing has rested for so long. */
const TYPING_REST = 900
/** The time is asked for when no receipt has brought it for so long. */
const GLANCE_AFTER = 60_000

/** How long a hand-in waits for answers that are still on their way, and the end of the time for the last of them. */
const HAND_IN_WAIT = 10_000
const LAST_WAIT = 8000

const atMost = (milliseconds: number, work: Promise<void> | undefined): Promise<void> =>
  Promise.race([work ?? Promise.resolve(), new Promise<void>((resolve) => setTimeout(resolve, milliseconds))])

/** One attempt on this device: the paper, the answers on their way, the time left. */
export function useSitting(attempt: number) {
  const session = useSession()
  const account = session.me?.account_id ?? 0
  const stage = ref<Stage>('loading')
  const failure = shallowRef<unknown>(null)
  const sitting = shallowRef<Sitting | null>(null)
  const receipt = reactive({ short: '', answered: 0, questions: 0, late: false })
  const answers = reactive(new Map<number, Answer>())
  const later = reactive(new Set<number>())
  const refused = reactive(new Map<number, string>())
  const line = reactive({ state: 'saved' as QueueState, pending: 0, fault: '', kept: true })
  const leftover = shallowRef<Item[]>([])
  const at = ref(0)
  const clock = useCountdown(() => void ended())
  let queue: AnswerQueue | null = null
  let kept: Kept = nothing(0)
  let wake: (() => void) | null = null
  let lastHeard = 0
  let closed = false
  const typing = new Map<number, ReturnType<typeof setTimeout>>()

  const questions = computed<Question[]>(() => sitting.value?.paper?.sections.flatMap((section) => section.questions) ?? [])
  const current = computed(() => questions.value[at.value])

  const store = (): void => {
    // A window that was taken over leaves the store to the one that goes on.
    if (line.state !== 'elsewhere') line.kept = writeKept(account, attempt, kept)
  }

  const alone = useAlone(`${account}.${attempt}`, () => {
    // What was being typed is kept already; the other window has read it.
    if (stage.value === 'sitting') queue?.yield()
  })

  let turn = 0
  /** What a queue reaches; nothing any more once another queue has taken its place. */
  const portOf = (mine: number) => ({
    send: (device: number, items: Item[]) => sittings.save(attempt, device, items),
    reached: async () => (await sittings.glance(attempt)).sequence,
    keep: (items: Item[]) => {
      if (mine !== turn) return
      kept = { ...kept, items }
      store()
    },
    changed: () => {
      if (mine === turn) told()
    },
    saved: (saved: Saved) => {
      if (mine !== turn) return
      receipt.short = saved.receipt_short
      receipt.answered = saved.answered
      receipt.questions = saved.questions
      receipt.late ||= saved.late
      heard(saved.seconds)
    },
    refused: (items: Item[], error: ApiError) => {
      if (mine === turn) for (const item of items) refused.set(item.question, error.message)
    },
    pause: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(done, milliseconds)
        function done(): void {
          clearTimeout(timer)
          wake = null
          resolve()
        }
        wake = done
      }),
    now: () => new Date(session.businessNow()).toISOString(),
    chance: Math.random,
  })

  /** The queue has changed. */
  function told(): void {
    if (!queue) return
    Object.assign(line, { state: queue.state, pending: queue.pending, fault: queue.fault })
    if (queue.state === 'elsewhere') stage.value = 'elsewhere'
    if (queue.state === 'over') void ended()
  }

  function heard(seconds: number, paused = false): void {
    lastHeard = Date.now()
    clock.set(seconds, paused)
  }

  /** Looks at the server and decides what to show. */
  async function load(): Promise<void> {
    stage.value = 'loading'
    try {
      show(await sittings.view(attempt))
    } catch (error) {
      failure.value = error
      stage.value = 'failed'
    }
  }

  function show(now: Sitting): void {
    sitting.value = now
    receipt.short = now.receipt_short
    receipt.answered = now.answered
    receipt.questions = now.questions
    if (now.state === 'not_started') {
      stage.value = 'before'
      return
    }
    const before = readKept(account, attempt)
    if (now.state !== 'running') {
      leftover.value = before && before.device === now.device ? before.items.filter((item) => item.sequence > now.sequence) : (before?.items ?? [])
      stage.value = 'over'
      return
    }
    heard(now.seconds, now.paused)
    if (before?.device === now.device) begin(now, before, before.items)
    else {
      leftover.value = before?.items ?? []
      stage.value = 'elsewhere'
    }
  }

  /** Begins to work on this device. */
  function begin(now: Sitting, from: Kept, items: Item[]): void {
    kept = { ...from, device: now.device }
    answers.clear()
    for (const question of questions.value) if (question.answer) answers.set(question.question, question.answer)
    later.clear()
    for (const question of kept.later) later.add(question)
    queue?.yield()
    queue = new AnswerQueue(portOf(++turn), now.device, now.sequence, items)
    for (const item of queue.items) answers.set(item.question, item.answer)
    for (const [question, answer] of Object.entries(kept.typing)) answers.set(Number(question), answer)
    kept = { ...kept, items: queue.items }
    const seen = questions.value.findIndex((question) => question.question === kept.at)
    at.value = seen >= 0 ? seen : 0
    told()
    stage.value = 'sitting'
    store()
    alone.claim()
    void queue.run()
    for (const question of Object.keys(kept.typing)) commitTyping(Number(question))
  }

  /** The first start, or the same once more. */
  async function start(exam: number): Promise<void> {
    const now = await sittings.start(exam)
    sitting.value = now
    heard(now.seconds, now.paused)
    const before = readKept(account, attempt)
    if (now.sequence === 0 && !before) begin(now, nothing(now.device), [])
    else show(now)
  }

  /** Goes on here; what this device still held is shown before it is used. */
  async function takeOver(): Promise<void> {
    const before = readKept(account, attempt)
    const now = await sittings.takeOver(attempt)
    sitting.value = now
    heard(now.seconds, now.paused)
    const unsent = (before?.items ?? []).filter((item) => !sameAnswer(item.answer, answerOnServer(now, item.question)))
    if (unsent.length) {
      leftover.value = unsent
      kept = { ...nothing(now.device), later: before?.later ?? [], at: before?.at ?? null }
      stage.value = 'leftover'
    } else begin(now, { ...nothing(now.device), later: before?.later ?? [], at: before?.at ?? null }, [])
  }

  /** What to do with answers that this device held when another one took over. */
  function useLeftover(use: boolean): void {
    const now = sitting.value
    if (!now) return
    const items = use ? leftover.value.map((item, index) => ({ ...item, sequence: now.sequence + index + 1 })) : []
    leftover.value = []
    begin(now, kept, items)
  }

  function answer(question: number, value: Answer): void {
    if (stage.value !== 'sitting') return
    if (sameAnswer(answers.get(question), value)) return
    // What was being typed in another sub-question of the case is in it already.
    clearTimeout(typing.get(question))
    typing.delete(question)
    const { [question]: _typed, ...rest } = kept.typing
    kept = { ...kept, typing: rest }
    answers.set(question, value)
    refused.delete(question)
    queue?.push(question, value)
  }

  /** A text while it is typed: kept at once, sent when the typing rests. */
  function type(question: number, value: Answer): void {
    if (stage.value !== 'sitting') return
    answers.set(question, value)
    refused.delete(question)
    kept = { ...kept, typing: { ...kept.typing, [question]: value } }
    store()
    clearTimeout(typing.get(question))
    typing.set(
      question,
      setTimeout(() => commitTyping(question), TYPING_REST),
    )
  }

  function commitTyping(question: number): void {
    clearTimeout(typing.get(question))
    typing.delete(question)
    const { [question]: value, ...rest } = kept.typing
    if (!value || stage.value !== 'sitting') return
    kept = { ...kept, typing: rest }
    queue?.push(question, value)
    store()
  }

  function flushTyping(): void {
    for (const question of Object.keys(kept.typing)) commitTyping(Number(question))
  }

  function mark(question: number): void {
    if (later.has(question)) later.delete(question)
    else later.add(question)
    kept = { ...kept, later: [...later] }
    store()
  }

  function go(place: number): void {
    if (place < 0 || place >= questions.value.length) return
    flushTyping()
    at.value = place
    kept = { ...kept, at: questions.value[place]?.question ?? null }
    store()
  }

  /** Hands in once everything is on the server. */
  async function handIn(): Promise<void> {
    flushTyping()
    wake?.()
    await atMost(HAND_IN_WAIT, queue?.run())
    if (line.pending) throw new ApiError({ type: 'about:blank', title: '', status: 0, code: 'unsent', detail: `还有${line.pending}条答案没有送达，请等网络恢复后再交卷。` })
    show(await sittings.handIn(attempt))
    forget()
  }

  /** Nothing of a finished attempt stays on the device, except what did not arrive. */
  function forget(): void {
    if (stage.value === 'over' && !leftover.value.length) dropKept(account, attempt)
  }

  /** Time is up here, or the server says so: sends what is left within the margin, then looks. */
  async function ended(): Promise<void> {
    if (stage.value !== 'sitting') return
    flushTyping()
    wake?.()
    // The server takes what was on its way for some seconds more; what it refuses stays listed.
    if (line.pending && line.state !== 'over') await atMost(LAST_WAIT, queue?.run())
    try {
      show(await sittings.glance(attempt))
      forget()
    } catch (error) {
      failure.value = error
      stage.value = 'failed'
    }
  }

  const online = (): void => wake?.()
  const beat = setInterval(() => {
    if (stage.value !== 'sitting' || Date.now() - lastHeard < GLANCE_AFTER) return
    lastHeard = Date.now()
    sittings.glance(attempt).then(
      (now) => (now.state === 'running' ? heard(now.seconds, now.paused) : void ended()),
      () => undefined,
    )
  }, 5000)
  window.addEventListener('online', online)
  const beforeUnload = (event: BeforeUnloadEvent): void => {
    flushTyping()
    if (!line.pending) return
    event.preventDefault()
    // What browsers before Chrome 119 listen to.
    event.returnValue = ''
  }
  window.addEventListener('beforeunload', beforeUnload)
  onBeforeUnmount(() => {
    if (closed) return
    closed = true
    flushTyping()
    clearInterval(beat)
    window.removeEventListener('online', online)
    window.removeEventListener('beforeunload', beforeUnload)
  })

  const answered = computed(() => questions.value.filter((question) => isAnswered(answers.get(question.question))).length)

  return {
    stage, failure, sitting, receipt, answers, later, refused, line, leftover, at, clock, questions, current, answered,
    load, start, takeOver, useLeftover, answer, type, commitTyping, mark, go, handIn,
  }
}

export type SittingDesk = ReturnType<typeof useSitting>

function answerOnServer(now: Sitting, question: number): Answer | undefined {
  return now.paper?.sections.flatMap((section) => section.questions).find((asked) => asked.question === question)?.answer ?? undefined
}
