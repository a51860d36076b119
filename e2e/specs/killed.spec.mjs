// The machine loses power in the middle of the work: what was acknowledged is there, what was only typed is kept.
import assert from 'node:assert/strict'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved, fillSession, thisMonth } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

walk('a draft survives the end of the server', { device: 'desk', as: 'squad_reporter' }, async ({ page, server, watch }) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/)
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

walk('a confirmation that was acknowledged is whole after the end of the server', { device: 'desk', as: 'district_training' }, async ({ page, server, watch }) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/)
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
