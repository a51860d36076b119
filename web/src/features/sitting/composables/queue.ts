import { ApiError, OfflineError } from '@/api/problem'
import type { Answer, Item, Saved } from '../types'

/** How the queue stands, for the line that the candidate sees. */
export type QueueState =
  /** All is on the server. */
  | 'saved'
  /** Something is on its way. */
  | 'saving'
  /** The server cannot be reached; it is tried again by itself. */
  | 'waiting'
  /** Another device or window has taken over. */
  | 'elsewhere'
  /** The session has ended: sign in again. */
  | 'signed_out'
  /** Time is up, handed in or void: nothing more is taken. */
  | 'over'

export interface QueuePort {
  /** Sends answers in order; resolves when they are durable. */
  send: (device: number, items: Item[]) => Promise<Saved>
  /** The last number that the server has, when ours do not fit it. */
  reached: () => Promise<number>
  /** Keeps what is not acknowledged on this device. */
  keep: (items: Item[]) => void
  /** Tells the page that something has changed. */
  changed: () => void
  saved: (saved: Saved) => void
  /** An answer that the server will never take, with its words. */
  refused: (items: Item[], error: ApiError) => void
  /** Waits; cut short by `wake`. */
  pause: (milliseconds: number) => Promise<void>
  now: () => string
  chance: () => number
}

/** Most answers of one request; far below what the server takes. */
const BATCH = 50
const FIRST_WAIT = 1000
const LONGEST_WAIT = 15_000
const OVER = new Set(['exams.handed_in', 'exams.time_up', 'exams.void', 'exams.not_started'])

/**
 * Answers on their way to the server: one request at a time, in the order in which they were given, each sent again
 * until it is acknowledged. What is not acknowledged is kept on the device.
 */
export class AnswerQueue {
  state: QueueState = 'saved'
  /** Why it does not get on. */
  fault = ''
  private running: Promise<void> | null = null
  /** How many of the first items the request under way carries. */
  private sent = 0

  constructor(
    private readonly port: QueuePort,
    public device: number,
    /** The last number that the server has acknowledged. */
    public reached: number,
    public items: Item[] = [],
  ) {
    this.renumber()
    if (this.items.length) this.state = 'saving'
  }

  get pending(): number {
    return this.items.length
  }

  /** What was last given to a question and is not acknowledged yet. */
  pendingAnswer(question: number): Answer | undefined {
    return this.items.filter((item) => item.question === question).pop()?.answer
  }

  /** Takes an answer. A newer one to the same question takes the place of one that has not been sent. */
  push(question: number, answer: Answer): void {
    const at = this.port.now()
    const waiting = this.items.findIndex((item, index) => index >= this.sent && item.question === question)
    const earlier = this.items[waiting]
    if (earlier) this.items.splice(waiting, 1, { ...earlier, answer, at })
    else this.items.push({ sequence: this.reached + this.items.length + 1, question, answer, at })
    this.port.keep(this.items)
    if (this.state === 'saved') this.state = 'saving'
    this.port.changed()
    void this.run()
  }

  /** Sends what is there until nothing is left or nothing more can be done. */
  run(): Promise<void> {
    this.running ??= this.work().finally(() => {
      this.running = null
      // Something was given in the moment between the last look and here.
      if (this.items.length && !this.stuck()) void this.run()
    })
    return this.running
  }

  /** Goes on after the candidate has signed in again or taken over. */
  resume(device: number, reached: number): Promise<void> {
    this.device = device
    this.settle(reached)
    this.state = this.items.length ? 'saving' : 'saved'
    this.port.changed()
    return this.run()
  }

  /** Another window goes on with what is kept; this one must not send any more. */
  yield(): void {
    this.state = 'elsewhere'
    this.port.changed()
  }

  private stuck(): boolean {
    return this.state === 'elsewhere' || this.state === 'signed_out' || this.state === 'over'
  }

  private async work(): Promise<void> {
    let wait = FIRST_WAIT
    while (this.items.length && !this.stuck()) {
      const batch = this.items.slice(0, BATCH)
      this.sent = batch.length
      try {
        const saved = await this.port.send(this.device, batch)
        this.sent = 0
        this.settle(saved.sequence)
        this.port.saved(saved)
        wait = FIRST_WAIT
        this.become(this.items.length ? 'saving' : 'saved', '')
      } catch (error) {
        this.sent = 0
        if (this.stuck()) return
        if (await this.failed(error)) {
          // Everybody whose server comes back must not come back in the same instant.
          await this.port.pause(wait * (0.5 + this.port.chance()))
          wait = Math.min(wait * 2, LONGEST_WAIT)
        }
      }
    }
  }

  /** True when the same is to be sent again after a while. */
  private async failed(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiError) || error.status >= 500 || error.status === 429) {
      const words = error instanceof OfflineError || error instanceof ApiError ? error.message : ''
      this.become('waiting', words)
      return true
    }
    if (error.status === 401) this.become('signed_out', error.message)
    else if (error.code === 'exams.other_device') this.become('elsewhere', error.message)
    else if (OVER.has(error.code)) this.become('over', error.message)
    else if (error.code === 'exams.gap') {
      const before = this.reached
      return (await this.fit()) || this.reached === before
    }
    else return this.drop(error)
    return false
  }

  /** Our numbers do not follow those of the server: takes them from there. */
  private async fit(): Promise<boolean> {
    try {
      this.settle(await this.port.reached())
      return false
    } catch {
      this.become('waiting', '')
      return true
    }
  }

  /**
   * An answer of the batch was refused for its content. Those before it are stored; the first that is not stored
   * is the one.
   */
  private async drop(error: ApiError): Promise<boolean> {
    const before = this.items.length
    if (await this.fit()) return true
    // Some were stored: the refused one comes first when the rest is sent again.
    if (this.items.length < before) return false
    const refused = this.items.splice(0, 1)
    this.renumber()
    this.port.keep(this.items)
    this.port.refused(refused, error)
    this.become(this.items.length ? 'saving' : 'saved', '')
    return false
  }

  private settle(reached: number): void {
    this.items = this.items.filter((item) => item.sequence > reached)
    this.reached = reached
    this.renumber()
    this.port.keep(this.items)
  }

  /** What is kept follows what is stored, without a gap. */
  private renumber(): void {
    this.items = this.items
      .filter((item) => item.sequence > this.reached)
      .map((item, index) => ({ ...item, sequence: this.reached + index + 1 }))
  }

  private become(state: QueueState, fault: string): void {
    this.state = state
    this.fault = fault
    this.port.changed()
  }
}
