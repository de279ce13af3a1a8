// The chapters: each a list of steps that stand on one another. `stage` is what they share.
import assert from 'node:assert/strict'
import { patience_ms } from './desk.mjs'

const at_once_ms = 3000
const new_password = 'A-much-better-password-9'

async function until(what, check, within_ms = patience_ms) {
  const deadline = Date.now() + within_ms
  for (;;) {
    const result = await check()
    if (result) return result
    if (Date.now() > deadline) throw new Error(`not within ${within_ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// A customer at a pumping station of his own, and a repair of his, opened through the API.
async function customer_at(person, name, latitude) {
  const body = { kind: 'company', name, address: `济南市历城区${name}`, longitude: 117.1, latitude }
  return person.api('/api/v1/customers', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

async function repair_of(person, customer) {
  const { address, longitude, latitude } = customer
  const body = { kind: 'repair', customer_id: customer.id, description: '全站停机', address, longitude, latitude }
  return person.api('/api/v1/tickets', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

// One step of a ticket, over the version it has now.
async function step(person, id, action, body = {}) {
  const { version } = await person.api(`/api/v1/tickets/${id}`)
  const after = await person.api(`/api/v1/tickets/${id}/${action}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'If-Match': `"${version}"` }, body: JSON.stringify(body) })
  assert.ok(after.id, JSON.stringify(after))
}

const count_of = async (person, column) => Number(await person.page.textContent(`[data-count=${column}]`))

