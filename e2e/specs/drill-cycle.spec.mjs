// The squad's half of the drill cycle on the phone: a session step by step, a film that loses the network and the page and
// goes on where it was, the hand-in with its receipt. The film is made by ffmpeg; the line is slowed so that it can be cut.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MB, PART, arrived, slowLine, until } from '../lib/films.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const run = promisify(execFile)

/** A film of grain that hardly shrinks: some twenty megabytes in thirty seconds. */
async function film(folder) {
  const path = join(folder, '队列训练.mp4')
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=25',
    '-vf', 'noise=alls=60:allf=t', '-t', '30', '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '8M', '-minrate', '8M', '-maxrate', '8M', '-bufsize', '8M', '-pix_fmt', 'yuv420p', path])
  return { path, size: (await stat(path)).size }
}

walk('a squad films on the phone, loses network and page, resumes and hands in', { device: 'phone', as: 'squad_reporter' }, async ({ page, server, context, watch }) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/)
  const folder = await mkdtemp(join(tmpdir(), 'chengzhi-e2e-film-'))
  try {
    const api = await as(server, 'squad_reporter')
    const { home_unit_id: unit, today } = await api.me()
    const [month, half] = [today.slice(0, 7), Number(today.slice(8)) > 15 ? 2 : 1]
    const address = `/m/drill/${unit}/${month}/${half}`
    const record = () => api.get(`/drill/records/${unit}/${month}/${half}`)

    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '训练' }).click()
    await page.waitForURL('**/m/drill')
    await settled(page)
    await assertGoodPage(page)
    await page.locator(`a[href="${address}"]`).first().click()
    await page.waitForURL(`**${address}`)
    await settled(page)
    await assertGoodPage(page)

    // Step one: the session. Today is filled in already.
    await page.getByRole('button', { name: '填写一次训练' }).click()
    const field = (name) => page.locator(`[name=${name}]`)
    assert.equal(await field('held_on').inputValue(), today)
    await field('start_time').fill('07:30')
    await field('start_time').dispatchEvent('change')
    await field('minutes').fill('22')
    await field('place').fill('中队院内')
    await field('instructor').fill('周教官')
    await field('subjects').fill('停止间转法、齐步')
    await field('rest_times').fill('1')
    await field('rest_minutes').fill('2')
    await draftSaved(page)
    await assertGoodPage(page)

    // Step two: who took part.
    await page.getByRole('button', { name: /下一步：人员/ }).click()
    await page.getByRole('button', { name: '全部参训' }).click()
    await page.getByText(/参训 (\d+)\/\1 人/).waitFor()
    await draftSaved(page)
    await assertGoodPage(page)

    // Step three: the film. The hint says which setting is enough before anybody films.
    await page.getByRole('button', { name: /下一步：影像/ }).click()
    await page.getByText('拍摄前请看').waitFor()
    await page.getByText(/720p/).waitFor()
    const made = await film(folder)
    assert.ok(made.size > 2 * PART, `the film has only ${made.size} bytes`)
    const line = await slowLine(context, page, 4 * MB)
    await page.locator('input[name=film]').setInputFiles(made.path)
    await page.locator('[data-state=sending]').waitFor()
    await page.getByText(/MB\/秒|KB\/秒/).waitFor()
    await until('the first part', 30, async () => (await arrived(api)) >= PART)

    // Paused by hand, then on.
    await page.getByRole('button', { name: '暂停' }).click()
    await page.getByText('已暂停').waitFor()
    await assertGoodPage(page)
    await page.getByRole('button', { name: '继续上传' }).click()
    await page.locator('[data-state=sending]').waitFor()

    // The network goes: calm words. The page is closed; what arrived stays with the server.
    await line.detach()
    await context.setOffline(true)
    await page.getByText('已传的部分没有丢').waitFor()
    const kept = await arrived(api)
    assert.ok(kept >= PART && kept < made.size, `${kept} of ${made.size} bytes`)
    await page.goto('about:blank')
    await context.setOffline(false)
    await open(page, address)

    // The same file is chosen again and goes on from there.
    await page.getByRole('button', { name: /^3/ }).click()
    await page.getByText(/再选一次这个文件/).waitFor()
    await assertGoodPage(page)
    const before = await arrived(api)
    assert.ok(before >= kept, `${before} bytes are left of ${kept}`)
    const offsets = []
    page.on('request', (request) => request.method() === 'PATCH' && offsets.push(Number(request.headers()['upload-offset'])))
    await page.locator('input[name=film]').setInputFiles(made.path)
    await page.getByRole('button', { name: '移除影像' }).waitFor({ timeout: 60_000 })
    assert.equal(offsets[0], before, 'the upload did not go on where it was')
    await settled(page)
    const { sessions } = await record()
    assert.equal(sessions[0].film.size, made.size)

    // Step four: figures that nobody typed, the hand-in, the receipt.
    await page.getByRole('button', { name: /下一步：提交/ }).click()
    await page.getByText('参训比例').first().waitFor()
    await page.getByText('已齐全').waitFor()
    await settled(page)
    await assertGoodPage(page)
    await page.getByRole('button', { name: '提交审核' }).click()
    await page.getByRole('region', { name: '回执' }).waitFor()
    await settled(page)
    await assertGoodPage(page)
    assert.equal((await record()).state, 'submitted')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
