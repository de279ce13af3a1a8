// A page's part that could not be read. After an update of the server it has another name: the whole page is read anew,
// once. Otherwise the server or the network is away, and reading anew would lose what is on the screen.
export interface Around {
  // Whether the server answers at all.
  is_there: () => Promise<boolean>
  go: (path: string) => void
  say_unreachable: () => void
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

const stored_as = 'callout.page_read_anew'

// As the browsers say it of a script, and Vite of a style.
export function is_missing_part(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|Importing a module script failed|Unable to preload CSS/i.test(error.message)
}

export async function read_anew(path: string, { is_there, go, say_unreachable, memory }: Around): Promise<void> {
  const was_read_anew = memory.getItem(stored_as) === path
  if (was_read_anew || !(await is_there())) return say_unreachable()
  memory.setItem(stored_as, path)
  go(path)
}

// It is there again: another update may come.
export const arrived = (memory: Around['memory']) => memory.removeItem(stored_as)
