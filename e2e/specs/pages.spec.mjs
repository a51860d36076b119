// Every entry of the navigation for every role, on the desk, on the phone and at 200 %.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { useCity } from '../lib/walk.mjs'

const ROLES = [
  'officer',
  'instructor',
  'squad_reporter',
  'squad_head',
  'section_lead',
  'district_training',
  'city_training',
  'leader',
  'system_admin',
  'security_admin',
  'audit_admin',
]

const walk = useCity()

/** Staff numbers, user names and codes of the city are no English words. */
function names(server) {
  return server.accounts.flatMap(({ user_name }) => user_name.match(/[A-Za-z]{3,}/g) ?? [])
}

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
      await assertGoodPage(page, names(server))
    }
  })

  walk(`${role}: phone pages`, { device: 'phone', as: role }, async ({ page, server }) => {
    for (const path of ['/m', '/m/study', '/m/me']) {
      await open(page, path)
      assert.equal(new URL(page.url()).pathname, path)
      await assertGoodPage(page, names(server))
    }
  })
}

for (const role of ['squad_reporter', 'district_training', 'city_training']) {
  walk(`${role}: nothing scrolls sideways at 200 %`, { device: 'zoomed', as: role }, async ({ page }) => {
    for (const path of await entries(page)) {
      await open(page, path)
      await assertFits(page)
    }
  })
}

walk('a page that does not exist says so', { device: 'desk', as: 'officer' }, async ({ page }) => {
  await open(page, '/no-such-page')
  await page.getByText('没有这个页面').first().waitFor()
  await assertAccessible(page)
})
