// A district imports a Word file with three broken questions and mends them, the city decides; a question is written
// while its near-duplicate shows; a law changes and what cites it is quarantined in one step.
import assert from 'node:assert/strict'
import { assertFits, assertGoodPage, open, settled } from '../lib/pages.mjs'
import { as, typedDay } from '../lib/study.mjs'
import { useCity } from '../lib/walk.mjs'
import { docx } from '../lib/word.mjs'

const walk = useCity()
/** Where a text of law was read is named as it is called there. */
const SOURCES = ['flk', 'npc', 'gov', 'LawRefBook', 'Laws', 'china', 'laws', 'just']

const LAW = '中华人民共和国行政处罚法'
const FILE = [
  '一、单项选择题',
  '1. 初次违法且危害后果轻微并及时改正的，（ ）行政处罚。',
  'A. 可以不予',
  'B. 应当从重',
  'C. 必须给予',
  'D. 一律免除',
  '答案：A',
  `解析：《${LAW}》第三十三条规定：“初次违法且危害后果轻微并及时改正的，可以不予行政处罚”。`,
  `依据：《${LAW}》第三十三条`,
  '2. 网格巡查中发现店铺跨门经营的，处置顺序正确的是（ ）。',
  'A. 先劝导，后责令改正',
  'B. 先罚款，后告知',
  'C. 先扣押，后取证',
  'D. 先登报，后约谈',
  '答案：E',
  '3. 巡查日志填写的第一责任人是（ ）。',
  'A. 当班队员',
  'B. 沿街商户',
  'C. 物业公司',
  '4. 夜间巡查交接时应当（ ）。',
  'A. 当面清点装备',
  '答案：A',
  '二、判断题',
  '5. 执法记录仪在巡查全程应当保持开启。',
  '答案：对',
]

async function pickDay(page, name, day) {
  const field = page.locator('dialog.panel').getByRole('combobox', { name, exact: true })
  await field.fill(typedDay(day))
  await field.press('Enter')
}

