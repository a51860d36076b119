// The drill from beginning to end, by its people: two squads film on their phones (one of them has its first half to make
// good), the district reviews what the check found, one film goes back and is replaced, the month locks, the grid tells.
// The walks follow each other on one server; its clock goes on to December before the last.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before } from 'node:test'
import { Api, openAccount } from '../lib/api.mjs'
import { PART, arrived, drillFilm, filmFolder, slowLine, until, MB } from '../lib/films.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const MONTH = '2024-11'
const TODAY = '2024-11-18'
/** Where the planted film changes its place, and where it stops moving, seconds. */
const CUT = 500
const STILL = 1180
const NOTE = '第8分20秒换了场地，请说明并重新拍摄。'

const folder = await filmFolder()
const films = {}
/** The squad whose first half nobody reported, and who reports for it. */
const second = {}

before(async () => {
  const taken = `${TODAY}T07:30:00+08:00`
  films.broken = await drillFilm(join(folder, '大场_20241118_073000.mp4'), { yard: 'gate', cut: CUT, then: 'hall', frozen: 1200 - STILL, taken })
  films.whole = await drillFilm(join(folder, '大场_20241118_080500.mp4'), { yard: 'quay', taken })
  films.other = await drillFilm(join(folder, '补训_20241118_073000.mp4'), { yard: 'court', taken })
})

const recordOf = async (api, unit, half) => api.get(`/drill/records/${unit}/${MONTH}/${half}`)

/** Fills the session on a phone, from the first step to the film. */
async function fillSession(page, { subjects, place }) {
  const fields = { minutes: '22', place, instructor: '周教官', subjects, rest_times: '1' }
  await page.locator('[name=start_time]').fill('07:30')
  await page.locator('[name=start_time]').dispatchEvent('change')
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value)
  await page.locator('[name=rest_minutes]').fill('2')
  await draftSaved(page)
  await page.getByRole('button', { name: /下一步：人员/ }).click()
  await page.getByRole('button', { name: '全部参训' }).click()
  await page.getByText(/^参训 (\d+)\/\1 人/).waitFor()
  await draftSaved(page)
}

/** From the film to the receipt. */
async function handIn(page, word = '提交审核') {
  await page.getByRole('button', { name: /下一步：提交/ }).click()
  await page.getByText('已齐全').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: word, exact: true }).click()
  await page.getByRole('region', { name: '回执' }).waitFor()
  await settled(page)
}

/** The film in which the page stands, seconds; none while it is on its way there. */
const standsAt = (page) =>
  page.locator('video').first().evaluate((video) => (video.seeking || video.readyState < 2 ? null : video.currentTime))

async function jumpedTo(page, seconds) {
  await until(`the film at ${seconds} s`, 30, async () => {
    const now = await standsAt(page)
    return now !== null && Math.abs(now - seconds) < 0.3
  })
}

/** The check of a record's film has ended; its marks. */
function checked(api, unit, half, name) {
  return until(`the check of ${name}`, 420, async () => {
    const { sessions } = await recordOf(api, unit, half)
    const film = sessions[0].film
    return film.name.startsWith(name) && film.check_state === 'done' ? film.marks : null
  })
}

