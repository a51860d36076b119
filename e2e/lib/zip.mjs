// Reads a ZIP by its central directory: what an unpacker would find in it.
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ZIP64 = 1
const ALL_ONES = 0xffffffff
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
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(place + offset))
    const path = bytes.toString('utf8', place + 46, place + 46 + name)
    const [, size, head] = numbers(bytes, place, bytes.subarray(place + 46 + name, place + 46 + name + extra))
    const start = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28)
    const packed = bytes.subarray(start, start + size)
    found.set(path, method === DEFLATED ? inflateRawSync(packed) : packed)
    place += 46 + name + extra + comment
  }
  return found
}

/**
 * Length unpacked, length packed and place of an entry. What was written as a stream, before its length was known, keeps
 * them in the ZIP64 part of the extra field and all ones in their usual place.
 */
function numbers(bytes, place, extra) {
  const short = [24, 20, 42].map((offset) => bytes.readUInt32LE(place + offset))
  let at = 0
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== ZIP64) at += 4 + extra.readUInt16LE(at + 2)
  let next = at + 4
  return short.map((number) => {
    if (number !== ALL_ONES) return number
    const long = Number(extra.readBigUInt64LE(next))
    next += 8
    return long
  })
}
