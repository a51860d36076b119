// 缺什么补什么: a squad asks for a topic on a phone, others second it, the district takes it up into the year's plan, and the
// asker is told; then the plan of three years, whose figures follow from what was held.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const panel = (page) => page.locator('dialog.panel')
const gone = (page) => panel(page).waitFor({ state: 'hidden' })
const TOPIC = '夜市占道经营的现场处置'
const card = (page, topic) => page.locator('li.card', { has: page.getByRole('heading', { name: topic }) })

walk('a topic goes from a squad’s phone into the year’s plan and back to who asked', { device: 'phone', as: 'squad_reporter' }, async ({ page: phone, server, visitor, picture }) => {
  const reporter = await as(server, 'squad_reporter')
  const district = await as(server, 'district_training')
  const { year } = await reporter.me()
  const { rows: stock } = await district.get('/classes/requests', { year })
  assert.deepEqual([...new Set(stock.map((row) => row.state))].sort(), ['adopted', 'declined', 'merged', 'open'], 'the demo city has each answer')

  // Asked on the phone; what is missing is said field by field.
  await open(phone, '/m/classes')
  await phone.getByRole('link', { name: /培训需求/ }).click()
  await phone.waitForURL(/\/m\/requests/)
  await settled(phone)
  await assertGoodPage(phone)
  await phone.getByRole('button', { name: '提出需求' }).click()
  await panel(phone).locator('input[name=topic]').fill(TOPIC)
  await panel(phone).getByRole('button', { name: '提出', exact: true }).click()
  await panel(phone).getByText('请填写缺什么。').waitFor()
  await panel(phone).locator('textarea[name=reason]').fill('取证、劝离、暂扣的次序各班组不一，容易起争执。')
  await panel(phone).locator('select[name=field]').selectOption({ label: '市容环卫' })
  await settled(phone)
  await assertFits(phone)
  await picture(phone, 'guide-request-ask')
  await panel(phone).getByRole('button', { name: '提出', exact: true }).click()
  await gone(phone)
  await card(phone, TOPIC).getByText('征集中').waitFor()
  assert.equal(await card(phone, TOPIC).getByRole('button', { name: /附议/ }).count(), 0, 'who asks has his voice')
  const twice = await reporter.ask('POST', '/classes/requests', { topic: TOPIC, reason: '再提一次' })
  assert.equal(twice.status, 409)

  // An officer seconds it on his phone, takes his voice back, gives it again: it counts once.
  const { page: officer } = await visitor('officer', 'phone')
  await open(officer, '/m/requests')
  await assertGoodPage(officer)
  assert.equal(await officer.getByRole('button', { name: '提出需求' }).count(), 0)
  const voice = card(officer, TOPIC)
  for (const [name, votes] of [[`附议：${TOPIC}`, 2], [`取消附议：${TOPIC}`, 1], [`附议：${TOPIC}`, 2]]) {
    await voice.getByRole('button', { name, exact: true }).click()
    await voice.getByText(`${votes} 票`).waitFor()
  }
  await picture(officer, 'guide-request-vote')
  const { id } = (await reporter.get('/classes/requests', { year })).rows.find((row) => row.topic === TOPIC)
  const refused = await (await as(server, 'officer')).ask('POST', `/classes/requests/${id}/decide`, { version: 1, act: 'adopt' })
  assert.equal(refused.status, 403)

  // The district is told that topics wait, and takes this one up.
  const { page: desk } = await visitor('district_training')
  await open(desk, '/')
  await desk.getByRole('link', { name: /培训需求待答复/ }).click()
  await desk.waitForURL(/\/classes\/requests/)
  await settled(desk)
  await assertGoodPage(desk)
  await picture(desk, 'guide-request-list')
  await desk.getByRole('button', { name: `答复：${TOPIC}` }).click()
  await panel(desk).getByRole('radio', { name: '不采纳' }).check()
  await panel(desk).getByRole('button', { name: '答复', exact: true }).click()
  await panel(desk).getByText('请写明不采纳的原因，提出人能看到。').waitFor()
  await panel(desk).getByRole('radio', { name: '列入年度计划' }).check()
  await settled(desk)
  await assertGoodPage(desk)
  await picture(desk, 'guide-request-answer')
  await panel(desk).getByRole('button', { name: '答复', exact: true }).click()
  await gone(desk)
  await card(desk, TOPIC).getByText(`列入年度计划“${TOPIC}”，待举办。`).waitFor()
  await card(desk, TOPIC).getByRole('link', { name: `查看：${TOPIC}` }).click()
  await desk.waitForURL(/\/classes\/plans\/\d+/)
  await desk.getByRole('row', { name: new RegExp(`^${TOPIC}`) }).waitFor()

  // Who asked reads the answer on his first page, and once he has seen it no more.
  await open(phone, '/m')
  await phone.getByRole('link', { name: new RegExp(`培训需求已采纳.*${TOPIC}`) }).click()
  await phone.waitForURL(/\/m\/requests/)
  await settled(phone)
  await card(phone, TOPIC).getByText('新答复').waitFor()
  await card(phone, TOPIC).getByText(/待举办/).waitFor()
  await assertGoodPage(phone)
  await open(phone, '/m')
  assert.equal(await phone.getByText(TOPIC).count(), 0)
})

