// The one way to the server: typed by the contract, failures as one value, a repeat of a write recognisable as one.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Session = Schemas['Session']
export type User = Schemas['User']
export type Unit = Schemas['Unit']
export type Customer = Schemas['Customer']
export type Asset = Schemas['Asset']
export type Ticket = Schemas['Ticket']
export type TicketSummary = Schemas['TicketSummary']
export type TicketState = Schemas['TicketState']
export type TicketAction = Schemas['TicketAction']
export type TicketEvent = Schemas['Event']
export type Call = Schemas['Call']
export type FieldError = Schemas['FieldError']

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => fetch(request),
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
})

// Before anybody is known the server answers in the language of the page; afterwards in that of the account.
api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang || 'zh')
    return request
  },
})

// What went wrong, in the caller's language where the server said it. status 0: no answer came.
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: FieldError[]
  readonly current: Schemas['Problem']['current'] | null
  readonly request_id: string

  constructor(status: number, body: Partial<Schemas['Problem']> | undefined) {
    super(body?.title ?? '')
    this.status = status
    this.code = body?.code ?? (status === 0 ? 'unreachable' : `status_${status}`)
    this.errors = body?.errors ?? []
    this.current = body?.current ?? null
    this.request_id = body?.request_id ?? ''
  }

  get is_conflict(): boolean {
    return this.status === 409 || this.status === 412
  }

  // Worth the same request again, under the same key.
  get may_pass(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }

  field(name: string): string {
    return this.errors.find((error) => error.pointer === `/${name}` || error.pointer === `?${name}`)?.message ?? ''
  }
}

interface Reply<T> {
  data?: T
  error?: unknown
  response: Response
}

// Called with every answer to somebody whose session is over, so that the page can ask to sign in again.
let signed_out: () => void = () => undefined
export function on_signed_out(action: () => void): void {
  signed_out = action
}

// The body of a good answer; throws Problem for any other.
export async function answer_of<T>(request: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>
  try {
    reply = await request
  } catch {
    throw new Problem(0, undefined)
  }
  if (reply.response.ok) return reply.data as T
  const problem = new Problem(reply.response.status, as_problem(reply.error))
  if (problem.status === 401 && problem.code === 'not_signed_in') signed_out()
  throw problem
}

function as_problem(error: unknown): Partial<Schemas['Problem']> | undefined {
  return typeof error === 'object' && error !== null ? (error as Partial<Schemas['Problem']>) : undefined
}

// One thing a person means to do. However often it is sent, its key stays, so that the server does it once; begin anew
// when it is done.
export class Intention {
  // A key that was kept from an earlier page goes on.
  constructor(private key_ = new_key()) {}

  get key(): string {
    return this.key_
  }

  begin_anew(): void {
    this.key_ = new_key()
  }
}

function new_key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const once = (intention: Intention) => ({ 'Idempotency-Key': intention.key })
export const from_version = (version: number) => ({ 'If-Match': `"${version}"` })

// Sends again while nobody answers, a few times, with growing pauses. Only for requests that carry a key.
export async function persistently<T>(send: () => Promise<T>, pauses_ms: number[] = [300, 1000, 2500]): Promise<T> {
  for (const pause_ms of pauses_ms) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof Problem) || !error.may_pass) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pause_ms))
  }
  return send()
}

// What a person means to do, one thing after another. Meant again while nobody answered it is the same request, for it may
// have been done all the same; once it was done or refused it is another.
export class Intentions {
  private readonly unanswered = new Map<string, Intention>()

  // `meant` tells one thing from another. Sent persistently.
  async send<Done>(meant: unknown, request: (intention: Intention) => Promise<Done>): Promise<Done> {
    const name = JSON.stringify(meant)
    const intention = this.unanswered.get(name) ?? new Intention()
    this.unanswered.set(name, intention)
    try {
      const done = await persistently(() => request(intention))
      this.unanswered.delete(name)
      return done
    } catch (error) {
      if (!(error instanceof Problem) || !error.may_pass) this.unanswered.delete(name)
      throw error
    }
  }
}

interface Page<T> {
  items: T[]
  next_cursor: number | string | null
}

// All pages of a list that is known to be small; stops at `most`.
export async function all_pages<T>(read: (cursor: string | undefined) => Promise<Page<T>>, most = 2000): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    items.push(...page.items)
    cursor = page.next_cursor === null ? undefined : String(page.next_cursor)
  } while (cursor !== undefined && items.length < most)
  return items
}

// `edit` is no POST; every other action has a path of its own name.
export type PostedAction = Exclude<TicketAction, 'edit'>

export function act_on_ticket(
  ticket: { id: number; version: number },
  action: PostedAction,
  body: object,
  intention: Intention,
): Promise<Ticket> {
  // The paths of the actions have one shape; the bodies are built from the same contract by the forms.
  const path = `/api/v1/tickets/{id}/${action.replaceAll('_', '-')}` as '/api/v1/tickets/{id}/note'
  const version_matters = action !== 'note' && action !== 'chase'
  const headers = { ...once(intention), ...(version_matters ? from_version(ticket.version) : {}) }
  return answer_of(
    api.POST(path, {
      params: { path: { id: ticket.id }, header: headers },
      body: body as Schemas['NoteAction'],
    }),
  )
}
