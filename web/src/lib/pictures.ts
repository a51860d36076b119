/** A picture that texts name: 【图：标志.png】. */
export interface Pictured {
  name: string
  address: string
}

/** A stretch of text, or a picture with its name. */
export interface Piece {
  text: string
  address?: string
}

/** A text cut at the pictures that it names; a name without a picture stays text. */
export function pieces(text: string, pictures: Pictured[]): Piece[] {
  return text
    .split(/(【图：[^】]+】)/)
    .filter(Boolean)
    .map((piece) => {
      const name = /^【图：(.+)】$/.exec(piece)?.[1]
      const found = name && pictures.find((picture) => picture.name === name)
      return found ? { text: found.name, address: found.address } : { text: piece }
    })
}
