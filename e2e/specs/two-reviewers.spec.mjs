// Two reviewers want the same record: the second is told who holds it, and cannot decide behind the first one's back.
import assert from 'node:assert/strict'
import { Api, openAccount } from '../lib/api.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, openReview } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

walk('the second reviewer sees the hold and gets a clear answer', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor }) => {
  const api = await as(server, 'district_training')
  const me = await api.me()
  const bureau = me.roles.find(({ role }) => role === 'district_training').unit_id
  const accounts = new Set((await (await as(server, 'system_admin')).all('/accounts')).map(({ person_id }) => person_id))
  const people = await api.all('/people')
  const [waiting] = (await api.get('/study/records', { queue: 'review' })).rows
  assert.ok(waiting, 'nothing waits for review')
  const colleague = people.find((p) => !accounts.has(p.id) && p.unit_id !== waiting.unit_id && p.state === 'at_post')
  const second = await openAccount(server, colleague, [{ role: 'district_training', scope: 'subtree', unit_id: bureau }])
  const { unit_id: unit, month } = waiting

  // The first opens the record and thereby holds it.
  await openReview(page, unit, month)
  await page.getByText('审核中').first().waitFor()
  await assertGoodPage(page)

  // The second sees it in the queue and on the record, by name.
  const other = await visitor(second)
  other.watch.allow(/status of 409/)
  await open(other.page, '/study/review')
  await other.page.getByText(`${me.name} 正在审核`).first().waitFor()
  await openReview(other.page, unit, month)
  await other.page.locator('main').getByText(me.name).first().waitFor()

  // Deciding all the same is refused with who holds it.
  const { version, hold } = await api.get(`/study/records/${unit}/${month}`)
  assert.equal(hold.mine, true)
  const rival = await Api.signedIn(server.base, second)
  const refused = await rival.ask('POST', `/study/records/${unit}/${month}/confirm`, { version })
  assert.equal(refused.status, 409, JSON.stringify(refused.body))
  assert.match(JSON.stringify(refused.body), new RegExp(me.name))

  // The first confirms; the second, whose page is older, is told so in Chinese.
  await page.getByRole('button', { name: /^通过/ }).click()
  await page.getByText(/学时已入账/).first().waitFor()
  const button = other.page.getByRole('button', { name: /^通过/ })
  if (await button.isEnabled()) {
    await button.click()
    await other.page.locator('.notices .banner.late, [role=alert]').first().waitFor()
  }
  const again = await rival.ask('POST', `/study/records/${unit}/${month}/confirm`, { version })
  assert.equal(again.status, 409)
  assert.match(again.body.detail ?? again.body.title, /[\u4e00-\u9fff]/)
  await open(other.page, `/study/review/${unit}/${month}`)
  await other.page.getByText('通过', { exact: true }).first().waitFor()
  await settled(other.page)
  await assertGoodPage(other.page)
})