walk('the squad plans who comes, films, loses the network, goes on and hands in', { device: 'phone', as: 'squad_reporter' }, async ({ page, server, context, watch, picture }) => {
  watch.allowCutOff()
  const api = await as(server, 'squad_reporter')
  const { home_unit_id: unit } = await api.me()
  const address = `/m/drill/${unit}/${MONTH}/2`
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '训练' }).click()
  await page.waitForURL('**/m/drill')
  await page.getByText(/11月30日.*前下半月还差1次训练/).waitFor()
  await picture(page, 'guide-drill-phone-1')
  await page.locator(`a[href="${address}"]`).first().click()
  await page.waitForURL(`**${address}`)

  // The plan brings those whom the month has not seen; on a later day it is only a plan.
  const { next } = await api.get(`/drill/months/${unit}/${MONTH}`)
  assert.ok(next.must.length > 0, 'nobody is missing in the first half: the plan has nothing to show')
  await page.getByRole('button', { name: '按此安排一次训练' }).click()
  const day = page.locator('[name=held_on]')
  assert.equal(await day.inputValue(), TODAY)
  const move = async (to) => {
    await day.fill(to)
    await day.dispatchEvent('change')
    await draftSaved(page)
    await until(`the session on ${to}`, 20, async () => (await recordOf(api, unit, 2)).sessions[0]?.held_on === to)
  }
  await move('2024-11-20')
  await page.getByRole('button', { name: /下一步：人员/ }).click()
  await page.getByText(new RegExp(`计划参训 ${next.must.length}/`)).waitFor()
  assert.equal(await page.getByRole('listitem').getByRole('checkbox', { checked: true }).count(), next.must.length)
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-drill-phone-2')
  await page.getByRole('button', { name: /下一步：影像/ }).click()
  await page.getByText('训练结束后在这里上传影像').waitFor()
  await page.getByRole('button', { name: /^1/ }).click()
  await move(TODAY)
  await fillSession(page, { subjects: '停止间转法、齐步', place: '中队院内' })

  // What to film with is said before anybody films; then the line breaks and comes back.
  await page.getByRole('button', { name: /下一步：影像/ }).click()
  await page.getByText(/720p/).waitFor()
  await page.getByText(/单个影像最大/).waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-phone-3')
  assert.ok(films.broken.size > 2 * PART, `the film has only ${films.broken.size} bytes`)
  const line = await slowLine(context, page, 2 * MB)
  await page.locator('input[name=film]').setInputFiles(films.broken.path)
  await until('the first part', 60, async () => (await arrived(api)) >= PART)
  await line.detach()
  await context.setOffline(true)
  await page.getByText('已传的部分没有丢').waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-phone-4')
  const kept = await arrived(api)
  assert.ok(kept >= PART && kept < films.broken.size, `${kept} of ${films.broken.size} bytes`)
  const offsets = []
  page.on('request', (request) => request.method() === 'PATCH' && offsets.push(Number(request.headers()['upload-offset'])))
  await context.setOffline(false)
  await page.getByRole('button', { name: '移除影像' }).waitFor({ timeout: 90_000 })
  assert.ok(offsets.length > 0 && Math.min(...offsets) >= kept, `sent again from ${Math.min(...offsets)}, ${kept} were there`)
  await handIn(page)
  await assertGoodPage(page)
  await picture(page, 'guide-drill-phone-5')
  const record = await recordOf(api, unit, 2)
  assert.deepEqual([record.state, record.on_time, record.sessions[0].film.size], ['submitted', true, films.broken.size])
})

walk('another squad makes its first half good, late', { device: 'phone' }, async ({ server, visitor }) => {
  const district = await as(server, 'district_training')
  const rows = await district.all('/drill/records', { month: MONTH, half: 1 })
  const idle = rows.find((row) => row.half === 1 && row.state === 'not_started')
  assert.ok(idle, 'every squad of the demo has reported its first half')
  const person = (await district.all('/people', { unit: idle.unit_id })).find((found) => found.state === 'at_post')
  second.account = await openAccount(server, person, [{ role: 'squad_reporter', scope: 'unit', unit_id: idle.unit_id }])
  second.unit = idle.unit_id
  second.name = idle.unit_name
  const { page } = await visitor(second.account, 'phone')
  await open(page, `/m/drill/${idle.unit_id}/${MONTH}/1`)
  await page.getByText(/补训1次/).waitFor()
  await page.getByText(/首次提交记为迟报/).waitFor()
  await assertGoodPage(page)
  await page.getByRole('button', { name: '按此安排一次训练' }).click()
  assert.equal(await page.locator('[name=held_on]').inputValue(), TODAY)
  await fillSession(page, { subjects: '整队、报数、跑步', place: '文化广场' })
  await page.getByRole('button', { name: /下一步：影像/ }).click()
  await page.locator('input[name=film]').setInputFiles(films.other.path)
  await page.getByRole('button', { name: '移除影像' }).waitFor({ timeout: 90_000 })
  await handIn(page)
  await assertGoodPage(page)
  const record = await recordOf(await Api.signedIn(server.base, second.account), idle.unit_id, 1)
  assert.deepEqual([record.state, record.on_time, record.sessions[0].makeup], ['submitted', false, true])
})

