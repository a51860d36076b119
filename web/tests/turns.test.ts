import { describe, expect, it } from 'vitest'
import { inTurn } from '@/lib/turns'

describe('tasks of one name', () => {
  it('run one after the other, in the order in which they came', async () => {
    const steps: string[] = []
    let release = () => {}
    const first = inTurn('record', async () => {
      steps.push('first begins')
      await new Promise<void>((done) => (release = done))
      steps.push('first ends')
    })
    const second = inTurn('record', async () => {
      steps.push('second')
    })
    const other = inTurn('other', async () => {
      steps.push('other')
    })
    await other
    expect(steps).toEqual(['first begins', 'other'])
    release()
    await Promise.all([first, second])
    expect(steps).toEqual(['first begins', 'other', 'first ends', 'second'])
  })
  it('go on after one that failed', async () => {
    const failed = inTurn('record', async () => {
      throw new Error('network')
    })
    const next = inTurn('record', async () => 'saved')
    await expect(failed).rejects.toThrow('network')
    await expect(next).resolves.toBe('saved')
  })
})
