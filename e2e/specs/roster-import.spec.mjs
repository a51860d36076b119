// A district's clerk brings in a roster with mistakes, mends what came back, and finds the new officer.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Api } from '../lib/api.mjs'
import { assertGoodPage, open, settled } from '../lib/pages.mjs'
import { csv, readXlsx } from '../lib/sheets.mjs'
import { useCity } from '../lib/walk.mjs'

const HEAD = ['工号', '姓名', '单位', '在编', '人员类别', '入职日期']

const walk = useCity()

async function upload(page, name, rows) {
  await open(page, '/roster')
  await page.locator('input[name=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: csv(rows) })
  await page.waitForURL(/\/roster\/\d+$/)
  await settled(page)
}

const verdict = (page, staffNo) => page.locator('tbody tr', { hasText: staffNo })

async function commit(page) {
  await page.getByRole('button', { name: '导入', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const accept = dialog.locator('input[name=accept_broken]')
  if ((await accept.count()) > 0) await accept.check()
  await dialog.getByRole('button', { name: '确认导入' }).click()
  await page.getByText('已导入。').first().waitFor()
  await settled(page)
}

walk('a roster with mistakes is mended and imported', { device: 'desk', as: 'district_training' }, async ({ page, server }) => {
  const api = await Api.signedIn(server.base, server.account('district_training'))
  const { home_unit_id } = await (await Api.signedIn(server.base, server.account('squad_reporter'))).me()
  const squad = await api.get(`/units/${home_unit_id}`)
  const before = await api.all('/people', { unit: squad.id })
  const stays = before.slice(0, 2).map((p) => [p.staff_no, p.name, squad.name, p.established ? '是' : '否', '', p.joined_on])

  await upload(page, '名册.csv', [
    HEAD,
    ...stays,
    ['XZ00001', '钟小明', squad.name, '是', '行政执法类公务员', '2020-07-01'],
    ['XZ00002', '', squad.name, '是', '行政执法类公务员', '2020-07-01'],
    ['XZ00003', '方晓燕', '不存在的中队', '是', '行政执法类公务员', '2020年7月1日'],
    ['XZ00004', '叶知秋', squad.name, '也许', '行政执法类公务员', '2020-13-45'],
    ['XZ00001', '钟小明', squad.name, '是', '行政执法类公务员', '2020-07-01'],
  ])
  // Every row has a verdict; each fault names its column.
  await verdict(page, 'XZ00002').getByText('姓名').first().waitFor()
  await verdict(page, 'XZ00003').getByText('单位').first().waitFor()
  const fourth = await verdict(page, 'XZ00004').innerText()
  assert.match(fourth, /在编/)
  assert.match(fourth, /入职日期/)
  assert.match(await verdict(page, 'XZ00001').first().innerText(), /重复/)
  assert.match(await verdict(page, stays[0][0]).first().innerText(), /无变化/)
  await assertGoodPage(page)

  // The broken rows come back as they were sent, with the reasons.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载有误的行' }).click()])
  const [head, ...broken] = readXlsx(await readFile(await download.path()))
  const reason = head.findIndex((title) => title === '原因')
  assert.ok(reason >= 0, `no reasons among ${head.join('、')}`)
  assert.ok(broken.length >= 3, 'not all broken rows came back')
  for (const row of broken) assert.ok(row[reason], `no reason in ${row.join(' ')}`)

  // Mended: a name, a unit that exists, yes or no, a day that exists; the doubled row stands once.
  const column = (title) => head.indexOf(title)
  const mended = new Map()
  for (const row of broken) {
    const fixed = [...row]
    fixed[column('姓名')] ||= '沈明珠'
    fixed[column('单位')] = squad.name
    fixed[column('在编')] = '是'
    fixed[column('入职日期')] = '2020年7月1日'
    mended.set(fixed[column('工号')], fixed)
  }
  await upload(page, '改好的行.csv', [head, ...mended.values()])
  assert.equal(await page.getByRole('link', { name: '下载有误的行' }).count(), 0, await page.locator('main').innerText())
  await commit(page)
  await page.getByText('已导入', { exact: true }).first().waitFor()
  await assertGoodPage(page)

  // Whoever a sheet lacks may only be closed with a leaving change.
  await upload(page, '缺人的名册.csv', [HEAD, ...stays])
  await page.getByRole('button', { name: '导入', exact: true }).click()
  const kinds = page.getByRole('dialog').getByRole('combobox').first().locator('option')
  await kinds.nth(1).waitFor({ state: 'attached' })
  assert.deepEqual(await kinds.allInnerTexts(), ['保持原状', '离职', '失踪', '去世', '开除', '退休'])
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()

  // The new officer is in the register and has a page.
  await open(page, '/people?q=XZ00004')
  await page.getByRole('link', { name: '叶知秋' }).click()
  await page.waitForURL(/\/people\/\d+/)
  await page.getByRole('heading', { name: /叶知秋/ }).waitFor()
  await settled(page)
  assert.match(await page.locator('main').innerText(), new RegExp(squad.name))
  await assertGoodPage(page)

  // Nobody was lost by a sheet that named only some.
  const after = await api.all('/people', { unit: squad.id })
  assert.equal(after.length, before.length + mended.size)
})

walk('a file that is no sheet is refused with what to do', { device: 'desk', as: 'district_training' }, async ({ page, watch }) => {
  watch.allow(/status of 4(00|15|22)/)
  await open(page, '/roster')
  const send = (name, buffer) => page.locator('input[name=file]').setInputFiles({ name, mimeType: 'text/csv', buffer })
  await send('名册.xls', Buffer.from('old'))
  await page.getByRole('alert').getByText('另存为 .xlsx').waitFor()
  await send('名册.csv', csv([['姓名', '单位'], ['王一', '某中队']]))
  await page.getByRole('alert').getByText('工号').first().waitFor()
  await send('名册.xlsx', Buffer.from('PK\u0003\u0004 and nothing else'))
  await page.waitForFunction(() => !document.querySelector('[role=alert]')?.textContent.includes('工号'))
  assert.equal(new URL(page.url()).pathname, '/roster')
})
