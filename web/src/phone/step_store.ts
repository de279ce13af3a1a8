// Steps without an answer, in the browser's own database, so that a closed page loses none. A browser that keeps nothing
// (private windows, a full disk) stops no step: it then lives as long as its page.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { KeptStep } from './step_report'

export interface StepStore {
  keep(step: KeptStep): Promise<void>
  forget(key: string): Promise<void>
  all(): Promise<KeptStep[]>
}

interface Schema extends DBSchema {
  step: { key: string; value: KeptStep }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

// A browser may close its database under a page that is open for long: then it is opened once more.
async function attempt<T>(use: (db: IDBPDatabase<Schema>) => Promise<T>, tries = 2): Promise<T | undefined> {
  try {
    opened ??= openDB<Schema>('callout.phone', 1, { upgrade: (db) => void db.createObjectStore('step', { keyPath: 'key' }) })
    return await use(await opened)
  } catch (error) {
    opened = undefined
    if (tries > 1) return attempt(use, tries - 1)
    console.warn('this browser keeps no steps', error)
    return undefined
  }
}

export const browser_store: StepStore = {
  keep: async (step) => void (await attempt((db) => db.put('step', step))),
  forget: async (key) => void (await attempt((db) => db.delete('step', key))),
  all: async () => (await attempt((db) => db.getAll('step'))) ?? [],
}