export const chapters = {
  'Signing in': {
    'an administrator creates an agent and is shown the first password once': async (stage) => {
      const administrator = await stage.desk.person(stage.sign_ins.administrator)
      stage.administrator = administrator
      await administrator.go('/users')
      await administrator.page.waitForSelector('.el-table__row')
      await administrator.picture('users-1280-zh')
      const { user } = await administrator.api('/api/v1/session')
      await administrator.page.click('[data-test=new-user]')
      await administrator.fill_record({ login: 'Agent B', name: '林晓燕' })
      await administrator.pick('unit', user.unit_name)
      await administrator.page.click('[data-test=roles]')
      await administrator.page.click('.el-select-dropdown:visible .el-select-dropdown__item:has-text("坐席")')
      await administrator.page.click('[data-test=save-record]')
      await administrator.page.waitForSelector('[data-test=record-dialog] .el-form-item__error:has-text("登录名只能包含小写字母")')
      await administrator.picture('new-user-1280-zh')
      await administrator.fill_record({ login: 'agent.b' })
      await administrator.page.click('[data-test=save-record]')
      stage.agent_b_sign_in = { login: 'agent.b', password: await administrator.take_secret(), name: '林晓燕' }
    },
    'a wrong password is refused in words, at the form': async (stage) => {
      const visitor = await stage.desk.person(null)
      await visitor.go('/')
      await visitor.page.waitForURL(/sign-in/)
      await visitor.picture('sign-in-1280-zh')
      assert.deepEqual(await visitor.accessibility_faults(), [])
      await visitor.page.fill('input[name=login]', 'nobody')
      await visitor.page.fill('input[name=password]', 'wrong wrong wrong')
      await visitor.page.click('button[type=submit]')
      await visitor.page.waitForSelector('[data-test=problem]')
      await visitor.context.close()
      stage.desk.people.pop()
    },
    'the new agent must set a password of her own first': async (stage) => {
      const agent = await stage.desk.person(null)
      stage.agent_b = agent
      agent.who = stage.agent_b_sign_in
      await agent.go('/')
      await agent.page.fill('input[name=login]', agent.who.login)
      await agent.page.fill('input[name=password]', agent.who.password)
      await agent.page.click('button[type=submit]')
      await agent.page.fill('input[name=new_password]', new_password)
      await agent.page.fill('input[name=repeated]', new_password)
      await agent.picture('first-password-1280-zh')
      await agent.page.click('button[type=submit]')
      await agent.page.waitForSelector('[data-test=board]')
      agent.who.password = new_password
    },
    'everybody else signs in': async (stage) => {
      stage.agent_a = await stage.desk.person(stage.sign_ins.agent)
      stage.dispatcher = await stage.desk.person(stage.sign_ins.dispatcher, { language: 'en' })
      stage.dealer = await stage.desk.person(stage.sign_ins.dealer)
      stage.technician = await stage.desk.person(null, {
        width: 390, height: 844, phone: true, position: { longitude: 117.001, latitude: 36.651, accuracy: 12 },
      })
      stage.technician.who = stage.sign_ins.technician
      await stage.technician.go('/phone.html')
      await stage.technician.picture('phone-sign-in-390-zh')
      await stage.technician.page.fill('input[name=login]', stage.technician.who.login)
      await stage.technician.page.fill('input[name=password]', stage.technician.who.password)
      await stage.technician.page.click('button[type=submit]')
      await stage.technician.page.waitForSelector('form', { state: 'detached' })
      stage.dealer_unit = (await stage.dealer.api('/api/v1/session')).user
      stage.technician_user = (await stage.technician.api('/api/v1/session')).user
    },
  },

  'The whole life of a repair ticket': {
    'both agents see the live board': async (stage) => {
      for (const agent of [stage.agent_a, stage.agent_b]) {
        await agent.go('/')
        await agent.page.waitForSelector('[data-column=open] [data-ticket]')
        await agent.page.waitForSelector('.light.live')
      }
      await stage.agent_a.picture('board')
      assert.deepEqual(await stage.agent_a.accessibility_faults(), [])
      assert.equal(await stage.agent_a.overflows(), 0)
    },
    'an agent finds the caller by the end of the number, without a mouse': async (stage) => {
      const { page } = stage.agent_a
      const { items } = await stage.agent_a.api('/api/v1/customers?limit=50')
      const assets = await stage.agent_a.api('/api/v1/assets?limit=200')
      const with_asset = new Set(assets.items.map((asset) => asset.customer_id))
      stage.customer = items.find((one) => one.phones.length > 0 && with_asset.has(one.id)) ?? items.find((one) => one.phones.length > 0)
      stage.tail = stage.customer.phones[0].number.slice(-8)
      await page.click('.bar .new')
      await page.waitForSelector('[data-test=lookup]')
      await page.keyboard.type(stage.tail)
      await page.waitForSelector(`[data-test=found]:has-text("${stage.customer.name}")`)
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    },
    "an input method's Enter, and a plain one, save nothing": async (stage) => {
      const { page } = stage.agent_a
      await page.keyboard.type('发动机冒黑烟，')
      const session = await page.context().newCDPSession(page)
      await session.send('Input.imeSetComposition', { text: 'zhuan', selectionStart: 5, selectionEnd: 5 })
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter', modifiers: 2 })
      await session.send('Input.insertText', { text: '转速不稳 🚜 𠮷' })
      await page.keyboard.press('Enter')
      await page.keyboard.type('e2e')
      assert.match(page.url(), /tickets\/new/)
      assert.match(await page.inputValue('textarea'), /转速不稳 🚜 𠮷\ne2e$/)
      await page.click('[data-choice=urgent]')
      await stage.agent_a.picture('new-ticket-1280-zh')
      assert.deepEqual(await stage.agent_a.accessibility_faults(), [])
    },
    "saved with Ctrl+Enter it is on the other agent's board at once": async (stage) => {
      const { page } = stage.agent_a
      const before = await count_of(stage.agent_b, 'open')
      await page.focus('textarea')
      await page.keyboard.press('Control+Enter')
      await Promise.race([page.waitForURL(/tickets\/\d+$/), page.waitForSelector('.similar.asked')])
      if (!/tickets\/\d+$/.test(page.url())) {
        // The caller has other open tickets: she has seen them, and this is another fault.
        await stage.agent_a.picture('similar-1280-zh')
        await page.keyboard.press('Control+Enter')
        await page.waitForURL(/tickets\/\d+$/)
      }
      stage.ticket_id = Number(page.url().split('/').pop())
      await stage.agent_b.page.waitForSelector(`[data-column=open] [data-ticket="${stage.ticket_id}"]`, { timeout: at_once_ms })
      await until('the count grows', async () => (await count_of(stage.agent_b, 'open')) >= before + 1)
      await stage.agent_a.state_is('open')
    },
    'the same caller again: the agent is shown the open ticket before saving': async (stage) => {
      const { page } = stage.agent_b
      await stage.agent_b.go(`/tickets/new?customer_id=${stage.customer.id}`)
      await page.waitForSelector(`[data-test=similar]:has-text("#${stage.ticket_id}")`)
      await stage.agent_b.picture('similar-1280-zh')
    },
    'she looks at it, and what she had typed is there when she comes back, until she discards it': async (stage) => {
      const { page } = stage.agent_b
      await page.fill('textarea', '同一台机器，烟更浓了')
      await page.click(`[data-test=similar] .entry:has-text("#${stage.ticket_id}") .el-button:has-text("打开")`)
      await page.waitForURL(new RegExp(`tickets/${stage.ticket_id}$`))
      await stage.agent_b.picture('draft-kept-1280-zh')
      await page.click('.bar .new:has-text("未存工单")')
      await page.click('[data-test=other-drafts] a:has-text("烟更浓了")')
      await page.waitForFunction(() => document.querySelector('textarea')?.value === '同一台机器，烟更浓了')
      await stage.agent_b.picture('draft-restored-1280-zh')
      assert.deepEqual(await stage.agent_b.accessibility_faults(), [])
      await page.click('[data-test=discard-draft]')
      await stage.agent_b.agree()
      await page.waitForFunction(() => document.querySelector('textarea')?.value === '')
    },
    'both agents have it open and see each other': async (stage) => {
      await stage.agent_b.open_ticket(stage.ticket_id)
      await stage.agent_a.page.waitForSelector(`[data-test=presence]:has-text("${stage.agent_b.who.name}")`)
      await stage.agent_b.page.waitForSelector(`[data-test=presence]:has-text("${stage.agent_a.who.name}")`)
    },
    'a chase is an event on the same ticket': async (stage) => {
      await stage.agent_a.begin('chase')
      await stage.agent_a.page.fill('[data-field=note] textarea', '客户第二次来电催促')
      await stage.agent_a.submit()
      await stage.agent_b.page.waitForSelector('[data-test=time-line]:has-text("客户第二次来电催促")')
    },
    'the dispatcher offers it to the dealer': async (stage) => {
      await stage.dispatcher.open_ticket(stage.ticket_id)
      await stage.dispatcher.picture('ticket-open-1280-en')
      await stage.dispatcher.begin('offer')
      const passed_over = await stage.dispatcher.choose_dealer(stage.dealer_unit)
      await stage.dispatcher.page.fill('[data-field=why] textarea', 'nearest with the part in stock')
      await stage.dispatcher.picture('offer-1280-en')
      await stage.dispatcher.submit()
      await stage.dispatcher.state_is('offered')
      await stage.agent_a.state_is('offered')
      if (passed_over) await stage.agent_a.page.waitForSelector('[data-test=offers]:has-text("客户指定")')
    },
    'who comes too late is told what happened': async (stage) => {
      const answer = await stage.dispatcher.api(`/api/v1/tickets/${stage.ticket_id}/offer`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'If-Match': '"1"', 'Idempotency-Key': `e2e-late-${Date.now()}` },
        body: JSON.stringify({ dealer_unit_id: stage.dealer_unit.unit_id }),
      })
      assert.ok([409, 412].includes(answer.status), JSON.stringify(answer))
      assert.equal(answer.current.state, 'offered')
    },
    'it appears on the dealer\'s own board, who confirms and names the technician': async (stage) => {
      await stage.dealer.go('/')
      await stage.dealer.page.click(`[data-column=offered] [data-ticket="${stage.ticket_id}"]`)
      await stage.dealer.begin('confirm')
      await stage.dealer.picture('confirm-1280-zh')
      await stage.dealer.submit()
      await stage.dealer.state_is('confirmed')
      await stage.dealer.begin('name_technician')
      await stage.dealer.pick('technician', stage.technician_user.name)
      await stage.dealer.submit()
      await stage.agent_a.page.waitForSelector(`.ticket dl:has-text("${stage.technician_user.name}")`)
    },
    "it rings through to the technician's phone, who sets out": async (stage) => {
      const { page } = stage.technician
      await page.waitForSelector(`[data-ticket="${stage.ticket_id}"]`)
      await stage.technician.picture('phone-list-390-zh')
      await page.click(`[data-ticket="${stage.ticket_id}"]`)
      await page.click('[data-action=depart]')
      await stage.technician.state_is('en_route')
    },
    'he arrives where there is no network: the step outlives its page, and is taken once, at the time he pressed it': async (stage) => {
      const { page, context } = stage.technician
      const keys = new Set()
      let let_through
      const released = new Promise((resolve) => (let_through = resolve))
      await context.route('**/arrive', async (route) => {
        keys.add(await route.request().headerValue('Idempotency-Key'))
        await released
        await route.continue()
      })
      await context.setOffline(true)
      await pause(1500) // the server says its time in whole seconds, and nobody arrives before he set out
      const pressed_at = Date.now()
      await page.click('[data-action=arrive]')
      await page.waitForSelector('[data-test=unsent]')
      // While a page goes, its browser lets it on the network for a moment: without his session nothing is taken then.
      const cookies = await context.cookies()
      await context.clearCookies()
      await page.goto('about:blank')
      await pause(2000)

      await context.addCookies(cookies)
      await context.setOffline(false)
      await stage.technician.go('/phone.html')
      await page.waitForSelector(`[data-test=unsent][data-ticket="${stage.ticket_id}"]`)
      await stage.technician.picture('phone-unsent-390-zh')
      assert.deepEqual(await stage.technician.accessibility_faults(), [])
      let_through()
      await page.waitForSelector('[data-test=unsent]', { state: 'detached' })

      await page.reload()
      await page.click(`[data-ticket="${stage.ticket_id}"]`)
      await stage.technician.state_is('on_site')
      assert.equal(await page.locator('[data-test=unsent]').count(), 0)
      assert.equal(keys.size, 1)
      const { items } = await stage.agent_a.api(`/api/v1/tickets/${stage.ticket_id}/events?limit=200`)
      const arrivals = items.filter(({ kind }) => kind === 'visit.arrived')
      assert.equal(arrivals.length, 1)
      const late_ms = Date.parse(arrivals[0].happened_at) - pressed_at
      assert.ok(Math.abs(late_ms) < 1500, `${late_ms} ms after he pressed it`)
    },
    'the desk sees where he arrived, and when': async (stage) => {
      await stage.technician.picture('phone-visit-390-zh')
      assert.deepEqual(await stage.technician.accessibility_faults(), [])
      assert.equal(await stage.technician.overflows(), 0)
      await stage.agent_a.state_is('on_site')
      const ticket = await stage.agent_a.api(`/api/v1/tickets/${stage.ticket_id}`)
      assert.equal(ticket.visits[0].arrival_longitude, 117.001)
    },
    'pauses for a part, goes on, and finishes with the customer\'s name': async (stage) => {
      const { page } = stage.technician
      await page.click('[data-action=pause]')
      await page.click('.choice:has-text("等待备件")')
      await page.click('[data-test=send]')
      await stage.technician.state_is('paused')
      await page.click('[data-action=resume]')
      await stage.technician.state_is('on_site')
      await page.click('[data-action=finish]')
      await page.fill('textarea[name=description]', '更换喷油器一支，试车正常')
      await page.fill('input[name=signed_by]', '客户王师傅')
      const paper = await page.locator('[data-test=signature]').boundingBox()
      await page.mouse.move(paper.x + 40, paper.y + 30)
      await page.mouse.down()
      for (const [x, y] of [[90, 70], [140, 35], [190, 80], [240, 40]]) await page.mouse.move(paper.x + x, paper.y + y, { steps: 4 })
      await page.mouse.up()
      await page.waitForSelector('.signature .again')
      await stage.technician.picture('phone-finish-390-zh')
      await page.click('[data-test=send]')
      await stage.agent_a.state_is('repaired')
    },
    'the agent calls back: fixed, five stars; the ticket closes': async (stage) => {
      await stage.agent_a.begin('record_callback')
      await stage.agent_a.choose('reached')
      await stage.agent_a.choose('yes')
      await stage.agent_a.page.click('[data-field=score] .el-rate__item:nth-child(5)')
      await stage.agent_a.picture('callback-1280-zh')
      await stage.agent_a.submit()
      await stage.agent_a.state_is('closed')
      await stage.agent_a.picture('ticket-closed-1280-zh')
      assert.deepEqual(await stage.agent_a.accessibility_faults(), [])
      const ticket = await stage.agent_a.api(`/api/v1/tickets/${stage.ticket_id}`)
      assert.equal(ticket.score, 5)
      assert.match(ticket.visits[0].signature, /^M\d+ \d+L/)
      await stage.agent_a.page.waitForSelector('[data-test=visits] [data-test=signature] path')
      assert.equal(ticket.offers[0].outcome, 'confirmed')
      assert.equal(ticket.visits[0].pauses.length, 1)
    },
  },

  'One fault, many callers': {
    'a second caller reports the same fault: the agent is told, and joins it at once': async (stage) => {
      const { agent_a, agent_b } = stage
      const { page } = agent_b
      stage.lead = await repair_of(agent_a, await customer_at(agent_a, '一号泵站', 36.7))
      const second = await customer_at(agent_a, '二号泵站', 36.7005)
      await agent_b.go(`/tickets/new?customer_id=${second.id}`)
      await page.fill('textarea', '这里也停机了')
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('.similar.asked')
      await page.click(`[data-similar="${stage.lead.id}"] [data-test=same-fault-as]`)
      await page.waitForSelector('[data-test=joining]')
      await agent_b.picture('same-fault-new-1280-zh')
      assert.deepEqual(await agent_b.accessibility_faults(), [])
      await page.focus('textarea')
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(/tickets\/\d+$/)
      await page.waitForSelector(`[data-test=incident-note] a:has-text("#${stage.lead.id}")`)
      await agent_b.picture('follower-1280-zh')
      assert.deepEqual(await agent_b.accessibility_faults(), [])
    },
    'the first ticket says whom its visit repairs too, and the follower is offered to nobody': async (stage) => {
      await stage.agent_a.open_ticket(stage.lead.id)
      await stage.agent_a.page.waitForSelector('[data-test=incident-note]:has-text("另外 1 张")')
      await stage.agent_a.picture('lead-1280-zh')
      assert.equal(await stage.agent_b.page.locator('[data-test=actions] [data-action=offer]').count(), 0)
    },
    'the technician finishes the lead, and both are to be called back': async (stage) => {
      const { lead, technician, agent_a, agent_b } = stage
      await step(stage.dispatcher, lead.id, 'offer', { dealer_unit_id: stage.dealer_unit.unit_id, override_reason: 'customer_request' })
      await step(stage.dealer, lead.id, 'confirm', { offer_number: 1 })
      await step(stage.dealer, lead.id, 'name-technician', { technician_id: stage.technician_user.id })
      await step(technician, lead.id, 'depart')
      await step(technician, lead.id, 'arrive')
      await technician.go('/phone.html')
      await technician.page.click(`[data-ticket="${lead.id}"]`)
      await technician.page.click('[data-action=finish]')
      await technician.page.fill('textarea[name=description]', '更换上游断路器，两站都已送电')
      await technician.page.fill('input[name=signed_by]', '一号泵站值班员')
      await technician.page.click('[data-test=send]')
      for (const agent of [agent_a, agent_b]) {
        await agent.state_is('repaired')
        await agent.page.waitForSelector('[data-test=actions] [data-action=record_callback]')
      }
    },
    'the incident shows both, and is in the list': async (stage) => {
      const { agent_b } = stage
      await agent_b.page.click('.bar nav a:has-text("故障事件")')
      await agent_b.page.click('[data-test=incidents] a:has-text("一号泵站")')
      await agent_b.page.waitForSelector('[data-test=counts] [data-count=repaired]:has-text("2")')
      stage.incident_id = Number(agent_b.page.url().split('/').pop())
    },
    'a dispatcher makes one incident of two tickets that came in apart': async (stage) => {
      const { dispatcher, agent_a } = stage
      const { page } = dispatcher
      const older = await repair_of(agent_a, await customer_at(agent_a, '三号泵站', 36.8))
      const younger = await repair_of(agent_a, await customer_at(agent_a, '四号泵站', 36.8005))
      stage.same_fault_id = (await repair_of(agent_a, await customer_at(agent_a, '五号泵站', 36.801))).id
      await dispatcher.open_ticket(younger.id)
      await page.click(`[data-candidate="${older.id}"] .el-checkbox`)
      await dispatcher.picture('same-fault-chosen-1280-en')
      await page.click('[data-test=group]')
      await page.waitForSelector(`[data-lead="${older.id}"] input:checked`)
      await dispatcher.picture('incident-new-1280-en')
      assert.deepEqual(await dispatcher.accessibility_faults(), [])
      await dispatcher.save_record()
      await page.waitForSelector(`[data-test=incident-note] a:has-text("#${older.id}")`)
    },
  },

  'Ringing telephones': {
    'the caller is shown to the ringing agent, and a new ticket knows him': async (stage) => {
      const { user } = await stage.agent_a.api('/api/v1/session')
      assert.ok(user.extension, 'the demo agent has an extension')
      await stage.agent_a.go('/')
      await stage.agent_a.page.waitForSelector('.light.live')
      const report = (event, more) =>
        fetch(`${stage.server.url}/api/v1/calls/events/${stage.server.telephony_token}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ event, callId: 'e2e-call-1', from: stage.customer.phones[0].number, to: '4008001234', direction: 'in', user: [user.extension], ...more }),
        })
      const answer = await report('newCall', {})
      assert.equal(answer.status, 200, await answer.text())
      await stage.agent_a.page.waitForSelector(`[data-test=incoming-call]:has-text("${stage.customer.name}")`)
      await stage.agent_a.picture('incoming-call-1280-zh')
      await stage.agent_a.page.click('[data-test=incoming-call] .el-button')
      await stage.agent_a.page.waitForSelector(`[data-test=new-ticket]:has-text("${stage.customer.name}")`)
      await report('hangup', { cause: 'normalClearing' })
    },
  },

  'Bad luck': {
    'the server restarts under open consoles; they say so, come back by themselves, and miss nothing': async (stage) => {
      await stage.agent_b.go('/')
      await stage.agent_b.page.waitForSelector('.light.live')
      await stage.server.stop()
      await stage.agent_b.page.waitForSelector('[data-test=connection-banner]')
      await stage.agent_b.picture('disconnected-1280-zh')
      await stage.server.start()
      const made = await stage.agent_a.api('/api/v1/tickets', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `e2e-restart-${Date.now()}` },
        body: JSON.stringify({ kind: 'repair', customer_id: stage.customer.id, description: '重启之后建的工单', address: '济南市' }),
      })
      assert.ok(made.id, JSON.stringify(made))
      await stage.agent_b.page.waitForSelector('.light.live', { timeout: 30_000 })
      await stage.agent_b.page.waitForSelector('[data-test=connection-banner]', { state: 'detached' })
      await stage.agent_b.page.waitForSelector(`[data-column=open] [data-ticket="${made.id}"], .more`)
      await until('the new ticket is counted', async () => (await count_of(stage.agent_b, 'open')) > 0)
      stage.made_id = made.id
    },
    'two people at one ticket: the second is told who was faster, and goes on from there': async (stage) => {
      const { agent_a, dispatcher } = stage
      await agent_a.open_ticket(stage.made_id)
      await agent_a.begin('cancel')
      await agent_a.choose('wrong_entry')
      // His console is cut off for a moment, so that he acts on what he still sees.
      await agent_a.context.setOffline(true)
      await dispatcher.open_ticket(stage.made_id)
      await dispatcher.begin('offer')
      await dispatcher.choose_dealer(stage.dealer_unit)
      await dispatcher.page.fill('[data-field=why] textarea', 'agreed by telephone')
      await dispatcher.submit()
      await agent_a.page.route(/\/api\/v1\/tickets\/\d+$/, (route) => route.abort())
      await agent_a.context.setOffline(false)
      await agent_a.page.click('[data-test=submit-action]')
      await agent_a.page.waitForSelector('[data-test=action-form] [data-test=problem]')
      await agent_a.page.unroute(/\/api\/v1\/tickets\/\d+$/)
      await agent_a.picture('conflict-1280-zh')
      await agent_a.page.click('[data-test=action-form] [data-test=problem] button')
      await agent_a.page.waitForSelector('[data-test=action-form] [data-test=problem]', { state: 'detached' })
      await agent_a.submit()
      await agent_a.state_is('cancelled')
    },
  },

  'Setting up': {
    'an administrator adds a dealer to the organisation and is told at the field what is wrong': async (stage) => {
      const { administrator } = stage
      const { page } = administrator
      await administrator.go('/organisation')
      await page.click('[data-test=new-unit]')
      await page.click('[data-choice=dealer]')
      await administrator.pick('parent', '华北办事处')
      await administrator.fill_record({ name: '保定恒通动力服务站', code: 'D001', phone: '123', address: '保定市朝阳大街1号' })
      await page.click('[data-test=save-record]')
      await page.waitForSelector('[data-test=record-dialog] .el-form-item__error')
      await administrator.fill_record({ phone: '0312-5901234' })
      await page.click('[data-test=save-record]')
      await page.waitForSelector('[data-test=record-dialog] .el-form-item__error:has-text("已被使用")')
      await administrator.picture('new-unit-1280-zh')
      assert.deepEqual(await administrator.accessibility_faults(), [])
      await administrator.fill_record({ code: 'D901' })
      await administrator.save_record()
      await page.waitForSelector('[data-edit=D901]')
    },
    'two administrators at one unit: the second sees what the first changed, and overwrites nothing': async (stage) => {
      const { administrator } = stage
      const { page } = administrator
      await page.click('[data-edit=D901]')
      const { items } = await administrator.api('/api/v1/organisation?q=D901')
      const answer = await administrator.api(`/api/v1/organisation/${items[0].id}`, {
        method: 'PATCH', headers: { 'Content-Type': 'application/json', 'If-Match': `"${items[0].version}"` }, body: JSON.stringify({ name: '保定恒信动力服务站' }),
      })
      assert.equal(answer.name, '保定恒信动力服务站')
      await administrator.fill_record({ address: '保定市朝阳大街2号' })
      await page.click('[data-test=save-record]')
      await page.waitForSelector('[data-test=overtaken]:has-text("保定恒信动力服务站")')
      await administrator.picture('overtaken-1280-zh')
      await administrator.save_record()
      const after = await administrator.api(`/api/v1/organisation/${items[0].id}`)
      assert.deepEqual([after.name, after.address], ['保定恒信动力服务站', '保定市朝阳大街2号'])
    },
    'an office is set to offer by itself, and back': async (stage) => {
      const { administrator } = stage
      const { items } = await administrator.api('/api/v1/organisation?kind=office&limit=1')
      const automatic = async () => (await administrator.api(`/api/v1/organisation/${items[0].id}/offering-policy`)).automatic
      for (const wanted of [true, false]) {
        await administrator.page.click(`[data-offering="${items[0].code}"]`)
        await administrator.page.click('[data-test=record-dialog] [data-test=automatic]')
        await administrator.save_record()
        assert.equal(await automatic(), wanted)
      }
    },
    "a dispatcher plans an office's day and accepts what is proposed": async (stage) => {
      const { dispatcher } = stage
      const { page } = dispatcher
      await dispatcher.go('/plans')
      // An office that has something to plan: one with an open repair.
      const open_repairs = await dispatcher.api('/api/v1/tickets?state=open&kind=repair&limit=50')
      const office = open_repairs.items.find((ticket) => ticket.office_name)?.office_name ?? '华南办事处'
      await dispatcher.pick('office', office)
      await page.click('[data-test=plan-now]')
      await page.waitForSelector('[data-test=plan]')
      await dispatcher.picture('plan-1280-en')
      assert.deepEqual(await dispatcher.accessibility_faults(), [])
      if (await page.locator('[data-test=accept]').count()) {
        await page.click('[data-test=accept]')
        const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/accept')), dispatcher.agree()])
        assert.equal(answer.status(), 200, await answer.text())
        await page.waitForSelector('[data-change] .el-tag')
        await dispatcher.picture('plan-accepted-1280-en')
      }
    },
    'products and faults are added and changed': async (stage) => {
      const { administrator } = stage
      const { page } = administrator
      await administrator.go('/catalogue')
      await page.click('[data-test=new-product]')
      await administrator.fill_record({ name: 'WE2 增程器', code: 'WE2-60' })
      await administrator.save_record()
      await page.click('[data-edit=WE2-60]')
      await administrator.fill_record({ name: 'WE2 两缸增程器' })
      await administrator.save_record()
      await page.waitForSelector('.el-table__row:has-text("WE2 两缸增程器")')
      await page.click('[data-test=new-fault]')
      await administrator.fill_record({ name: '控制器故障', code: 'F901' })
      await administrator.save_record()
      await page.waitForSelector('[data-edit=F901]')
    },
    'a technician is given a skill and hours, and is suggested for what nobody could repair': async (stage) => {
      const { administrator, agent_a, dispatcher } = stage
      const { page } = administrator
      await page.click('[data-requirement=F901]')
      await administrator.add_code('skills', 'controller_repair')
      await administrator.save_record()
      const faults = await administrator.api('/api/v1/faults?q=F901')
      const { address, longitude, latitude } = await agent_a.api(`/api/v1/tickets/${stage.ticket_id}`)
      const open = (fault_id) =>
        agent_a.api('/api/v1/tickets', {
          method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `e2e-skill-${fault_id}` },
          body: JSON.stringify({ kind: 'repair', customer_id: stage.customer.id, fault_id, description: '控制器没有反应', address, longitude, latitude }),
        })
      const suggestions = (ticket) => dispatcher.api(`/api/v1/tickets/${ticket.id}/suggestions`, { method: 'POST', headers: { 'Idempotency-Key': `e2e-ask-${Date.now()}` } })
      const { technicians } = await suggestions(await open(null))
      const [best] = technicians
      const ticket = await open(faults.items[0].id)
      assert.deepEqual((await suggestions(ticket)).nobody, { obstacle: 'skill_missing', what: 'controller_repair' })

      await administrator.go('/technicians')
      await page.fill('.toolbar input', best.technician_name)
      await page.click(`[data-profile="${best.technician_id}"]`)
      await administrator.add_code('skills', 'controller_repair')
      await page.click('[data-test=own-hours]')
      const monday = page.locator('[data-weekday="1"]')
      const [from, until] = ['from', 'until'].map((end) => monday.locator(`[data-test=${end}]`))
      // Whose hours these are depends on the hour of the day.
      const [first_until, last_from] = [await until.first().inputValue(), await from.last().inputValue()]
      const spans = await from.count()
      await from.first().fill(first_until)
      await monday.locator('.fault').first().waitFor()
      assert.ok(await page.isDisabled('[data-test=save-record]'))
      await from.first().fill('0')
      await until.last().fill('24')
      await page.click('[data-test=copy-monday]')
      await administrator.picture('technician-profile-1280-zh')
      await administrator.save_record()
      const profile = await administrator.api(`/api/v1/technicians/${best.technician_id}`)
      const on_friday = profile.weekly_hours.filter(({ weekday }) => weekday === 5).map((span) => `${span.from}-${span.until}`)
      assert.deepEqual(on_friday, spans === 1 ? ['00:00-24:00'] : [`00:00-${first_until}`, `${last_from}-24:00`])
      assert.deepEqual((await suggestions(ticket)).technicians.map((one) => one.technician_id), [best.technician_id])
      await dispatcher.open_ticket(ticket.id)
      await dispatcher.begin('offer')
      await dispatcher.page.waitForSelector(`[data-suggestion="${best.dealer_unit_id}"]:has-text("${best.technician_name}")`)
      await dispatcher.page.keyboard.press('Escape')
    },
    'a token is shown once, opens the API, and is revoked': async (stage) => {
      const { administrator, server } = stage
      const { page } = administrator
      await administrator.go('/users')
      await page.click('[data-tokens=agent1]')
      await page.fill('[data-test=token-name]', '电话系统')
      await page.click('[data-test=create-token]')
      const token = await administrator.take_secret()
      const status = async () => (await fetch(`${server.url}/api/v1/session`, { headers: { Authorization: `Bearer ${token}` } })).status
      assert.equal(await status(), 200)
      await page.click('[data-revoke=电话系统]')
      await administrator.agree()
      await page.waitForSelector('[data-test=tokens-dialog] :text("已撤销")')
      assert.equal(await status(), 401)
      await page.keyboard.press('Escape')
      await page.waitForSelector('[data-test=tokens-dialog]', { state: 'detached' })
    },
    'a reset password is shown once; a disabled account is out at once': async (stage) => {
      const { administrator, server } = stage
      const { page } = administrator
      await page.click('[data-reset=agent3]')
      await administrator.agree()
      const password = await administrator.take_secret()
      const sign_in = async () =>
        (await fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: 'agent3', password }) })).status
      assert.equal(await sign_in(), 200)
      await page.click('[data-disable=agent3]')
      await administrator.agree()
      await page.waitForSelector('[data-disable=agent3]', { state: 'detached' })
      assert.notEqual(await sign_in(), 200)
    },
    'an agent adds a machine; a meter reading that is too low is asked about, not refused': async (stage) => {
      const { agent_a } = stage
      const { page } = agent_a
      await agent_a.go(`/customers/${stage.customer.id}`)
      await page.click('[data-test=new-asset]')
      await agent_a.fill_record({ 'serial-number': 'E2E-0001' })
      await agent_a.pick('product', 'WD4 四缸柴油机（农业机械）')
      await agent_a.save_record()
      await page.click('a:has-text("E2E-0001")')
      const read = async (hours) => {
        await page.fill('[data-test=hours] input', hours)
        await page.click('[data-test=add-reading]')
      }
      await read('1200')
      await page.waitForSelector('[data-test=meter]:has-text("1200")')
      await read('3')
      await page.waitForSelector('[data-test=meter-below]:has-text("1200")')
      await agent_a.picture('meter-1280-zh')
      assert.deepEqual(await agent_a.accessibility_faults(), [])
      await page.click('[data-test=meter-replaced]')
      await page.waitForSelector('[data-test=meter]:has-text("新表")')
    },
    'a machine changes hands, and remembers whose it was': async (stage) => {
      const { agent_a } = stage
      const { page } = agent_a
      const { items } = await agent_a.api('/api/v1/customers?limit=50')
      const buyer = items.find((one) => one.id !== stage.customer.id && one.phones.length > 0)
      await page.click('[data-test=transfer-asset]')
      await agent_a.pick('customer', buyer.name, buyer.phones[0].number.slice(-8))
      await agent_a.save_record()
      await page.waitForSelector(`h2:has-text("历任机主")`)
      assert.match(await page.textContent('main'), new RegExp(stage.customer.name))
    },
    'whoever speaks English is answered in English, by the server too': async (stage) => {
      const { dispatcher } = stage
      const answer = await dispatcher.api('/api/v1/tickets/999999999')
      assert.equal(answer.title, 'There is no such thing here.')
    },
    'sessions elsewhere are ended from the account page, and ask to sign in again': async (stage) => {
      const { agent_b } = stage
      const elsewhere = await stage.desk.person(stage.agent_b_sign_in)
      await agent_b.go('/account')
      await agent_b.page.click('[data-test=end-session]')
      await agent_b.page.waitForSelector('[data-test=end-session]', { state: 'detached' })
      assert.equal((await elsewhere.api('/api/v1/session')).status, 401)
      await elsewhere.page.waitForURL((url) => url.pathname === '/sign-in' && url.searchParams.get('next') === '/')
      await elsewhere.context.close()
    },
  },

  'On every screen': {
    'the pages fit 1280 and 390 pixels in both languages and are accessible': async (stage) => {
      const faults = []
      const seen = {
        supervisor: [
          ['board', '/', '[data-column=open] [data-ticket]'],
          ['ticket', `/tickets/${stage.ticket_id}`, '[data-test=time-line] li'],
          ['tickets', '/tickets', '.el-table__row'],
          ['customers', '/customers', '.el-table__row'],
          ['customer', `/customers/${stage.customer.id}`, '.el-table__row'],
          ['audit', '/audit', '.el-table__row'],
          ['account', '/account', '.el-table__row'],
        ],
        agent: [
          ['incidents', '/incidents', '.el-table__row'],
          ['incident', `/incidents/${stage.incident_id}`, '[data-take-out]'],
          ['same-fault', `/tickets/${stage.same_fault_id}`, '[data-candidate]'],
        ],
        administrator: [
          ['organisation', '/organisation', '.el-table__row'],
          ['users', '/users', '.el-table__row'],
          ['catalogue', '/catalogue', '.el-table__row'],
          ['technicians', '/technicians', '.el-table__row'],
          ['profile', '/technicians', '[data-profile]', '[data-profile]'],
          ['service-area', '/organisation', '[data-area]', '[data-area]'],
          ['requirement', '/catalogue', '[data-requirement=F201]', '[data-requirement=F201]'],
          ['assets', '/assets', '.el-table__row'],
        ],
      }
      // What differs between the widths is the layout; axe looks at it where it is most different.
      const where_most_differs = ['board', 'ticket', 'profile', 'service-area', 'requirement']
      const examined = (name, width, language) => language === 'zh' && (width > 400 || where_most_differs.includes(name))
      const look_at = async ([role, pages]) => {
        const person = await stage.desk.person(stage.sign_ins[role])
        for (const language of ['zh', 'en']) {
          await person.page.evaluate((chosen) => localStorage.setItem('callout.language', chosen), language)
          for (const [width, height] of [[1280, 800], [390, 844]]) {
            await person.page.setViewportSize({ width, height })
            for (const [name, path, selector, opener] of pages) {
              await person.go(path)
              await person.page.waitForSelector(selector)
              if (opener) {
                await person.page.locator(opener).first().click()
                await person.page.waitForSelector('[data-test=record-dialog]')
              }
              await person.picture(`${name}-${width}-${language}`)
              const overflow = await person.overflows()
              if (overflow > 1) faults.push(`${path} at ${width} (${language}): ${overflow} px too wide`)
              if (examined(name, width, language)) for (const fault of await person.accessibility_faults()) faults.push(`${path} at ${width}: ${fault}`)
            }
          }
        }
        await person.context.close()
      }
      await Promise.all(Object.entries(seen).map(look_at))
      assert.deepEqual(faults, [])
    },
    'the API can be read, without a request to anybody else': async (stage) => {
      const reader = await stage.desk.person(null)
      await reader.go('/api/docs')
      await reader.page.waitForSelector('.opblock')
      await reader.picture('api-docs-1280-en')
      assert.deepEqual(reader.strangers, [])
    },
    'no page complained, and none talked to a stranger': async (stage) => {
      assert.deepEqual(stage.desk.people.flatMap((person) => person.complaints), [])
      assert.deepEqual(stage.desk.people.flatMap((person) => person.strangers), [])
    },
  },
}
