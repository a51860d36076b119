// A walk is one test: a server shared by the spec file, a fresh browser context, and a picture when it fails.
import { mkdir, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch, openPage } from './browser.mjs'
import { enter, settled } from './pages.mjs'
import { Server } from './server.mjs'

/** A folder for the pictures that a walk takes on its way, for guides; without it none are taken. */
const pictures = process.env.CHENGZHI_PICTURES ? resolve(process.env.CHENGZHI_PICTURES) : ''
/** Desk pages are drawn at 1440 and saved at 1200 px. */
const SCALES = { desk: 1200 / 1440, phone: 1.25 }

const results = resolve(dirname(fileURLToPath(import.meta.url)), '../test-results')

/**
 * Call once at the head of a spec file. Gives `walk(name, options, body)`:
 * options `{ device: 'desk' | 'phone', as: role }`, or `as: account`; body gets `{ page, context, server, watch, visitor, picture }`,
 * where `visitor(role, device)` opens a second person's page in a context of its own, and `picture(page, name, { at, only })`
 * takes a picture for the guides when they are asked for, with the element `at` at the top or of `only` one.
 */
export function useCity() {
  let server
  let browser

  before(async () => {
    server = await Server.start()
    browser = await launch()
  })

  after(async () => {
    await browser?.close()
    await server?.stop()
  })

  return function walk(name, options, body) {
    test(name, async () => {
      const opened = []
      const visitor = async (role, device = 'desk') => {
        const visit = await openPage(browser, server.base, device, pictures ? { deviceScaleFactor: SCALES[device] } : {})
        opened.push(visit)
        if (role) await enter(visit.page, typeof role === 'string' ? server.account(role) : role)
        return visit
      }
      try {
        const { page, watch, context } = await visitor(options.as, options.device)
        await body({ page, watch, context, server, visitor, picture })
        for (const visit of opened) visit.watch.assertClean()
      } catch (error) {
        await keep(name, opened, server, error)
        throw error
      } finally {
        for (const { context } of opened) await context.close()
      }
    })
  }
}

async function picture(page, name, { at, only } = {}) {
  if (!pictures) return
  await settled(page)
  await mkdir(pictures, { recursive: true })
  if (at) await at.evaluate((element) => window.scrollTo({ top: element.getBoundingClientRect().top + window.scrollY - 64 }))
  else await page.evaluate(() => window.scrollTo({ top: 0 }))
  await (only ?? page).screenshot({ path: join(pictures, `${name}.png`) })
}

/** Pictures, addresses and the server's last lines of a failed walk, in e2e/test-results. */
async function keep(name, opened, server, error) {
  const folder = join(results, name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80))
  await mkdir(folder, { recursive: true })
  let notes = `${error.stack}\n\n`
  for (const [number, { page, watch }] of opened.entries()) {
    const picture = join(folder, `page-${number + 1}.png`)
    await page.screenshot({ path: picture, fullPage: true }).catch(() => undefined)
    notes += `page ${number + 1}: ${page.url()}\n${watch.faults.map((fault) => `  ${fault}\n`).join('')}`
  }
  await writeFile(join(folder, 'notes.txt'), `${notes}\n${server?.log ?? ''}`)
}
