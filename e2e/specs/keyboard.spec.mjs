// Without a mouse: sign in, find the queue, read a record, confirm it.
import assert from 'node:assert/strict'
import { settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement
    return { tag: element?.tagName ?? '', name: element?.getAttribute('name') ?? '', text: element?.textContent?.trim() ?? '', href: element?.getAttribute('href') ?? '' }
  })

/** Presses Tab until the focused element is the wanted one; it must be visible where it stands. */
async function tabTo(page, wanted, most = 80) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press('Tab')
    const element = await focused(page)
    if (!wanted(element)) continue
    const shown = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement)
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    })
    assert.ok(shown, `the focus on ${element.text || element.name} cannot be seen`)
    return
  }
  assert.fail(`not reached with ${most} tabs; the focus is on ${JSON.stringify(await focused(page))}`)
}

walk('a reviewer confirms a record with the keyboard alone', { device: 'desk' }, async ({ page, server }) => {
  const account = server.account('district_training')
  const api = await as(server, 'district_training')
  const [row] = (await api.get('/study/records', { queue: 'review', size: 50 })).rows
  assert.ok(row, 'nothing waits for review')

  await page.goto('/sign-in')
  await settled(page)
  // The first field has the focus already, or is the first that Tab reaches.
  if ((await focused(page)).name !== 'user_name') await tabTo(page, ({ name }) => name === 'user_name', 5)
  await page.keyboard.type(account.user_name)
  await tabTo(page, ({ name }) => name === 'password', 3)
  await page.keyboard.type(account.password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/')
  await settled(page)

  // The first Tab offers to skip the navigation.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur())
  await tabTo(page, ({ text }) => text === '跳到正文', 3)
  await page.keyboard.press('Enter')

  // Ctrl K finds the page by its name.
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: '查找' }).waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
  await page.keyboard.type('审核')
  await page.getByRole('option', { name: /审核/ }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/study/review')
  await settled(page)

  // Into the record, and confirmed by its letter.
  await tabTo(page, ({ tag, href }) => tag === 'A' && href === `/study/review/${row.unit_id}/${row.month}`)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/study/review/${row.unit_id}/${row.month}`)
  await settled(page)
  await page.getByText('审核中').first().waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: '快捷键' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.keyboard.press('y')
  await page.getByText(/学时已入账/).first().waitFor()
  assert.equal((await api.get(`/study/records/${row.unit_id}/${row.month}`)).state, 'confirmed')
})
