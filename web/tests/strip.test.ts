import { describe, expect, it } from 'vitest'
import { scrollToShow } from '@/components/strip'

const strip = (left: number) => ({ left, width: 360, all: 700 })

describe('a strip of parts', () => {
  it.each([
    ['stays when the part can be seen', strip(0), { left: 100, width: 80 }, 0],
    ['goes on to a part behind its end', strip(0), { left: 450, width: 100 }, 246],
    ['goes back to a part before its start', strip(300), { left: 200, width: 80 }, 144],
    ['goes to its end for the last part, not beyond', strip(0), { left: 620, width: 80 }, 340],
    ['goes to its start for the first part', strip(340), { left: 0, width: 80 }, 0],
    ['does not move when all of it can be seen', { left: 0, width: 700, all: 700 }, { left: 620, width: 80 }, 0],
    ['shows a part wider than itself from its first letter', { left: 0, width: 100, all: 700 }, { left: 300, width: 90 }, 300],
  ])('%s', (_, place, part, left) => expect(scrollToShow(place, part)).toBe(left))
})
