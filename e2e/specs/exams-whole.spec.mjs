// The qualification exam around the sitting, on the demo city's two sessions: May's results and circular, a key correction
// with its list of who moves, May's failed in the next session's range, parallel forms, and a blueprint that cannot be met.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

async function sessions(server) {
  const api = await as(server, 'city_training')
  const { body } = await api.ask('GET', '/exam-sessions')
  const of = (state) => body.sessions.find((one) => one.purpose === 'qualification' && one.state === state)
  return { api, held: of('published'), next: of('reviewing') }
}

walk('results become a circular, and the failed are in the next range', { device: 'desk', as: 'city_training' }, async ({ page, server }) => {
  const { api, held, next } = await sessions(server)
  assert.ok(held && next, 'the demo city has both sessions')
  await open(page, '/exams')
  await assertGoodPage(page)
  await page.getByRole('link', { name: held.title }).click()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('link', { name: '成绩与通报' }).click()
  await page.getByText('合格率').first().waitFor()
  await settled(page)
  await assertGoodPage(page)
  await assertFits(page)

  const circular = (await api.ask('GET', `/exam-sessions/${held.id}/circular`)).body
  const failed = circular.results.filter((row) => row.outcome === 'failed')
  const away = circular.results.filter((row) => row.outcome.startsWith('absent'))
  assert.ok(failed.length && away.length, 'somebody failed and somebody stayed away')
  const source = async (row) => (await api.ask('GET', `/exam-sessions/${next.id}/candidates?q=${row.staff_no}`)).body.rows[0]?.source
  // Who was sent out has failed, and is asked for as such.
  for (const row of failed) assert.match((await source(row)) ?? '', /^carried_(failed|excluded)$/, row.name)
  for (const row of away) assert.match((await source(row)) ?? '', /^carried_/, row.name)
  await open(page, `/exams/${next.id}/candidates?q=${failed[0].staff_no}`)
  await page.getByText('上场不合格').first().waitFor()
  await assertGoodPage(page)
})

walk('a key correction shows who moves before anything is applied', { device: 'desk', as: 'city_training' }, async ({ page, server, watch }) => {
  watch.allow(/status of 422/)
  const { api, held } = await sessions(server)
  const before = (await api.ask('GET', `/exam-sessions/${held.id}/circular`)).body.all
  await open(page, `/exams/${held.id}/claims`)
  await page.getByRole('button', { name: '试算更正' }).click()
  const panel = page.locator('dialog.panel')
  await panel.getByLabel('更正方式').selectOption('full')
  await panel.getByRole('button', { name: '试算', exact: true }).click()
  await panel.getByText('请填写更正原因').waitFor()
  await panel.getByLabel('原因').fill('题干有歧义')
  await panel.getByRole('button', { name: '试算', exact: true }).click()
  await page.getByText('成绩有变化的').first().waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '提交审批' }).first().click()
  await page.getByText('待审批').first().waitFor()
  // Who proposes does not approve, and nothing has moved.
  assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0)
  const after = (await api.ask('GET', `/exam-sessions/${held.id}/circular`)).body.all
  assert.deepEqual([after.passed, after.failed], [before.passed, before.failed])
  await page.getByRole('button', { name: '撤回' }).first().click()
  await page.getByText('已撤回').first().waitFor()
})

walk('parallel forms are built, and what cannot be built says why', { device: 'desk', as: 'city_training' }, async ({ page, server, watch }) => {
  watch.allow(/status of 422/)
  const { next } = await sessions(server)
  await open(page, `/exams/${next.id}/papers`)
  await settled(page)
  await assertGoodPage(page)
  await page.getByLabel('第1大题题数').fill('900')
  await page.getByRole('button', { name: '组卷', exact: true }).click()
  await page.getByRole('heading', { name: '组不成试卷' }).waitFor({ timeout: 60_000 })
  await page.getByText(/改动其中任何一项即可组成|只放宽其中一项仍组不成/).first().waitFor()
  await settled(page)
  await page.getByLabel('第1大题题数').fill('20')
  await page.getByRole('button', { name: '组卷', exact: true }).click()
  await page.getByText('A与B').waitFor({ timeout: 60_000 })
  await assertGoodPage(page)
})

walk('a district reads its own people and nobody else', { device: 'phone', as: 'district_training' }, async ({ page, server }) => {
  const { held } = await sessions(server)
  const district = await as(server, 'district_training')
  const seen = await district.ask('GET', `/exam-sessions/${held.id}/circular`)
  assert.ok([200, 404].includes(seen.status), String(seen.status))
  const claims = await district.ask('GET', `/exam-sessions/${held.id}/corrections`)
  assert.equal(claims.status, 404)
  await open(page, '/exams')
  await assertGoodPage(page)
  await assertFits(page)
})
