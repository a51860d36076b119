// A month of study from the city's task to the officer's hour: reported, sent back, mended, confirmed.
import assert from 'node:assert/strict'
import { assertAccessible } from '../lib/axe.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { HEIC, as, draftSaved, fillSession, photo, recordWithPhoto, thisMonth } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

/** A file of the task: as small as a PDF can be. */
const OUTLINE = {
  name: '学习提纲.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
}

const walk = useCity()

walk('the city issues the task of next month and a squad reads it', { device: 'desk', as: 'city_training' }, async ({ page, server, visitor }) => {
  const { today } = await thisMonth(await as(server, 'city_training'))
  const next = (Number(today.slice(5, 7)) % 12) + 1
  await open(page, '/study/tasks')
  const row = page.locator('ol.tasks > li', { has: page.getByText(`${next}月`, { exact: true }) })
  await row.getByRole('button').click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[name=topic]').fill('冬季渣土运输执法要点')
  await dialog.locator('textarea[name=guidance]').fill('结合本辖区案例，重点学习取证和移送。')
  await dialog.locator('input[type=file]').setInputFiles(OUTLINE)
  await dialog.getByText('学习提纲.pdf').waitFor()
  await assertAccessible(page)
  await dialog.getByRole('button', { name: /下发任务|保存修改/ }).click()
  await dialog.waitFor({ state: 'hidden' })
  await row.getByText('冬季渣土运输执法要点').waitFor()
  await settled(page)
  await assertGoodPage(page)

  const squad = await visitor('squad_reporter')
  await open(squad.page, '/study/tasks')
  await squad.page.getByText('冬季渣土运输执法要点').waitFor()
  const [file] = await Promise.all([
    squad.page.waitForEvent('download'),
    squad.page.getByRole('link', { name: /学习提纲/ }).click(),
  ])
  assert.match(file.suggestedFilename(), /学习提纲/)
  await assertGoodPage(squad.page)
})

