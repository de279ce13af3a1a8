// One step of a visit on its way to the server. The server's clock says when it happened, because a phone's may be wrong;
// only a step pressed without a network says how long ago that was, once it can be sent.
import { act_on_ticket, Intention, Problem, type PostedAction, type Ticket } from '@/api/client'

export interface Surroundings {
  is_online: () => boolean
  // Milliseconds of a clock that nobody sets.
  steady_ms: () => number
  // The server's time as last heard, or the phone's when it never was.
  server_now_ms: () => number
}

export class StepReport {
  private readonly intention = new Intention()
  private readonly pressed_ms: number
  private readonly pressed_offline: boolean
  private body: object | null = null

  constructor(
    readonly step: PostedAction,
    private readonly about: object,
    private readonly around: Surroundings,
  ) {
    this.pressed_ms = around.steady_ms()
    this.pressed_offline = !around.is_online()
  }

  // May be called again after a Problem that may pass: it is the same request under the same key, so the step is taken
  // once even when only its answer was lost.
  async send(ticket: Ticket): Promise<Ticket> {
    if (!this.around.is_online()) throw new Problem(0, undefined)
    this.body ??= { ...this.about, ...this.moment() }
    return act_on_ticket(ticket, this.step, this.body, this.intention)
  }

  private moment(): { happened_at?: string } {
    if (!this.pressed_offline) return {}
    const ago_ms = this.around.steady_ms() - this.pressed_ms
    return { happened_at: new Date(this.around.server_now_ms() - ago_ms).toISOString() }
  }
}
