// Runs the browser tests: makes the city once, then every spec (or those named) with node's own test runner.
//   node run.mjs            all
//   node run.mjs sign-in    specs whose file name contains the word
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumPath } from './lib/browser.mjs'
import { binary, makeCity } from './lib/server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const wanted = process.argv.slice(2)

async function main() {
  chromiumPath()
  if (!existsSync(binary)) throw new Error(`${binary} is not there: scripts/test.sh rust-build`)
  const all = (await readdir(join(here, 'specs'))).filter((name) => name.endsWith('.spec.mjs')).sort()
  const specs = all.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  if (specs.length === 0) throw new Error(`no spec for ${wanted.join(', ')}; there are ${all.join(', ')}`)

  await rm(join(here, 'test-results'), { recursive: true, force: true })
  const city = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-city-'))
  try {
    const started = Date.now()
    await makeCity(city)
    console.log(`city of one district made in ${((Date.now() - started) / 1000).toFixed(1)} s`)
    const code = await runSpecs(specs, city)
    await tellFailures()
    return code
  } finally {
    await rm(city, { recursive: true, force: true })
  }
}

/** Why each walk failed, once more at the end: a log is often read from its tail. */
async function tellFailures() {
  const results = join(here, 'test-results')
  for (const name of existsSync(results) ? await readdir(results) : []) {
    const notes = await readFile(join(results, name, 'notes.txt'), 'utf8').catch(() => '')
    console.log(`\nfailed: ${name}\n${notes.split('\n    at ')[0].slice(0, 1500)}`)
  }
}

function runSpecs(specs, city) {
  // The time is that of a whole spec file: the longest sends and checks three films of twenty minutes.
  const args = ['--test', '--test-concurrency=2', '--test-timeout=900000', '--test-reporter=spec']
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [...args, ...specs.map((name) => join('specs', name))], {
      cwd: here,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CHENGZHI_E2E_CITY: city },
    })
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
    child.on('error', failed)
    child.on('close', (code) => done(code ?? 1))
  })
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(`e2e: ${error.message}`)
    process.exitCode = 1
  },
)