walk('the plan of three years shows what was reached and what is behind', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, picture }) => {
  const district = await as(server, 'district_training')
  const { year } = await district.me()
  const [plan] = await district.get('/classes/outlooks')
  const now = plan.years.find((one) => one.year === year)
  assert.ok(now.plan_id && now.classes_held > 0, 'the year has its plan, and classes were held')
  const closed = now.targets.find((one) => one.measure === 'classes' && one.kind === 'closed')
  const held = (await district.get('/classes', { year, kind: 'closed' })).filter((one) => ['ended', 'closing_submitted', 'returned_for_completion', 'closed'].includes(one.phase))
  assert.equal(closed.done, held.filter((one) => one.unit_id === plan.unit_id).length, 'counted from the classes themselves')
  const ahead = plan.years.find((one) => one.year === year + 1)
  assert.ok(ahead.targets.length > 0 && ahead.targets.every((one) => one.standing === 'to_come'))

  await open(page, '/classes/outlooks')
  await assertGoodPage(page)
  await picture(page, 'guide-outlook')
  await page.getByRole('link', { name: now.plan_title }).waitFor()
  await page.getByText('尚未参加').first().waitFor()
  await page.getByText('已参加', { exact: true }).waitFor()

  // A goal that cannot be is refused with its line; one that is out of reach stands as behind at once.
  await page.getByRole('button', { name: '修改规划' }).click()
  const goal = panel(page).getByRole('textbox', { name: '第1条：目标数' })
  await goal.fill('零')
  await panel(page).getByRole('button', { name: '保存' }).click()
  await panel(page).getByText('第1条目标：目标数请填写不小于1的整数。').waitFor()
  await goal.fill('400')
  await settled(page)
  await picture(page, 'guide-outlook-change')
  await panel(page).getByRole('button', { name: '保存' }).click()
  await gone(page)
  const [after] = await district.get('/classes/outlooks')
  assert.equal(after.years.flatMap((one) => one.targets)[0].standing, 'behind')
  await settled(page)
  await page.getByText('进度落后').first().waitFor()
  await assertGoodPage(page)

  // A squad reads it without the leaders' names, and changes nothing.
  const { page: squad } = await visitor('squad_reporter')
  await open(squad, '/classes/outlooks')
  await assertGoodPage(squad)
  assert.equal(await squad.getByRole('button', { name: '修改规划' }).count(), 0)
  assert.equal(await squad.getByText('领导干部脱产法治培训').count(), 0)
})
