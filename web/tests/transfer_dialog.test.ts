// @vitest-environment jsdom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import type { Asset } from '@/api/client'
import { words } from '@/console/words'
import CustomerPicker from '@/customers/CustomerPicker.vue'
import TransferDialog from '@/customers/TransferDialog.vue'

vi.setConfig({ testTimeout: 20_000 })
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

const machine = { id: 4, version: 3, customer_id: 9, customer_name: '王记农机' } as Asset
const save = () => document.querySelector<HTMLButtonElement>('[data-test=save-record]')!

async function dialog() {
  const wrapper = mount(TransferDialog, { props: { asset: machine }, global: { plugins: [words] }, attachTo: document.body })
  await flushPromises()
  const choose = async (id: number) => {
    wrapper.getComponent(CustomerPicker).vm.$emit('update:modelValue', id)
    await flushPromises()
  }
  return { wrapper, choose }
}

it('begins with nobody, and gives a machine to nobody who has it', async () => {
  const { wrapper, choose } = await dialog()
  expect(wrapper.getComponent(CustomerPicker).props('modelValue')).toBeNull()
  expect(document.body.textContent).not.toContain('王记农机')
  expect(save().disabled).toBe(true)
  await choose(9)
  await vi.waitUntil(() => document.querySelector('.el-form-item__error'))
  expect(document.querySelector('.el-form-item__error')!.textContent).toContain('王记农机已经是这台设备的机主')
  expect(save().disabled).toBe(true)
  await choose(10)
  await vi.waitUntil(() => !document.querySelector('.el-form-item__error'))
  expect(save().disabled).toBe(false)
})

it('says whose it became meanwhile', async () => {
  const current = { ...machine, version: 4, customer_id: 11, customer_name: '李雷' }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ title: '', status: 412, code: 'version_conflict', current }), { status: 412, headers: { 'Content-Type': 'application/problem+json' } })))
  const { choose } = await dialog()
  await choose(10)
  save().click()
  await vi.waitUntil(() => document.querySelector('[data-test=overtaken]'))
  expect(document.querySelector('[data-test=overtaken]')!.textContent).toContain('现机主：李雷')
  await choose(11)
  await vi.waitUntil(() => document.querySelector('.el-form-item__error')?.textContent?.includes('李雷'))
  expect(save().disabled).toBe(true)
})
