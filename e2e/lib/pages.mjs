// What most walks do on a page. Selectors are those a user would name: labels, roles, words.
import assert from 'node:assert/strict'

/** Signs in and waits until the first page of the role stands. */
export async function signIn(page, account) {
  await page.goto('/sign-in')
  await page.locator('input[name=user_name]').fill(account.user_name)
  await page.locator('input[name=password]').fill(account.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  await settled(page)
}

/** Nothing is being loaded any more: no request under way, fonts there, no skeleton or spinner on view. */
export async function settled(page) {
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page
    .locator('.el-loading-mask:visible, .el-skeleton:visible, .van-loading:visible, .van-skeleton:visible')
    .first()
    .waitFor({ state: 'hidden' })
}

export async function open(page, path) {
  await page.goto(path)
  await settled(page)
}

/** The page itself never scrolls sideways; wide tables scroll inside their frame. */
export async function assertFits(page) {
  const { wide, view } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    view: document.documentElement.clientWidth,
  }))
  assert.ok(wide <= view, `${page.url()} is ${wide} px wide on a view of ${view} px`)
}

/**
 * No English on pages: fails on visible words of three or more Latin letters. `allowed` names those that belong,
 * such as a user name or a file ending.
 */
export async function assertChinese(page, allowed = []) {
  const text = await page.locator('body').innerText()
  const known = new Set(allowed.map((word) => word.toLowerCase()))
  const words = (text.match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !known.has(word.toLowerCase()))
  assert.deepEqual([...new Set(words)], [], `${page.url()} shows English words`)
}
