export interface Piece {
  text: string
  kind: 'same' | 'removed' | 'added'
}

/** Longest texts are compared by line, short ones by character; keeps the table below 1,000 × 1,000. */
function tokens(text: string): string[] {
  return text.length > 800 ? text.split(/(?<=\n|。)/) : Array.from(text)
}

/** What changed between two texts, as runs of same, removed and added (longest common subsequence). */
export function diffText(before: string, after: string): Piece[] {
  const a = tokens(before)
  const b = tokens(after)
  const width = b.length + 1
  const table = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pieces: Piece[] = []
  const push = (kind: Piece['kind'], text: string) => {
    const last = pieces[pieces.length - 1]
    if (last?.kind === kind) last.text += text
    else pieces.push({ kind, text })
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i] ?? '')
      i++
      j++
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      push('removed', a[i] ?? '')
      i++
    } else {
      push('added', b[j] ?? '')
      j++
    }
  }
  return pieces
}
