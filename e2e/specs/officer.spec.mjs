// An officer reads the own year: what is required, earned and missing, the clause behind it, and the training file.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

for (const device of ['desk', 'phone']) {
  walk(`an officer opens the explanation of a figure (${device})`, { device, as: 'officer' }, async ({ page, server }) => {
    const year = await (await as(server, 'officer')).get('/assessment/me')
    await open(page, device === 'desk' ? '/assessment/me' : '/m/me')
    const text = await page.locator('main').innerText()
    assert.ok(text.includes(`/ ${year.required.hours.value}`), `no required hours (${year.required.hours.value}) on the page`)
    await page.getByRole('button', { name: '应得学时的依据' }).click()
    const dialog = page.getByRole('dialog', { name: '依据：应得学时' })
    await dialog.waitFor()
    const why = await dialog.innerText()
    // The clause, the arithmetic and what would change it.
    assert.match(why, /宝城执|沪城管|〔20\d\d〕/)
    assert.match(why, /规则编号 B-\d+/)
    assert.match(why, new RegExp(`应${year.required.hours.value}学时`))
    await assertAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    // The focus is back where it came from.
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), '应得学时的依据')
    await assertGoodPage(page)
  })
}

walk('the training file is marked, printable and every reading is logged', { device: 'desk', as: 'officer' }, async ({ page, server, visitor }) => {
  const me = await (await as(server, 'officer')).me()
  await open(page, '/assessment/me')
  await page.getByRole('link', { name: '培训档案' }).click()
  await page.waitForURL(`**/assessment/file/${me.person_id}*`)
  await settled(page)
  await page.getByText(/仅供参考/).first().waitFor()
  await assertGoodPage(page)
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('navigation', { name: '主导航' }).isVisible(), false, 'the navigation is printed')
  assert.equal(await page.getByText(/仅供参考/).first().isVisible(), true, 'the print does not say 仅供参考')
  await page.emulateMedia({ media: 'screen' })

  // A superior has to say what for; the officer then sees who read it.
  const { page: desk } = await visitor('district_training')
  await open(desk, `/assessment/file/${me.person_id}`)
  await desk.getByRole('heading', { name: '查阅用途' }).waitFor()
  assert.equal(await desk.getByText(/仅供参考/).count(), 0, 'the file opens without a purpose')
  await desk.getByRole('radio').first().check()
  const purpose = (await desk.locator('label', { has: desk.locator('input:checked') }).innerText()).trim()
  await desk.getByRole('button', { name: '打开档案' }).click()
  await desk.getByText(/仅供参考/).first().waitFor()
  await settled(desk)
  await assertGoodPage(desk)

  await open(page, `/assessment/file/${me.person_id}`)
  const log = page.locator('section', { has: page.getByRole('heading', { name: '查阅记录' }) })
  assert.match(await log.innerText(), new RegExp(`${server.account('district_training').name}.*${purpose}`))

  // The audit administrator finds it as well.
  const { rows } = await (await as(server, 'audit_admin')).get('/audit', { size: 50 })
  assert.ok(rows.some(({ action, detail }) => action.startsWith('training_file') && detail.includes(purpose)), 'no line in the audit log')
})