walk('a record is reported, sent back, mended and confirmed', { device: 'desk', as: 'squad_reporter' }, async ({ page, server, visitor }) => {
  const reporter = await as(server, 'squad_reporter')
  const district = await as(server, 'district_training')
  const officer = await as(server, 'officer')
  const { home_unit_id: unit } = await reporter.me()
  const { month, day } = await thisMonth(reporter)
  const squadPart = async () => (await officer.get('/assessment/me')).components.find(({ key }) => key === 'squad')
  const before = await squadPart()

  // The reporter fills it in; a photo that the camera wrote as HEIC is refused with how to send it.
  await open(page, `/study/records/${unit}/${month}`)
  await page.getByText(/提交前还差/).waitFor()
  await fillSession(page, {
    day,
    topic: '行政处罚听证程序',
    place: '中队二楼会议室',
    speaker: '张法宣',
    content: '学习听证的范围、告知和笔录要求，讨论两个案例。',
  })
  await page.getByRole('button', { name: '全部到会' }).click()
  const last = page.locator('.people li').last()
  await last.getByRole('checkbox').uncheck()
  await last.getByPlaceholder('缺席原因').fill('休假')
  const photos = page.locator('input[name=photos]')
  await photos.setInputFiles(HEIC)
  const advice = await page.locator('.uploads .fault').innerText()
  assert.match(advice, /HEIC格式/)
  await assertGoodPage(page)
  await page.getByRole('button', { name: '知道了' }).click()

  // The server refuses the HEIC as well, with the same advice.
  const refused = await (async () => {
    const form = new FormData()
    form.append('file', new Blob([HEIC.buffer], { type: HEIC.mimeType }), HEIC.name)
    return reporter.ask('POST', `/study/records/${unit}/${month}/photos`, form)
  })()
  assert.ok(refused.status >= 400 && refused.status < 500, `HEIC answered ${refused.status}`)
  assert.ok(JSON.stringify(refused.body).includes(advice), 'the page gives another advice than the server')

  // One photo was already used elsewhere; that is not told to the unit but to its reviewer.
  const other = await recordWithPhoto(district, { notUnit: unit })
  const used = await district.get(`/study/records/${other.unit.id}/${other.month}/photos/${other.photos[0].id}/file`)
  await photos.setInputFiles([photo('study-31.jpg'), { name: '合影.jpg', mimeType: 'image/jpeg', buffer: used }])
  await page.getByRole('img', { name: '第2张学习照片' }).waitFor()
  await page.getByText('已齐全，可以提交。').waitFor()
  await draftSaved(page)
  await page.getByRole('button', { name: '提交审核' }).click()
  await page.getByRole('region', { name: '回执' }).waitFor()
  await settled(page)
  assert.match(await page.getByRole('region', { name: '回执' }).innerText(), /收到时间[\s\S]*内容校验/)
  await assertGoodPage(page)

  // The district sees the repeated photo and sends the record back with what to mend.
  const { page: desk } = await visitor('district_training')
  await open(desk, '/study/review')
  const line = desk.locator('tbody tr', { has: desk.locator(`a[href="/study/review/${unit}/${month}"]`) })
  await line.first().waitFor()
  await assertGoodPage(desk)
  await line.getByRole('link', { name: '审核' }).click()
  await desk.waitForURL(`**/study/review/${unit}/${month}`)
  await settled(desk)
  const alike = desk.getByRole('alert').filter({ hasText: '照片提示' })
  assert.match(await alike.innerText(), /相同|相似/)
  assert.match(await alike.innerText(), new RegExp(other.unit.name))
  // Where the first photo was taken is for the reviewer's eyes only.
  const path = `/study/records/${unit}/${month}`
  assert.ok((await district.get(path)).photos[0].place, 'the reviewer is not told where the photo was taken')
  assert.deepEqual((await reporter.get(path)).photos.filter(({ place }) => place), [], 'the unit is told where the photo was taken')
  await assertGoodPage(desk)
  await desk.getByRole('button', { name: /退回补正/ }).click()
  const dialog = desk.getByRole('dialog')
  await dialog.getByRole('radio').first().check()
  await dialog.getByRole('checkbox', { name: '照片' }).check()
  await dialog.locator('textarea[name=note]').fill('第二张照片不是本次学习的现场，请换成当天的照片。')
  await assertAccessible(desk)
  await dialog.getByRole('button', { name: '退回补正' }).click()
  await desk.getByText('已退回，单位会收到补正提示。').waitFor()

  // The reporter sees what to mend, changes it and hands in again.
  await open(page, '/')
  await page.locator(`main a[href*="/study/records/${unit}/${month}"]`).first().click()
  await page.waitForURL(`**/study/records/${unit}/${month}*`)
  await settled(page)
  await page.getByText('请换成当天的照片').first().waitFor()
  await assertGoodPage(page)
  await page.getByRole('button', { name: '移除第2张照片' }).click()
  await page.getByRole('img', { name: '第2张学习照片' }).waitFor({ state: 'hidden' })
  await photos.setInputFiles(photo('study-32.png'))
  await page.getByRole('img', { name: '第2张学习照片' }).waitFor()
  await page.locator('input[name=speaker]').fill('张法宣、李案管')
  await draftSaved(page)
  await page.getByRole('button', { name: '再次提交审核' }).click()
  await page.getByRole('region', { name: '回执' }).waitFor()
  await settled(page)

  // The district reads what has changed since and confirms.
  await open(desk, `/study/review/${unit}/${month}`)
  const diff = desk.getByRole('region', { name: '与上次报送的差别' })
  assert.match(await diff.innerText(), /主讲人[\s\S]*李案管/)
  await desk.getByText('第2轮').first().waitFor()
  await assertGoodPage(desk)
  await desk.getByRole('button', { name: /^通过/ }).click()
  await desk.getByText(/学时已入账/).first().waitFor()

  // The officer has the hour, and the page says why.
  const after = await squadPart()
  assert.equal(after.earned_hours, before.earned_hours + 1)
  const { page: own } = await visitor('officer')
  await open(own, '/assessment/me')
  const card = own.getByRole('region', { name: '科队学习' })
  await card.locator('button', { hasText: new RegExp(`^\\s*${Number(month.slice(5))}\\s*月\\s*已学`) }).click()
  await card.getByRole('status').getByText(new RegExp(`${Number(month.slice(5))}月：`)).waitFor()
  await card.getByRole('button', { name: /的依据$/ }).click()
  const why = own.getByRole('dialog')
  assert.match(await why.innerText(), /B-\d+/)
  await own.keyboard.press('Escape')
  await assertGoodPage(own)
})
