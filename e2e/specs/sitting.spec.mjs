// A candidate begins on a phone, loses the network, closes the tab, comes back, goes on on a desk by keyboard alone and
// hands in. Nothing that was answered is lost, and the time is the server's.
import assert from 'node:assert/strict'
import { assertGoodPage, open, plainCodes, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const TITLE = '行政处罚与市容环卫法规随堂测验'

const saved = (page, count) => page.locator('[data-test=saved]').getByText(new RegExp(`已保存 ${count}/\\d+`)).waitFor()
const quiet = (page) => page.locator('[data-test=saved].done').waitFor()
const next = (page) => page.locator('[data-test=next]').click()
const option = (page, place) => page.locator('.question .option').nth(place)

const card = (page, title = TITLE) => page.locator('.card').filter({ hasText: title })

async function secondsLeft(page) {
  const text = await page.locator('[data-test=left]').innerText()
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

walk('an exam is begun on a phone and handed in on a desk', { device: 'phone', as: 'officer' }, async ({ page, server, context, watch, visitor, picture }) => {
  watch.allowCutOff()
  const codes = plainCodes(server)
  const api = await as(server, 'officer')
  const exam = (await api.get('/exams/me')).find((one) => one.title === TITLE)
  assert.equal(exam.state, 'not_started')

  // The list, the rules, the start.
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '考试' }).click()
  await page.waitForURL('**/m/exams')
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'sitting-list')
  await card(page).getByRole('link', { name: '进入考试' }).click()
  await page.locator('[data-test=start]').waitFor()
  await settled(page)
  assert.ok(await page.locator('[data-test=start]').isDisabled(), 'the rules have to be read first')
  await page.getByLabel('我已阅读考前须知').check()
  await assertGoodPage(page, codes)
  await picture(page, 'sitting-rules')
  await page.locator('[data-test=start]').click()
  await page.locator('.question').waitFor()

  // Each change is saved at once.
  await option(page, 1).click()
  await saved(page, 1)
  await quiet(page)
  await assertGoodPage(page, codes)
  await picture(page, 'sitting-phone')

  // Without network: kept on the phone, said so.
  await context.setOffline(true)
  await next(page)
  await option(page, 0).click()
  await page.getByText(/网络不通，1条答案保留在本机/).waitFor()
  await next(page)
  await option(page, 2).click()
  await page.getByText(/网络不通，2条答案保留在本机/).waitFor()
  await assertGoodPage(page, codes)
  await picture(page, 'sitting-offline')
  assert.equal((await api.get(`/exams/sittings/${exam.attempt}?brief=true`)).answered, 1)

  // The tab is closed; the network comes back; the tab is opened again and goes on where it was.
  const address = page.url()
  await page.close()
  await context.setOffline(false)
  const again = await context.newPage()
  await again.goto(address)
  await again.locator('.question').waitFor()
  await saved(again, 3)
  await quiet(again)
  assert.equal((await api.get(`/exams/sittings/${exam.attempt}?brief=true`)).answered, 3)
  assert.match(await again.locator('.question .number').innerText(), /^3\./, 'the question he was at')
  const left = await secondsLeft(again)
  assert.ok(left > 30 * 60 && left <= 40 * 60, `${left} s left`)

  // On the desk he is asked before he goes on there; the answers and the time are the same.
  const desk = await visitor('officer', 'desk')
  await open(desk.page, '/exams/mine')
  await assertGoodPage(desk.page)
  await card(desk.page).getByRole('link', { name: '继续作答' }).click()
  await desk.page.getByText('正在另一台设备或窗口作答').waitFor()
  await assertGoodPage(desk.page, codes)
  await picture(desk.page, 'sitting-other-device')
  await desk.page.locator('[data-test=take-over]').click()
  await desk.page.locator('.question').waitFor()
  await saved(desk.page, 3)
  assert.ok((await secondsLeft(desk.page)) <= left)
  await assertGoodPage(desk.page, codes)

  // The phone notices as soon as it tries.
  watch.allow(/status of 409 .*\/answers\)$/)
  await again.locator('.question .option').first().click()
  await again.getByText('正在另一台设备或窗口作答').waitFor()

  // By keyboard alone.
  const keys = desk.page.keyboard
  await desk.page.locator('.question .stem').focus()
  assert.equal(await desk.page.locator('.question .option[aria-checked=true]').count(), 1, 'the first answer is there')
  for (let n = 0; n < 3; n += 1) await keys.press('ArrowRight')
  await keys.press('3')
  await saved(desk.page, 4)
  await keys.press('m')
  await keys.press('ArrowRight')
  await keys.press('b')
  await saved(desk.page, 5)
  await quiet(desk.page)
  await picture(desk.page, 'sitting-desk')
  await assertGoodPage(desk.page, codes)

  // A written answer is sent when the typing rests.
  await desk.page.getByRole('button', { name: /^第18题/ }).click()
  await desk.page.locator('.question textarea').fill('责令改正；可以依法处以罚款。')
  await saved(desk.page, 6)

  // The hand-in lists what is open.
  await desk.page.getByRole('complementary').getByRole('button', { name: '交卷' }).click()
  const box = desk.page.getByRole('dialog', { name: '交卷' })
  await box.getByText(/还有 \d+ 题未答/).waitFor()
  await box.getByText('标记待查 1 题').waitFor()
  await assertGoodPage(desk.page, codes)
  await picture(desk.page, 'sitting-hand-in')
  await box.locator('[data-test=hand-in]').click()
  await desk.page.getByRole('heading', { name: '已交卷' }).waitFor()
  await settled(desk.page)
  await assertGoodPage(desk.page, codes)
  await picture(desk.page, 'sitting-receipt')
  const end = await api.get(`/exams/sittings/${exam.attempt}`)
  assert.equal(end.state, 'handed_in')
  assert.equal(end.answered, 6)
  assert.equal(end.receipt_short, (await desk.page.getByRole('region', { name: '回执' }).locator('.hash').innerText()).trim())
})

walk('the waiting room counts down to an exam of tomorrow', { device: 'desk', as: 'officer' }, async ({ page }) => {
  await open(page, '/exams/mine')
  const mock = card(page, '执法资格考试模拟考试')
  await mock.getByText('未到时间').waitFor()
  await mock.getByText(/距开考\d+小时/).waitFor()
  assert.equal(await mock.getByRole('link').count(), 0, 'nobody waits a day')
  await assertGoodPage(page)
})
