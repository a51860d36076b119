// Films over the tus protocol with the library that the pages use, against the real binary: pause, a browser that was
// closed, a server that is killed. The purpose `trial.film` exists in test builds only (app/src/server/trial.rs).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { FileUrlStorage, Upload } from 'tus-js-client'
import { Server } from '../lib/server.mjs'

process.env.CHENGZHI_TEST_UPLOADS = '1'

const MB = 1024 * 1024
let server
let folder

before(async () => {
  server = await Server.start()
  folder = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-films-'))
})

after(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A file that begins as an MP4 does; every `seed` gives other bytes. */
async function film(seed, size) {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(Math.imul(at + seed, 2654435761) >>> 0, at)
  Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0', 'latin1').copy(bytes)
  const path = join(folder, `${seed}.mp4`)
  await writeFile(path, bytes)
  return { path, size, hash: createHash('sha256').update(bytes).digest('hex') }
}

/** Signs in and gives the headers of every request. */
async function headers() {
  const { user_name, password } = server.account('system_admin')
  const answer = await fetch(`${server.base}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Chengzhi': '1' },
    body: JSON.stringify({ user_name, password }),
  })
  assert.equal(answer.status, 200)
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  return { Cookie: cookie, 'X-Chengzhi': '1' }
}

/** An upload as a page makes it; `done` settles at its end. */
async function upload(file, options = {}) {
  const sent = await headers()
  let finish
  const done = new Promise((good, bad) => (finish = { good, bad }))
  done.catch(() => {})
  const tus = new Upload(createReadStream(file.path), {
    endpoint: `${server.base}/api/v1/uploads`,
    headers: sent,
    chunkSize: MB,
    uploadSize: file.size,
    retryDelays: [0, 200, 500, 1000, 1000, 2000, 2000, 4000],
    metadata: { purpose: 'trial.film', filename: '队列.mp4', unit: '1', slot: 's' },
    urlStorage: new FileUrlStorage(join(folder, 'urls.json')),
    onSuccess: () => finish.good(),
    onError: (error) => finish.bad(error),
    ...options,
  })
  return { tus, done, sent }
}

/** Settles when `bytes` were acknowledged. */
function afterBytes(bytes) {
  let reached
  const there = new Promise((done) => (reached = done))
  return { there, onChunkComplete: (_size, accepted) => accepted >= bytes && reached() }
}

async function stateOf(tus, sent) {
  const answer = await fetch(tus.url, { headers: sent })
  return answer.json()
}

test('a film is paused, goes on in another window, and arrives whole', async () => {
  const file = await film(1, 20 * MB + 123)
  const { there, onChunkComplete } = afterBytes(6 * MB)
  const first = await upload(file, { onChunkComplete })
  first.tus.start()
  await there
  await first.tus.abort()
  const paused = await stateOf(first.tus, first.sent)
  assert.equal(paused.state, 'open')
  assert.ok(paused.received >= 6 * MB && paused.received < file.size, `${paused.received}`)

  // Another window knows nothing but what the browser keeps.
  const second = await upload(file)
  const known = await second.tus.findPreviousUploads()
  assert.equal(known.length, 1)
  second.tus.resumeFromPreviousUpload(known[0])
  let least = Infinity
  second.tus.options.onProgress = (sent) => (least = Math.min(least, sent))
  second.tus.start()
  await second.done
  assert.ok(least >= paused.received, 'nothing is sent twice')
  assert.equal(second.tus.url, first.tus.url)
  const whole = await stateOf(second.tus, second.sent)
  assert.equal(whole.state, 'complete')
  assert.equal(whole.hash, file.hash)
})

test('the server is killed in the middle, and the upload goes on by itself', async () => {
  const file = await film(2, 24 * MB + 7)
  const { there, onChunkComplete } = afterBytes(8 * MB)
  const { tus, done, sent } = await upload(file, { onChunkComplete })
  tus.start()
  await there
  await server.kill()
  await server.restart()
  await done
  const whole = await stateOf(tus, sent)
  assert.equal(whole.hash, file.hash)
})

test('several films at once do not mix', async () => {
  const films = await Promise.all([3, 4, 5, 6].map((seed) => film(seed, 5 * MB + seed)))
  const uploads = await Promise.all(films.map((file) => upload(file)))
  for (const { tus } of uploads) tus.start()
  await Promise.all(uploads.map(({ done }) => done))
  for (const [n, { tus, sent }] of uploads.entries()) {
    assert.equal((await stateOf(tus, sent)).hash, films[n].hash)
  }
})

test('a text that calls itself a film is refused with a sentence, and not tried again', async () => {
  const path = join(folder, 'text.mp4')
  await writeFile(path, 'x'.repeat(3 * MB))
  const { tus, done } = await upload({ path, size: 3 * MB })
  tus.start()
  const error = await done.then(() => assert.fail('it was taken'), (reason) => reason)
  const problem = JSON.parse(error.originalResponse.getBody())
  assert.equal(problem.code, 'upload.refused')
  assert.match(problem.detail, /不是可用的录像/)
  assert.equal(error.originalResponse.getStatus(), 422)
})

test('a cancelled upload is gone', async () => {
  const file = await film(8, 6 * MB)
  const { there, onChunkComplete } = afterBytes(2 * MB)
  const { tus, sent } = await upload(file, { onChunkComplete })
  tus.start()
  await there
  await tus.abort(true)
  const answer = await fetch(tus.url, { method: 'HEAD', headers: { ...sent, 'Tus-Resumable': '1.0.0' } })
  assert.equal(answer.status, 410)
})
