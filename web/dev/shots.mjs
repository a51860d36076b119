// Pictures of all pages from the dev server with the mock: node dev/shots.mjs [part of a name]
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { DESK, PANELS, PHONE, open, signIn } from './pages.mjs'

const base = process.env.BASE ?? 'http://127.0.0.1:5173'
const only = process.argv[2]
mkdirSync('shots', { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--lang=zh-CN'] })

async function run(list, width, height) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' })
  const page = await context.newPage()
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/status of 40[14]/.test(m.text()) && console.log('  console', m.text().slice(0, 200)))
  page.on('pageerror', (e) => console.log('  pageerror', e.message.slice(0, 300)))
  let signed
  for (const entry of list.filter(([name]) => !only || name.includes(only))) {
    if (entry[1] !== signed) await signIn(page, base, entry[1])
    signed = entry[1]
    await open(page, base, entry).catch((e) => console.log('  failed', e.message.slice(0, 200)))
    await page.screenshot({ path: `shots/${entry[0]}.png`, fullPage: process.env.FULL === '1' })
    console.log(entry[0])
  }
  await context.close()
}
await run(DESK, 1440, 900)
await run(PANELS, 1440, 900)
await run(PHONE, 390, 844)
await browser.close()