walk('a Word file with three broken questions is mended, proposed and put into use', { device: 'desk', as: 'district_training' }, async ({ page, visitor, picture }) => {
  await open(page, '/bank/imports')
  await assertGoodPage(page)
  await page.locator('select[name=field]').selectOption('处罚程序')
  await page.locator('input[name=file]').setInputFiles({ name: '区局新题.docx', mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', buffer: docx(FILE) })
  await page.waitForURL(/\/bank\/imports\/\d+$/)
  await settled(page)
  await page.getByText('无误 2 道，有误 3 道').waitFor()
  await assertGoodPage(page)
  await picture(page, 'bank-import')
  const dialog = page.locator('dialog.panel')
  const mend = async (number, fill) => {
    await page.getByRole('button', { name: `改正第${number}题` }).click()
    await dialog.getByRole('button', { name: '保存并重新检查' }).waitFor()
    await fill()
    await dialog.getByRole('button', { name: '保存并重新检查' }).click()
  }
  // A key that no option has; what is still wrong is said and the form stays.
  await mend(2, async () => {})
  await dialog.getByText('还有问题').waitFor()
  await settled(page)
  await dialog.getByRole('radio', { name: 'A为正确选项' }).check()
  await dialog.getByRole('button', { name: '保存并重新检查' }).click()
  await dialog.waitFor({ state: 'hidden' })
  // No key at all.
  await mend(3, async () => dialog.getByRole('radio', { name: 'A为正确选项' }).check())
  await dialog.waitFor({ state: 'hidden' })
  // One option only.
  await mend(4, async () => {
    await dialog.getByRole('button', { name: '加一个选项' }).click()
    await dialog.getByLabel('选项B', { exact: true }).fill('事后电话告知')
    await dialog.getByRole('radio', { name: 'A为正确选项' }).check()
  })
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('无误 5 道，有误 0 道').waitFor()
  await settled(page)
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await dialog.locator('input[name=propose]').check()
  await dialog.getByRole('button', { name: '确认导入' }).click()
  await page.getByText('已导入 5 道').first().waitFor()
  await settled(page)
  await assertGoodPage(page)

  // The city decides.
  const { page: city } = await visitor('city_training')
  await open(city, '/bank/proposals')
  const row = city.locator('tbody tr', { hasText: '巡查日志填写' })
  await row.getByRole('checkbox').check()
  await city.getByRole('button', { name: /^审核通过/ }).click()
  await city.getByText('审核通过 1 道').waitFor()
  await open(city, '/bank/proposals?state=reviewed')
  await city.locator('tbody tr', { hasText: '巡查日志填写' }).getByRole('checkbox').check()
  await settled(city)
  await assertGoodPage(city)
  await picture(city, 'bank-proposals')
  await city.getByRole('button', { name: /^启用/ }).click()
  await city.getByText('启用 1 道').waitFor()
  await open(city, '/bank?q=%E5%B7%A1%E6%9F%A5%E6%97%A5%E5%BF%97&state=in_use')
  await city.getByRole('link', { name: /巡查日志填写/ }).click()
  await city.getByRole('heading', { name: /第1版/ }).waitFor()
  await settled(city)
  await assertGoodPage(city, SOURCES)
})

walk('a question is written beside what is like it, for every kind', { device: 'desk', as: 'district_training' }, async ({ page, server, picture }) => {
  const api = await as(server, 'district_training')
  const { rows } = await api.get('/bank/questions', { kind: 'single', state: 'in_use', size: 1 })
  const known = (await api.get(`/bank/questions/${rows[0].id}`)).content
  await open(page, '/bank/questions/new')
  await assertGoodPage(page)
  await page.locator('select[name=field]').selectOption(known.field)
  await page.locator('input[name=topic]').fill('试写')
  await page.locator('textarea[name=stem]').fill(known.stem)
  await page.getByText(/几乎相同|很相近|相近/).nth(1).waitFor()
  await settled(page)
  await assertGoodPage(page)
  await picture(page, 'bank-edit')
  for (const [index, option] of known.options.entries()) await page.locator(`input[name=q-option-${index}]`).fill(option)
  await page.getByRole('radio', { name: 'A为正确选项' }).check()
  await page.getByRole('button', { name: '保存草稿' }).click()
  await page.waitForURL(/\/bank\/questions\/\d+$/)
  await page.getByRole('heading', { name: '相近的题目' }).waitFor()

  for (const [kind, fill] of [
    ['multiple', async () => {
      for (const [index, text] of ['甲', '乙', '丙', '丁'].entries()) await page.locator(`input[name=q-option-${index}]`).fill(text)
      for (const letter of ['A', 'C']) await page.getByRole('checkbox', { name: `${letter}为正确选项` }).check()
    }],
    ['true_false', async () => page.getByRole('radio', { name: '错' }).check()],
    ['fill_in', async () => page.getByLabel('第1空的答案').fill('七|7')],
    ['short_answer', async () => page.locator('textarea[name=q-text]').fill('应当当场告知。')],
    ['case', async () => {
      await page.getByLabel('第1小题题干').fill('本案应当如何处理？')
      await page.getByLabel('第1小题题型').selectOption('true_false')
      await page.getByRole('radio', { name: '对' }).check()
    }],
  ]) {
    await open(page, '/bank/questions/new')
    await page.locator('select[name=kind]').selectOption(kind)
    await page.locator('select[name=field]').selectOption(known.field)
    await page.locator('input[name=topic]').fill('试写')
    await page.locator('textarea[name=stem]').fill(`用于试写的${kind.length}号题目（ ）。`)
    await fill()
    await settled(page)
    await assertGoodPage(page)
    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.waitForURL(/\/bank\/questions\/\d+$/)
    await settled(page)
    await assertGoodPage(page)
  }
})

walk('a changed article quarantines what cites it, after it was shown', { device: 'desk', as: 'city_training' }, async ({ page, server, picture }) => {
  const api = await as(server, 'city_training')
  const { today } = await api.me()
  const asked = { law: LAW, article: '第三十三条', state: 'in_use' }
  const { total, rows } = await api.get('/bank/questions', asked)
  assert.ok(total > 0, 'no question cites the article')
  await open(page, '/bank/laws')
  await assertGoodPage(page, SOURCES)
  await page.getByRole('link', { name: LAW }).click()
  await page.getByRole('button', { name: '录入新版本' }).waitFor()
  await settled(page)
  await assertGoodPage(page, SOURCES)
  await page.getByRole('button', { name: '录入新版本' }).click()
  const dialog = page.locator('dialog.panel')
  await dialog.locator('input[name=label]').fill('2024-11-08 修正')
  await pickDay(page, '施行日期', today)
  await dialog.locator('input[name=source]').fill('全国人大常委会公报')
  await dialog.locator('textarea[name=text]').fill('第三十三条　初次违法、危害后果轻微并及时改正的，不予行政处罚。')
  await settled(page)
  await dialog.getByRole('button', { name: '录入并查看影响' }).click()
  await page.waitForURL(/\/bank\/law-texts\/\d+$/)
  await page.getByRole('heading', { name: '停用待核的题目' }).waitFor()
  await settled(page)
  await assertGoodPage(page, SOURCES)
  await picture(page, 'bank-law-change')
  assert.equal((await api.get('/bank/questions', asked)).total, total, 'nothing changes before it is confirmed')
  await page.getByRole('button', { name: '确认生效' }).click()
  await dialog.getByRole('button', { name: '确认生效' }).click()
  await page.waitForURL(/\/bank\/proposals\?state=quarantined$/)
  await settled(page)
  assert.equal((await api.get('/bank/questions', asked)).total, 0)
  await open(page, `/bank/questions/${rows[0].id}`)
  await page.getByText('现行文本（2024-11-08 修正）已修改本条').first().waitFor()
  await assertGoodPage(page, SOURCES)
  await picture(page, 'bank-question')
})

walk('the bank is readable on a phone', { device: 'phone', as: 'district_training' }, async ({ page, server }) => {
  const api = await as(server, 'district_training')
  const { rows } = await api.get('/bank/questions', { kind: 'case', size: 1 })
  for (const path of ['/bank', `/bank/questions/${rows[0].id}`, '/bank/questions/new', '/bank/imports', '/bank/laws']) {
    await open(page, path)
    await assertFits(page)
  }
})
