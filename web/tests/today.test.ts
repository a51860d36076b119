import { describe, expect, it } from 'vitest'
import { figureItem } from '@/features/today/composables/today'

describe('figures of the first page', () => {
  const figure = (value: number | null, hint: string) => ({ key: 'review_on_time', label: '按时审核率', value, unit: '%', hint, link: null, trend: null })
  it('shows no rate on an empty base', () => {
    expect(figureItem(figure(null, '尚无应审记录'))).toMatchObject({ value: '—', unit: null, title: '尚无应审记录' })
    expect(figureItem(figure(0, '按时审核0期，已审核10期'))).toMatchObject({ value: 0, unit: '%' })
  })
})
