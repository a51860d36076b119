import { beforeEach, describe, expect, it } from 'vitest'
import { draftKey, dropAllDrafts, dropDraft, keepDraft, keptText, readDraft, type Keep } from '@/lib/draft'

const DAY = 86_400_000
const key = draftKey(1, 29, '2024-11')

describe('drafts on the device', () => {
  beforeEach(() => window.localStorage.clear())
  it('gives back what was kept', () => {
    expect(keepDraft(key, { at: 1000, version: 3, value: { topic: '拆违实务' } })).toBe(true)
    expect(readDraft(key, 2000)).toEqual({ at: 1000, version: 3, value: { topic: '拆违实务' } })
    dropDraft(key)
    expect(readDraft(key, 2000)).toBeNull()
  })
  it('keeps drafts of accounts, units and months apart', () => {
    keepDraft(key, { at: 1, version: 1, value: 'a' })
    expect(readDraft(draftKey(2, 29, '2024-11'), 1)).toBeNull()
    expect(readDraft(draftKey(1, 29, '2024-12'), 1)).toBeNull()
  })
  it('drops what is too old or unreadable', () => {
    keepDraft(key, { at: 0, version: 1, value: 'a' })
    expect(readDraft(key, 41 * DAY)).toBeNull()
    window.localStorage.setItem(`chengzhi.draft.${key}`, '{broken')
    expect(readDraft(key, 1)).toBeNull()
    expect(window.localStorage.getItem(`chengzhi.draft.${key}`)).toBeNull()
  })
  it('says so when the device keeps nothing', () => {
    const full: Keep = { getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('full') } }
    expect(keepDraft(key, { at: 1, version: 1, value: 'a' }, full)).toBe(false)
  })
  it('leaves other things alone when all drafts are dropped', () => {
    keepDraft(key, { at: 1, version: 1, value: 'a' })
    window.localStorage.setItem('other', 'x')
    dropAllDrafts(window.localStorage)
    expect(readDraft(key, 1)).toBeNull()
    expect(window.localStorage.getItem('other')).toBe('x')
  })
  it('names what is kept with the Shanghai time', () => {
    expect(keptText(['场次信息', '到会 37 人'], Date.UTC(2024, 10, 18, 1, 5))).toBe('已在本机保留：场次信息、到会 37 人（09:05）')
  })
})
