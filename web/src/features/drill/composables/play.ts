import { reactive } from 'vue'

/**
 * The moment of a film that somebody wants to see; a new `turn` each time, so that the same moment can be asked for twice.
 * It stays `open` until the film has taken it: the player may only come onto the page because of it.
 */
export const wanted = reactive<{ session: number | null; at_ms: number; turn: number; open: boolean }>({ session: null, at_ms: 0, turn: 0, open: false })

export function playAt(session: number, at_ms: number): void {
  wanted.session = session
  wanted.at_ms = at_ms
  wanted.open = true
  wanted.turn += 1
}

/** The moment wanted of this session's film, milliseconds, once. */
export function takeMoment(session: number): number | null {
  if (!wanted.open || wanted.session !== session) return null
  wanted.open = false
  return wanted.at_ms
}
