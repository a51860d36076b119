#!/usr/bin/env node
// Pictures of pages at desk and phone width, after signing in:
//
//   node scripts/screenshot.mjs --url http://127.0.0.1:8080 --user NAME --password WORD --out DIR PAGE…
//
// PAGE is a path such as /study. Without --user the pages are taken as seen from outside. Options: --device desk|phone
// (default both), --full (the whole page instead of one screen). Needs `npm ci` in e2e/.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEVICES, launch, openPage } from '../e2e/lib/browser.mjs'
import { open, signIn } from '../e2e/lib/pages.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    user: { type: 'string' },
    password: { type: 'string' },
    out: { type: 'string', default: 'screenshots' },
    device: { type: 'string' },
    full: { type: 'boolean', default: false },
  },
})

const pages = positionals.length > 0 ? positionals : ['/']
const devices = values.device ? [values.device] : Object.keys(DEVICES)

const fileName = (path) => path.replace(/^\//, '').replace(/[^\p{L}\p{N}-]+/gu, '_') || 'home'

await mkdir(values.out, { recursive: true })
const browser = await launch()
let faults = 0
try {
  for (const device of devices) {
    const { page, watch, context } = await openPage(browser, values.url, device)
    if (values.user) await signIn(page, { user_name: values.user, password: values.password ?? '' })
    for (const path of pages) {
      await open(page, path)
      const file = join(values.out, `${fileName(path)}.${device}.png`)
      await page.screenshot({ path: file, fullPage: values.full })
      console.log(`${file}  ${page.url()}`)
    }
    for (const fault of watch.faults) console.log(`  ${device}: ${fault}`)
    faults += watch.faults.length
    await context.close()
  }
} finally {
  await browser.close()
}
if (faults > 0) console.log(`${faults} complaints of the pages`)
