// Whoever stands outside a scope gets nothing: not by a link, not by a file's address, not by asking the server.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { assertChinese, open } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

/** Somebody and something that the district does not reach. */
async function beyond(server) {
  const city = await as(server, 'city_training')
  const district = await as(server, 'district_training')
  const mine = new Set((await district.get('/units')).map(({ id }) => id))
  const units = (await city.get('/units')).filter(({ id, kind }) => !mine.has(id) && !['city_bureau', 'street'].includes(kind))
  assert.ok(units.length > 0, 'the district reaches the whole city')
  const outside = new Set(units.map(({ id }) => id))
  const person = (await city.all('/people')).find(({ unit_id }) => outside.has(unit_id))
  assert.ok(person, 'nobody lives outside the district')
  const { year } = await city.me()
  const rows = (await city.all('/study/records', { year })).filter(({ unit_id, first_submitted_at }) => outside.has(unit_id) && first_submitted_at)
  let record
  for (const row of rows) {
    record = await city.get(`/study/records/${row.unit_id}/${row.month}`)
    if (record.photos.length > 0) break
  }
  assert.ok(record?.photos.length > 0, 'no record with a photo outside the district')
  return { person, record, unit: units.find(({ id }) => id === record.unit.id) ?? units[0] }
}

async function assertNothing(page, path) {
  await open(page, path)
  await page.getByText(/没有找到|没有这个页面|没有.*权限/).first().waitFor()
  await assertAccessible(page)
  await assertChinese(page)
}

walk('a district reaches nothing of another', { device: 'desk', as: 'district_training' }, async ({ page, server, watch }) => {
  watch.allow(/status of 404/)
  const { person, record, unit } = await beyond(server)
  const { month } = record
  for (const path of [
    `/people/${person.id}`,
    `/assessment/people/${person.id}`,
    `/assessment/file/${person.id}?purpose=move`,
    `/units/${unit.id}`,
    `/study/records/${record.unit.id}/${month}`,
    `/study/review/${record.unit.id}/${month}`,
    `/study/sheet/${record.unit.id}`,
  ]) {
    await assertNothing(page, path)
    const text = await page.locator('body').innerText()
    assert.ok(!text.includes(person.name), `${path} names ${person.name}`)
  }
  for (const address of [record.photos[0].url, record.photos[0].thumb_url]) {
    const answer = await page.goto(address)
    assert.equal(answer.status(), 404, `${address} answered ${answer.status()}`)
  }

  const api = await as(server, 'district_training')
  const { photos, version } = record
  const requests = [
    ['GET', `/people/${person.id}`],
    ['GET', `/assessment/people/${person.id}`],
    ['GET', `/assessment/people/${person.id}/entries`],
    ['GET', `/training-file/${person.id}?purpose=move`],
    ['GET', `/units/${unit.id}`],
    ['GET', `/study/records/${record.unit.id}/${month}`],
    ['GET', `/study/records/${record.unit.id}/${month}/roster?on=${month}-05`],
    ['GET', `/study/records/${record.unit.id}/${month}/photos/${photos[0].id}/file`],
    ['GET', `/study/sheet/${record.unit.id}`],
    ['POST', `/study/records/${record.unit.id}/${month}/review/open`, { version }],
    ['POST', `/study/records/${record.unit.id}/${month}/confirm`, { version }],
    ['POST', `/people/${person.id}/events`, { kind: 'left', effective_on: `${month}-01` }],
  ]
  for (const [method, path, body] of requests) {
    const { status } = await api.ask(method, path, body)
    assert.equal(status, 404, `${method} ${path} answered ${status}`)
  }
  // Lists that are asked for the other unit are empty or refused, never filled.
  for (const path of ['/people', '/assessment/list', '/study/records']) {
    const { status, body } = await api.ask('GET', path, undefined, { unit: unit.id })
    assert.ok(status === 404 || body.total === 0, `${path} of the other unit gave ${status} with ${body.total} rows`)
  }
})

walk('an officer reaches the own person only', { device: 'desk', as: 'officer' }, async ({ page, server, watch }) => {
  watch.allow(/status of 40[34]/)
  const reporter = await as(server, 'squad_reporter')
  const officer = await as(server, 'officer')
  const me = await officer.me()
  const { home_unit_id } = await reporter.me()
  const colleague = (await reporter.all('/people', { unit: home_unit_id })).find(({ id }) => id !== me.person_id)
  for (const path of [
    `/people/${colleague.id}`,
    `/assessment/people/${colleague.id}`,
    `/assessment/file/${colleague.id}?purpose=promotion`,
    '/assessment/list',
    '/study/review',
    '/system/accounts',
    '/roster',
  ]) {
    await assertNothing(page, path)
    assert.ok(!(await page.locator('body').innerText()).includes(colleague.name), `${path} names ${colleague.name}`)
  }
  for (const path of [`/people/${colleague.id}`, `/assessment/people/${colleague.id}`, `/training-file/${colleague.id}?purpose=move`]) {
    assert.equal((await officer.ask('GET', path)).status, 404, path)
  }
  for (const path of ['/accounts', '/audit', '/roster/imports', '/study/records']) {
    assert.ok([403, 404].includes((await officer.ask('GET', path)).status), `${path} is open to an officer`)
  }
  const list = await officer.ask('GET', '/people')
  const seen = list.status === 200 ? list.body.rows.map(({ id }) => id) : []
  assert.deepEqual(seen.filter((id) => id !== me.person_id), [], 'an officer lists colleagues')
})
