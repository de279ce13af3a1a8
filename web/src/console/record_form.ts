// A form over one record that others may change as well: only what was changed here is sent, and somebody else's change
// in between is shown and kept, never overwritten unseen.
import { computed, reactive, shallowRef, toRaw, type Ref } from 'vue'
import { once, Problem } from '@/api/client'
import { use_sending } from './sending'

export interface Difference {
  name: string
  theirs: unknown
  // Whether the same field was changed here too: saving puts our value over theirs.
  contested: boolean
}

interface Options<Saved extends object, Values extends object> {
  // What is changed; null makes a new one.
  record: Saved | null
  read: (record: Saved | null) => Values
  create?: (values: Values, header: ReturnType<typeof once>) => Promise<Saved>
  // `values`: all of them, for fields that make sense together only.
  change?: (record: Saved, changed: Partial<Values>, values: Values) => Promise<Saved>
  done: (saved: Saved) => void
}

// What the frame around any such form needs of it.
export interface RecordForm {
  names: string[]
  busy: Ref<boolean>
  problem: Ref<unknown>
  overtaken: Ref<Difference[]>
  is_dirty: Ref<boolean>
  may_save: Ref<boolean>
  submit: () => Promise<void>
  take_theirs: () => void
}

// A record may say something before anybody has written it: its version is 0 then, and it may be saved as it stands.
const is_written = (record: object | null) => record !== null && !('version' in record && record.version === 0)

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

export function use_record_form<Saved extends object, Values extends object>(options: Options<Saved, Values>) {
  const basis = shallowRef(options.record)
  const initial = shallowRef(options.read(options.record))
  const values = reactive(options.read(options.record)) as Values
  const overtaken = shallowRef<Difference[]>([])
  const { busy, problem, attempt, send } = use_sending()
  const names = Object.keys(initial.value) as (keyof Values & string)[]

  const changed = computed(() => {
    const mine: Partial<Values> = {}
    for (const name of names) if (!equal(values[name], initial.value[name])) mine[name] = values[name]
    return mine
  })
  const is_dirty = computed(() => Object.keys(changed.value).length > 0)
  const may_save = computed(() => is_dirty.value || !is_written(basis.value))

  // What the server says about a field, or about a part of it (`/phones/1/number`).
  function error_of(name: string): string {
    if (!(problem.value instanceof Problem)) return ''
    const said = problem.value.errors.find(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`))
    return said?.message ?? ''
  }

  // The entries of the lists as they were sent, for the server speaks of them by their places.
  const sent = shallowRef<Partial<Record<string, object[]>>>({})
  const entries_of = (name: string) => (values[name as keyof Values] as object[]).map(toRaw)

  // The same of an entry of a list, wherever it stands by now.
  function error_of_entry(name: string, index: number, part = ''): string {
    const place = sent.value[name]?.indexOf(entries_of(name)[index]!) ?? -1
    return place < 0 ? '' : error_of(`${name}/${place}${part && `/${part}`}`)
  }

  async function submit(): Promise<void> {
    sent.value = Object.fromEntries(names.filter((name) => Array.isArray(values[name])).map((name) => [name, entries_of(name)]))
    const saved = await save()
    if (saved) options.done(saved)
  }

  // A new one stays the same thing, whatever is corrected in it before anybody answers.
  function save(): Promise<Saved | undefined> {
    const before = basis.value
    if (before) return act(() => options.change!(before, changed.value, values))
    return send('create', (intention) => options.create!(values, once(intention)))
  }

  // Does something with the record; if somebody else changed it in between, that is taken up instead.
  async function act<Done>(action: () => Promise<Done>): Promise<Done | undefined> {
    const done = await attempt(action)
    if (is_overtaken(problem.value)) {
      take_up(problem.value.current as unknown as Saved)
      problem.value = null
    }
    return done
  }

  // Their fields become ours where we had changed nothing; the next save is on top of their version.
  function take_up(current: Saved): void {
    const theirs = options.read(current)
    const ours = changed.value
    overtaken.value = names
      .filter((name) => !equal(theirs[name], initial.value[name]))
      .map((name) => ({ name, theirs: theirs[name], contested: name in ours && !equal(ours[name], theirs[name]) }))
    for (const name of names) if (!(name in ours)) values[name] = theirs[name]
    basis.value = current
    initial.value = options.read(current) // not the lists that are changed in the form from now on
  }

  function take_theirs(): void {
    Object.assign(values, options.read(basis.value))
    overtaken.value = []
  }

  return { basis, values, names, busy, problem, overtaken, changed, is_dirty, may_save, error_of, error_of_entry, act, submit, take_theirs }
}

function is_overtaken(error: unknown): error is Problem {
  return error instanceof Problem && error.status === 412 && error.current !== null
}
