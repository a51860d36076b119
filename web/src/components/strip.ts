/** Where a strip of parts stands, in pixels of its own width. */
export interface StripPlace {
  /** How far it is scrolled. */
  left: number
  /** What of it can be seen. */
  width: number
  /** All of it. */
  all: number
}

/** Room kept on both sides of the open part, so that its neighbours look out from under the fade. */
const MARGIN = 56

/** How far to scroll so that a part is seen whole, with a piece of its neighbours; as little as will do. */
export function scrollToShow(strip: StripPlace, part: { left: number; width: number }): number {
  const most = Math.max(0, strip.all - strip.width)
  const first = part.left - MARGIN
  const last = part.left + part.width + MARGIN - strip.width
  const wanted = last > first ? part.left : Math.min(Math.max(strip.left, last), first)
  return Math.min(Math.max(wanted, 0), most)
}