walk('the reviewer finds the weightier film first, jumps to its mark and gives it back', { device: 'desk', as: 'district_training' }, async ({ page, server, picture }) => {
  const api = await as(server, 'district_training')
  const { home_unit_id: unit } = await (await as(server, 'squad_reporter')).me()
  const marks = await checked(api, unit, 2, '大场_20241118_073000')
  assert.deepEqual(await checked(api, second.unit, 1, '补训'), [], 'the clean film has marks')
  const moved = marks.find(({ kind, at_ms }) => ['swapped', 'moved', 'cut'].includes(kind) && Math.abs(at_ms - CUT * 1000) <= 500)
  const still = marks.find(({ kind }) => kind === 'frozen')
  assert.ok(moved?.severity === 'strong' && still?.at_ms >= STILL * 1000, JSON.stringify(marks))

  await open(page, '/drill/review')
  const units = page.locator('tbody tr td:first-child, tbody tr th:first-child')
  const { unit_name: first } = (await api.get('/drill/records', { queue: 'review' })).rows[0]
  assert.deepEqual((await units.allInnerTexts()).map((text) => text.trim()), [first, second.name])
  await page.getByText(/1 份有重点核看/).waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-queue')

  await page.getByRole('link', { name: '从第一份开始审核' }).click()
  await page.waitForURL(`**/drill/review/${unit}/${MONTH}/2`)
  await settled(page)
  const list = page.getByRole('complementary', { name: '标注与意见' })
  await list.getByRole('button', { name: /^8:20/ }).first().click()
  await jumpedTo(page, moved.at_ms / 1000)
  await page.keyboard.press('j')
  await jumpedTo(page, still.at_ms / 1000)
  await page.keyboard.press('k')
  await jumpedTo(page, moved.at_ms / 1000)
  await page.keyboard.press('n')
  await page.keyboard.type(NOTE)
  await list.getByRole('button', { name: /^记在 8:20/ }).click()
  await list.getByText(NOTE).waitFor()
  await page.locator('[data-item=continuous]').getByText('不符合', { exact: true }).click()
  await page.locator('[data-item=angle]').getByText('不符合', { exact: true }).click()
  await page.getByRole('button', { name: /没有疑点的 \d 项均符合/ }).click()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-marks', { only: list })
  await picture(page, 'guide-drill-checks', { at: page.locator('[aria-labelledby=r-checks]') })

  await page.getByRole('button', { name: /^退回补正/ }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[value=angle]').check()
  await dialog.locator('textarea').fill('请固定机位，重新上传原片。')
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'guide-drill-return', { only: dialog })
  await dialog.getByRole('button', { name: '退回补正' }).click()

  // The next one comes up by itself: the make-up, clean, and late by its first half.
  await page.waitForURL(`**/drill/review/${second.unit}/${MONTH}/1`)
  await settled(page)
  await page.getByText('迟报', { exact: true }).first().waitFor()
  await assertGoodPage(page)
  await page.getByRole('button', { name: '没有疑点的 6 项均符合' }).click()
  await page.getByRole('button', { name: /^通过/ }).click()
  await page.waitForURL(/\/drill\/review$/)
  assert.equal((await recordOf(api, second.unit, 1)).state, 'confirmed')
  const back = await recordOf(api, unit, 2)
  assert.deepEqual([back.state, back.notes.map(({ text }) => text)], ['returned', [NOTE]])
  assert.ok(Math.abs(back.notes[0].at_ms - moved.at_ms) < 500, `the note stands at ${back.notes[0].at_ms}`)
})

walk('the squad reads why, looks at the moment, replaces the film and hands in again', { device: 'phone', as: 'squad_reporter' }, async ({ page, server, picture }) => {
  const api = await as(server, 'squad_reporter')
  const { home_unit_id: unit } = await api.me()
  await page.getByRole('link', { name: /补正.*训练/ }).first().click()
  await page.waitForURL(`**/m/drill/${unit}/${MONTH}/2`)
  await page.getByText(/退回原因：.*(角度|机位)/).waitFor()
  await page.getByText('请固定机位，重新上传原片。').first().waitFor()
  await page.getByText(NOTE).waitFor()
  await page.getByText(/怎么补：.*固定机位/).waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: /^播放/ }).click()
  await jumpedTo(page, CUT)
  await assertGoodPage(page)
  await picture(page, 'guide-drill-phone-6')

  await page.locator('input[name=film]').setInputFiles(films.whole.path)
  await page.locator('strong', { hasText: '大场_20241118_080500' }).waitFor({ timeout: 90_000 })
  await page.getByRole('button', { name: /下一步：提交/ }).click()
  const changed = page.getByRole('heading', { name: '与上次报送的差别' })
  await changed.waitFor()
  await picture(page, 'guide-drill-phone-7', { at: changed })
  await page.getByRole('button', { name: '上一步' }).click()
  await handIn(page, '再次提交审核')
  await page.getByText('第2轮').first().waitFor()
  await page.getByRole('heading', { name: '与上次报送的差别' }).waitFor()
  await assertGoodPage(page)
})

