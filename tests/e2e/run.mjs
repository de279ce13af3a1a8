// A ticket's whole life, played in real browsers against the real program.
//
//     node tests/e2e/run.mjs [path of callout]      (else $CALLOUT, else build/release/callout)
//
// Pictures of the pages land in build/e2e/. Closes with: N passed, N failed, N skipped.
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Desk } from './desk.mjs'
import { chapters } from './life.mjs'
import { CalloutServer } from './server.mjs'

const from_here = (path) => fileURLToPath(new URL(path, import.meta.url))
const program = process.argv[2] ?? process.env.CALLOUT ?? from_here('../../build/release/callout')
const web_root = from_here('../../web/dist')
const pictures = process.env.E2E_PICTURES ?? from_here('../../build/e2e')

const counts = { passed: 0, failed: 0, skipped: 0 }

async function play() {
  for (const [what, path] of [['program', program], ['web pages', `${web_root}/index.html`], ['browser', process.env.CHROMIUM ?? '/usr/bin/chromium']]) {
    if (!existsSync(path)) throw new Error(`no ${what} at ${path}`)
  }
  mkdirSync(pictures, { recursive: true })
  const server = new CalloutServer(program, web_root)
  let desk
  try {
    const sign_ins = await server.seed()
    await server.start()
    desk = new Desk(server.url, pictures)
    await desk.open()
    const stage = { server, desk, sign_ins }
    for (const [title, steps] of Object.entries(chapters)) await chapter(title, steps, stage)
  } finally {
    await desk?.close()
    if (counts.failed > 0) console.log(`server log:\n${server.log().slice(-2000)}`)
    await server.remove()
  }
}

// The steps of a chapter stand on each other: after one failed the rest is skipped.
async function chapter(title, steps, stage) {
  console.log(title)
  let broken = false
  for (const [name, step] of Object.entries(steps)) {
    if (broken) {
      counts.skipped += 1
      console.log(`  - ${name} (skipped)`)
      continue
    }
    const began = Date.now()
    try {
      await step(stage)
      counts.passed += 1
      console.log(`  ✓ ${name} (${Date.now() - began} ms)`)
    } catch (error) {
      broken = true
      counts.failed += 1
      console.log(`  ✗ ${name}\n${String(error.stack ?? error).replace(/^/gm, '      ')}`)
      for (const [index, person] of stage.desk.people.entries()) {
        await person.picture(`failed-${title.split(' ')[0]}-${index}`).catch(() => undefined)
        console.log(`      person ${index} sees ${await person.shown().catch(String)}`)
      }
    }
  }
}

try {
  await play()
} catch (error) {
  counts.failed += 1
  console.error(error)
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1
