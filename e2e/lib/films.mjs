// Films of a drill as ffmpeg draws them, and the line they travel on. Twenty minutes at five pictures a second: as long
// as the rule asks for, made in seconds, and large enough to be cut off on the way.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after } from 'node:test'

const run = promisify(execFile)
export const MB = 1024 * 1024
/** The pages send parts of this size: a film must have several to be resumed between them. */
export const PART = 8 * MB
const RATE = 5

/** Yards with a row of four that sways across: ground, walls, and how the row moves. */
export const YARDS = {
  gate: { ground: '0x8a9a88', boxes: ['0:0:320:60:0xb8c4d0', '30:18:90:50:0x6a5048', '210:30:60:40:0x504a48'], sway: 1.1, bob: 5, line: 128 },
  hall: { ground: '0x77808e', boxes: ['0:0:320:40:0xc8c0b0', '150:10:120:60:0x3f5a48', '20:20:40:60:0x806048'], sway: 0.9, bob: 6, line: 150 },
  quay: { ground: '0x86908a', boxes: ['0:0:320:70:0xc4ccd4', '10:30:50:60:0x5a6a78', '130:24:150:44:0x8a7a66'], sway: 1.2, bob: 7, line: 136 },
  court: { ground: '0xa09a86', boxes: ['0:0:320:50:0x9fb4c4', '70:12:60:70:0x7a6a5a', '250:22:50:50:0x405060'], sway: 1.3, bob: 4, line: 140 },
}

/** One take in a yard, as a filter graph that ends in `[out]`. */
function take(yard, out, seconds) {
  const { ground, boxes, sway, bob, line } = YARDS[yard]
  const walls = [...boxes, `0:${line}:320:2:0xd8d8c8`].map((box) => `drawbox=${box}:fill`).join(',')
  const y = `90+6*sin(t*${bob})`
  const men = [0, 1, 2, 3].map((n) => {
    const from = n === 0 ? `${out}g` : `${out}p${n - 1}`
    return `[${from}][${out}m${n}]overlay=x='${100 + 22 * n}+90*sin(t*${sway})':y='${y}':eval=frame[${out}p${n}]`
  })
  return [
    `color=c=${ground}:s=320x180:r=${RATE}:d=${seconds},${walls}[${out}g]`,
    `color=c=0x1b3a6b:s=10x28:r=${RATE}:d=${seconds},split=4[${out}m0][${out}m1][${out}m2][${out}m3]`,
    ...men,
    `[${out}p3]noise=alls=16:allf=t,format=yuv420p[${out}]`,
  ].join(';')
}

/** Twenty minutes of drill; `cut` seconds in, the film goes on in another yard (`then`); the last `frozen` seconds stand still. */
export async function drillFilm(path, { yard, cut, then, frozen = 0, taken, seconds = 1200 }) {
  const moving = seconds - frozen
  const parts = cut ? [take(yard, 'a', cut), take(then, 'b', moving - cut), '[a][b]concat=n=2:v=1[whole]'] : [take(yard, 'whole', moving)]
  const still = frozen ? `[whole]tpad=stop_mode=clone:stop_duration=${frozen}[out]` : '[whole]null[out]'
  await run('ffmpeg', [
    '-nostdin', '-v', 'error', '-y', '-filter_complex', [...parts, still].join(';'), '-map', '[out]', '-t', String(seconds),
    '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '150k', '-minrate', '150k', '-maxrate', '150k', '-bufsize', '150k', '-g', '50',
    '-metadata', `creation_time=${taken}`, path,
  ])
  return { path, size: (await stat(path)).size }
}

/** A folder for films that goes after the spec file. */
export async function filmFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-film-'))
  after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The line of a page at so many bytes a second. */
export async function slowLine(context, page, bytes) {
  const line = await context.newCDPSession(page)
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: bytes })
  return line
}

/** What the server has of the squad's unfinished film. */
export async function arrived(api) {
  const [upload] = await api.get('/uploads?purpose=drill.film')
  return upload?.received ?? 0
}

/** Asks again until there is an answer; for what happens in the background on the server. */
export async function until(what, seconds, ask) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await ask()
    if (found) return found
    assert.ok(Date.now() < end, `${what} did not come within ${seconds} s`)
    await new Promise((done) => setTimeout(done, 200))
  }
}
