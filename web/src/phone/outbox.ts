// The steps of one technician that no network took yet, by ticket. Each is kept before it is sent and forgotten when it is
// answered, whatever becomes of the page in between.
import { shallowReactive } from 'vue'
import { Problem, type PostedAction, type Ticket } from '@/api/client'
import { StepReport, type Surroundings } from './step_report'
import type { StepStore } from './step_store'

export class Outbox {
  readonly waiting = shallowReactive(new Map<number, StepReport>())
  private readonly under_way = new Map<StepReport, Promise<Ticket>>()
  private user_id = 0

  constructor(
    private readonly store: StepStore,
    private readonly around: Surroundings,
  ) {}

  // Whoever signs in finds his own steps waiting, those of an earlier page too; nobody sends another's.
  async open(user_id: number): Promise<void> {
    this.user_id = user_id
    for (const [id, report] of this.waiting) if (report.kept.user_id !== user_id) this.waiting.delete(id)
    for (const kept of await this.store.all()) {
      if (kept.user_id === user_id && !this.waiting.has(kept.ticket_id)) this.waiting.set(kept.ticket_id, new StepReport(kept, this.around))
    }
  }

  press(ticket: Ticket, step: PostedAction, about: object): StepReport {
    return StepReport.of(this.user_id, ticket, step, about, this.around)
  }

  // The ticket as the step made it. After a Problem the step is still waiting, or it was refused for good.
  send(report: StepReport): Promise<Ticket> {
    const sending = this.under_way.get(report) ?? this.deliver(report).finally(() => this.under_way.delete(report))
    this.under_way.set(report, sending)
    return sending
  }

  async drop(report: StepReport): Promise<void> {
    this.waiting.delete(report.kept.ticket_id)
    await this.store.forget(report.kept.key)
  }

  private async deliver(report: StepReport): Promise<Ticket> {
    for (;;) {
      report.prepare()
      await this.store.keep(report.kept)
      try {
        const ticket = await report.send()
        await this.drop(report)
        return ticket
      } catch (error) {
        if (report.goes_on_after(error)) continue
        if (is_for_later(error)) this.waiting.set(report.kept.ticket_id, report)
        else await this.drop(report)
        throw error
      }
    }
  }
}

// A session that ran out meanwhile costs no step: it is sent after the next sign-in.
function is_for_later(error: unknown): boolean {
  return error instanceof Problem && (error.may_pass || error.status === 401)
}
