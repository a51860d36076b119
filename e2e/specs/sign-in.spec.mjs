// The door: what somebody sees who is not signed in, on the desk and on the phone.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { assertChinese, assertFits, open, signIn } from '../lib/pages.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

for (const device of ['desk', 'phone']) {
  walk(`sign-in page is accessible, Chinese and fits (${device})`, { device }, async ({ page }) => {
    await open(page, '/sign-in')
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
    await assertAccessible(page)
    await assertChinese(page)
    await assertFits(page)
  })
}

walk('a page behind the door leads to the sign-in page and back', { device: 'desk' }, async ({ page, server, watch }) => {
  watch.allow(/401/)
  await page.goto('/study')
  await page.waitForURL((url) => url.pathname === '/sign-in')
  const { user_name, password } = server.account('district_training')
  await page.locator('input[name=user_name]').fill(user_name)
  await page.locator('input[name=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/study')
})

walk('a wrong password is told in Chinese and opens nothing', { device: 'desk' }, async ({ page, server, watch, context }) => {
  watch.allow(/401/)
  const account = server.account('district_training')
  await open(page, '/sign-in')
  await page.locator('input[name=user_name]').fill(account.user_name)
  await page.locator('input[name=password]').fill(`${account.password}错`)
  await page.locator('button[type=submit]').click()
  await page.getByRole('alert').first().waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  const cookies = await context.cookies()
  assert.deepEqual(cookies.filter(({ name }) => /session/i.test(name)), [])
})

walk('the session cookie is kept from scripts and from other sites', { device: 'desk' }, async ({ page, server, context, watch }) => {
  watch.allow(/401/)
  await signIn(page, server.account('district_training'))
  const cookies = await context.cookies()
  assert.ok(cookies.length > 0, 'signing in set no cookie')
  for (const { name, httpOnly, sameSite } of cookies) {
    assert.ok(httpOnly, `${name} is readable by scripts`)
    assert.ok(['Strict', 'Lax'].includes(sameSite), `${name} is sent to other sites (${sameSite})`)
  }
})
