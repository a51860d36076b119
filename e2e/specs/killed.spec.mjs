// The machine loses power in the middle of the work: what was acknowledged is there, what was only typed is kept.
import assert from 'node:assert/strict'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved, fillSession, thisMonth } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

walk('a draft survives the end of the server', { device: 'desk', as: 'squad_reporter' }, async ({ page, server, watch }) => {
  watch.allowCutOff()
  const api = await as(server, 'squad_reporter')
  const { home_unit_id: unit } = await api.me()
  const { month, day } = await thisMonth(api)
  await open(page, `/study/records/${unit}/${month}`)
  await fillSession(page, { day, topic: '安全生产', place: '训练室', speaker: '何队长', content: '学习安全生产责任制。' })
  await draftSaved(page)
  await server.kill()

  // Typed while the server is away: the page says that it is kept here.
  await page.locator('textarea[name=notes]').fill('断电前补记一句。')
  await page.getByText(/已保留在本机/).waitFor()
  await server.restart()

  await open(page, `/study/records/${unit}/${month}`)
  assert.equal(await page.locator('input[name=topic]').inputValue(), '安全生产')
  assert.equal(await page.locator('textarea[name=notes]').inputValue(), '断电前补记一句。')
  await draftSaved(page)
  const record = await (await as(server, 'squad_reporter')).get(`/study/records/${unit}/${month}`)
  assert.equal(record.session.place, '训练室')
  assert.equal(record.session.notes, '断电前补记一句。')
  await settled(page)
  await assertGoodPage(page)
})

walk('a page that does not arrive leaves the visitor where he is', { device: 'desk', as: 'district_training' }, async ({ page, server, watch, context }) => {
  watch.allowCutOff()
  await open(page, '/study')
  await settled(page)
  await server.kill()
  const elsewhere = page.getByRole('navigation').getByRole('link', { name: '人员' }).first()
  await elsewhere.click()
  await page.getByText('页面没有取到。请检查网络后再点一次。').waitFor()
  assert.match(page.url(), /\/study/)
  await server.restart()
  await elsewhere.click()
  await page.getByRole('heading', { name: '人员' }).first().waitFor()

  // The system was renewed while the page stood open: the old parts are gone, the address is opened anew.
  let missing = 0
  await context.route(/\/assets\/.*\.js/, (route) => (missing++ === 0 ? route.fulfill({ status: 404, body: '' }) : route.continue()))
  watch.allow(/status of 404 .*assets|Failed to load module script/)
  await page.getByRole('navigation').getByRole('link', { name: '考核' }).first().click()
  await page.waitForURL(/assessment/)
  await page.getByRole('heading').first().waitFor()
  assert.ok(missing > 1, 'no part of a page was asked for')
})

walk('a confirmation that was acknowledged is whole after the end of the server', { device: 'desk', as: 'district_training' }, async ({ page, server, watch }) => {
  watch.allowCutOff()
  const api = await as(server, 'district_training')
  const [row] = (await api.get('/study/records', { queue: 'review', size: 50 })).rows
  assert.ok(row, 'nothing waits for review')
  const path = `/study/records/${row.unit_id}/${row.month}`
  await open(page, `/study/review/${row.unit_id}/${row.month}`)
  await page.getByRole('button', { name: /^通过/ }).click()
  await page.getByText(/学时已入账/).first().waitFor()
  await server.kill()
  await server.restart()

  const again = await as(server, 'district_training')
  const record = await again.get(path)
  assert.equal(record.state, 'confirmed')
  const present = record.attendance.find((mark) => mark.present)
  const entries = await again.get(`/assessment/people/${present.person_id}/entries`)
  const rows = Array.isArray(entries) ? entries : entries.rows
  assert.ok(rows.some((entry) => entry.for_month === row.month && entry.hours > 0), 'the hour was not posted with the confirmation')
  assert.equal((await (await as(server, 'audit_admin')).get('/audit/verify')).ok, true)
})
