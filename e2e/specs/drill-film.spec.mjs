// A drill film on its way: sent over a broken line, taken for its session, checked in the background, played by the
// reviewer at a mark, and by nobody out of scope. The film is made by ffmpeg: forty seconds with a cut in the middle.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Upload } from 'tus-js-client'
import { MB, until } from '../lib/films.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const run = promisify(execFile)

/** A film of two scenes, about two megabytes. */
async function film(folder) {
  const path = join(folder, '队列_20241118_090000.mp4')
  const scenes = '[0:v]noise=alls=12:allf=t[a];[1:v]noise=alls=12:allf=t[b];[a][b]concat=n=2:v=1[out]'
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y',
    '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=20', '-f', 'lavfi', '-i', 'mandelbrot=size=640x360:rate=25',
    '-filter_complex', scenes.replace('[1:v]', '[1:v]trim=duration=20,'), '-map', '[out]',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-t', '40', path])
  return { path, size: (await stat(path)).size }
}

/** Sends a film as the pages do; the line breaks once after the first megabyte. */
async function send(server, api, file, metadata) {
  const headers = { Cookie: api.cookie(), 'X-Chengzhi': '1' }
  const attempt = (resume, stopAfter) =>
    new Promise((done, failed) => {
      const tus = new Upload(createReadStream(file.path), {
        endpoint: `${server.base}/api/v1/uploads`,
        uploadUrl: resume,
        headers,
        chunkSize: MB,
        uploadSize: file.size,
        retryDelays: [0, 200, 500],
        metadata,
        onChunkComplete: (_size, accepted) => {
          if (stopAfter && accepted >= stopAfter) tus.abort().then(() => done(tus.url), failed)
        },
        onSuccess: () => done(tus.url),
        onError: failed,
      })
      tus.start()
    })
  const url = await attempt(null, MB)
  await attempt(url)
  return Number(url.split('/').at(-1))
}

walk('a film arrives, is checked and played by its reviewer only', { device: 'desk' }, async ({ server }) => {
  const folder = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-drill-'))
  try {
    const [reporter, district] = [await as(server, 'squad_reporter'), await as(server, 'district_training')]
    const { home_unit_id: unit, today } = await reporter.me()
    const [month, half] = [today.slice(0, 7), Number(today.slice(8)) > 15 ? 2 : 1]
    const path = `/drill/records/${unit}/${month}/${half}`
    const before = await reporter.get(path)
    const session = { held_on: today, start_time: '08:30', minutes: 20, place: '中队院内', instructor: '周教官', subjects: '停止间转法', rest_times: 0, rest_minutes: 0, attendance: [] }
    const kept = before.sessions.map(({ id, held_on, start_time, minutes, place, instructor, subjects, rest_times, rest_minutes, notes }) => ({ id, held_on, start_time, minutes, place, instructor, subjects, rest_times, rest_minutes, notes, attendance: [] }))
    const saved = await reporter.put(path, { version: before.version, sessions: [...kept, session] })
    const added = saved.sessions.find(({ id }) => !before.sessions.some((old) => old.id === id))
    assert.ok(added, 'the session was not kept')

    // A slot that is not there, a unit out of reach: told before a byte is sent.
    const file = await film(folder)
    const keys = { purpose: 'drill.film', filename: '队列_20241118_090000.mp4', unit_id: String(unit), month, half: String(half), session_id: String(added.id) }
    await assert.rejects(send(server, await as(server, 'officer'), file, keys), /40[34]/)
    await assert.rejects(send(server, reporter, file, { ...keys, session_id: '999999' }), /404/)

    const upload = await send(server, reporter, file, keys)
    await reporter.put(`${path}/sessions/${added.id}/film`, { upload_id: String(upload) })
    const filmOf = async (api) => (await api.get(path)).sessions.find(({ id }) => id === added.id).film
    const checked = await until('the check', 240, async () => {
      const now = await filmOf(district)
      return now.check_state === 'done' ? now : null
    })
    assert.ok(Math.abs(checked.duration_ms - 40_000) <= 100, `${checked.duration_ms} ms`)
    assert.ok(checked.lacks_ms > 1_100_000, 'a film of forty seconds is not told to be short')
    const cut = checked.marks.find(({ kind }) => kind === 'cut' || kind === 'swapped')
    assert.ok(cut && Math.abs(cut.at_ms - 20_000) <= 100, JSON.stringify(checked.marks.map(({ at_ms, kind, text }) => [at_ms, kind, text])))
    assert.match(cut.text, /[一-鿿]/)

    // The reviewer plays it from any place; the link is his own.
    const links = await district.get(`/films/${checked.hash}`)
    assert.ok(links.thumbs[cut.thumb_hash], 'the mark has no picture')
    const part = await district.raw(links.url, { Range: 'bytes=1000-1999' })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes 1000-1999/${file.size}`)
    assert.equal((await part.arrayBuffer()).byteLength, 1000)
    assert.equal((await district.raw(links.thumbs[cut.thumb_hash])).headers.get('content-type'), 'image/jpeg')
    const city = await as(server, 'city_training')
    assert.notEqual((await city.raw(links.url)).status, 200, 'a link opens for somebody else')
    assert.equal((await (await as(server, 'officer')).ask('GET', `/films/${checked.hash}`)).status, 403)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
