// Accessibility of all pages and panels, from the dev server with the mock: node dev/axe.mjs [part of a name]
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { DESK, PANELS, PHONE, open, signIn } from './pages.mjs'

const base = process.env.BASE ?? 'http://127.0.0.1:5173'
const only = process.argv[2]
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--lang=zh-CN'] })
let found = 0

async function run(list, width, height) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' })
  const page = await context.newPage()
  let signed
  for (const entry of list.filter(([name]) => !only || name.includes(only))) {
    if (entry[1] !== signed) await signIn(page, base, entry[1])
    signed = entry[1]
    await open(page, base, entry).catch((e) => console.log(entry[0], 'failed', e.message.slice(0, 200)))
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
    for (const v of violations) {
      found += v.nodes.length
      console.log(`${entry[0]}: ${v.id} (${v.impact}) ×${v.nodes.length}`)
      for (const node of v.nodes.slice(0, 3)) console.log('   ', node.target.join(' '), '|', node.html.slice(0, 140), '|', (node.any[0] ?? node.all[0] ?? node.none[0])?.message?.slice(0, 160) ?? '')
    }
  }
  await context.close()
}
await run(DESK, 1440, 900)
await run(PANELS, 1440, 900)
await run(PHONE, 390, 844)
await browser.close()
console.log(found ? `${found} findings` : 'clean')
process.exit(found ? 1 : 0)
