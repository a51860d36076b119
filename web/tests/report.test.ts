import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import ReportBars from '@/components/ReportBars.vue'
import { noReview, reportFigures, reviewFigures } from '@/components/review-times'

const unit = (reviewed: number, on_time: number, late: number, pending_after_lock = 0) => ({ unit_id: reviewed, name: '', reviewed, on_time, late, pending_after_lock })

describe('figures of reports', () => {
  it('say the fraction behind a rate, or why there is none', () => {
    const [, rate] = reportFigures({ submitted: 3, due: 4, on_time: 2 }, [0.5])
    expect([rate?.value, rate?.title, rate?.hint]).toEqual(['50.0%', '2/4', '按时2份，应报4份'])
    const [handed, none] = reportFigures({ submitted: 0, due: 0, on_time: 0 }, [])
    expect([handed?.value, none?.value, none?.title]).toEqual([0, '—', '尚无应报记录'])
  })
  it('add up what reviewing units did', () => {
    const [rate, pending] = reviewFigures([unit(3, 2, 1, 1), unit(1, 1, 0, 2)])
    expect([rate?.value, rate?.title, pending?.value]).toEqual(['75.0%', '3/4', 3])
  })
  it('tell why nothing was reviewed', () => {
    expect(reviewFigures([unit(0, 0, 2)])[0]?.hint).toBe('已过审核期限2份，尚未审核')
    expect(noReview(0)).toBe('尚无应审记录')
  })
})

describe('bars of reports', () => {
  const bar = (key: string, due: number, on_time: number, late: number, missed: number, label = key) => ({ key, text: key, label, due, on_time, late, missed })
  it('stand on nought: the highest is what was owed most, its parts are shares of it', () => {
    const bars = mount(ReportBars, { props: { bars: [bar('1', 10, 5, 2, 3), bar('2', 5, 5, 0, 0), bar('3', 0, 0, 0, 0)], rest: '应报', missed: '逾期' } })
    expect(bars.findAll('.bar').map((one) => one.attributes('style'))).toEqual(['height: 100%;', 'height: 50%;', 'height: 0px;'].map((style) => expect.stringContaining(style.slice(0, 9))))
    expect(bars.findAll('.column')[0]?.findAll('.bar span').map((one) => one.attributes('style'))).toEqual(['height: 30%;', 'height: 20%;', 'height: 50%;'])
  })
  it('give the second of a pair no label of its own', () => {
    const bars = mount(ReportBars, { props: { bars: [bar('a', 1, 1, 0, 0, '3'), bar('b', 1, 0, 0, 0, '')], rest: '尚未报送', missed: '逾期未报', paired: true } })
    expect(bars.findAll('.column').map((one) => [one.classes('second'), one.find('.label').exists()])).toEqual([[false, true], [true, false]])
  })
})
