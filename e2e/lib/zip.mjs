// Reads a ZIP by its central directory: what an unpacker would find in it.
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const DEFLATED = 8

/** Path → content. Archives beyond 4 GB are not for tests. */
export function unzip(bytes) {
  let at = bytes.length - 22
  while (at >= 0 && bytes.readUInt32LE(at) !== END) at -= 1
  assert.ok(at >= 0, 'the archive has no end: it is no whole ZIP')
  const count = bytes.readUInt16LE(at + 10)
  const found = new Map()
  let place = bytes.readUInt32LE(at + 16)
  for (let index = 0; index < count; index += 1) {
    assert.equal(bytes.readUInt32LE(place), ENTRY)
    const method = bytes.readUInt16LE(place + 10)
    const size = bytes.readUInt32LE(place + 20)
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(place + offset))
    const head = bytes.readUInt32LE(place + 42)
    const path = bytes.toString('utf8', place + 46, place + 46 + name)
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28)
    const packed = bytes.subarray(start, start + size)
    found.set(path, method === DEFLATED ? inflateRawSync(packed) : packed)
    place += 46 + name + extra + comment
  }
  return found
}
