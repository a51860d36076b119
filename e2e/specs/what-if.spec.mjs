// The city tries a rule before it is made, and reads what the linter finds.
import assert from 'node:assert/strict'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

walk('a changed rule shows who flips and why, and stores nothing', { device: 'desk', as: 'city_training' }, async ({ page, server }) => {
  // An officer of the squad is on maternity leave since the first of last month.
  const district = await as(server, 'district_training')
  const { home_unit_id: unit } = await (await as(server, 'squad_reporter')).me()
  const { today } = await district.me()
  const since = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 2, 1)).toISOString().slice(0, 10)
  const list = await district.all('/assessment/list', { unit, state: 'full' })
  assert.ok(list.length > 0, 'nobody of the squad is assessed in full')
  const mother = list.at(-1)
  await district.post(`/people/${mother.person_id}/events`, { kind: 'maternity_leave', effective_on: since, decided_on: since })
  const judged = await district.get(`/assessment/people/${mother.person_id}`)
  assert.equal(judged.state, 'partial')

  const api = await as(server, 'city_training')
  const look = async () => ({ overview: await api.get('/assessment/overview'), drafts: await api.get('/policy/drafts'), policy: await api.get('/policy') })
  const before = await look()
  await open(page, '/assessment/what-if')
  await page.locator('select[name=rule]').selectOption('personnel.absence_kinds')
  const rule = before.policy.rules.find(({ key }) => key === 'personnel.absence_kinds')
  const value = page.getByRole('textbox', { name: `${rule.title}改为` })
  assert.equal(await value.inputValue(), rule.value_input)
  await value.fill(rule.value_input.split('、').filter((kind) => kind !== '产假').join('、'))
  await page.locator('form').getByRole('button', { name: '试算' }).click()
  await page.getByRole('heading', { name: /结果变化 [1-9]/ }).waitFor()
  await settled(page)
  const lines = page.getByRole('region', { name: '结果变化的人员' }).locator('tbody tr')
  const line = lines.filter({ hasText: mother.staff_no })
  const text = await line.innerText()
  assert.match(text, /部分/)
  assert.match(text, /全/)
  assert.ok(text.includes(rule.title), `no reason in ${text}`)
  await assertGoodPage(page)

  assert.deepEqual(await look(), before, 'trying a rule changed something')

  // The person behind a flip is one click away and judged by the rules in force.
  await line.getByRole('link').click()
  await page.waitForURL(/\/assessment\/people\/\d+/)
  await settled(page)
  await assertGoodPage(page)
})

walk('a value that is none is told at the field', { device: 'desk', as: 'city_training' }, async ({ page, watch }) => {
  watch.allow(/status of 4(00|22)/)
  await open(page, '/assessment/what-if')
  await page.locator('select[name=rule]').selectOption('assessment.online.hours')
  await page.getByRole('textbox', { name: /改为/ }).fill('很多')
  await page.locator('form').getByRole('button', { name: '试算' }).click()
  await page.getByRole('alert').first().waitFor()
  // The single reason stands at the rule, and the hint gives its own value and unit.
  const field = page.getByRole('textbox', { name: /改为/ })
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  const told = await page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`).innerText()
  assert.match(told, /应为不小于0/)
  assert.match(told, /单位学时，如 24/)
})

walk('the rule check lists what cannot be kept', { device: 'desk', as: 'city_training' }, async ({ page }) => {
  await open(page, '/assessment/check')
  await page.getByText(/查出 \d+ 处/).waitFor()
  const text = await page.locator('main').innerText()
  // Upload and review of the drill share their dates, study does in December, and December frees a year.
  assert.match(text, /上报与审核没有间隔/)
  assert.match(text, /12月/)
  assert.match(text, /建议/)
  await assertGoodPage(page)
})
