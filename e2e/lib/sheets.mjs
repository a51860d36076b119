// Just enough of a spreadsheet for the walks: rows of the first sheet of an .xlsx, and rows as .csv.
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

/** The files inside a zip, by name. */
function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  assert.ok(end >= 0, 'not a zip file')
  const files = new Map()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = bytes.readUInt16LE(at + 10)
    const size = bytes.readUInt32LE(at + 20)
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place))
    const local = bytes.readUInt32LE(at + 42)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(start, start + size)
    files.set(name, () => (method === 0 ? data : inflateRawSync(data)).toString('utf8'))
    at += 46 + nameLength + extra + comment
  }
  return files
}

const plain = (xml) =>
  xml
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name])

/** Rows of the first sheet as arrays of text. */
export function readXlsx(bytes) {
  const files = unzip(bytes)
  const sheet = files.get('xl/worksheets/sheet1.xml')?.()
  assert.ok(sheet, `no first sheet; there are ${[...files.keys()].join(', ')}`)
  const strings = [...(files.get('xl/sharedStrings.xml')?.() ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((hit) => plain(hit[1]))
  return [...sheet.matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells = []
    for (const [, attributes, content = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const letters = /r="([A-Z]+)/.exec(attributes)[1]
      const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
      const value = plain(/<v>(.*?)<\/v>/s.exec(content)?.[1] ?? /<is>(.*?)<\/is>/s.exec(content)?.[1] ?? '')
      cells[column] = /t="s"/.test(attributes) ? (strings[Number(value)] ?? '') : value
    }
    return Array.from(cells, (cell) => cell ?? '')
  })
}

/** Rows as a .csv in UTF-8 with BOM. */
export function csv(rows) {
  const cell = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
  return Buffer.from('\ufeff' + rows.map((row) => row.map((value) => cell(String(value))).join(',')).join('\r\n') + '\r\n')
}
