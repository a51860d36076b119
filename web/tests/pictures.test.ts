import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import PicturedText from '@/components/PicturedText.vue'
import { pieces } from '@/lib/pictures'

const sign = { name: '标志.png', address: '/api/v1/exams/sittings/7/pictures/12/ab' }

describe('a text with pictures', () => {
  it('is cut where it names one, and keeps a name that there is no picture of', () => {
    expect(pieces('下图【图：标志.png】是什么？', [sign])).toEqual([{ text: '下图' }, { text: '标志.png', address: sign.address }, { text: '是什么？' }])
    expect(pieces('【图：别的.png】', [sign])).toEqual([{ text: '【图：别的.png】' }])
    expect(pieces('没有图', [])).toEqual([{ text: '没有图' }])
  })
  it('shows the picture in its place, with its name for those who cannot see it', () => {
    const shown = mount(PicturedText, { props: { text: '下图【图：标志.png】是什么？', pictures: [sign] } })
    const image = shown.get('img')
    expect([image.attributes('src'), image.attributes('alt')]).toEqual([sign.address, '标志.png'])
    expect(shown.text()).toBe('下图是什么？')
  })
})
