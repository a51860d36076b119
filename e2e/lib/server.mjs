// The real binary on a folder of its own. The city of one district is made once by run.mjs; each server gets a copy,
// so that no spec sees what another one did.
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Monday of the demo: most squads have handed in November's study, some have not. */
export const TODAY = '2024-11-18T09:00'

export const binary = process.env.CHENGZHI_BINARY ?? join(root, 'target/ci/chengzhi')

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer()
    probe.on('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

/** Runs the binary to its end; throws with its output when it does not end well. */
export function runBinary(args) {
  return new Promise((done, failed) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (piece) => (output += piece))
    child.stderr.on('data', (piece) => (output += piece))
    child.on('error', failed)
    child.on('close', (code, signal) => {
      if (code === 0) done(output)
      else failed(new Error(`${binary} ${args.join(' ')} ended with ${signal ?? code}\n${output}`))
    })
  })
}

/** Makes the city of one district in `folder` and checks its invariants. */
export function makeCity(folder) {
  return runBinary(['demo', '--verify', '--without-films', '--districts', '1', '--today', TODAY, '--data-dir', folder])
}

export class Server {
  #child
  #folder
  #port
  #log = ''
  #today = TODAY

  /** @type {string} `http://127.0.0.1:PORT` */
  base
  /** @type {{role: string, unit_name: string, name: string, user_name: string, password: string}[]} */
  accounts = []

  static async start() {
    const city = process.env.CHENGZHI_E2E_CITY
    if (!city) throw new Error('run the specs with `node run.mjs`, which makes the city that they copy')
    const server = new Server()
    server.#folder = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-server-'))
    try {
      await cp(city, server.#folder, { recursive: true })
      server.accounts = JSON.parse(await readFile(join(server.#folder, 'demo-accounts.json'), 'utf8'))
      await server.#listen()
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  async #listen() {
    this.#port ??= await freePort()
    this.base = `http://127.0.0.1:${this.#port}`
    const args = ['demo', '--districts', '1', '--data-dir', this.#folder, '--listen', `127.0.0.1:${this.#port}`, '--today', this.#today]
    this.#child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (piece) => (this.#log = (this.#log + piece).slice(-20_000))
    this.#child.stdout.on('data', keep)
    this.#child.stderr.on('data', keep)
    let ended
    this.#child.on('error', (error) => (ended = error.message))
    this.#child.on('close', (code, signal) => (ended ??= `it ended with ${signal ?? code}`))
    const until = Date.now() + 60_000
    while (Date.now() < until) {
      if (ended) throw new Error(`the server did not start: ${ended}\n${this.#log}`)
      const ready = await fetch(`${this.base}/readyz`).then((answer) => answer.ok, () => false)
      if (ready) return
      await new Promise((next) => setTimeout(next, 100))
    }
    throw new Error(`the server was not ready after 60 s\n${this.#log}`)
  }

  /** The demo's account of a role, for instance `district_training`. */
  account(role) {
    const found = this.accounts.find((account) => account.role === role)
    if (!found) throw new Error(`no account for ${role}; there are ${this.accounts.map((a) => a.role).join(', ')}`)
    return found
  }

  get log() {
    return this.#log
  }

  /** Ends the process at once, as a power cut would; `restart` starts it again on the same folder and address. */
  async kill() {
    await this.#end('SIGKILL')
  }

  /** `today`, for instance `2024-12-02T09:00`: the business clock starts there instead, as if the days had passed. */
  async restart({ today } = {}) {
    await this.#end('SIGTERM')
    if (today) {
      const note = join(this.#folder, 'demo-city.json')
      const city = JSON.parse(await readFile(note, 'utf8'))
      await writeFile(note, JSON.stringify({ ...city, today: `${today}:00+08:00` }))
      this.#today = today
    }
    await this.#listen()
  }

  async #end(signal) {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((done) => child.once('close', done))
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await closed
    clearTimeout(timer)
  }

  async stop() {
    await this.#end('SIGTERM')
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true })
  }
}
