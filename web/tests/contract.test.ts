// The two documents of the contract agree, and the words cover what it can say.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { columns, is_ended } from '@/board/columns'
import { forms } from '@/tickets/forms'
import console_zh from '@/words/console_zh'
import zh from '@/words/zh'

const text = readFileSync('../api/openapi.yaml', 'utf8')
const openapi = parse(text) as {
  paths: Record<string, Record<string, unknown>>
  components: Record<string, Record<string, { enum?: string[]; required?: string[]; properties?: Record<string, { enum?: string[] }> }>>
}
const stream = JSON.parse(readFileSync('../api/events.schema.json', 'utf8')) as { $defs: Record<string, { required: string[]; properties: Record<string, { enum?: string[] }> }> }
const schema = (name: string) => openapi.components['schemas']![name]!

describe('the contract', () => {
  it('describes an event of the time line as the stream sends it', () => {
    const sent = stream.$defs['EventMessage']!
    expect(sent.required.filter((name) => name !== 'type').sort()).toEqual([...schema('Event').required!].sort())
    expect(sent.properties['source']!.enum).toEqual(schema('Event').properties!['source']!.enum)
  })

  it('has no reference into nothing and nothing that nobody refers to', () => {
    const referred = new Set([...text.matchAll(/#\/components\/(\w+)\/(\w+)/g)].map((match) => `${match[1]}/${match[2]}`))
    const present = Object.entries(openapi.components).flatMap(([group, members]) => (group === 'securitySchemes' ? [] : Object.keys(members).map((name) => `${group}/${name}`)))
    expect([...referred].sort()).toEqual(present.sort())
  })

  it('has a path and a form for every action', () => {
    const actions = schema('TicketAction').enum!.filter((action) => action !== 'edit')
    expect(Object.keys(forms).sort()).toEqual([...actions].sort())
    for (const action of actions) expect(openapi.paths).toHaveProperty([`/api/v1/tickets/{id}/${action.replaceAll('_', '-')}`, 'post'])
  })

  it('says nothing the words do not know', () => {
    const known: [string, object][] = [
      ['TicketState', zh.state], ['TicketKind', zh.kind], ['Urgency', zh.urgency], ['TicketAction', zh.action], ['Role', zh.role],
      ['UnitKind', zh.unit_kind], ['RejectReason', zh.reject_reason], ['RecallReason', zh.recall_reason], ['PauseReason', zh.pause_reason],
      ['UnrepairedReason', zh.unrepaired_reason], ['CancelReason', zh.cancel_reason], ['OverrideReason', zh.override_reason], ['Obstacle', console_zh.obstacle], ['CallbackOutcome', zh.callback_outcome],
      ['Channel', zh.channel], ['CallState', console_zh.call.state], ['CustomerKind', console_zh.customer.kind], ['CustomerTier', console_zh.customer.tier],
    ]
    for (const [name, words] of known) expect(Object.keys(words).sort(), name).toEqual([...schema(name).enum!].sort())
    const reasons = (name: string) => (schema(name) as unknown as { properties: { reasons: { items: { enum: string[] } } } }).properties.reasons.items.enum
    for (const reason of reasons('SameFault')) expect(Object.keys(console_zh.likeness)).toContain(reason)
    expect(Object.keys(console_zh.incident.kind).sort()).toEqual([...schema('IncidentKind').enum!].sort())
    expect(Object.keys(zh.offer_outcome).sort()).toEqual([...schema('Offer').properties!['outcome']!.enum!].sort())
    expect(Object.keys(zh.visit_outcome).sort()).toEqual([...schema('Visit').properties!['outcome']!.enum!].sort())
    expect(Object.keys(console_zh.source).sort()).toEqual([...schema('Event').properties!['source']!.enum!].sort())
  })

  it('knows no state that the board neither shows nor leaves out on purpose', () => {
    const shown = columns.flatMap((column) => column.states) as string[]
    expect(schema('TicketState').enum!.filter((state) => !is_ended(state)).sort()).toEqual([...shown].sort())
  })
})
