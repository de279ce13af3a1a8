// Browsers of people at the desk, and what they do on the pages.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const from_web = createRequire(new URL('../../web/package.json', import.meta.url))
const { chromium } = from_web('playwright-core')
const axe = readFileSync(from_web.resolve('axe-core/axe.min.js'), 'utf8')

const browser_arguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
]
export const patience_ms = 30_000

export class Desk {
  people = []

  constructor(url, pictures) {
    this.url = url
    this.pictures = pictures
  }

  async open() {
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: browser_arguments })
  }

  async close() {
    await this.browser?.close()
  }

  // A person with a browser of his own, signed in.
  async person(sign_in, { width = 1280, height = 800, language = 'zh', phone = false, position } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      ...(position ? { geolocation: position, permissions: ['geolocation'] } : {}),
      ...(phone ? { isMobile: true, hasTouch: true } : {}),
    })
    await context.addInitScript((chosen) => {
      // The browser's own pages, blank or for a network that is gone, keep nothing.
      if (location.protocol.startsWith('http')) localStorage.setItem('callout.language', localStorage.getItem('callout.language') ?? chosen)
    }, language)
    const page = await context.newPage()
    page.setDefaultTimeout(patience_ms)
    const person = new Person(this, context, page, sign_in)
    this.people.push(person)
    page.on('console', (message) => {
      person.said.push(message.text())
      // A refused request is also a line here; only what the pages themselves complain of counts.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) person.complaints.push(message.text())
    })
    page.on('pageerror', (error) => person.complaints.push(String(error)))
    page.on('request', (request) => {
      if (!request.url().startsWith(this.url) && !/^(data|blob|ws):/.test(request.url())) person.strangers.push(request.url())
    })
    if (sign_in) await person.sign_in()
    return person
  }
}

export class Person {
  complaints = []
  said = []
  strangers = []

  constructor(desk, context, page, sign_in) {
    Object.assign(this, { desk, context, page, who: sign_in })
  }

  async go(path) {
    await this.page.goto(this.desk.url + path)
  }

  async sign_in() {
    await this.go('/sign-in')
    await this.page.fill('input[name=login]', this.who.login)
    await this.page.fill('input[name=password]', this.who.password)
    await this.page.click('button[type=submit]')
    await this.page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  }

  // What the API answers this person.
  async api(path, init) {
    return this.page.evaluate(
      async ([url, options]) => {
        const answer = await fetch(url, options)
        return answer.status === 204 ? null : answer.json()
      },
      [path, init ?? {}],
    )
  }

  async open_ticket(id) {
    await this.go(`/tickets/${id}`)
    await this.page.waitForSelector('[data-test=actions]')
  }

  async state_is(state) {
    await this.page.waitForSelector(`[data-test=state][data-state=${state}]`)
  }

  async begin(action) {
    await this.page.click(`[data-test=actions] [data-action=${action}]`)
  }

  async choose(name) {
    await this.page.click(`[data-test=action-form] [data-choice=${name}]`)
  }

  async submit() {
    await this.page.click('[data-test=submit-action]')
    await this.page.waitForSelector('[data-test=action-form]', { state: 'detached' })
  }

  // Picks an option of a filterable list by its name, found by `typed` where a list is looked up.
  async pick(list, name, typed = name) {
    await this.page.click(`[data-test=${list}]`)
    await this.page.keyboard.type(typed)
    await this.page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: name }).first().click()
  }

  // Offers to this dealer, suggested or not; says why when another is suggested first. Answers whether one was.
  async choose_dealer(unit) {
    const { page } = this
    await page.waitForSelector('[data-test=suggestions], [data-test=dealer]')
    const suggested = page.locator(`[data-suggestion="${unit.unit_id}"]`)
    if (await suggested.count()) {
      await suggested.click()
    } else {
      if (await page.locator('[data-test=other-dealer]').count()) await page.click('[data-test=other-dealer]')
      await this.pick('dealer', unit.unit_name)
      await page.waitForSelector('[data-test=why-not]')
    }
    const passed_over = (await page.locator('[data-field=override_reason]').count()) > 0
    if (passed_over) await this.choose('customer_request')
    return passed_over
  }

  // Fills the fields of a record's form by their data-test, and saves it.
  async fill_record(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.fill(`[data-test=record-dialog] [data-test=${name}]`, value)
  }

  // Types a code that is in no list yet into a field of codes.
  async add_code(field, code) {
    await this.page.click(`[data-test=record-dialog] [data-test=${field}]`)
    await this.page.keyboard.type(code)
    await this.page.keyboard.press('Enter')
    await this.page.waitForSelector(`[data-test=${field}] .el-tag:has-text("${code}")`)
  }

  async save_record() {
    await this.page.click('[data-test=save-record]')
    await this.page.waitForSelector('[data-test=record-dialog]', { state: 'detached' })
  }

  async agree() {
    await this.page.click('.el-message-box__btns .el-button--primary')
  }

  // Reads the secret that is shown only now, and puts it away.
  async take_secret() {
    const secret = await this.page.textContent('[data-test=secret] code')
    await this.page.click('[data-test=secret] footer button')
    await this.page.waitForSelector('[data-test=secret]', { state: 'detached' })
    return secret
  }

  async picture(name) {
    await this.page.screenshot({ path: join(this.desk.pictures, `${name}.png`) })
  }

  // Where the page is and the beginning of what stands on it, and what its browser said last.
  async shown() {
    const text = await this.page.evaluate(() => document.body.innerText)
    return [this.page.url(), text.replace(/\s+/g, ' ').slice(0, 300), ...this.said.slice(-3)].join(' | ')
  }

  // Serious faults of accessibility on the page as it is shown now.
  async accessibility_faults() {
    await this.page.evaluate(axe)
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }))
    return violations
      .filter((violation) => ['serious', 'critical'].includes(violation.impact))
      .map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`)
  }

  async overflows() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  }
}
