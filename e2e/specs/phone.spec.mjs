// A reporter on the phone: the session step by step; without network nothing that was typed is lost.
import assert from 'node:assert/strict'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, draftSaved, photo, thisMonth } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()

walk('a session is reported on the phone', { device: 'phone', as: 'squad_reporter' }, async ({ page, server, context, watch }) => {
  watch.allowCutOff()
  const api = await as(server, 'squad_reporter')
  const { home_unit_id: unit } = await api.me()
  const { month, day } = await thisMonth(api)
  assert.equal(new URL(page.url()).pathname, '/m')
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '学习' }).click()
  await page.waitForURL('**/m/study')
  await settled(page)
  await page.locator(`a[href="/m/study/${unit}/${month}"]`).first().click()
  await page.waitForURL(`**/m/study/${unit}/${month}`)
  await settled(page)
  await assertGoodPage(page)

  // Step one: the session.
  const field = (name) => page.locator(`[name=${name}]`)
  await field('held_on').fill(day)
  await field('held_on').dispatchEvent('change')
  await field('start_time').fill('15:30')
  await field('start_time').dispatchEvent('change')
  await field('minutes').fill('50')
  await field('place').fill('中队院内')
  await field('speaker').fill('孙班长')
  await field('topic').fill('文明执法用语')
  await page.getByRole('group', { name: '是否全程摄像' }).getByRole('button', { name: '否' }).click()
  await draftSaved(page)

  // Without network: it says so, keeps what is typed, and sends it when the network is back.
  await context.setOffline(true)
  await page.getByText('现在没有网络').waitFor()
  await field('content').fill('逐条学习规范用语，两人一组演练。')
  await page.getByText(/联网后自动存入/).first().waitFor()
  await assertGoodPage(page)
  await context.setOffline(false)
  await draftSaved(page)
  assert.equal((await api.get(`/study/records/${unit}/${month}`)).session.content, '逐条学习规范用语，两人一组演练。')

  // Step two: who came.
  await page.getByRole('button', { name: /下一步：人员/ }).click()
  await page.getByRole('button', { name: '全部到会' }).click()
  await page.getByText(/参加 (\d+)\/\1 人/).waitFor()
  await assertGoodPage(page)

  // Step three: the photo.
  await page.getByRole('button', { name: /下一步：照片/ }).click()
  await page.locator('input[name=photos]').setInputFiles(photo('study-33.jpg'))
  await page.getByRole('img', { name: '第1张学习照片' }).waitFor()
  await assertGoodPage(page)

  // Step four: read it over and hand in.
  await page.getByRole('button', { name: /下一步：提交/ }).click()
  await page.getByText('已齐全').waitFor()
  await settled(page)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '提交审核' }).click()
  await page.getByRole('region', { name: '回执' }).waitFor()
  await settled(page)
  await assertGoodPage(page)
  assert.equal((await api.get(`/study/records/${unit}/${month}`)).state, 'submitted')
})
