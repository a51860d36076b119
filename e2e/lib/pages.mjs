// What most walks do on a page. Selectors are those a user would name: labels, roles, words.
import assert from 'node:assert/strict'
import { assertAccessible } from './axe.mjs'
import { requestsUnderWay } from './browser.mjs'

/** All roles, by the codes of the demo's accounts. */
export const ROLES = [
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

/** User names and the codes of rule packs are Latin by nature; they are no English words. */
export function plainCodes(server) {
  return ['shanghai', 'baoshan', ...server.accounts.flatMap(({ user_name }) => user_name.match(/[A-Za-z]{3,}/g) ?? [])]
}

/** Signs in and waits until the first page of the role stands. */
export async function signIn(page, account) {
  await page.goto('/sign-in')
  await page.locator('input[name=user_name]').fill(account.user_name)
  await page.locator('input[name=password]').fill(account.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  await settled(page)
}

/** Stands on the first page of an account without walking through the sign-in form. */
export async function enter(page, account) {
  const answer = await page.context().request.post('/api/v1/session', {
    data: { user_name: account.user_name, password: account.password },
    headers: { 'X-Chengzhi': '1' },
  })
  assert.equal(answer.status(), 200, `${account.user_name} cannot sign in: ${await answer.text()}`)
  await open(page, '/')
}

const LOADING = '.skeleton:visible, .ghost:visible, .el-loading-mask:visible, .van-loading:visible'

/** Nothing is being loaded any more: no request under way in two looks in a row, fonts there, no skeleton on view. */
export async function settled(page, within = 15_000) {
  const until = Date.now() + within
  for (let quiet = 0; quiet < 2; ) {
    if (Date.now() > until) throw new Error(`${page.url()} is still loading after ${within} ms`)
    const busy = requestsUnderWay(page) > 0 || (await page.locator(LOADING).count()) > 0
    quiet = busy ? 0 : quiet + 1
    await page.evaluate(() => new Promise((next) => setTimeout(next, 40)))
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

export async function open(page, path) {
  await page.goto(path)
  await settled(page)
}

/** Words that stand on pages as they are: the key that opens the search, the names of file formats that are asked for. */
const KNOWN = ['ctrl', 'xlsx', 'csv', 'pdf', 'jpg', 'jpeg', 'png', 'heic', 'docx', 'word', 'excel', 'gift', 'aiken', 'moodle', 'xml', 'qti']

/** What every page owes everybody: a heading, no error, no English, nothing that axe finds, no sideways scroll. */
export async function assertGoodPage(page, allowed = []) {
  const { pathname } = new URL(page.url())
  assert.ok((await page.locator('h1').count()) >= 1, `${pathname} has no heading`)
  const faults = await page.locator('.fault[role=alert], .banner.late[role=alert]').allInnerTexts()
  assert.deepEqual(faults, [], `${pathname} shows an error`)
  await assertChinese(page, allowed)
  await assertAccessible(page)
  await assertFits(page)
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
  let text = await page.locator('body').innerText()
  // Check sums, staff numbers and codes are no words.
  for (const sum of await page.locator('.hash').allInnerTexts()) text = text.replaceAll(sum, ' ')
  text = text.replace(/[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*/g, ' ')
  const known = new Set([...KNOWN, ...allowed.map((word) => word.toLowerCase())])
  // Letters of options, ABD, are no words either.
  const words = (text.match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !known.has(word.toLowerCase()) && !/^A?B?C?D?E?F?G?H?$/.test(word))
  assert.deepEqual([...new Set(words)], [], `${page.url()} shows English words`)
}
