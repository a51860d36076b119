#!/usr/bin/env node
// Every library that ends in the binary carries a licence of the list in deny.toml: the Rust crates of the lock file,
// and the packages of web/ that are not for development only. The list has no copyleft on it, because the binary is
// linked statically and given away.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const list = /^allow = \[([^\]]*)\]/m.exec(readFileSync(join(root, 'deny.toml'), 'utf8'))
if (!list) throw new Error('deny.toml has no list of licences')
const allowed = new Set([...list[1].matchAll(/"([^"]+)"/g)].map((found) => found[1]))

/**
 * Packages that tus-js-client needs under Node only: its browser build, the one that is bundled, does not know them.
 * combine-errors states MIT in its readme, not in its package; BlueOak-1.0.0 is permissive.
 */
const NOT_BUNDLED = new Map([
  ['combine-errors 3.0.3', 'MIT'],
  ['graceful-fs 4.2.12', 'BlueOak-1.0.0'],
])

/** Is the SPDX expression satisfied by what is allowed? OR needs one side, AND both. */
function satisfied(expression) {
  const words = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const either = () => {
    let value = both()
    while (words[at] === 'OR') {
      at += 1
      const right = both()
      value ||= right
    }
    return value
  }
  const both = () => {
    let value = single()
    while (words[at] === 'AND') {
      at += 1
      const right = single()
      value &&= right
    }
    return value
  }
  const single = () => {
    if (words[at] === '(') {
      at += 1
      const value = either()
      at += 1
      return value
    }
    let name = words[at++]
    if (words[at] === 'WITH') {
      name += ` WITH ${words[at + 1]}`
      at += 2
    }
    return allowed.has(name)
  }
  return words.length > 0 && either()
}

const libraries = []
const metadata = execFileSync('cargo', ['metadata', '--format-version', '1', '--locked'], {
  cwd: root,
  maxBuffer: 1 << 28,
  stdio: ['ignore', 'pipe', 'inherit'],
})
for (const { name, version, license, source } of JSON.parse(metadata).packages) {
  if (source) libraries.push({ name: `${name} ${version} (Rust)`, license })
}
const lock = JSON.parse(readFileSync(join(root, 'web/package-lock.json'), 'utf8'))
for (const [path, { version, license, dev }] of Object.entries(lock.packages)) {
  const name = `${path.replace(/^.*node_modules\//, '')} ${version}`
  if (path && !dev && !NOT_BUNDLED.has(name)) libraries.push({ name: `${name} (web)`, license })
}

const refused = libraries.filter(({ license }) => !satisfied(license ?? ''))
for (const { name, license } of refused) console.error(`error: ${name} is under ${license ?? 'no stated licence'}`)
console.log(`licences of ${libraries.length} libraries checked`)
if (refused.length > 0) process.exitCode = 1
