import { describe, expect, it } from 'vitest'
import { diffText } from '@/lib/diff'

const rebuilt = (before: string, after: string) => {
  const pieces = diffText(before, after)
  return {
    before: pieces.filter((p) => p.kind !== 'added').map((p) => p.text).join(''),
    after: pieces.filter((p) => p.kind !== 'removed').map((p) => p.text).join(''),
  }
}

describe('difference of two texts', () => {
  it.each([
    ['', ''],
    ['', '新写的内容'],
    ['全部删去', ''],
    ['学习时长35分钟', '学习时长60分钟'],
    ['一案一议。分组讨论。', '分组讨论。一案一议，专案专办。'],
  ])('rebuilds both sides of %s → %s', (before, after) => {
    expect(rebuilt(before, after)).toEqual({ before, after })
  })
  it('keeps what is common', () => {
    const same = diffText('学习时长35分钟', '学习时长60分钟').filter((p) => p.kind === 'same').map((p) => p.text)
    expect(same).toContain('学习时长')
    expect(same).toContain('分钟')
  })
  it('compares long texts by sentence and still rebuilds them', () => {
    const before = '第一句。'.repeat(300)
    const after = `${before}多了一句。`
    expect(rebuilt(before, after)).toEqual({ before, after })
  })
})
