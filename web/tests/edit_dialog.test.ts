// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import type { Ticket } from '@/api/client'
import { words } from '@/console/words'
import EditDialog from '@/tickets/EditDialog.vue'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

const ticket = { id: 5, version: 3, urgency: 'normal', description: '漏油', contact_name: '王', contact_phone: '+8657188880000', address: '' } as Ticket
const phone = () => [...document.querySelectorAll<HTMLInputElement>('input')].find((one) => one.value.includes('8888'))!
const save = () => document.querySelector<HTMLButtonElement>('.el-dialog__footer .el-button--primary')!

it('shows the number as people type it, and sends it only when it was changed', async () => {
  const sent: unknown[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.json())
    return new Response(JSON.stringify(ticket), { status: 200, headers: { 'Content-Type': 'application/json' } })
  })
  const wrapper = mount(EditDialog, { props: { ticket }, global: { plugins: [words] }, attachTo: document.body })
  await flushPromises()
  await vi.waitUntil(phone)
  expect(phone().value).toBe('0571-88880000')
  expect(save().disabled).toBe(true)
  const type = async (input: HTMLInputElement | HTMLTextAreaElement, text: string) => {
    input.value = text
    input.dispatchEvent(new Event('input'))
    await flushPromises()
  }
  await type(document.querySelector('textarea')!, '漏油，更重了')
  save().click()
  await vi.waitUntil(() => wrapper.emitted('done')?.length === 1)
  await type(phone(), '0571-88880001')
  save().click()
  await vi.waitUntil(() => wrapper.emitted('done')?.length === 2)
  expect(sent).toEqual([{ description: '漏油，更重了' }, { description: '漏油，更重了', contact_phone: '0571-88880001' }])
})
