import { reactive } from 'vue'

/** The moment of a film that somebody wants to see; a new `turn` each time, so that the same moment can be asked for twice. */
export const wanted = reactive<{ session: number | null; at_ms: number; turn: number }>({ session: null, at_ms: 0, turn: 0 })

export function playAt(session: number, at_ms: number): void {
  wanted.session = session
  wanted.at_ms = at_ms
  wanted.turn += 1
}
