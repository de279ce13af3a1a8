// One step of a visit on its way to the server. The server's clock says when it happened, because a phone's may be wrong;
// only a step pressed without a network says how long ago that was, once it can be sent.
import { act_on_ticket, Intention, persistently, Problem, type PostedAction, type Ticket } from '@/api/client'

export interface Surroundings {
  is_online: () => boolean
  // Milliseconds of a clock that nobody sets.
  steady_ms: () => number
  // The phone's clock, the only one that goes on while the page is closed.
  own_now_ms: () => number
  // The server's time as last heard, or the phone's when it never was.
  server_now_ms: () => number
}

// All it takes to send the very same request again, also from another page.
export interface KeptStep {
  key: string // its Idempotency-Key
  user_id: number
  ticket_id: number
  version: number // of the ticket, as the request names it
  step: PostedAction
  about: object
  pressed_at_ms: number // by the phone's clock
  pressed_offline: boolean
  body: object | null // as it was sent, once it was
}

export class StepReport {
  private readonly pressed_ms: number

  static of(user_id: number, ticket: Ticket, step: PostedAction, about: object, around: Surroundings): StepReport {
    return new StepReport(
      {
        key: new Intention().key, user_id, ticket_id: ticket.id, version: ticket.version, step, about,
        pressed_at_ms: around.own_now_ms(), pressed_offline: !around.is_online(), body: null,
      },
      around,
    )
  }

  constructor(
    readonly kept: KeptStep,
    private readonly around: Surroundings,
  ) {
    this.pressed_ms = around.steady_ms() - Math.max(0, around.own_now_ms() - kept.pressed_at_ms)
  }

  // Says the time and nothing else from now on: whatever is sent later is this request.
  prepare(): void {
    if (this.around.is_online()) this.kept.body ??= { ...this.kept.about, ...this.moment() }
  }

  // May be called again after a Problem that may pass: it is the same request under the same key, so the step is taken
  // once even when only its answer was lost.
  async send(): Promise<Ticket> {
    const { key, ticket_id: id, version, step, body } = this.kept
    if (!body || !this.around.is_online()) throw new Problem(0, undefined)
    return persistently(() => act_on_ticket({ id, version }, step, body, new Intention(key)))
  }

  // Whether the ticket only has another version by now, a note more perhaps, and the step can be taken all the same. It
  // was not taken before: then the server would have answered that.
  goes_on_after(error: unknown): boolean {
    if (!(error instanceof Problem) || error.status !== 412) return false
    const current = error.current
    if (!current || !('actions' in current) || !current.actions.includes(this.kept.step)) return false
    this.kept.version = current.version
    return true
  }

  private moment(): { happened_at?: string } {
    if (!this.kept.pressed_offline) return {}
    const ago_ms = this.around.steady_ms() - this.pressed_ms
    return { happened_at: new Date(this.around.server_now_ms() - ago_ms).toISOString() }
  }
}
