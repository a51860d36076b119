// The accessibility check. All rules of axe run on every page; a rule may be left out only with a line in docs/adr.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Styles are of this host and in the page, so axe needs to fetch nothing. Fails with one readable block per violation: rule, what it asks, and the elements at fault. */
export async function assertAccessible(page, { include } = {}) {
  await page.evaluate(source) // evaluated by the debugger, so the content security policy stays as it is
  const violations = await page.evaluate(
    async (scope) => {
      const found = await window.axe.run(scope ?? document, { resultTypes: ['violations'], preload: false })
      return found.violations.map(({ id, impact, help, nodes }) => ({
        id,
        impact,
        help,
        nodes: nodes.map(({ target, failureSummary, html }) => ({
          target: target.join(' '),
          html: html.slice(0, 160),
          why: failureSummary ?? '',
        })),
      }))
    },
    include ?? null,
  )
  if (violations.length === 0) return
  const blocks = violations.map(({ id, impact, help, nodes }) => {
    const shown = nodes.slice(0, 5).map(({ target, html, why }) => {
      return `    ${target}\n      ${html}\n      ${why.replace(/\s*\n\s*/g, ' · ')}`
    })
    const more = nodes.length > 5 ? `\n    and ${nodes.length - 5} more` : ''
    return `  ${id} (${impact ?? 'minor'}): ${help}\n${shown.join('\n')}${more}`
  })
  throw new Error(`${page.url()} has ${violations.length} accessibility violations\n${blocks.join('\n')}`)
}