walk('the reviewer sees what changed and confirms', { device: 'desk', as: 'district_training' }, async ({ page, server, picture }) => {
  const api = await as(server, 'district_training')
  const { home_unit_id: unit } = await (await as(server, 'squad_reporter')).me()
  assert.deepEqual(await checked(api, unit, 2, '大场_20241118_080500'), [])
  await open(page, `/drill/review/${unit}/${MONTH}/2`)
  const diff = page.getByRole('region', { name: '与上次报送的差别' })
  await diff.getByText('080500').waitFor()
  await page.getByText(NOTE).waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-diff', { at: diff })
  await page.getByRole('button', { name: '没有疑点的 6 项均符合' }).click()
  await page.getByRole('button', { name: /^通过/ }).click()
  await page.waitForURL(/\/drill\/review$/)
  await page.getByText('没有等待审核的记录').first().waitFor()
  assert.equal((await recordOf(api, unit, 2)).state, 'confirmed')
})

walk('the month is over: nothing can be changed, and grid and figures are right', { device: 'desk' }, async ({ server, visitor, picture }) => {
  const { home_unit_id: unit } = await (await as(server, 'squad_reporter')).me()
  await server.restart({ today: '2024-12-02T09:00' })
  const api = await as(server, 'district_training')
  const good = await api.get(`/drill/months/${unit}/${MONTH}`)
  const { result } = good
  assert.deepEqual([result.ok, result.ratio_ok, result.coverage_ok, result.two_halves_ok, result.count_ok], [true, true, true, true, true])
  assert.ok(result.required > 0 && result.covered === result.required && result.missing.length === 0)
  const bad = (await api.get(`/drill/months/${second.unit}/${MONTH}`)).result
  assert.deepEqual([bad.ok, bad.two_halves_ok, bad.count_ok], [false, false, false])

  const { page } = await visitor('district_training')
  await open(page, `/drill?month=${MONTH}`)
  const row = (name) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  const kept = row(good.unit_name)
  await kept.getByRole('link', { name: /上半月，通过/ }).waitFor()
  await kept.getByRole('link', { name: /下半月，通过.*第2轮/ }).waitFor()
  assert.deepEqual((await kept.getByRole('cell').allInnerTexts()).slice(-4).map((text) => text.trim()), ['符合', `${result.covered}/${result.required}`, '符合', '—'])
  const broken = row(second.name)
  await broken.getByRole('link', { name: /上半月，通过.*首次报送迟于期限/ }).waitFor()
  await broken.getByRole('link', { name: /下半月，逾期/ }).waitFor()
  await broken.getByText(/上半月未在当期训练，已在下半月补训/).waitFor()
  await broken.getByText(/上半月迟报/).waitFor()
  await assertGoodPage(page)
  await picture(page, 'guide-drill-grid')

  // The figures of the year say the same: two halves of each squad, one hand-in late, one half missed.
  const stats = await api.get('/drill/stats', { month: MONTH })
  assert.ok(stats, 'no figures')
  await open(page, '/drill/stats')
  await assertGoodPage(page)
  await picture(page, 'guide-drill-stats')

  const squad = await visitor(second.account, 'phone')
  await open(squad.page, `/m/drill/${second.unit}/${MONTH}/2`)
  await squad.page.getByText('逾期', { exact: true }).first().waitFor()
  assert.equal(await squad.page.getByRole('button', { name: /填写一次训练|提交审核/ }).count(), 0)
  await assertGoodPage(squad.page)
  const own = await Api.signedIn(server.base, second.account)
  const late = await own.ask('PUT', `/drill/records/${second.unit}/${MONTH}/2`, { version: 0, sessions: [] })
  assert.equal(late.status, 409, JSON.stringify(late.body))
})
