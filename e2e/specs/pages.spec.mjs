// Every entry of the navigation for every role, on the desk.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { ROLES, assertChinese, assertGoodPage, open, plainCodes, settled } from '../lib/pages.mjs'
import { as, recordWithPhoto } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

async function entries(page) {
  const links = page.getByRole('navigation', { name: '主导航' }).locator('a.item')
  return links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname))
}

for (const role of ROLES) {
  walk(`${role}: every entry of the navigation opens`, { device: 'desk', as: role }, async ({ page, server }) => {
    const paths = await entries(page)
    assert.ok(paths.length >= 1, `${role} has an empty navigation`)
    for (const path of paths) {
      await page.getByRole('navigation', { name: '主导航' }).locator(`a.item[href^="${path}"]`).first().click()
      await page.waitForURL((url) => url.pathname === path || url.pathname.startsWith(`${path}/`))
      await settled(page)
      assert.notEqual(new URL(page.url()).pathname, '/denied', `${role} is led to ${path} and refused`)
      await assertGoodPage(page, plainCodes(server))
    }
  })
}

walk('pages behind a list open and hold', { device: 'desk', as: 'district_training' }, async ({ page, server }) => {
  const api = await as(server, 'district_training')
  const { unit, month } = await recordWithPhoto(api, { state: 'confirmed' })
  const [person] = (await api.get('/people', { unit: unit.id, size: 1 })).rows
  const [ledger] = (await (await as(server, 'city_training')).get('/ledger/imports')).rows
  const paths = [
    `/study/records/${unit.id}/${month}`,
    `/study/sheet/${unit.id}`,
    `/units/${unit.id}`,
    `/people/${person.id}`,
    `/assessment/people/${person.id}`,
    `/assessment/overview?unit=${unit.id}`,
    '/assessment/list?risk=high&sort=-earned_hours',
    `/study?year=${Number(month.slice(0, 4)) - 1}`,
    '/password',
  ]
  for (const path of paths) {
    await open(page, path)
    await assertGoodPage(page, plainCodes(server))
  }
  assert.ok(ledger, 'the city has imported no hours')
})

walk('dialogs are as good as pages', { device: 'desk', as: 'district_training' }, async ({ page, server }) => {
  const api = await as(server, 'district_training')
  const [person] = (await api.get('/people', { size: 1 })).rows
  await open(page, `/people/${person.id}`)
  for (const name of ['修改信息', '调动', '登记变动']) {
    await page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('dialog').waitFor()
    await settled(page)
    await assertAccessible(page)
    await assertChinese(page)
    await page.getByRole('button', { name: '取消' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }
  await open(page, '/study/review')
  await page.locator('button[aria-haspopup=dialog]', { hasText: /月/ }).first().click()
  await page.getByRole('dialog').waitFor()
  await settled(page)
  await assertAccessible(page)
  await assertChinese(page)
})

walk('a page that does not exist says so', { device: 'desk', as: 'officer' }, async ({ page }) => {
  await open(page, '/no-such-page')
  await page.getByText('没有这个页面').first().waitFor()
  await assertAccessible(page)
})
