// The drill on the desk: a record with what arithmetic says of it, an exemption that leaves the base, the city's grid.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved, typedDay } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

/** The half-month of the demo's clock, for the reporter's squad. */
async function thisHalf(api) {
  const { home_unit_id: unit, today } = await api.me()
  return { unit, today, month: today.slice(0, 7), half: Number(today.slice(8)) > 15 ? 2 : 1 }
}

walk('a session is written on the desk; the share is reckoned, what is missing leads to its field', { device: 'desk', as: 'squad_reporter' }, async ({ page, server }) => {
  const api = await as(server, 'squad_reporter')
  const { unit, month, half, today } = await thisHalf(api)
  await open(page, `/drill/records/${unit}/${month}/${half}`)
  await page.getByRole('heading', { name: '本月还差' }).waitFor()
  await assertGoodPage(page)

  await page.getByRole('button', { name: '填写一次训练' }).click()
  const date = page.getByRole('combobox', { name: '训练日期' })
  await date.fill(typedDay(today))
  await date.press('Enter')
  await page.locator('input[name=place]').fill('中队院内')
  await draftSaved(page)
  await page.getByRole('button', { name: '提交审核' }).click()
  await page.getByRole('button', { name: '请填写训练科目。' }).click()
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'subjects')
  await settled(page)
  await assertGoodPage(page)

  // Half of the squad: below seven tenths, said with its arithmetic.
  const people = page.getByRole('listitem').getByRole('checkbox')
  const count = await people.count()
  for (let i = 0; i < Math.floor(count / 2); i += 1) await people.nth(i).check()
  await draftSaved(page)
  await page.getByText(/应训\d+人，到训\d+人，至少\d+人，还差\d+人/).first().waitFor()
  await page.getByRole('button', { name: '参训比例的依据' }).click()
  await page.getByRole('dialog').waitFor()
  await assertGoodPage(page)
  await page.getByRole('button', { name: '关闭' }).click()

  // All of them.
  await page.getByRole('button', { name: '全部参训' }).click()
  await draftSaved(page)
  await page.getByText(/应训(\d+)人，到训\1人/).first().waitFor()
})

walk('an exemption is asked for, approved, and leaves the base', { device: 'desk', as: 'squad_reporter' }, async ({ page, server, visitor }) => {
  const api = await as(server, 'squad_reporter')
  const { unit, month, half, today } = await thisHalf(api)
  await open(page, '/drill/exemptions')
  await page.getByRole('button', { name: '申请免训' }).click()
  const roster = await api.get(`/drill/records/${unit}/${month}/${half}/roster`, { on: today })
  const person = roster.find((row) => !row.away && !row.exempt)
  await page.locator('select[name=person]').selectOption(String(person.person_id))
  const last = page.getByRole('combobox', { name: '免训最后一天' })
  await last.fill(typedDay(`${month}-30`))
  await last.press('Enter')
  await page.locator('textarea[name=note]').fill('区中心医院诊断证明，建议休养。')
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByText('待批 1 件').waitFor()
  await assertGoodPage(page)

  const district = await visitor('district_training')
  await open(district.page, '/drill/exemptions?state=requested')
  await district.page.getByRole('row').filter({ hasText: person.name }).getByRole('button', { name: '批准', exact: true }).click()
  await district.page.getByRole('dialog').getByRole('button', { name: '批准', exact: true }).click()
  await district.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await settled(district.page)
  await assertGoodPage(district.page)

  const after = await api.get(`/drill/records/${unit}/${month}/${half}/roster`, { on: today })
  assert.ok(after.find((row) => row.person_id === person.person_id).exempt, 'the approved exemption does not show on the roster')
})

walk('the city sees the month and the year at a glance and goes down to a record', { device: 'desk', as: 'city_training' }, async ({ page }) => {
  await open(page, '/drill')
  await assertGoodPage(page)
  await page.locator('select[name=month]').selectOption({ label: '全年' })
  await page.waitForURL(/month=all/)
  await settled(page)
  await assertGoodPage(page)
  await page.locator('select[name=level]').selectOption('district')
  await page.waitForURL(/level=district/)
  await settled(page)
  await assertGoodPage(page)
  await page.locator('td a.cell').first().click()
  await page.waitForURL(/\/drill\?unit=\d+&month=/)
  await settled(page)
  await page.locator('td a.cell').first().click()
  await page.waitForURL(/\/drill\/records\/\d+\/\d{4}-\d{2}\/[12]/)
  await settled(page)
  await assertGoodPage(page)
})

walk('nothing scrolls sideways at 200 %', { device: 'zoomed', as: 'squad_reporter' }, async ({ page, server }) => {
  const { unit, month } = await thisHalf(await as(server, 'squad_reporter'))
  for (const path of ['/drill', '/drill/records', `/drill/records/${unit}/${month}/1`, `/drill/records/${unit}/${month}/2`, '/drill/exemptions']) {
    await open(page, path)
    await assertFits(page)
  }
})
