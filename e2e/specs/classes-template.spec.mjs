// A special training from its template: audience and content come from the rules, the list from the posts; it is
// published without a filing, and a trainee signs in although the network is gone in the middle of it.
import assert from 'node:assert/strict'
import { at, free, signedIn } from '../lib/classes.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'

const walk = useCity()
const dialog = (page) => page.locator('dialog.panel')
const gone = (page) => dialog(page).waitFor({ state: 'hidden' })
const TITLE = '中队法制员专题培训'

walk('a special training comes from its template and is signed in without network', { device: 'desk', as: 'district_training' }, async ({ page, server, visitor, watch }) => {
  const api = await as(server, 'district_training')
  const { today } = await api.me()
  watch.allow(/status of 409/)
  await open(page, '/classes/plans')
  const row = page.getByRole('row', { name: new RegExp(`^${TITLE}`) })
  assert.match(await row.innerText(), /按职务：法制员/)
  await row.getByRole('button', { name: '办班' }).click()
  await dialog(page).locator('input[name=place]').fill('区局法制会议室')
  await dialog(page).getByRole('checkbox', { name: '有考试' }).uncheck()
  await dialog(page).getByRole('button', { name: '建立' }).click()
  await page.waitForURL(/\/classes\/\d+$/)
  await settled(page)
  await assertGoodPage(page)
  const id = Number(new URL(page.url()).pathname.split('/').pop())
  let klass = await api.get(`/classes/${id}`)
  assert.equal(klass.kind, 'special')
  assert.ok(klass.audience_post_names.includes('法制员') && klass.content.length > 0, JSON.stringify(klass))

  // Courses and a lesson of this morning, whose fields are filled in its panel.
  klass = await api.put(`/classes/${id}/courses`, { version: klass.version, courses: [{ title: '新修订行政处罚法解读', subject: 'teaching', topic: '', hours: 2, credits: 0 }] })
  await open(page, `/classes/${id}/timetable`)
  await page.getByRole('button', { name: '增加课次' }).click()
  const day = dialog(page).getByRole('combobox', { name: '日期' })
  const [year, month, date] = today.split('-').map(Number)
  await day.fill(`${year}年${month}月${date}日`)
  await day.press('Enter')
  await dialog(page).locator('input[name=from]').fill('9:30')
  await dialog(page).locator('input[name=until]').fill('11:00')
  await dialog(page).locator('input[name=instructor]').fill('外请专家')
  await settled(page)
  await assertGoodPage(page)
  await dialog(page).getByRole('button', { name: '确定' }).click()
  await gone(page)
  await page.getByText(/课表已于/).waitFor()
  klass = await api.get(`/classes/${id}`)
  assert.deepEqual([klass.lessons[0].from, klass.lessons[0].until], [at(today, '09:30'), at(today, '11:00')])

  // The list by the posts of the template.
  const found = await api.get(`/classes/${id}/candidates`)
  assert.ok(found.length > 0 && found.every((one) => one.posts.includes('法制员')), JSON.stringify(found.slice(0, 3)))
  const chosen = await free(server, api, id, 1)
  await open(page, `/classes/${id}/trainees`)
  await page.getByRole('button', { name: '编入学员' }).click()
  await dialog(page).getByRole('button', { name: '全选' }).click()
  await dialog(page).getByRole('button', { name: `编入 ${found.length} 人` }).click()
  await dialog(page).getByText(`编入${found.length}人`).waitFor()
  await dialog(page).getByRole('button', { name: '知道了' }).click()
  await open(page, `/classes/${id}`)
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await page.getByText('已发布。').waitFor()
  await settled(page)
  await assertGoodPage(page)

  // On the phone: the page was open once; the network goes, and the link of the square opens all the same.
  const [trainee] = await signedIn(server, chosen)
  const { page: phone, context, watch: seen } = await visitor(trainee.account, 'phone')
  seen.allowCutOff()
  await open(phone, `/m/classes/${id}`)
  await phone.getByRole('link', { name: /新修订行政处罚法解读/ }).click()
  await phone.waitForURL(/\/m\/in\/\d+$/)
  await phone.getByRole('heading', { name: '输入数字' }).waitFor()
  await settled(phone)
  await assertGoodPage(phone)
  await phone.waitForFunction(async () => Boolean((await navigator.serviceWorker.getRegistration('/m/in/'))?.active))
  // Its parts are kept in the background; what the page is made of must be there before the network goes.
  await phone.waitForFunction(async () => (await (await caches.open('chengzhi-sign')).keys()).length > 5)
  const code = await api.get(`/classes/${id}/lessons/${klass.lessons[0].id}/code`)
  await context.setOffline(true)
  await phone.goto(code.path)
  await phone.getByText('签到已在本机签名保存，联网后自动补传').waitFor()
  await phone.getByText('有 1 条签到等待补传').waitFor()
  // The same by its figures, once more: it is one sign-in in the end.
  await phone.locator('input[name=digits]').fill(code.digits)
  await phone.getByRole('button', { name: '签到', exact: true }).click()
  await phone.getByText('有 2 条签到等待补传').waitFor()
  await context.setOffline(false)
  // A code of half a minute ago counts as fresh, an older one as sent later.
  await phone.getByText(/签到成功|签到已补传/).first().waitFor()
  await phone.getByText(/条签到等待补传/).waitFor({ state: 'hidden' })
  await settled(phone)
  await assertGoodPage(phone)
  const table = await api.get(`/classes/${id}/presence`)
  const mine = table.rows.find((one) => one.name === trainee.account.name)
  assert.ok(mine.cells[0].came, JSON.stringify(mine))
})
