import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')
const document = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../api/openapi.json'), 'utf8')) as { paths: Record<string, unknown> }

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(ts|vue)$/.test(entry.name) && entry.name !== 'schema.ts' ? [path] : []
  })
}

/** `/api/v1/classes/${id}/archive` and `/api/v1/classes/{id}/archive` both become `/api/v1/classes/{}/archive`. */
const shape = (path: string): string =>
  path
    .replace(/\$?\{[^}]*\}/g, '{}')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '')

describe('addresses written by hand', () => {
  it('all stand in the API document', () => {
    // A parameter of the document may be written out by the page.
    const known = Object.keys(document.paths).map((path) => new RegExp(`^${shape(path).replace(/\{\}/g, '[^/]+')}$`))
    const isKnown = (path: string): boolean => known.some((one) => one.test(path))
    const unknown = sources(SRC).flatMap((file) => {
      const found = readFileSync(file, 'utf8').match(/\/api\/v1\/(?:\$\{[^}]*\}|[\w./{}-])+/g) ?? []
      return found
        // A piece of query or nothing may follow the last name; `{}` at the end may stand for it.
        .filter((path) => !isKnown(shape(path)) && !isKnown(shape(path).replace(/\{\}$/, '')))
        .map((path) => `${file.slice(SRC.length + 1)}: ${path}`)
    })
    expect(unknown).toEqual([])
  })
})
